// SPDX-License-Identifier: MIT

/// The data as types of Swift; nil where the value's type, or the size of its data, is another.
extension Value {
  /// The text of `REG_SZ`, `REG_EXPAND_SZ` and `REG_LINK`, up to its first NUL, not expanded.
  ///
  /// What is not valid UTF-16 becomes U+FFFD; ``data`` has the exact units.
  public var string: String? {
    switch data {
    case .string(let text), .expandString(let text), .link(let text): text.description
    default: nil
    }
  }

  /// The strings of `REG_MULTI_SZ`.
  ///
  /// What is not valid UTF-16 becomes U+FFFD; ``data`` has the exact units.
  public var strings: [String]? {
    guard case .multiString(let texts) = data else { return nil }
    return texts.map(\.description)
  }

  /// The number of `REG_DWORD`, `REG_DWORD_BIG_ENDIAN` and `REG_QWORD`.
  public var integer: UInt64? {
    switch data {
    case .dword(let number), .dwordBigEndian(let number): UInt64(number)
    case .qword(let number): number
    default: nil
    }
  }

  /// Data of 8 bytes as a FILETIME, whatever their type; nil for zero too, which is no time.
  ///
  /// That they are one is for the caller to know. ``time`` is nil where the value does not say so.
  public var fileTime: FileTime? {
    guard size == 8, let time = FileTime(bytes), time.rawValue != 0 else { return nil }
    return time
  }
}
