// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive
import WindowsTypes

/// Writes the lines of a registry file as the registry editor of Windows exports them: version 5.00,
/// UTF-16LE with a byte order mark, CR LF.
///
/// Readers take a string between quotation marks for the string and one NUL after it; any other
/// data are written as bytes. Some names cannot be written in such a file; see ``obstacle``.
struct RegWriter {
  /// The longest line with bytes, without the backslash that ends it.
  private static var longestLine: Int { 79 }

  private let output: Output

  init(to output: Output) {
    self.output = output
  }

  /// Writes the mark of the encoding and the line that every registry file begins with.
  func begin() {
    append(0xFEFF)
    append("Windows Registry Editor Version 5.00\r\n\r\n")
  }

  /// Writes the line that a key begins with, its path given as UTF-16LE.
  func key(_ path: ArraySlice<UInt8>) {
    append("[")
    output.append(path)
    append("]\r\n")
  }

  /// Writes the line that a key begins with, or that deletes a key with all below it.
  func key(_ path: RegistryPath, isDeleted: Bool = false) {
    append(isDeleted ? "[-" : "[")
    // As text, a path has escapes that are not meant here.
    for (index, name) in path.names.enumerated() {
      if index > 0 { append("\\") }
      for unit in name.utf16 { append(unit) }
    }
    append("]\r\n")
  }

  /// Writes a value.
  func value(_ record: ValueRecord, bytes: [UInt8], in image: HiveImage) {
    let column = 1 + name(record.name.unitCount) { image.unit($0, of: record.name) }
    switch ValueType(rawValue: record.type) {
    case .string where Self.isPlain(bytes):
      writeQuoted(bytes.count / 2 - 1) { Self.unit($0, of: bytes) }
    case .dword where bytes.count == 4:
      append("dword:")
      for byte in bytes.reversed() { append(hex: byte) }
    case .binary:
      append("hex:")
      write(bytes, from: column + 4)
    default:
      let type = String(record.type, radix: 16)
      append("hex(")
      for digit in type.utf16 { append(digit) }
      append("):")
      write(bytes, from: column + 6 + type.utf8.count)
    }
    endLine()
  }

  /// Writes the line that deletes a value.
  func deletedValue(_ record: ValueRecord, in image: HiveImage) {
    name(record.name.unitCount) { image.unit($0, of: record.name) }
    append("-\r\n")
  }

  func endLine() {
    append("\r\n")
  }

  /// Writes a value's name and `=`; returns how many characters it wrote.
  @discardableResult
  private func name(_ count: Int, _ unit: (Int) -> UInt16) -> Int {
    guard count > 0 else {
      append("@=")
      return 1
    }
    let written = writeQuoted(count, unit)
    append("=")
    return written
  }

  /// Writes bytes, in several lines where they do not fit in one.
  private func write(_ bytes: [UInt8], from start: Int) {
    var column = start
    for (index, byte) in bytes.enumerated() {
      append(hex: byte)
      guard index < bytes.count - 1 else { break }
      append(UInt16(ascii: ","))
      column += 3
      if column + 3 > Self.longestLine {
        append("\\\r\n  ")
        column = 2
      }
    }
  }

  /// Writes a text between quotation marks; returns how many characters it wrote.
  @discardableResult
  private func writeQuoted(_ count: Int, _ unit: (Int) -> UInt16) -> Int {
    var written = count + 2
    append("\"")
    for index in 0..<count {
      let unit = unit(index)
      if unit == 0x22 || unit == 0x5C {
        append(UInt16(ascii: "\\"))
        written += 1
      }
      append(unit)
    }
    append("\"")
    return written
  }
}

// MARK: - What can be written

extension RegWriter {
  /// Why a key cannot be written.
  static func obstacle(to node: KeyNode, in image: HiveImage) -> StaticString? {
    node.isTombstone
      ? "it is a tombstone"
      : obstacle(inKeyName: node.name.unitCount) { image.unit($0, of: node.name) }
  }

  /// Why a key of a name cannot be written.
  static func obstacle(toKeyNamed name: RegistryString) -> StaticString? {
    obstacle(inKeyName: name.utf16.count) { name.utf16[$0] }
  }

  /// Why a value cannot be written: a reader would make an ordinary value of a tombstone.
  static func obstacle(to record: ValueRecord, in image: HiveImage) -> StaticString? {
    record.isTombstone
      ? "it is a tombstone"
      : obstacle(in: record.name.unitCount, isKey: false) { image.unit($0, of: record.name) }
  }

  /// Why a value of a name cannot be deleted.
  static func obstacle(toValueNamed name: RegistryString) -> StaticString? {
    obstacle(in: name.utf16.count, isKey: false) { name.utf16[$0] }
  }

  private static func obstacle(
    inKeyName count: Int, _ unit: (Int) -> UInt16
  ) -> StaticString? {
    count == 0 ? "its name is empty" : obstacle(in: count, isKey: true, unit)
  }

  private static func obstacle(
    in count: Int, isKey: Bool, _ unit: (Int) -> UInt16
  ) -> StaticString? {
    let units = (0..<count).lazy.map(unit)
    guard isWellFormedUTF16(units) else { return "its name is not valid UTF-16" }
    for unit in units {
      switch unit {
      case 0x00: return "its name has a NUL in it"
      case 0x0A, 0x0D: return "its name has a line end in it"
      case 0x5C where isKey: return "its name has a backslash in it"
      default: continue
      }
    }
    return nil
  }

  /// Whether data are a string that can be written as one: valid UTF-16 on one line, with one NUL,
  /// at its end.
  private static func isPlain(_ bytes: [UInt8]) -> Bool {
    guard bytes.count % 2 == 0, bytes.count >= 2, unit(bytes.count / 2 - 1, of: bytes) == 0 else {
      return false
    }
    let units = (0..<bytes.count / 2 - 1).lazy.map { unit($0, of: bytes) }
    return isWellFormedUTF16(units) && !units.contains { $0 == 0x00 || $0 == 0x0A || $0 == 0x0D }
  }

  private static func unit(_ index: Int, of bytes: [UInt8]) -> UInt16 {
    UInt16(bytes[2 * index]) | UInt16(bytes[2 * index + 1]) << 8
  }
}

// MARK: - UTF-16

extension RegWriter {
  @inline(__always)
  private func append(_ unit: UInt16) {
    unsafe output.append(atMost: 2) { destination in
      unsafe destination[0] = UInt8(truncatingIfNeeded: unit)
      unsafe destination[1] = UInt8(truncatingIfNeeded: unit >> 8)
      return 2
    }
  }

  private func append(_ text: StaticString) {
    for index in 0..<text.utf8CodeUnitCount { append(unsafe UInt16(text.utf8Start[index])) }
  }

  private func append(hex byte: UInt8) {
    append(UInt16(hexDigit(byte >> 4)))
    append(UInt16(hexDigit(byte & 15)))
  }
}

extension UInt16 {
  init(ascii character: Unicode.Scalar) {
    self.init(UInt8(ascii: character))
  }
}
