// SPDX-License-Identifier: MIT

extension SecurityDescriptor {
  /// The descriptor in the security descriptor definition language (SDDL), as Windows prints it.
  ///
  /// The parts that the descriptor has follow each other as `O:` owner, `G:` group, `D:` access
  /// list and `S:` audit list, for example `O:BAG:SYD:PAI(A;CI;KA;;;BA)(A;CI;KR;;;BU)`. An access
  /// list that is present but null, which lets everybody do everything, is `NO_ACCESS_CONTROL`.
  ///
  /// Where Windows would ask the machine it runs on, the string says what the bytes say: accounts
  /// of a domain are written in full. Conditions and claims after an entry are written as
  /// hexadecimal bytes.
  ///
  /// Nil when the bytes are not a well-formed self-relative descriptor, or an entry is of a kind that
  /// the language has no name for.
  ///
  /// Source: [MS-DTYP] 2.5.1, "ACE strings" and "Security descriptor string format" in the Windows
  /// documentation.
  public var sddl: String? {
    guard let control, control & Control.selfRelative != 0,
      let owner = identifier(at: 4), let group = identifier(at: 8)
    else { return nil }
    var text = ""
    if let owner { text += "O:" + Self.name(of: owner) }
    if let group { text += "G:" + Self.name(of: group) }
    if control & Control.discretionaryListPresent != 0 {
      guard let list = list(at: 16) else { return nil }
      text += "D:" + Self.listFlags(control, shiftedBy: 0) + list
    }
    if control & Control.systemListPresent != 0 {
      guard let list = list(at: 12) else { return nil }
      text += "S:" + Self.listFlags(control, shiftedBy: 1) + list
    }
    return text
  }

  static func name(of identifier: SecurityIdentifier) -> String {
    identifier.sddlAlias ?? identifier.description
  }

  private func list(at field: Int) -> String? {
    guard let offset = source.uint32(at: field) else { return nil }
    guard offset != 0 else { return "NO_ACCESS_CONTROL" }
    return source.suffix(from: Int(offset))
      .flatMap(AccessControlEntry.entries(ofListIn:))?
      .map(\.sddl).joined()
  }

  /// The flags of the access list; those of the audit list are one bit higher.
  private static func listFlags(_ control: UInt16, shiftedBy shift: Int) -> String {
    let flags: [(bit: UInt16, text: String)] = [(0x1000, "P"), (0x0100, "AR"), (0x0400, "AI")]
    return flags.filter { control & $0.bit << shift != 0 }.map(\.text).joined()
  }
}

// MARK: - Entries

extension AccessControlEntry {
  /// The entry in parentheses: kind, flags, rights, two object types, trustee.
  var sddl: String {
    var fields = [
      kind.sddl, sddlFlags, sddlRights, objectType.map(Self.guid) ?? "",
      inheritedObjectType.map(Self.guid) ?? "", SecurityDescriptor.name(of: trustee),
    ]
    if kind.hasApplicationData, applicationData.count > 0 {
      fields.append("0x" + applicationData.bytes.map { Self.hex($0) }.joined())
    }
    return "(" + fields.joined(separator: ";") + ")"
  }

  private var sddlFlags: String {
    // Of old, bit 6 asks to audit successes; a filter is never audited and uses it otherwise.
    let sixth = kind == .accessFilter ? "TP" : "SA"
    let names = ["OI", "CI", "NP", "IO", "ID", "CR", sixth, "FA"]
    return (0..<8).filter { flags & 1 << $0 != 0 }.map { names[$0] }.joined()
  }

  /// One name for all rights when there is one, else a name for each right, else a number.
  private var sddlRights: String {
    if kind == .mandatoryLabel {
      return Self.names(of: mask, from: Self.labelPolicies) ?? Self.number(mask)
    }
    return Self.wholeRights[mask] ?? Self.names(of: mask, from: Self.singleRights)
      ?? Self.number(mask)
  }

  private static func names(of mask: UInt32, from table: [(bit: UInt32, name: String)]) -> String? {
    var rest = mask
    var names = ""
    for (bit, name) in table where mask & bit != 0 {
      names += name
      rest &= ~bit
    }
    return rest == 0 ? names : nil
  }

  private static func number(_ mask: UInt32) -> String { "0x" + String(mask, radix: 16) }

  /// Rights to keys and files that have a name together.
  ///
  /// `KX` is not among them: the rights to execute a key are those to read it, `KR`.
  private static let wholeRights: [UInt32: String] = [
    0x000F_003F: "KA", 0x0002_0019: "KR", 0x0002_0006: "KW",
    0x001F_01FF: "FA", 0x0012_0089: "FR", 0x0012_0116: "FW", 0x0012_00A0: "FX",
  ]

  private static let singleRights: [(bit: UInt32, name: String)] = [
    (0x0000_0001, "CC"), (0x0000_0002, "DC"), (0x0000_0004, "LC"), (0x0000_0008, "SW"),
    (0x0000_0010, "RP"), (0x0000_0020, "WP"), (0x0000_0040, "DT"), (0x0000_0080, "LO"),
    (0x0000_0100, "CR"), (0x0001_0000, "SD"), (0x0002_0000, "RC"), (0x0004_0000, "WD"),
    (0x0008_0000, "WO"), (0x1000_0000, "GA"), (0x2000_0000, "GX"), (0x4000_0000, "GW"),
    (0x8000_0000, "GR"),
  ]

  private static let labelPolicies: [(bit: UInt32, name: String)] = [
    (0x1, "NW"), (0x2, "NR"), (0x4, "NX"),
  ]

  private static func guid(_ source: DescriptorBytes) -> String {
    guidText(Array(source.bytes))
  }

  private static func hex(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }
}

extension AccessControlEntry.Kind {
  var sddl: String {
    switch self {
    case .allowed: "A"
    case .denied: "D"
    case .audit: "AU"
    case .alarm: "AL"
    case .objectAllowed: "OA"
    case .objectDenied: "OD"
    case .objectAudit: "OU"
    case .objectAlarm: "OL"
    case .conditionalAllowed: "XA"
    case .conditionalDenied: "XD"
    case .conditionalObjectAllowed: "ZA"
    case .conditionalAudit: "XU"
    case .mandatoryLabel: "ML"
    case .resourceAttribute: "RA"
    case .scopedPolicy: "SP"
    case .processTrustLabel: "TL"
    case .accessFilter: "FL"
    }
  }
}
