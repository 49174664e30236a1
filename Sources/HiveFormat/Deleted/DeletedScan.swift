// SPDX-License-Identifier: MIT

/// Finds the key nodes and value records that no live key has, wherever they are still readable:
/// in free cells, after the records of used cells, and in used cells that nothing leads to.
///
/// Nothing distinguishes an old record from bytes that look like one, so each is judged by what every
/// record of its kind has: a size that fits, a name that is text, a time in this age, references
/// that can be ones. A record that something was written into since is not taken.
package struct DeletedScan: Sendable {
  /// Where a record was found.
  package enum Place: Sendable, Hashable {
    /// In a free cell.
    case freeCell
    /// In a used cell, after what the cell is used for.
    case slack
    /// In a used cell that nothing leads to, or where the chain of cells is broken.
    case unreferenced
  }

  /// What a deleted key was in.
  package enum Parent: Sendable, Hashable {
    /// A key that is still there: its place among ``DeletedScan/liveKeys``.
    case live(Int)
    /// A deleted key: its place among ``DeletedScan/keys``.
    case deleted(Int)
    /// Something that is not there any more.
    case lost
  }

  package struct Key: Sendable {
    package let node: KeyNode
    package let place: Place
    package internal(set) var parent = Parent.lost
    /// Its values' places among ``DeletedScan/values``.
    package internal(set) var values: [Int] = []
  }

  package struct Value: Sendable {
    package let record: ValueRecord
    package let place: Place
    /// Where the data are; nil where they are lost.
    package internal(set) var data: ValueExtent?
    /// Whether it is a value of one of the keys.
    package internal(set) var hasKey = false
  }

  /// The deleted keys, in the order of the file.
  package internal(set) var keys: [Key] = []
  /// The deleted values, in the order of the file.
  package internal(set) var values: [Value] = []
  /// The live keys, each after its parent: their nodes, and their parents' places in the list.
  package let liveKeys: [(node: CellReference, parent: Int32)]

  let image: HiveImage
  /// What live keys and values are made of.
  private let live: BitSet
  /// Where something is that an old record cannot reach past: live bytes, or another cell.
  private let obstacles: NextMember
  /// How many more bytes of data, and elements of lists, may be read: several old records may
  /// refer to the same ones.
  private var budget: Int

  /// Looks through a hive.
  ///
  /// - Parameters:
  ///   - image: The hive.
  ///   - cells: Its cells.
  ///   - root: The file offset of the root key's cell.
  package init(_ image: HiveImage, bins cells: BinScan, root: Int) {
    self.image = image
    budget = image.count
    let reachable = ReachableBytes(image, bins: cells, root: root)
    liveKeys = reachable.keys
    live = reachable.bytes
    var blocked = live
    cells.forEachCell { blocked.insert(from: $0.offset, to: $0.offset + 8) }
    for chain in cells.chains {
      blocked.insert(from: chain.lowerBound - Bin.headerSize, to: chain.lowerBound)
    }
    obstacles = NextMember(blocked)
    scan(cells)
    attributeValues()
    findParents()
    readData()
  }

  private mutating func scan(_ cells: BinScan) {
    var keys: [Key] = []
    var values: [Value] = []
    func look(_ range: Range<Int>, _ place: Place) {
      var offset = range.lowerBound
      while offset <= range.upperBound - 24 {
        guard let signature = try? image.uint16(at: offset + 4),
          signature == KeyNode.signature || signature == ValueRecord.signature,
          !live.contains(offset), let cell = recordCell(at: offset)
        else {
          offset += 8
          continue
        }
        // What is taken for a record is not looked at again.
        var name: StoredName?
        if let node = keyNode(in: cell) {
          keys.append(Key(node: node, place: place))
          name = node.name
        } else if let record = valueRecord(in: cell) {
          values.append(Value(record: record, place: place, data: nil))
          name = record.name
        }
        offset = name.map { ($0.offset + $0.byteCount + 7) & ~7 } ?? offset + 8
      }
    }
    cells.forEachCell { cell in
      let place: Place =
        !cell.isAllocated ? .freeCell : live.contains(cell.offset) ? .slack : .unreferenced
      look(cell.offset..<cell.end, place)
    }
    for hole in cells.unmapped { look(hole, .unreferenced) }
    if !cells.unmapped.isEmpty {
      keys.sort { $0.node.offset < $1.node.offset }
      values.sort { $0.record.offset < $1.record.offset }
    }
    self.keys = keys
    self.values = values
  }

  /// Whether nothing was written since between two offsets, the first of which may be that of a
  /// cell.
  func isUntouched(from start: Int, to end: Int) -> Bool {
    end <= image.binsEnd && !live.contains(start) && obstacles.offset(from: start + 8) >= end
  }

  /// The cell of an old record as its size field has it, used or not.
  private func recordCell(at offset: Int) -> Cell? {
    guard let number = try? image.uint32(at: offset) else { return nil }
    let stored = Int(Int32(bitPattern: number))
    let size = abs(stored)
    guard size >= 24, size % 8 == 0, size <= image.binsEnd - offset else { return nil }
    return Cell(offset: offset, size: size, isAllocated: stored < 0)
  }

  /// Takes so much from what may be read; false where there is not that much left.
  mutating func spend(_ count: Int) -> Bool {
    guard count <= budget else { return false }
    budget -= count
    return true
  }
}
