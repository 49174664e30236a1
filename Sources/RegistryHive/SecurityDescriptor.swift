// SPDX-License-Identifier: MIT

/// The security descriptor of a key: who owns the key, and who may do what with it.
///
/// A hive stores descriptors in the self-relative form of [MS-DTYP] 2.4.6: a header of 20 bytes
/// that says where in the same bytes the owner, the group and the two access control lists are.
/// The bytes are kept as they are and looked at only when asked, so that damaged ones can be shown
/// too.
public struct SecurityDescriptor: Sendable, Hashable {
  /// The descriptor as the hive stores it.
  public let bytes: [UInt8]

  /// Makes a descriptor of the bytes that a hive stores, whatever they are.
  ///
  /// - Parameter bytes: The self-relative form; bytes after its last part do no harm.
  public init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The control flags ([MS-DTYP] 2.4.6); nil when there is no header of revision 1.
  public var control: UInt16? {
    source.uint8(at: 0) == 1 && bytes.count >= Self.headerSize ? source.uint16(at: 2) : nil
  }

  /// The owner; nil when the descriptor names none or is damaged there.
  public var owner: SecurityIdentifier? { identifier(at: 4) ?? nil }

  /// The primary group; nil when the descriptor names none or is damaged there.
  public var group: SecurityIdentifier? { identifier(at: 8) ?? nil }
}

// MARK: - Parts

extension SecurityDescriptor {
  static let headerSize = 20

  /// Bits of the control flags.
  enum Control {
    static let discretionaryListPresent: UInt16 = 0x0004
    static let systemListPresent: UInt16 = 0x0010
    static let selfRelative: UInt16 = 0x8000
  }

  var source: DescriptorBytes { DescriptorBytes(bytes) }

  /// The identifier that a field of the header points to: `.some(nil)` when the field says that
  /// there is none, nil when it points to something else.
  func identifier(at field: Int) -> SecurityIdentifier?? {
    guard control != nil, let offset = source.uint32(at: field) else { return nil }
    guard offset != 0 else { return .some(nil) }
    guard let target = source.suffix(from: Int(offset)),
      let identifier = SecurityIdentifier(prefixOf: target)
    else { return nil }
    return identifier
  }
}
