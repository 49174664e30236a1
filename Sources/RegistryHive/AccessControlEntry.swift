// SPDX-License-Identifier: MIT

/// An entry of an access control list: what is granted, denied, audited or otherwise said, and to
/// whom ([MS-DTYP] 2.4.4).
struct AccessControlEntry {
  let kind: Kind
  let flags: UInt8
  /// The rights, or what the kind of entry has in their place.
  let mask: UInt32
  /// The kind of object or property the entry is about, 16 bytes.
  let objectType: DescriptorBytes?
  /// The kind of object that inherits the entry, 16 bytes.
  let inheritedObjectType: DescriptorBytes?
  let trustee: SecurityIdentifier
  /// What follows the trustee: a condition or a claim, for the kinds that have one.
  let applicationData: DescriptorBytes
}

extension AccessControlEntry {
  /// What an entry does; the raw value is its type in the descriptor.
  enum Kind: UInt8 {
    case allowed = 0x00
    case denied = 0x01
    case audit = 0x02
    case alarm = 0x03
    case objectAllowed = 0x05
    case objectDenied = 0x06
    case objectAudit = 0x07
    case objectAlarm = 0x08
    case conditionalAllowed = 0x09
    case conditionalDenied = 0x0A
    case conditionalObjectAllowed = 0x0B
    case conditionalAudit = 0x0D
    case mandatoryLabel = 0x11
    case resourceAttribute = 0x12
    case scopedPolicy = 0x13
    case processTrustLabel = 0x14
    case accessFilter = 0x15

    /// Whether two optional object types are between the mask and the trustee.
    var hasObjectTypes: Bool {
      switch self {
      case .objectAllowed, .objectDenied, .objectAudit, .objectAlarm, .conditionalObjectAllowed:
        true
      default: false
      }
    }

    /// Whether the bytes after the trustee belong to the entry.
    var hasApplicationData: Bool {
      switch self {
      case .conditionalAllowed, .conditionalDenied, .conditionalObjectAllowed, .conditionalAudit,
        .resourceAttribute, .accessFilter:
        true
      default: false
      }
    }
  }

  /// Reads an entry from its bytes.
  ///
  /// - Returns: Nil when the entry is of another kind, or too short for its kind.
  init?(_ source: DescriptorBytes) {
    guard let kind = source.uint8(at: 0).flatMap(Kind.init(rawValue:)),
      let flags = source.uint8(at: 1), let mask = source.uint32(at: 4),
      var rest = source.suffix(from: 8)
    else { return nil }
    var objectTypes: [DescriptorBytes?] = [nil, nil]
    if kind.hasObjectTypes {
      guard let present = rest.uint32(at: 0), let types = rest.suffix(from: 4) else { return nil }
      rest = types
      for index in 0..<2 where present & 1 << index != 0 {
        guard let type = rest.prefix(16), let next = rest.suffix(from: 16) else { return nil }
        objectTypes[index] = type
        rest = next
      }
    }
    guard let trustee = SecurityIdentifier(prefixOf: rest),
      let applicationData = rest.suffix(from: trustee.bytes.count)
    else { return nil }
    self.kind = kind
    self.flags = flags
    self.mask = mask
    self.objectType = objectTypes[0]
    self.inheritedObjectType = objectTypes[1]
    self.trustee = trustee
    self.applicationData = applicationData
  }

  /// Reads all entries of an access control list ([MS-DTYP] 2.4.5).
  ///
  /// - Returns: Nil when the list or one of its entries cannot be read.
  static func entries(ofListIn source: DescriptorBytes) -> [AccessControlEntry]? {
    guard let revision = source.uint8(at: 0), (2...4).contains(revision),
      let size = source.uint16(at: 2), let count = source.uint16(at: 4),
      let list = source.prefix(Int(size)), var rest = list.suffix(from: 8)
    else { return nil }
    var entries: [AccessControlEntry] = []
    for _ in 0..<count {
      guard let size = rest.uint16(at: 2), let bytes = rest.prefix(Int(size)),
        let entry = AccessControlEntry(bytes), let next = rest.suffix(from: Int(size))
      else { return nil }
      entries.append(entry)
      rest = next
    }
    return entries
  }
}
