// SPDX-License-Identifier: MIT

/// Sizes for cells whose own are impossible.
///
/// A wrong number in four bytes breaks the chain of cells in a bin, and what the cell holds could not
/// be read, although references lead to it. The cell then ends where the chain goes on: at the first
/// place from which sound cells follow each other. Where nothing leads to the place of the break, what
/// follows is the rest of the cell before, whose own size is too small.
///
/// A chain may also break because a size before the place is too large, and then the place is
/// somewhere in a sound record. So these are proposals: see ``LiveCells``.
package struct MendedCells: Sendable {
  /// Where cells begin, and the sizes to store there.
  package private(set) var sizes: [(offset: Int, stored: Int32)] = []

  private let image: HiveImage
  /// The cells with data and lists of values that records in the chains refer to.
  private var referenced: Set<Int> = []

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
    guard !bins.unmapped.isEmpty else { return }
    bins.forEachCell { noteReferences(in: $0) }
    let breaks = Dictionary(
      bins.unmapped.map { ($0.lowerBound, $0.upperBound) }, uniquingKeysWith: { first, _ in first })
    for chain in bins.chains {
      if let end = breaks[chain.upperBound] { mend(chain, upTo: end) }
    }
  }

  private mutating func mend(_ chain: Range<Int>, upTo end: Int) {
    var place = chain.upperBound
    var previous = lastCell(of: chain)
    while place <= end - 8 {
      var cell = place
      var least = place + 8
      var isFree = false
      if let needed = neededSize(at: place) {
        least = place + needed
      } else if let last = previous, let needed = neededSize(at: last), last + needed > place {
        // The cell before is too short for its record: what follows is the rest of it.
        cell = last
        least = last + needed
        isFree = (size(at: last, upTo: end) ?? 0) > 0
      } else if let last = previous, referenced.contains(last), !referenced.contains(place) {
        cell = last
      }
      var next = min(max((least + 7) & ~7, place + 8), end)
      while next < end, !isChain(at: next, upTo: end) { next += 8 }
      sizes.append((cell, Int32(truncatingIfNeeded: isFree ? next - cell : cell - next)))
      // On to where the chain breaks again.
      previous = cell
      place = next
      while place < end, let size = size(at: place, upTo: end) {
        previous = place
        place += abs(size)
      }
    }
  }

  private mutating func noteReferences(in cell: Cell) {
    guard cell.isAllocated, let signature = try? image.uint16(at: cell.content) else { return }
    var field: Int?
    if signature == ValueRecord.signature, cell.contentSize >= ValueRecord.fixedSize,
      !ValueRecord(in: cell, of: image).isInline
    {
      field = ValueRecord.Layout.data
    } else if signature == KeyNode.signature, cell.contentSize >= KeyNode.fixedSize {
      field = KeyNode.Layout.valueList
    }
    guard let field, let reference = try? image.uint32(at: cell.content + field) else { return }
    referenced.insert(reference.fileOffset)
  }

  private func lastCell(of chain: Range<Int>) -> Int? {
    var last: Int?
    var offset = chain.lowerBound
    while offset < chain.upperBound, let size = size(at: offset, upTo: chain.upperBound) {
      last = offset
      offset += abs(size)
    }
    return last
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
    case 0x666C, 0x686C: return 8 + 8 * number(2)
    case 0x696C, 0x6972: return 8 + 4 * number(2)
    default: return nil
    }
  }
}
