// SPDX-License-Identifier: MIT

/// A string from a registry: any sequence of UTF-16 units, valid or not.
///
/// Registry names and data may hold NUL, line ends and lone surrogates, which a `String` cannot
/// keep. Two strings are equal when all their units are; ``matches(_:)`` compares as Windows does.
public struct RegistryString: Sendable, Hashable {
  /// The UTF-16 units.
  public let utf16: [UInt16]

  /// Makes a string from UTF-16 units, whatever they are.
  public init(utf16: [UInt16]) {
    self.utf16 = utf16
  }

  /// Makes a string from text.
  public init(_ text: String) {
    utf16 = [UInt16](text.utf16)
  }

  /// Whether there are no units.
  public var isEmpty: Bool { utf16.isEmpty }

  /// Whether the units are valid UTF-16: no surrogate without its partner.
  public var isWellFormed: Bool { isWellFormedUTF16(utf16) }

  /// Whether the strings differ in nothing but case, as Windows compares names: unit by unit,
  /// with its own table of upper-case letters.
  public func matches(_ other: RegistryString) -> Bool {
    utf16.count == other.utf16.count
      && utf16.elementsEqual(other.utf16) { Upcase.unit($0) == Upcase.unit($1) }
  }

  /// The units in upper case, as Windows has them in comparisons.
  package var upcased: [UInt16] { utf16.map(Upcase.unit) }
}

extension RegistryString: ExpressibleByStringLiteral {
  /// Makes a string from a literal.
  public init(stringLiteral value: String) {
    self.init(value)
  }
}

extension RegistryString: CustomStringConvertible {
  /// The string as text; what is not valid UTF-16 becomes U+FFFD.
  public var description: String {
    // The library's own way through UTF-16 takes ten times as long.
    String(decoding: utf8, as: UTF8.self)
  }

  /// The string in UTF-8.
  private var utf8: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(utf16.count)
    var high: UInt32?
    for unit in utf16 {
      if let first = high {
        high = nil
        if unit & 0xFC00 == 0xDC00 {
          Self.append(0x10000 + ((first & 0x3FF) << 10 | UInt32(unit & 0x3FF)), to: &bytes)
          continue
        }
        Self.append(first, to: &bytes)
      }
      if unit < 0x80 {
        bytes.append(UInt8(truncatingIfNeeded: unit))
      } else if unit & 0xFC00 == 0xD800 {
        high = UInt32(unit)
      } else {
        Self.append(UInt32(unit), to: &bytes)
      }
    }
    if let high { Self.append(high, to: &bytes) }
    return bytes
  }

  /// Appends a character in UTF-8; for a surrogate without its partner, U+FFFD.
  private static func append(_ code: UInt32, to bytes: inout [UInt8]) {
    bytes += String(Unicode.Scalar(code) ?? "\u{FFFD}").utf8
  }
}

/// Whether units are valid UTF-16: no surrogate without its partner.
package func isWellFormedUTF16(_ units: some Sequence<UInt16>) -> Bool {
  var expectsLow = false
  for unit in units {
    guard (unit & 0xFC00 == 0xDC00) == expectsLow else { return false }
    expectsLow = unit & 0xFC00 == 0xD800
  }
  return !expectsLow
}
