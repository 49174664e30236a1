// SPDX-License-Identifier: MIT

/// A value's data, decoded as its type says.
public enum ValueData: Sendable, Hashable {
  /// `REG_SZ`: the string up to its first NUL.
  case string(RegistryString)
  /// `REG_EXPAND_SZ`: the string up to its first NUL, not expanded.
  case expandString(RegistryString)
  /// `REG_LINK`: the target up to its first NUL.
  case link(RegistryString)
  /// `REG_MULTI_SZ`: the strings, without the empty one that ends the list.
  case multiString([RegistryString])
  /// `REG_DWORD` of 4 bytes.
  case dword(UInt32)
  /// `REG_DWORD_BIG_ENDIAN` of 4 bytes.
  case dwordBigEndian(UInt32)
  /// `REG_QWORD` of 8 bytes.
  case qword(UInt64)
  /// Bytes: `REG_BINARY`, `REG_NONE`, resource lists, types that Windows does not define, and data
  /// whose size does not fit their type.
  case bytes([UInt8])
}

extension ValueData {
  /// Decodes data as a type says.
  public init(_ bytes: [UInt8], type: ValueType) {
    switch type {
    case .string, .expandString, .link:
      guard let text = Self.string(bytes) else { break }
      switch type {
      case .string: self = .string(text)
      case .expandString: self = .expandString(text)
      default: self = .link(text)
      }
      return
    case .multiString:
      guard let strings = Self.strings(bytes) else { break }
      self = .multiString(strings)
      return
    case .dword where bytes.count == 4:
      self = .dword(UInt32(truncatingIfNeeded: Self.number(bytes)))
      return
    case .dwordBigEndian where bytes.count == 4:
      self = .dwordBigEndian(UInt32(truncatingIfNeeded: Self.number(bytes.reversed())))
      return
    case .qword where bytes.count == 8:
      self = .qword(Self.number(bytes))
      return
    default:
      break
    }
    self = .bytes(bytes)
  }

  private static func units(_ bytes: [UInt8]) -> [UInt16] {
    (0..<bytes.count / 2).map { UInt16(bytes[2 * $0]) | UInt16(bytes[2 * $0 + 1]) << 8 }
  }

  /// The string up to the first NUL; nil where half a character is before that.
  private static func string(_ bytes: [UInt8]) -> RegistryString? {
    let units = units(bytes)
    if let end = units.firstIndex(of: 0) { return RegistryString(utf16: [UInt16](units[..<end])) }
    guard bytes.count % 2 == 0 || bytes.last == 0 else { return nil }
    return RegistryString(utf16: units)
  }

  /// The strings of a list; nil where half a character is at its end.
  private static func strings(_ bytes: [UInt8]) -> [RegistryString]? {
    guard bytes.count % 2 == 0 || bytes.last == 0 else { return nil }
    var strings = units(bytes).split(separator: 0, omittingEmptySubsequences: false)
    // A list ends with an empty string, and the last string with a NUL: neither is an element.
    for _ in 0..<2 where strings.last?.isEmpty == true { strings.removeLast() }
    // Writers end an empty list with one NUL or two.
    if strings.allSatisfy(\.isEmpty) { return [] }
    return strings.map { RegistryString(utf16: [UInt16]($0)) }
  }

  private static func number(_ bytes: some Sequence<UInt8>) -> UInt64 {
    var number: UInt64 = 0
    var shift: UInt64 = 0
    for byte in bytes {
      number |= UInt64(byte) << shift
      shift += 8
    }
    return number
  }
}
