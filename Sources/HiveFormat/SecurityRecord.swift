// SPDX-License-Identifier: MIT

/// A security record (`sk`): a security descriptor that any number of keys share.
package struct SecurityRecord: Sendable, Hashable {
  /// The length of the fixed part in bytes; the descriptor follows.
  package static var fixedSize: Int { 20 }

  /// The cell that holds the record.
  package let cell: Cell
  package let next: CellReference
  package let previous: CellReference
  /// How many keys refer to the record, as it claims.
  package let referenceCount: UInt32
  /// The descriptor's length in bytes, as the record claims it.
  package let storedSize: UInt32

  /// Where the descriptor begins in the file.
  package var descriptorOffset: Int { cell.content + Self.fixedSize }
  /// The descriptor's length in bytes, as far as it lies in the cell.
  package var descriptorSize: Int { min(Int(storedSize), cell.contentSize - Self.fixedSize) }
}

extension SecurityRecord {
  /// Reads the security record in the cell at a file offset.
  ///
  /// - Throws: ``FormatError`` when there is no used cell with a security record.
  package init(parsing image: HiveImage, at offset: Int) throws(FormatError) {
    cell = try image.cell(at: offset, signature: 0x6B73, minimumContent: Self.fixedSize)
    next = try image.uint32(at: cell.content + 4)
    previous = try image.uint32(at: cell.content + 8)
    referenceCount = try image.uint32(at: cell.content + 12)
    storedSize = try image.uint32(at: cell.content + 16)
  }

  /// What is wrong with the descriptor's length, if anything.
  package var sizeFault: FormatError? {
    guard Int(storedSize) != descriptorSize else { return nil }
    return FormatError(
      .securityOverrun, at: cell.content + 16,
      expected: "a descriptor of at most \(descriptorSize) bytes", found: "\(storedSize)")
  }
}

extension HiveImage {
  /// The cell of a key's class name, and where the name is in it.
  ///
  /// A class name that runs past its cell is reported and cut there.
  package func classNameCell(
    of node: KeyNode, reporting faults: inout [FormatError]
  ) throws(FormatError) -> (cell: Cell, name: StoredName) {
    let size = Int(node.classNameLength)
    let cell = try allocatedCell(at: node.className.fileOffset)
    if size > cell.contentSize {
      faults.report(
        FormatError(
          .classNameOverrun, at: node.cell.content + KeyNode.Layout.classNameLength,
          expected: "a class name of at most \(cell.contentSize) bytes", found: "\(size)"))
    }
    let name = StoredName(
      offset: cell.content, byteCount: min(size, cell.contentSize), isLatin1: false)
    return (cell, name)
  }

  /// The UTF-16 units of a key's class name; nil when the key has none, or it cannot be read.
  package func className(of node: KeyNode) -> [UInt16]? {
    guard node.classNameLength > 0, node.className != .noCell else { return nil }
    var ignored: [FormatError] = []
    return (try? classNameCell(of: node, reporting: &ignored)).map { units(of: $0.name) }
  }
}
