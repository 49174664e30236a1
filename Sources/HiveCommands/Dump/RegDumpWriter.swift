// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

/// Writes the keys and values as the registry editor of Windows exports them: version 5.00,
/// UTF-16LE with a byte order mark, CR LF.
///
/// Readers take a string between quotation marks for the string and one NUL behind it; any other
/// data are written as bytes. Some names cannot be written in such a file: what has them is left
/// out and reported. So are tombstones, since a reader would make ordinary values of them.
struct RegDumpWriter: DumpWriter {
  private let output: Output
  private let image: HiveImage
  private let report: FindingsReport
  private var path: PathPrefix
  /// The depth of the key that is left out with all keys below it.
  private var omittedDepth: Int?

  init(_ dump: Dump, to output: Output, report: FindingsReport) {
    self.output = output
    self.report = report
    image = dump.hive.image
    let start = dump.startPath.names.map(\.utf16).joined(separator: [UInt16(ascii: "\\")])
    path = PathPrefix(start: start.flatMap(\.bytes), separator: "\\\0") { name, image, bytes in
      for index in 0..<name.unitCount { bytes += image.unit(index, of: name).bytes }
    }
  }

  mutating func begin() {
    append(0xFEFF)
    append("Windows Registry Editor Version 5.00\r\n\r\n")
  }

  mutating func write(_ node: KeyNode, walk: inout KeyWalk) {
    if let depth = omittedDepth, walk.depth > depth { return }
    omittedDepth = nil
    path.move(to: node, depth: walk.depth, in: image)
    // The name of the key to begin with is not part of the path, or was given on the command line.
    if walk.depth > 0, let reason = obstacle(to: node) {
      omittedDepth = walk.depth
      report.omit("the key and all below it cannot be written: \(reason)", at: walk.path)
      return
    }
    append("[")
    output.append(path.bytes)
    append("]\r\n")
    for record in walk.records {
      let extent = walk.extent(of: record)
      if let reason = obstacle(to: record) {
        let name = RegistryString(utf16: image.units(of: record.name)).visible
        report.omit("the value \"\(name)\" cannot be written: \(reason)", at: walk.path)
      } else {
        write(record, bytes: image.bytes(in: extent))
      }
    }
    append("\r\n")
  }

  /// Why a key cannot be written.
  private func obstacle(to node: KeyNode) -> StaticString? {
    if node.isTombstone { return "it is a tombstone" }
    return node.name.unitCount == 0 ? "its name is empty" : obstacle(in: node.name, ofKey: true)
  }

  /// Why a value cannot be written.
  private func obstacle(to record: ValueRecord) -> StaticString? {
    record.isTombstone ? "it is a tombstone" : obstacle(in: record.name, ofKey: false)
  }

  private func obstacle(in name: StoredName, ofKey isKey: Bool) -> StaticString? {
    var expectsLow = false
    for index in 0..<name.unitCount {
      let unit = image.unit(index, of: name)
      guard (unit & 0xFC00 == 0xDC00) == expectsLow else { return "its name is not valid UTF-16" }
      expectsLow = unit & 0xFC00 == 0xD800
      switch unit {
      case 0x00: return "its name has a NUL in it"
      case 0x0A, 0x0D: return "its name has a line end in it"
      case 0x5C where isKey: return "its name has a backslash in it"
      default: continue
      }
    }
    return expectsLow ? "its name is not valid UTF-16" : nil
  }
}

// MARK: - Values

extension RegDumpWriter {
  /// The longest line with bytes, without the backslash that ends it.
  private static var longestLine: Int { 79 }

  private func write(_ record: ValueRecord, bytes: [UInt8]) {
    var column = 2
    if record.name.unitCount == 0 {
      append("@=")
    } else {
      column += writeQuoted(record.name.unitCount) { image.unit($0, of: record.name) }
      append("=")
      column -= 1
    }
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
    append("\r\n")
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

  /// Whether data are a string that can be written as one: valid UTF-16 on one line, with one NUL,
  /// at its end.
  private static func isPlain(_ bytes: [UInt8]) -> Bool {
    guard bytes.count % 2 == 0, bytes.count >= 2, unit(bytes.count / 2 - 1, of: bytes) == 0 else {
      return false
    }
    var expectsLow = false
    for index in 0..<bytes.count / 2 - 1 {
      let unit = unit(index, of: bytes)
      guard (unit & 0xFC00 == 0xDC00) == expectsLow else { return false }
      expectsLow = unit & 0xFC00 == 0xD800
      if unit == 0x00 || unit == 0x0A || unit == 0x0D { return false }
    }
    return !expectsLow
  }

  private static func unit(_ index: Int, of bytes: [UInt8]) -> UInt16 {
    UInt16(bytes[2 * index]) | UInt16(bytes[2 * index + 1]) << 8
  }
}

// MARK: - UTF-16

extension RegDumpWriter {
  @inline(__always)
  private func append(_ unit: UInt16) {
    unsafe output.fill(atMost: 2) { room in
      unsafe room[0] = UInt8(truncatingIfNeeded: unit)
      unsafe room[1] = UInt8(truncatingIfNeeded: unit >> 8)
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
  fileprivate init(ascii character: Unicode.Scalar) {
    self.init(UInt8(ascii: character))
  }

  /// The bytes of the number, lowest first.
  fileprivate var bytes: [UInt8] {
    [UInt8(truncatingIfNeeded: self), UInt8(truncatingIfNeeded: self >> 8)]
  }
}

// MARK: - Where hives are mounted

extension Hive {
  /// Where Windows shows the hive in its registry.
  var mountPath: RegistryPath {
    switch kind {
    case .ntuser: "HKEY_CURRENT_USER"
    case .usrClass: "HKEY_CURRENT_USER\\Software\\Classes"
    case .software, .system, .sam, .security:
      RegistryPath("HKEY_LOCAL_MACHINE\\\(kind.rawValue)")
    case .default: "HKEY_USERS\\.DEFAULT"
    case .bcd: "HKEY_LOCAL_MACHINE\\BCD00000000"
    case .amcache, .other:
      RegistryPath(
        names: ["HKEY_LOCAL_MACHINE", RegistryString(path.map(fileName(of:)) ?? "Hive")])
    }
  }
}

/// The last part of a path.
private func fileName(of path: String) -> String {
  path.split(separator: "/").last.map(String.init) ?? path
}
