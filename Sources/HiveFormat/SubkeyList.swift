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

extension FormatError.Code {
  /// A list claims more elements than its cell has room for.
  package static let listOverrun = Self(rawValue: "list-overrun")
  /// A list has other elements than its key's node says.
  package static let listCount = Self(rawValue: "list-count")
  /// A list of lists stands inside another one.
  package static let listNesting = Self(rawValue: "list-nesting")
  /// A list is referred to twice.
  package static let listReused = Self(rawValue: "list-reused")
}

extension SubkeyList {
  /// Reads the head of the list in the cell at a file offset.
  ///
  /// - Throws: ``FormatError`` when there is no used cell with a list.
  package init(parsing image: HiveImage, at offset: Int) throws(FormatError) {
    cell = try image.allocatedCell(at: offset)
    switch try image.uint16(at: cell.content) {
    case 0x666C: kind = .fastLeaf
    case 0x686C: kind = .hashLeaf
    case 0x696C: kind = .indexLeaf
    case 0x6972: kind = .indexRoot
    default:
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

// MARK: - All subkeys of a key

extension HiveImage {
  /// The leaves (every kind but `ri`) of a key's list of subkeys, in order.
  ///
  /// What cannot be read is reported and left out. No list is given out twice, so that the work is
  /// bounded by the file's size.
  package func subkeyLeaves(
    of node: KeyNode, reporting faults: inout [FormatError]
  ) -> [SubkeyList] {
    guard node.subkeyCount > 0 else { return [] }
    var leaves: [SubkeyList] = []
    do throws(FormatError) {
      let list = try SubkeyList(parsing: self, at: node.subkeyList.fileOffset)
      if let fault = list.countFault { faults.report(fault) }
      guard list.kind == .indexRoot else { return [list] }
      leaves.reserveCapacity(list.count)
      var seen: Set<Int> = []
      var elements = 0
      for index in 0..<list.count {
        do throws(FormatError) {
          let reference: CellReference = try uint32(at: list.offset(of: index))
          guard seen.insert(reference.fileOffset).inserted else {
            throw FormatError(
              .listReused, at: list.offset(of: index), expected: "a list not listed before",
              found: "a second reference to \(hex(reference.fileOffset))")
          }
          let leaf = try SubkeyList(parsing: self, at: reference.fileOffset)
          guard leaf.kind != .indexRoot else {
            throw FormatError(
              .listNesting, at: leaf.cell.content, expected: "a list of keys",
              found: "a list of lists inside another")
          }
          if let fault = leaf.countFault { faults.report(fault) }
          elements += leaf.count
          // Made-up lists may begin in the middle of others, thousands in each.
          guard elements <= count / 4 else {
            throw overlap(at: leaf.cell.offset, "a list of \(leaf.count) more elements")
          }
          leaves.append(leaf)
        } catch {
          faults.report(error)
        }
      }
    } catch {
      faults.report(error)
    }
    return leaves
  }

  /// Appends the file offsets of a key's subkeys, in stored order.
  ///
  /// What cannot be read is reported and left out.
  package func readSubkeys(
    of node: KeyNode, into offsets: inout [Int], reporting faults: inout [FormatError]
  ) {
    let leaves = subkeyLeaves(of: node, reporting: &faults)
    readSubkeys(of: node, in: leaves, into: &offsets, reporting: &faults)
  }

  /// The fault of a hive in which more is listed than its file has room for.
  package func overlap(at offset: Int, _ found: String) -> FormatError {
    FormatError(
      .cellOverlap, at: offset, expected: "cells beside each other, as the file has room for",
      found: found)
  }

  /// Appends the file offsets of a key's subkeys that stand in some of its list's leaves.
  package func readSubkeys(
    of node: KeyNode, in leaves: [SubkeyList], into offsets: inout [Int],
    reporting faults: inout [FormatError]
  ) {
    let total = leaves.reduce(0) { $0 + $1.count }
    offsets.reserveCapacity(offsets.count + total)
    for leaf in leaves {
      for index in 0..<leaf.count {
        do throws(FormatError) {
          let reference: CellReference = try uint32(at: leaf.offset(of: index))
          let offset = reference.fileOffset
          if faults.isFull, keyNodeCell(at: offset) == nil {
            faults.reportAnother(at: offset)
            continue
          }
          try checkKeyNode(at: offset)
          offsets.append(offset)
        } catch {
          faults.report(error)
        }
      }
    }
    if total != Int(node.subkeyCount) {
      faults.report(
        FormatError(
          .listCount, at: node.cell.content + 20, expected: "\(total) subkeys, as listed",
          found: "\(node.subkeyCount)"))
    }
  }

  /// The cell at a file offset, where a key node can be read in it.
  @inlinable
  package func keyNodeCell(at offset: Int) -> Cell? {
    cell(ifAt: offset, signature: KeyNode.signature, minimumContent: KeyNode.fixedSize)
  }

  /// Makes sure that a key node can be read in the cell at a file offset.
  @inlinable
  package func checkKeyNode(at offset: Int) throws(FormatError) {
    _ = try cell(at: offset, signature: KeyNode.signature, minimumContent: KeyNode.fixedSize)
  }
}
