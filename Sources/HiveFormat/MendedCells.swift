// SPDX-License-Identifier: MIT

/// Sizes for cells whose own are impossible.
///
/// A wrong number in four bytes breaks the chain of cells in a bin, and what the cell holds could not
/// be read, although references lead to it. The cell then ends where the chain goes on: at the first
/// place from which sound cells follow each other. Where nothing leads to the place of the break, what
/// follows is the rest of the cell before, whose own size is too small. A size that is too small may
/// also lead to bytes that look like a cell, and the break comes later.
///
/// A chain may also break because a size before the place is too large, and then the place is
/// somewhere in a sound record. So these are proposals: see ``LiveCells``.
package struct MendedCells: Sendable {
  /// Where cells begin, and the sizes to store there.
  package private(set) var sizes: [(offset: Int, stored: Int32)] = []

  private let image: HiveImage
  /// The cells with data and lists of values that records refer to, and the sizes that these call
  /// for.
  private var referenced: [Int: Int] = [:]
  /// How many more cells may be looked at to find sizes that are too small.
  private var steps: Int

  /// So many sound cells in a row, one of them a record, are no coincidence.
  private static let cellsInRow = 4
  /// What the content of cells begins with that are no data and no lists of values.
  private static let signatures: Set<UInt16> = [
    KeyNode.signature, ValueRecord.signature, BigData.signature, 0x6B73, 0x666C, 0x686C, 0x696C,
    0x6972,
  ]

  /// Looks for such cells; there are none in a hive whose chains are whole.
  package init(_ bins: BinScan) {
    image = bins.image
    steps = image.count / 8
    guard !bins.unmapped.isEmpty else { return }
    bins.forEachCell { if $0.isAllocated { noteReferences(at: $0.offset) } }
    let breaks = Dictionary(
      bins.unmapped.map { ($0.lowerBound, $0.upperBound) }, uniquingKeysWith: { first, _ in first })
    for (start, end) in breaks {
      for offset in stride(from: start, to: end - 8, by: 8) { noteReferences(at: offset) }
    }
    for chain in bins.chains {
      if let end = breaks[chain.upperBound] { mend(chain.lowerBound..<end) }
    }
  }

  /// Goes through the cells of a bin.
  private mutating func mend(_ bin: Range<Int>) {
    let end = bin.upperBound
    var place = bin.lowerBound
    var previous: Int?
    while place <= end - 8 {
      let cell: Int
      let least: Int
      if let size = size(at: place, upTo: end) {
        guard let needed = shortage(at: place, size: abs(size), upTo: end) else {
          previous = place
          place += abs(size)
          continue
        }
        (cell, least) = (place, place + needed)
      } else if let needed = neededSize(at: place) {
        (cell, least) = (place, place + needed)
      } else if let last = previous, let needed = neededSize(at: last), last + needed > place {
        // The cell before is too short for its record: what follows is the rest of it.
        (cell, least) = (last, last + needed)
      } else if let last = previous, referenced[last] != nil, referenced[place] == nil {
        (cell, least) = (last, place + 8)
      } else {
        (cell, least) = (place, place + 8)
      }
      let next = nextChain(from: max(least, place + 8), before: end, upTo: end)
      let isFree = (size(at: cell, upTo: end) ?? 0) > 0
      sizes.append((cell, Int32(truncatingIfNeeded: isFree ? next - cell : cell - next)))
      previous = cell
      place = next
    }
  }

  /// How much room a cell needs that has less, where what follows it are no cells; nil where there
  /// is no such need.
  ///
  /// A record may claim more than it has, and then the cells behind it are sound.
  private mutating func shortage(at cell: Int, size: Int, upTo end: Int) -> Int? {
    guard let needed = [neededSize(at: cell), referenced[cell]].compactMap({ $0 }).max(),
      needed > size, cell + needed <= end
    else { return nil }
    let goal = (cell + needed + 7) & ~7
    var place = cell + size
    while place < goal {
      guard steps > 0 else { return nil }
      steps -= 1
      guard let size = self.size(at: place, upTo: end) else {
        // A record of its own begins where the chain breaks.
        return neededSize(at: place) == nil && referenced[place] == nil ? needed : nil
      }
      place += abs(size)
    }
    guard place > goal else { return nil }
    let next = nextChain(from: goal, before: place, upTo: end)
    steps -= min((next - goal) / 8, steps)
    return next < place ? next - cell : nil
  }

  /// The first place from which sound cells follow each other, or the limit where there is none
  /// before it.
  private func nextChain(from start: Int, before limit: Int, upTo end: Int) -> Int {
    var next = min((start + 7) & ~7, limit)
    while next < limit, !isChain(at: next, upTo: end) { next += 8 }
    return next
  }

  private mutating func noteReferences(at offset: Int) {
    let content = offset + 4
    guard let signature = try? image.uint16(at: content) else { return }
    func number(_ field: Int) -> Int { (try? image.uint32(at: content + field)).map(Int.init) ?? 0 }
    let reference: Int
    let size: Int
    if signature == ValueRecord.signature {
      (reference, size) = (
        number(ValueRecord.Layout.data), number(ValueRecord.Layout.dataSize)
      )
      // What is longer is in segments, or in the record itself.
      guard size <= BigData.segmentSize else { return }
    } else if signature == KeyNode.signature {
      reference = number(KeyNode.Layout.valueList)
      size = 4 * min(number(KeyNode.Layout.valueCount), 1 << 20)
    } else {
      return
    }
    let cell = CellReference(truncatingIfNeeded: reference).fileOffset
    referenced[cell] = max(referenced[cell] ?? 0, 4 + size)
  }

  /// The size that a cell stores; nil where that cannot be one.
  private func size(at offset: Int, upTo end: Int) -> Int? {
    guard let number = try? image.uint32(at: offset) else { return nil }
    let stored = Int(Int32(bitPattern: number))
    return abs(stored) >= 8 && stored & 7 == 0 && abs(stored) <= end - offset ? stored : nil
  }

  /// Whether sound cells follow each other from a place on.
  private func isChain(at start: Int, upTo end: Int) -> Bool {
    var offset = start
    var hasRecord = false
    for _ in 0..<Self.cellsInRow {
      guard let size = size(at: offset, upTo: end) else { return false }
      if size < 0, let signature = try? image.uint16(at: offset + 4) {
        hasRecord = hasRecord || Self.signatures.contains(signature)
      }
      offset += abs(size)
      if offset == end { return true }
    }
    return hasRecord
  }

  /// The size that the record in a cell calls for; nil where it is none.
  private func neededSize(at offset: Int) -> Int? {
    let content = offset + 4
    func number(_ place: Int) -> Int { (try? image.uint16(at: content + place)).map(Int.init) ?? 0 }
    switch number(0) {
    case Int(KeyNode.signature):
      return 4 + KeyNode.fixedSize + number(KeyNode.Layout.nameLength)
    case Int(ValueRecord.signature):
      return 4 + ValueRecord.fixedSize + number(ValueRecord.Layout.nameLength)
    case 0x666C, 0x686C: return isList(at: content) ? 8 + 8 * number(2) : nil
    case 0x696C, 0x6972: return isList(at: content) ? 8 + 4 * number(2) : nil
    default: return nil
    }
  }

  /// Whether the first element of what looks like a list leads to a record: two letters alone are
  /// part of many names.
  private func isList(at content: Int) -> Bool {
    guard let element = try? image.uint32(at: content + 4),
      let signature = try? image.uint16(at: element.fileOffset + 4)
    else { return false }
    return Self.signatures.contains(signature)
  }
}
