// SPDX-License-Identifier: MIT

/// Names of files as text, whatever bytes they have.
///
/// A file system of Linux takes any bytes for a name. One that is not UTF-8 is a file all the same,
/// and renaming a hive must not hide it. Each byte that is not valid UTF-8 becomes one character
/// for private use, `U+EF80` to `U+EFFF`: `U+EF00` and the byte. Of a name in UTF-8 that has such a
/// character in it, its three bytes are written in this way, so that no two names become one text.
package enum FileName {
  /// The first of the characters, less the byte that it stands for.
  private static let base: UInt32 = 0xEF00

  /// The text for a name or a path.
  package static func text(_ bytes: some Collection<UInt8>) -> String {
    let bytes = Array(bytes)
    if let text = String(validating: bytes, as: UTF8.self), !hasMarks(bytes) { return text }
    var text = String.UnicodeScalarView()
    var rest = bytes[...]
    while let first = rest.first {
      let count = length(first)
      if rest.count >= count, let part = String(validating: rest.prefix(count), as: UTF8.self),
        let scalar = part.unicodeScalars.first, !isMark(scalar)
      {
        text.append(scalar)
        rest = rest.dropFirst(count)
      } else {
        if let scalar = Unicode.Scalar(base + UInt32(first)) { text.append(scalar) }
        rest = rest.dropFirst()
      }
    }
    return String(text)
  }

  /// The text for a name or a path that ends with a zero.
  @unsafe
  package static func text(cString start: UnsafePointer<CChar>) -> String {
    var bytes: [UInt8] = []
    var place = unsafe start
    while unsafe place.pointee != 0 {
      bytes.append(UInt8(bitPattern: unsafe place.pointee))
      unsafe place += 1
    }
    return text(bytes)
  }

  /// The bytes of a name or a path, with the zero at their end that the system wants.
  static func bytes(_ text: String) -> [CChar] {
    var text = text
    guard text.utf8.contains(0xEE) else { return Array(text.utf8CString) }
    var bytes: [CChar] = []
    text.makeContiguousUTF8()
    for scalar in text.unicodeScalars {
      if isMark(scalar) {
        bytes.append(CChar(truncatingIfNeeded: scalar.value - base))
      } else {
        bytes += UTF8.encode(scalar)?.map { CChar(bitPattern: $0) } ?? []
      }
    }
    return bytes + [0]
  }

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value >= base + 0x80 && scalar.value <= base + 0xFF
  }

  /// Whether UTF-8 has characters in it that stand for bytes.
  private static func hasMarks(_ bytes: [UInt8]) -> Bool {
    bytes.indices.contains { index in
      bytes[index] == 0xEE && index + 1 < bytes.count && bytes[index + 1] >= 0xBE
    }
  }

  /// How many bytes a character has that begins with one; 1 for what begins none.
  private static func length(_ first: UInt8) -> Int {
    switch first {
    case 0xC2...0xDF: 2
    case 0xE0...0xEF: 3
    case 0xF0...0xF4: 4
    default: 1
    }
  }
}
