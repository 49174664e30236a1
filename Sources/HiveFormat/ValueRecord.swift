// SPDX-License-Identifier: MIT

/// A value record (`vk`): a value's name, type and size, and where its data are.
public struct ValueRecord: Sendable, Hashable {
  /// The length of the fixed part in bytes; the name follows.
  public static var fixedSize: Int { 20 }

  /// The cell that holds the record.
  public let cell: Cell
  /// The size field as stored: bit 31 says that the data stand in the record.
  public let storedDataSize: UInt32
  /// Where the data are, unless they stand in this very field.
  public let data: CellReference
  /// The type's number.
  public let type: UInt32
  /// Bit 0: the name is Latin-1; bit 1: a tombstone.
  public let flags: UInt16
  /// The length that the record claims for its name, in bytes.
  public let storedNameLength: UInt16
  /// The name, as far as it lies in the cell; empty for a key's default value.
  public let name: StoredName

  /// Where the record's cell begins in the file.
  public var offset: Int { cell.offset }
  /// The data's size in bytes, as the record claims it.
  public var dataSize: Int { Int(storedDataSize & 0x7FFF_FFFF) }
  /// Whether the data stand in the record itself: 4 bytes at most.
  public var isInline: Bool { storedDataSize & 0x8000_0000 != 0 }
  /// Where data that stand in the record begin in the file.
  public var inlineOffset: Int { cell.content + Layout.data }
  /// Whether the value hides one of the same name in a lower layer.
  public var isTombstone: Bool { flags & 0x0002 != 0 }

  /// Whether the data are text that ends with its first NUL: `REG_SZ`, `REG_EXPAND_SZ`,
  /// `REG_LINK`.
  var isText: Bool { type == 1 || type == 2 || type == 6 }

  /// Where the fields stand in a record.
  @usableFromInline enum Layout {
    @inlinable static var nameLength: Int { 2 }
    @inlinable static var dataSize: Int { 4 }
    @inlinable static var data: Int { 8 }
    @inlinable static var type: Int { 12 }
    @inlinable static var flags: Int { 16 }
  }

  /// The longest name that Windows allows, in characters; longer ones are cut.
  public static var longestName: Int { 16_383 }

  /// The name is stored as Latin-1.
  public static var compressedName: UInt16 { 0x0001 }
  /// The signature `vk`.
  public static var signature: UInt16 { 0x6B76 }
}

extension ValueRecord {
  /// Reads the value record in the cell at a file offset.
  ///
  /// A name that runs past its cell is cut there; ``nameFault`` says so.
  ///
  /// - Throws: ``FormatError`` when there is no used cell with a value record.
  public init(parsing image: HiveImage, at offset: Int) throws(FormatError) {
    self.init(
      in: try image.cell(
        at: offset, signature: Self.signature, minimumContent: Self.fixedSize),
      of: image)
  }

  /// Reads the value record in a cell that is known to have one, and so many bytes of its name.
  @inline(__always)
  init(in cell: Cell, of image: HiveImage, nameLimit: Int = .max) {
    self.cell = cell
    let content = cell.content
    let fields = image.fields(at: content, count: Self.fixedSize)
    storedNameLength = fields?.uint16(at: Layout.nameLength) ?? 0
    storedDataSize = fields?.uint32(at: Layout.dataSize) ?? 0
    data = fields?.uint32(at: Layout.data) ?? 0
    type = fields?.uint32(at: Layout.type) ?? 0
    flags = fields?.uint16(at: Layout.flags) ?? 0
    let isLatin1 = flags & Self.compressedName != 0
    name = StoredName(
      offset: content &+ Self.fixedSize,
      byteCount: min(
        Int(storedNameLength), cell.contentSize &- Self.fixedSize,
        isLatin1 ? Self.longestName : 2 &* Self.longestName, nameLimit),
      isLatin1: isLatin1)
  }

  /// What is wrong with the name's length, if anything.
  public var nameFault: FormatError? {
    HiveFormat.nameFault(
      stored: storedNameLength, lengthAt: cell.content + Layout.nameLength, kept: name,
      room: cell.contentSize - Self.fixedSize)
  }
}
