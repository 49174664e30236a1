// SPDX-License-Identifier: MIT

/// A security identifier (SID): the name of a user, a group or another principal in Windows.
///
/// The binary form and the text form `S-1-…` are those of [MS-DTYP] 2.4.2: a revision that is
/// always 1, an authority of 48 bits, and up to 15 numbers of 32 bits that narrow it down.
public struct SecurityIdentifier: Sendable, Hashable {
  /// The binary form ([MS-DTYP] 2.4.2.2): 8 bytes, and 4 for each subauthority.
  public let bytes: [UInt8]

  /// Makes an identifier from its binary form.
  ///
  /// Nil when the revision is not 1, there are more than 15 subauthorities, or the number of bytes
  /// is not the one that the number of subauthorities calls for.
  ///
  /// - Parameter bytes: The bytes of the identifier and nothing else.
  public init?(bytes: [UInt8]) {
    guard let identifier = SecurityIdentifier(prefixOf: DescriptorBytes(bytes)),
      identifier.bytes.count == bytes.count
    else { return nil }
    self = identifier
  }

  /// Reads the identifier that some bytes begin with.
  package init?(prefixOf source: DescriptorBytes) {
    guard source.uint8(at: 0) == 1, let count = source.uint8(at: 1), count <= 15,
      let bytes = source.prefix(8 + 4 * Int(count))
    else { return nil }
    self.bytes = [UInt8](bytes.bytes)
  }

  private init(authority: UInt64, subauthorities: [UInt32]) {
    bytes =
      [1, UInt8(subauthorities.count)]
      + (0..<6).map { UInt8(truncatingIfNeeded: authority >> (40 - 8 * $0)) }
      + subauthorities.flatMap { number in
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
      }
  }

  /// The authority that issued the identifier, a number below 2⁴⁸; 5 is Windows itself.
  public var authority: UInt64 {
    bytes[2..<8].reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The numbers after the authority, at most 15; the last one is the relative identifier.
  public var subauthorities: [UInt32] {
    stride(from: 8, to: bytes.count, by: 4).map { offset in
      bytes[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
  }
}

// MARK: - Text

extension SecurityIdentifier: LosslessStringConvertible {
  /// Makes an identifier from its text form, such as `S-1-5-32-544`.
  ///
  /// Numbers are decimal, or hexadecimal after `0x`. Nil when the text is something else; aliases
  /// such as `BA` are not taken.
  ///
  /// - Parameter text: The text form, without anything before or after it.
  public init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard (3...18).contains(parts.count), parts[0] == "S" || parts[0] == "s", parts[1] == "1",
      let authority = Self.number(parts[2]), authority < 1 << 48
    else { return nil }
    var subauthorities: [UInt32] = []
    for part in parts[3...] {
      guard let number = Self.number(part).flatMap(UInt32.init(exactly:)) else { return nil }
      subauthorities.append(number)
    }
    self.init(authority: authority, subauthorities: subauthorities)
  }

  private static func number(_ text: Substring) -> UInt64? {
    let isHexadecimal = text.hasPrefix("0x") || text.hasPrefix("0X")
    let digits = isHexadecimal ? text.dropFirst(2) : text
    // The initializer of integers would also take a sign.
    guard digits.first?.isHexDigit == true else { return nil }
    return UInt64(digits, radix: isHexadecimal ? 16 : 10)
  }

  /// The text form, such as `S-1-5-32-544`.
  ///
  /// An authority of 2³² or more is written as 12 hexadecimal digits ([MS-DTYP] 2.4.2.1).
  public var description: String {
    var text = "S-1-"
    if authority <= UInt32.max {
      text += "\(authority)"
    } else {
      let digits = String(authority, radix: 16)
      text += "0x" + String(repeating: "0", count: 12 - digits.count) + digits
    }
    for number in subauthorities {
      text += "-\(number)"
    }
    return text
  }
}

// MARK: - Aliases

extension SecurityIdentifier {
  /// The two letters that stand for the identifier in SDDL, if there are any.
  ///
  /// Only identifiers that are the same everywhere have an alias here. Those of an account domain,
  /// such as `DA` for its administrators, depend on the machine that reads them, so their full
  /// form says more. Source: [MS-DTYP] 2.5.1.1 and "SID strings" in the Windows documentation.
  public var sddlAlias: String? {
    let numbers = subauthorities
    switch (authority, numbers.count) {
    case (5, 2) where numbers[0] == 32: return Self.builtinAliases[numbers[1]]
    case (5, 1): return Self.windowsAliases[numbers[0]]
    case (16, 1): return Self.integrityAliases[numbers[0]]
    default: return Self.otherAliases[description]
    }
  }

  /// Groups of the domain that every machine has (`S-1-5-32-…`).
  private static let builtinAliases: [UInt32: String] = [
    544: "BA", 545: "BU", 546: "BG", 547: "PU", 548: "AO", 549: "SO", 550: "PO", 551: "BO",
    552: "RE", 554: "RU", 555: "RD", 556: "NO", 558: "MU", 559: "LU", 568: "IS", 569: "CY",
    573: "ER", 574: "CD", 575: "RA", 576: "ES", 577: "MS", 578: "HA", 579: "AA", 580: "RM",
  ]

  /// Principals of Windows itself (`S-1-5-…`).
  private static let windowsAliases: [UInt32: String] = [
    2: "NU", 4: "IU", 6: "SU", 7: "AN", 9: "ED", 10: "PS", 11: "AU", 12: "RC", 18: "SY",
    19: "LS", 20: "NS", 33: "WR",
  ]

  /// Integrity levels (`S-1-16-…`).
  private static let integrityAliases: [UInt32: String] = [
    4096: "LW", 8192: "ME", 8448: "MP", 12288: "HI", 16384: "SI",
  ]

  private static let otherAliases: [String: String] = [
    "S-1-1-0": "WD", "S-1-3-0": "CO", "S-1-3-1": "CG", "S-1-3-4": "OW", "S-1-15-2-1": "AC",
    "S-1-18-1": "AS", "S-1-18-2": "SS", "S-1-5-84-0-0-0-0-0": "UD",
  ]
}
