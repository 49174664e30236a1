// SPDX-License-Identifier: MIT

/// Changes comma-separated values so that a spreadsheet shows them and does nothing else.
///
/// A text that would be a formula gets `'` in front; a cell that is longer than spreadsheets take
/// is cut and ends in `…`; a byte order mark says that the file is UTF-8.
struct SpreadsheetFilter {
  /// How many UTF-16 units a cell can have.
  static let cellLimit = 32_767
  private static let mark = [UInt8]("…".utf8)

  private enum Place {
    case cellStart
    case plain
    case quoted
    /// After a quotation mark in a quoted cell: its end, or the first of two.
    case afterQuote
  }

  private var place = Place.cellStart
  private var isAtTextStart = false
  private var hasBegun = false
  private var units = 0
  private var isCut = false

  /// Appends the changed form of bytes; characters and cells may be cut between two calls.
  mutating func append(_ bytes: some Sequence<UInt8>, to result: inout [UInt8]) {
    if !hasBegun { result += [0xEF, 0xBB, 0xBF] }
    hasBegun = true
    for byte in bytes { take(byte, &result) }
  }

  private mutating func take(_ byte: UInt8, _ result: inout [UInt8]) {
    switch (place, byte) {
    case (.cellStart, UInt8(ascii: "\"")):
      place = .quoted
      isAtTextStart = true
      result.append(byte)
    case (.cellStart, UInt8(ascii: ",")), (.plain, UInt8(ascii: ",")),
      (.afterQuote, UInt8(ascii: ",")), (.cellStart, 0x0D), (.plain, 0x0D), (.afterQuote, 0x0D),
      (.cellStart, 0x0A), (.plain, 0x0A), (.afterQuote, 0x0A):
      place = .cellStart
      units = 0
      isCut = false
      result.append(byte)
    case (.quoted, UInt8(ascii: "\"")):
      place = .afterQuote
      if !isCut { result.append(byte) }
    // What closes a cell that was cut is behind the mark already.
    case (.afterQuote, _):
      place = .quoted
      keep(byte, &result, isSecondQuote: true)
    case (.quoted, _):
      if isAtTextStart, Self.beginsFormula(byte) {
        result.append(UInt8(ascii: "'"))
        units += 1
      }
      keep(byte, &result)
    default:
      place = .plain
      keep(byte, &result)
    }
    if place != .quoted || byte != UInt8(ascii: "\"") { isAtTextStart = false }
  }

  /// Whether a spreadsheet takes a text that begins with a byte for a formula, or may do so: the
  /// last is the first byte of the wide forms of these characters.
  private static func beginsFormula(_ byte: UInt8) -> Bool {
    [0x3D, 0x2B, 0x2D, 0x40, 0x09, 0x0D, 0x0A, 0xEF].contains(byte)
  }

  private mutating func keep(_ byte: UInt8, _ result: inout [UInt8], isSecondQuote: Bool = false) {
    guard !isCut else { return }
    if byte & 0xC0 != 0x80 { units += byte >= 0xF0 ? 2 : 1 }
    guard units >= Self.cellLimit else { return result.append(byte) }
    isCut = true
    if isSecondQuote { result.removeLast() }
    result += Self.mark
    if place == .quoted { result.append(UInt8(ascii: "\"")) }
  }
}
