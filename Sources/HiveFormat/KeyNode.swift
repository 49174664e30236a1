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
  public var offset: Int { cell.offset }
  /// How many values the node claims.
  public var valueCount: UInt32 { flags & Self.predefinedHandle == 0 ? storedValueCount : 0 }
  /// Flags for 32-bit views, at the place that Windows XP SP3 and Vista moved them to.
  public var userFlags: UInt8 { UInt8(truncatingIfNeeded: subkeyNameLimit >> 20) & 0xF }
  /// Whether writes to the key are redirected for programs that expect older Windows.
  public var virtualizationFlags: UInt8 { UInt8(truncatingIfNeeded: subkeyNameLimit >> 16) & 0xF }
  /// How the node takes part in a layered key: 0 merged, 1 tombstone, 2 and 3 superseding.
  public var layerSemantics: UInt8 { UInt8(truncatingIfNeeded: accessBits >> 8) & 0x3 }
  /// Whether the key hides one of the same name in a lower layer.
  public var isTombstone: Bool { layerSemantics == 1 }

  /// The key is the root of its hive.
  public static var hiveEntry: UInt16 { 0x0004 }
  /// The key is a link to another key.
  public static var symbolicLink: UInt16 { 0x0010 }
  /// The name is stored as Latin-1.
  public static var compressedName: UInt16 { 0x0020 }
  /// The key stands for a predefined handle and has no values of its own.
  public static var predefinedHandle: UInt16 { 0x0040 }
  /// The signature `nk`.
  public static var signature: UInt16 { 0x6B6E }
}

extension FormatError.Code {
  /// A name is longer than the cell it stands in.
  public static let nameOverrun = Self(rawValue: "name-overrun")
}

extension KeyNode {
  /// Reads the key node in the cell at a file offset.
  ///
  /// A name that runs past its cell is cut there; ``nameFault`` tells.
  ///
  /// - Throws: ``FormatError`` when there is no used cell with a key node.
  @inlinable
  public init(parsing image: HiveImage, at offset: Int) throws(FormatError) {
    try self.init(
      in: image.cell(at: offset, signature: Self.signature, minimumContent: Self.fixedSize),
      of: image)
  }

  /// Reads the key node in a cell that is known to be long enough.
  @inlinable
  init(in cell: Cell, of image: HiveImage) throws(FormatError) {
    self.cell = cell
    let content = cell.content
    flags = try image.uint16(at: content &+ 2)
    lastWritten = try image.uint64(at: content &+ 4)
    accessBits = try image.uint32(at: content &+ 12)
    parent = try image.uint32(at: content &+ 16)
    subkeyCount = try image.uint32(at: content &+ 20)
    subkeyList = try image.uint32(at: content &+ 28)
    storedValueCount = try image.uint32(at: content &+ 36)
    valueList = try image.uint32(at: content &+ 40)
    security = try image.uint32(at: content &+ 44)
    className = try image.uint32(at: content &+ 48)
    subkeyNameLimit = try image.uint32(at: content &+ 52)
    storedNameLength = try image.uint16(at: content &+ 72)
    classNameLength = try image.uint16(at: content &+ 74)
    name = StoredName(
      offset: content &+ Self.fixedSize,
      byteCount: min(Int(storedNameLength), cell.contentSize &- Self.fixedSize),
      isLatin1: flags & Self.compressedName != 0)
  }

  /// What is wrong with the name's length, if anything.
  public var nameFault: FormatError? {
    guard Int(storedNameLength) != name.byteCount else { return nil }
    return FormatError(
      .nameOverrun, at: cell.content + 72,
      expected: "a name of at most \(name.byteCount) bytes", found: "\(storedNameLength)")
  }
}
