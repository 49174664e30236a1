// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

/// Writes a line for each key or value that was found, with what was found marked where there is
/// colour, and long data cut around it.
///
/// ```
/// Control Panel\Desktop
/// Control Panel\Desktop: Wallpaper REG_SZ "C:\Users\anna\Pictures\Sommerfest.jpg"
/// ```
struct FindTextWriter: FindWriter {
  private let output: Output
  private let namesHive: Bool

  init(to output: Output, namesHive: Bool) {
    self.output = output
    self.namesHive = namesHive
  }

  mutating func write(_ item: FoundItem) {
    let match = item.match
    if namesHive {
      output.append(text: RegistryString(item.input.path).visible)
      output.append(": ")
    }
    writePath(item.path, mark: match.place == .key ? match.range : nil)
    if let value = match.value {
      output.append(": ")
      if value.name.isEmpty {
        output.append("(Default)")
      } else {
        write(value.name.utf16, mark: match.place == .value ? match.range : nil) {
          $0.append($1, as: VisibleEscaping.self)
        }
      }
      output.append(" ")
      output.append(shownTypeName: value.type.rawValue)
      output.append(" ")
      if let extent = match.extent {
        let bytes = value.hive.image.bytes(in: extent)
        let meaning = ValueMeaning(value, extent)
        if match.place != .data, let content = meaning?.property?.content {
          output.append(text: content.shown)
        } else {
          write(FoundData(match, value, bytes))
          if let time = meaning?.time { output.append(text: " (\(time))") }
        }
      } else {
        output.append("(data written over)")
      }
    }
    if match.deletedPlace != nil { output.append(" (deleted)") }
    output.append("\n")
  }

  private func writePath(_ path: RegistryPath, mark: Range<Int>?) {
    // The name of the root is no part of its path.
    guard let name = path.names.last else { return output.append("\\") }
    for name in path.names.dropLast() {
      output.append(name, as: VisibleEscaping.self)
      output.append("\\")
    }
    write(name.utf16, mark: mark) { $0.append($1, as: VisibleEscaping.self) }
  }

  private func write(_ data: FoundData) {
    switch data {
    case .plain(let text):
      output.append(text: text)
    case .text(let text):
      if text.isCutBefore { output.append("…") }
      output.append("\"")
      write(text.units, mark: text.mark) { $0.append($1, as: QuotedEscaping.self) }
      output.append("\"")
      if text.isCutAfter { output.append("…") }
    case .bytes(let text):
      if text.isCutBefore { output.append("… ") }
      write(text.units, mark: text.mark) { output, bytes in
        for (index, byte) in bytes.utf16.enumerated() {
          if index > 0 { output.append(" ") }
          output.append(hexDigit(UInt8(byte >> 4)))
          output.append(hexDigit(UInt8(byte & 15)))
        }
      } between: {
        output.append(" ")
      }
      if text.isCutAfter { output.append(" …") }
    }
  }

  /// Writes units in up to three parts: before the mark, in it, and behind it.
  private func write(
    _ units: [UInt16], mark: Range<Int>?, part: (Output, RegistryString) -> Void,
    between: () -> Void = {}
  ) {
    guard let mark, output.hasColor, !mark.isEmpty, mark.upperBound <= units.count else {
      return part(output, RegistryString(utf16: units))
    }
    if mark.lowerBound > 0 {
      part(output, RegistryString(utf16: [UInt16](units[..<mark.lowerBound])))
      between()
    }
    output.styled(.match) { part(output, RegistryString(utf16: [UInt16](units[mark]))) }
    if mark.upperBound < units.count {
      between()
      part(output, RegistryString(utf16: [UInt16](units[mark.upperBound...])))
    }
  }
}

/// What is shown of the data of a value that was found.
enum FoundData {
  /// A part of text or of bytes, one a unit.
  struct Part {
    let units: [UInt16]
    let mark: Range<Int>?
    let isCutBefore: Bool
    let isCutAfter: Bool

    /// The part of units around a range, or their beginning.
    init(of units: [UInt16], around range: Range<Int>?, before: Int, after: Int) {
      guard units.count > 2 * (before + after) else {
        self.units = units
        mark = range
        isCutBefore = false
        isCutAfter = false
        return
      }
      let center = range ?? 0..<0
      var start = max(center.lowerBound - before, 0)
      // What was found may itself be long.
      var end = min(min(center.upperBound, center.lowerBound + 4 * after) + after, units.count)
      if start > 0, units[start] & 0xFC00 == 0xDC00 { start -= 1 }
      if end < units.count, units[end] & 0xFC00 == 0xDC00 { end += 1 }
      self.units = [UInt16](units[start..<end])
      mark = range.map { $0.lowerBound - start..<min($0.upperBound, end) - start }
      isCutBefore = start > 0
      isCutAfter = end < units.count
    }
  }

  /// Something to show as it is.
  case plain(String)
  case text(Part)
  case bytes(Part)

  private static let textBefore = 30
  private static let textAfter = 50
  private static let bytesBefore = 8
  private static let bytesAfter = 16

  init(_ match: HiveMatch, _ value: Value, _ bytes: [UInt8]) {
    let range = match.place == .data ? match.range : nil
    let holdsText = [.string, .expandString, .multiString, .link].contains(value.type)
    if let range, match.form == .bytes {
      self = Self.bytes(bytes.map { UInt16($0) }, range)
    } else if let range, match.form == .ascii {
      self = Self.text(bytes.map { UInt16($0) }, range, only: { (0x20...0x7E).contains($0) })
    } else if holdsText || range != nil {
      // In the midst of bytes, UTF-16 may begin anywhere.
      let offset = (range?.lowerBound ?? 0) % 2
      var units = stride(from: offset, to: bytes.count - 1, by: 2).map {
        UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8
      }
      while units.last == 0 { units.removeLast() }
      let place = range.map { $0.lowerBound / 2..<min($0.upperBound / 2, units.count) }
      if holdsText {
        self = .text(Part(of: units, around: place, before: Self.textBefore, after: Self.textAfter))
      } else {
        self = Self.text(units, place ?? 0..<0, only: { $0 >= 0x20 && $0 != 0x7F })
      }
    } else {
      switch ValueData(bytes, type: value.type) {
      case .dword(let number), .dwordBigEndian(let number):
        self = .plain("\(number) (\(paddedHex(number)))")
      case .qword(let number): self = .plain("\(number) (\(paddedHex(number)))")
      default:
        self = bytes.isEmpty ? .plain("(no data)") : Self.bytes(bytes.map { UInt16($0) }, nil)
      }
    }
  }

  private static func bytes(_ bytes: [UInt16], _ range: Range<Int>?) -> FoundData {
    .bytes(Part(of: bytes, around: range, before: bytesBefore, after: bytesAfter))
  }

  /// The text around what was found, as far as the bytes there are text.
  private static func text(
    _ units: [UInt16], _ range: Range<Int>, only isText: (UInt16) -> Bool
  ) -> FoundData {
    var start = range.lowerBound
    while start > 0, isText(units[start - 1]) { start -= 1 }
    var end = range.upperBound
    while end < units.count, isText(units[end]) { end += 1 }
    return .text(
      Part(
        of: [UInt16](units[start..<end]),
        around: range.lowerBound - start..<range.upperBound - start,
        before: textBefore, after: textAfter))
  }
}
