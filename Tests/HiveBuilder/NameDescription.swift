// SPDX-License-Identifier: MIT

/// The name of a key or value: its UTF-16 units, and how they are to be stored.
package struct NameDescription: Sendable, Hashable, ExpressibleByStringInterpolation {
  /// The two ways the format has to store a name.
  package enum Form: Sendable, Hashable {
    /// One byte a unit where every unit is below 256, as Windows does it, otherwise UTF-16.
    case automatic
    /// One byte a unit; higher units lose their upper byte.
    case compressed
    /// Two bytes a unit, even where one would do.
    case utf16
  }

  package var units: [UInt16]
  package var form: Form

  package init(units: [UInt16], form: Form = .automatic) {
    self.units = units
    self.form = form
  }

  package init(_ text: String, form: Form = .automatic) {
    self.init(units: Array(text.utf16), form: form)
  }

  package init(stringLiteral text: String) {
    self.init(text)
  }

  /// Whether the name takes one byte a unit.
  package var isCompressed: Bool {
    switch form {
    case .automatic: units.allSatisfy { $0 < 0x100 }
    case .compressed: true
    case .utf16: false
    }
  }

  /// The name as it is in its record.
  package var storedBytes: [UInt8] {
    isCompressed ? units.map { UInt8(truncatingIfNeeded: $0) } : littleEndianBytes(of: units)
  }

  /// The units by which keys are compared and sorted.
  package var upcased: [UInt16] {
    units.map(upcase)
  }
}

/// Upper case as Windows has it, for Latin-1, Greek and Cyrillic letters: enough for the names
/// used here, and worked out without a table so that it shares no mistake with the reader's.
func upcase(_ unit: UInt16) -> UInt16 {
  switch unit {
  case 0x61...0x7A, 0xE0...0xF6, 0xF8...0xFE: unit - 0x20
  case 0xFF: 0x178
  case 0x3B1...0x3C1, 0x3C3...0x3CB, 0x430...0x44F: unit - 0x20
  case 0x450...0x45F: unit - 0x50
  default: unit
  }
}

/// UTF-16 units as bytes, the lower byte first.
package func littleEndianBytes(of units: some Sequence<UInt16>) -> [UInt8] {
  var bytes: [UInt8] = []
  for unit in units {
    bytes.append(UInt8(truncatingIfNeeded: unit))
    bytes.append(UInt8(truncatingIfNeeded: unit >> 8))
  }
  return bytes
}
