// SPDX-License-Identifier: MIT

/// A key node (`nk`): a key's time, name, and references to everything it has.
package struct KeyNode: Sendable, Hashable {
  /// The length of the fixed part in bytes; the name follows.
  @usableFromInline package static var fixedSize: Int { 76 }

  /// The cell that holds the node.
  package let cell: Cell
  package let flags: UInt16
  /// A FILETIME.
  package let lastWritten: UInt64
  /// Which phases of the system's run opened the key (byte 0) and layering bits (byte 1).
  package let accessBits: UInt32
  package let parent: CellReference
  /// How many subkeys the node claims.
  package let subkeyCount: UInt32
  package let subkeyList: CellReference
  /// How many values the node claims; a handle when the key is predefined.
  package let storedValueCount: UInt32
  package let valueList: CellReference
  package let security: CellReference
  package let className: CellReference
  /// The longest subkey name in bytes (low half), virtualization and user flags, debug bits.
  package let subkeyNameLimit: UInt32
  package let classNameLength: UInt16
  /// The length that the node claims for its name, in bytes.
  package let storedNameLength: UInt16
  /// The name, as far as it lies in the cell.
  package let name: StoredName

  /// Where the node's cell begins in the file.
  package var offset: Int { cell.offset }
  /// How many values the node claims.
  package var valueCount: UInt32 { flags & Self.predefinedHandle == 0 ? storedValueCount : 0 }
  /// Flags for 32-bit views, at the place that Windows XP SP3 and Vista moved them to.
  package var userFlags: UInt8 { UInt8(truncatingIfNeeded: subkeyNameLimit >> 20) & 0xF }
  package var virtualizationFlags: UInt8 { UInt8(truncatingIfNeeded: subkeyNameLimit >> 16) & 0xF }
  /// How the node takes part in a layered key: 0 merged, 1 tombstone, 2 and 3 superseding.
  package var layerSemantics: UInt8 { UInt8(truncatingIfNeeded: accessBits >> 8) & 0x3 }

  /// The key is the root of its hive.
  package static var hiveEntry: UInt16 { 0x0004 }
  /// The key is a link to another key.
  package static var symbolicLink: UInt16 { 0x0010 }
  /// The name is stored as Latin-1.
  @usableFromInline package static var compressedName: UInt16 { 0x0020 }
  /// The key stands for a predefined handle and has no values of its own.
  package static var predefinedHandle: UInt16 { 0x0040 }
  /// The signature `nk`.
  @usableFromInline package static var signature: UInt16 { 0x6B6E }
}

extension FormatError.Code {
  /// A name is longer than the cell it stands in.
  package static let nameOverrun = Self(rawValue: "name-overrun")
}

extension KeyNode {
  /// Reads the key node in the cell at a file offset.
  ///
  /// A name that runs past its cell is cut there; ``nameFault`` tells.
  ///
  /// - Throws: ``FormatError`` when there is no used cell with a key node.
  @inlinable
  package init(parsing image: HiveImage, at offset: Int) throws(FormatError) {
    cell = try image.cell(
      at: offset, signature: Self.signature, minimumContent: Self.fixedSize)
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
  package var nameFault: FormatError? {
    guard Int(storedNameLength) != name.byteCount else { return nil }
    return FormatError(
      .nameOverrun, at: cell.content + 72,
      expected: "a name of at most \(name.byteCount) bytes", found: "\(storedNameLength)")
  }
}
