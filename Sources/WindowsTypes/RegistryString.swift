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
  public var isWellFormed: Bool {
    var expectsLow = false
    for unit in utf16 {
      let isLow = unit & 0xFC00 == 0xDC00
      guard isLow == expectsLow else { return false }
      expectsLow = unit & 0xFC00 == 0xD800
    }
    return !expectsLow
  }

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
    String(decoding: utf16, as: UTF16.self)
  }
}
