// SPDX-License-Identifier: MIT

/// The head of a list of subkeys: its kind and its number of elements.
package struct SubkeyList: Sendable, Hashable {
  /// What the elements are.
  package enum Kind: Sendable, Hashable {
    /// `li`: key nodes.
    case indexLeaf
    /// `lf`: key nodes, each with the first four characters of its name.
    case fastLeaf
    /// `lh`: key nodes, each with a hash of its name.
    case hashLeaf
    /// `ri`: lists of the other kinds.
    case indexRoot

    /// How far elements stand apart in bytes.
    package var stride: Int {
      switch self {
      case .indexLeaf, .indexRoot: 4
      case .fastLeaf, .hashLeaf: 8
      }
    }
  }

  /// The cell that holds the list.
  package let cell: Cell
  package let kind: Kind
  /// How many elements the list claims.
  package let storedCount: Int
  /// How many of them lie in the cell.
  package let count: Int

  /// Where an element begins in the file; the index must be below ``count``.
  package func offset(of index: Int) -> Int { cell.content &+ 4 &+ index &* kind.stride }
}

extension SubkeyList {
  /// Reads the head of the list in the cell at a file offset, which may be a free one.
  ///
  /// - Throws: ``FormatError`` when there is no cell with a list.
  package init(parsing image: HiveImage, at offset: Int) throws(FormatError) {
    cell = try image.cell(at: offset)
    switch try image.uint16(at: cell.content) {
    case 0x666C: kind = .fastLeaf
    case 0x686C: kind = .hashLeaf
    case 0x696C: kind = .indexLeaf
    case 0x6972: kind = .indexRoot
    default:
      guard cell.isAllocated else { throw image.cellFree(at: offset) }
      throw FormatError(
        .signature, at: cell.content,
        expected: "a subkey list (\"lf\", \"lh\", \"li\" or \"ri\")",
        found: describeSignature(try image.bytes(at: cell.content, count: 2)))
    }
    storedCount = Int(try image.uint16(at: cell.content + 2))
    count = min(storedCount, (cell.contentSize - 4) / kind.stride)
  }

  /// What is wrong with the number of elements, if anything.
  package var countFault: FormatError? {
    guard storedCount != count else { return nil }
    return FormatError(
      .listOverrun, at: cell.content + 2,
      expected: "at most \(count) elements in a cell of \(cell.size) bytes",
      found: "\(storedCount)")
  }
}

// MARK: - Subkeys

extension HiveImage {
  /// The fault of a hive in which more is listed than its file has room for.
  package func overlap(at offset: Int, _ found: String) -> FormatError {
    FormatError(
      .cellOverlap, at: offset, expected: "cells beside each other, as the file has room for",
      found: found)
  }

  /// The cell at a file offset, where a key node can be read in it.
  @inline(__always)
  package func keyNodeCell(at offset: Int) -> Cell? {
    cell(ifAt: offset, signature: KeyNode.signature, minimumContent: KeyNode.fixedSize)
  }

  /// Makes sure that a key node can be read in the cell at a file offset.
  @inlinable
  package func checkKeyNode(at offset: Int) throws(FormatError) {
    _ = try cell(at: offset, signature: KeyNode.signature, minimumContent: KeyNode.fixedSize)
  }

  /// The cell at a file offset, where a value record can be read in it.
  @inline(__always)
  package func valueRecordCell(at offset: Int) -> Cell? {
    cell(ifAt: offset, signature: ValueRecord.signature, minimumContent: ValueRecord.fixedSize)
  }

  /// Makes sure that a value record can be read in the cell at a file offset.
  @inlinable
  package func checkValueRecord(at offset: Int) throws(FormatError) {
    _ = try cell(
      at: offset, signature: ValueRecord.signature, minimumContent: ValueRecord.fixedSize)
  }
}
