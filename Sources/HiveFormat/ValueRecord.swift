// SPDX-License-Identifier: MIT

/// A value record (`vk`): a value's name, type and size, and where its data are.
package struct ValueRecord: Sendable, Hashable {
  /// The length of the fixed part in bytes; the name follows.
  @usableFromInline package static var fixedSize: Int { 20 }

  /// The cell that holds the record.
  package let cell: Cell
  /// The size field as stored: bit 31 says that the data stand in the record.
  package let storedDataSize: UInt32
  /// Where the data are, unless they stand in this very field.
  package let data: CellReference
  /// The type's number.
  package let type: UInt32
  package let flags: UInt16
  /// The length that the record claims for its name, in bytes.
  package let storedNameLength: UInt16
  /// The name, as far as it lies in the cell; empty for a key's default value.
  package let name: StoredName

  /// Where the record's cell begins in the file.
  package var offset: Int { cell.offset }
  /// The data's size in bytes, as the record claims it.
  package var dataSize: Int { Int(storedDataSize & 0x7FFF_FFFF) }
  /// Whether the data stand in the record itself: 4 bytes at most.
  package var isInline: Bool { storedDataSize & 0x8000_0000 != 0 }
  /// Where data that stand in the record begin in the file.
  package var inlineOffset: Int { cell.content + 8 }
  /// Whether the value hides one of the same name in a lower layer.
  package var isTombstone: Bool { flags & 0x0002 != 0 }

  /// The name is stored as Latin-1.
  @usableFromInline package static var compressedName: UInt16 { 0x0001 }
  /// The signature `vk`.
  @usableFromInline package static var signature: UInt16 { 0x6B76 }
}

extension ValueRecord {
  /// Reads the value record in the cell at a file offset.
  ///
  /// A name that runs past its cell is cut there; ``nameFault`` tells.
  ///
  /// - Throws: ``FormatError`` when there is no used cell with a value record.
  @inlinable
  package init(parsing image: HiveImage, at offset: Int) throws(FormatError) {
    cell = try image.cell(
      at: offset, signature: Self.signature, minimumContent: Self.fixedSize)
    let content = cell.content
    storedNameLength = try image.uint16(at: content &+ 2)
    storedDataSize = try image.uint32(at: content &+ 4)
    data = try image.uint32(at: content &+ 8)
    type = try image.uint32(at: content &+ 12)
    flags = try image.uint16(at: content &+ 16)
    name = StoredName(
      offset: content &+ Self.fixedSize,
      byteCount: min(Int(storedNameLength), cell.contentSize &- Self.fixedSize),
      isLatin1: flags & Self.compressedName != 0)
  }

  /// What is wrong with the name's length, if anything.
  package var nameFault: FormatError? {
    guard Int(storedNameLength) != name.byteCount else { return nil }
    return FormatError(
      .nameOverrun, at: cell.content + 2,
      expected: "a name of at most \(name.byteCount) bytes", found: "\(storedNameLength)")
  }
}
