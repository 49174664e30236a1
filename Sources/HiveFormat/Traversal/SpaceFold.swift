// SPDX-License-Identifier: MIT

/// What every byte of a hive is used for, and how much each key takes up.
package struct SpaceFold: Sendable {
  /// A fault, and the place of the key that it was met at among all keys.
  package struct Fault: Sendable {
    package let error: FormatError
    package let key: Int32
  }

  /// How many faults are kept; the others are counted.
  private static let faultLimit = 1000

  /// The cells as the bins hold them.
  package let bins: BinScan
  /// The cells that the tree leads to.
  package private(set) var cells: CellClaims
  /// The bytes that the tree leads to, by kind.
  package private(set) var kinds = CellKindBytes()
  /// One for each key, every key before those below it, in stored order.
  package private(set) var keys: [KeySpace] = []
  /// How many values there are.
  package private(set) var valueCount = 0
  /// The faults met in the tree, the first ones.
  package private(set) var faults: [Fault] = []
  /// How many faults there are in all, those of ``bins`` not counted.
  package private(set) var faultCount = 0
  /// The used cells that nothing leads to: how many, and their size.
  package private(set) var unreferenced = (count: 0, bytes: 0)

  /// Goes through a hive.
  ///
  /// - Parameters:
  ///   - image: The hive.
  ///   - bins: Its cells.
  ///   - root: The file offset of the root key's cell.
  package init(_ image: HiveImage, bins: BinScan, root: Int) {
    self.bins = bins
    cells = CellClaims(bins)
    keys.reserveCapacity(bins.allocatedCellCount / 5)
    var traversal = Traversal(image, bins: bins, root: root, listsParts: true)
    while let node = traversal.next() { add(node, traversal.visit) }
    sumUp()
    unreferenced = cells.unclaimedCells()
  }

  private mutating func add(_ node: KeyNode, _ visit: borrowing Visit) {
    var space = KeySpace(
      node: node.reference, parent: Int32(visit.parent), depth: Int32(visit.depth))
    space.lastWritten = node.lastWritten
    space.latestWritten = node.lastWritten
    var (kinds, bytes, valueBytes) = (kinds, 0, 0)
    cells.claim(visit.parts) { part, added in
      kinds.add(added, of: part.kind)
      switch part.kind {
      case .security: return
      case .value, .data: valueBytes &+= added
      default: break
      }
      bytes &+= added
    }
    self.kinds = kinds
    space.ownBytes = bytes
    space.ownValueBytes = valueBytes
    space.bytes = bytes
    space.ownValueCount = Int32(visit.values.count)
    space.valueCount = space.ownValueCount
    valueCount += visit.values.count
    for fault in visit.faults {
      faultCount += fault.faultCount
      if faults.count < Self.faultLimit {
        faults.append(Fault(error: fault, key: Int32(keys.count)))
      }
    }
    keys.append(space)
  }

  private mutating func sumUp() {
    for index in keys.indices.reversed() {
      let key = keys[index]
      guard key.parent >= 0 else { continue }
      let parent = Int(key.parent)
      keys[parent].bytes += key.bytes
      keys[parent].keyCount += key.keyCount
      keys[parent].valueCount += key.valueCount
      keys[parent].latestWritten = max(keys[parent].latestWritten, key.latestWritten)
    }
  }
}
