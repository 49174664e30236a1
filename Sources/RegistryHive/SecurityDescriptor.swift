// SPDX-License-Identifier: MIT

/// The security descriptor of a key: who owns the key, and who may do what with it.
///
/// A hive stores descriptors in the self-relative form of [MS-DTYP] 2.4.6: a header of 20 bytes
/// that says where in the same bytes the owner, the group and the two access control lists stand.
/// The bytes are kept as they are and looked at only when asked, so that damaged ones can be shown
/// too.
public struct SecurityDescriptor: Sendable, Hashable {
  /// The descriptor as the hive stores it.
  public let bytes: [UInt8]

  /// Makes a descriptor of the bytes that a hive stores, whatever they are.
  ///
  /// - Parameter bytes: The self-relative form; bytes behind its last part do no harm.
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

/// Bytes of a descriptor or of a part of it; all offsets count from the part's first byte.
struct DescriptorBytes {
  let bytes: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) {
    self.bytes = bytes[...]
  }

  private init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
  }

  var count: Int { bytes.count }

  func uint8(at offset: Int) -> UInt8? {
    offset >= 0 && offset < count ? bytes[bytes.startIndex + offset] : nil
  }

  func uint16(at offset: Int) -> UInt16? {
    guard offset <= count - 2, let low = uint8(at: offset), let high = uint8(at: offset + 1) else {
      return nil
    }
    return UInt16(low) | UInt16(high) << 8
  }

  func uint32(at offset: Int) -> UInt32? {
    guard offset <= count - 4, let low = uint16(at: offset), let high = uint16(at: offset + 2)
    else { return nil }
    return UInt32(low) | UInt32(high) << 16
  }

  /// The bytes from an offset on; nil when the offset lies outside.
  func suffix(from offset: Int) -> DescriptorBytes? {
    offset >= 0 && offset <= count ? DescriptorBytes(bytes.dropFirst(offset)) : nil
  }

  /// So many bytes from the first on; nil when there are fewer.
  func prefix(_ length: Int) -> DescriptorBytes? {
    length >= 0 && length <= count ? DescriptorBytes(bytes.prefix(length)) : nil
  }
}
