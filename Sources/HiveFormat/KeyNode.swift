// SPDX-License-Identifier: MIT

/// A key node (`nk`): a key's time, name, and references to everything it has.
public struct KeyNode: Sendable, Hashable {
  /// The length of the fixed part in bytes; the name follows.
  public static var fixedSize: Int { 76 }

  /// The cell that holds the node.
  public let cell: Cell
  /// The key's marks, the constants below among them.
  public let flags: UInt16
  /// A FILETIME.
  public let lastWritten: UInt64
  /// Which phases of the system's run opened the key (byte 0) and layering bits (byte 1).
  public let accessBits: UInt32
  /// The key that this one is in; without meaning for the root.
  public let parent: CellReference
  /// How many subkeys the node claims.
  public let subkeyCount: UInt32
  /// The list of subkeys; see ``SubkeyList``.
  public let subkeyList: CellReference
  /// How many values the node claims; a handle when the key is predefined.
  public let storedValueCount: UInt32
  /// The list of values: references alone.
  public let valueList: CellReference
  /// The security record; see ``SecurityRecord``.
  public let security: CellReference
  /// The class name: UTF-16 alone.
  public let className: CellReference
  /// The longest subkey name in bytes (low half), virtualization and user flags, debug bits.
  public let subkeyNameLimit: UInt32
  /// The class name's length in bytes.
  public let classNameLength: UInt16
  /// The length that the node claims for its name, in bytes.
  public let storedNameLength: UInt16
  /// The name, as far as it lies in the cell.
  public let name: StoredName

  /// Where the node's cell begins in the file.
  @inlinable public var offset: Int { cell.offset }
  /// The reference that leads to the node.
  package var reference: CellReference {
    CellReference(truncatingIfNeeded: cell.offset &- 4096)
  }
  /// How many values the node claims.
  ///
  /// A predefined key has a handle there, whose top bit is set. Without it, the flag says nothing.
  public var valueCount: UInt32 {
    flags & Self.predefinedHandle != 0 && storedValueCount >> 31 != 0 ? 0 : storedValueCount
  }
  /// Flags for 32-bit views, at the place that Windows XP SP3 and Vista moved them to.
  public var userFlags: UInt8 { UInt8(truncatingIfNeeded: subkeyNameLimit >> 20) & 0xF }
  /// Whether writes to the key are redirected for programs that expect older Windows.
  public var virtualizationFlags: UInt8 { UInt8(truncatingIfNeeded: subkeyNameLimit >> 16) & 0xF }
  /// How the node takes part in a layered key: 0 merged, 1 tombstone, 2 and 3 superseding.
  public var layerSemantics: UInt8 { UInt8(truncatingIfNeeded: accessBits >> 8) & 0x3 }
  /// Whether the key hides one of the same name in a lower layer.
  public var isTombstone: Bool { layerSemantics == 1 }

  /// Where the fields stand in a node.
  @usableFromInline enum Layout {
    @inlinable static var flags: Int { 2 }
    @inlinable static var lastWritten: Int { 4 }
    @inlinable static var accessBits: Int { 12 }
    @inlinable static var layer: Int { 13 }
    @inlinable static var parent: Int { 16 }
    @inlinable static var subkeyCount: Int { 20 }
    @inlinable static var subkeyList: Int { 28 }
    @inlinable static var valueCount: Int { 36 }
    @inlinable static var valueList: Int { 40 }
    @inlinable static var security: Int { 44 }
    @inlinable static var className: Int { 48 }
    @inlinable static var subkeyNameLimit: Int { 52 }
    @inlinable static var valueNameLimit: Int { 60 }
    @inlinable static var dataLimit: Int { 64 }
    @inlinable static var nameLength: Int { 72 }
    @inlinable static var classNameLength: Int { 74 }
  }

  /// The longest name that Windows allows, in characters; longer ones are cut.
  public static var longestName: Int { 255 }

  /// The key is the root of its hive.
  public static var hiveEntry: UInt16 { 0x0004 }
  /// The name is stored as Latin-1.
  public static var compressedName: UInt16 { 0x0020 }
  /// The key stands for a predefined handle and has no values of its own.
  public static var predefinedHandle: UInt16 { 0x0040 }
  /// The signature `nk`.
  public static var signature: UInt16 { 0x6B6E }
}

extension KeyNode {
  /// Reads the key node in the cell at a file offset.
  ///
  /// A name that runs past its cell is cut there; ``nameFault`` says so.
  ///
  /// - Throws: ``FormatError`` when there is no used cell with a key node.
  public init(parsing image: HiveImage, at offset: Int) throws(FormatError) {
    try self.init(
      in: image.cell(at: offset, signature: Self.signature, minimumContent: Self.fixedSize),
      of: image)
  }

  /// Reads the key node in a cell that is known to be long enough.
  @inline(__always)
  init(in cell: Cell, of image: HiveImage) throws(FormatError) {
    let content = cell.content
    guard let fields = image.fields(at: content, count: Self.fixedSize) else {
      throw image.endOfFile(at: content, needing: Self.fixedSize)
    }
    self.cell = cell
    flags = fields.uint16(at: Layout.flags)
    lastWritten = fields.uint64(at: Layout.lastWritten)
    accessBits = fields.uint32(at: Layout.accessBits)
    parent = fields.uint32(at: Layout.parent)
    subkeyCount = fields.uint32(at: Layout.subkeyCount)
    subkeyList = fields.uint32(at: Layout.subkeyList)
    storedValueCount = fields.uint32(at: Layout.valueCount)
    valueList = fields.uint32(at: Layout.valueList)
    security = fields.uint32(at: Layout.security)
    className = fields.uint32(at: Layout.className)
    subkeyNameLimit = fields.uint32(at: Layout.subkeyNameLimit)
    storedNameLength = fields.uint16(at: Layout.nameLength)
    classNameLength = fields.uint16(at: Layout.classNameLength)
    name = Self.name(in: cell, length: storedNameLength, flags: flags)
  }

  /// The name of the key whose node is in a cell, without the rest.
  @inline(__always)
  static func name(in cell: Cell, of image: HiveImage) -> StoredName? {
    guard let fields = image.fields(at: cell.content, count: fixedSize) else { return nil }
    return name(
      in: cell, length: fields.uint16(at: Layout.nameLength),
      flags: fields.uint16(at: Layout.flags))
  }

  @inline(__always)
  private static func name(in cell: Cell, length: UInt16, flags: UInt16) -> StoredName {
    let isLatin1 = flags & compressedName != 0
    return StoredName(
      offset: cell.content &+ fixedSize,
      byteCount: min(
        Int(length), cell.contentSize &- fixedSize, isLatin1 ? longestName : 2 &* longestName),
      isLatin1: isLatin1)
  }

  /// What is wrong with the name's length, if anything.
  public var nameFault: FormatError? {
    HiveFormat.nameFault(
      stored: storedNameLength, lengthAt: cell.content + Layout.nameLength, kept: name,
      room: cell.contentSize - Self.fixedSize)
  }
}

/// What is wrong with the length of a name, if anything.
func nameFault(
  stored: UInt16, lengthAt offset: Int, kept name: StoredName, room: Int
) -> FormatError? {
  guard Int(stored) != name.byteCount else { return nil }
  return name.byteCount == room
    ? FormatError(
      .nameOverrun, at: offset, expected: "a name of at most \(room) bytes", found: "\(stored)")
    : FormatError(
      .nameLength, at: offset, expected: "a name of at most \(name.unitCount) characters",
      found: "\(name.isLatin1 ? Int(stored) : Int(stored) / 2)")
}
