// SPDX-License-Identifier: MIT

/// The cells of a hive that references led to, each counted once.
package struct CellClaims: Sendable {
  private let bins: BinScan
  private var claimed: BitSet
  /// Which parts of 4 bytes of the unmapped ones were found to be in cells.
  private var recovered: BitSet?

  /// The size of all used cells, those that were found where the bins have none included.
  package private(set) var allocatedBytes: Int
  package private(set) var allocatedCellCount: Int
  /// How many unmapped bytes were found to be in cells, and how many of those lie after all bins.
  package private(set) var recoveredBytes = 0
  package private(set) var recoveredTrailingBytes = 0

  package init(_ bins: BinScan) {
    self.bins = bins
    claimed = BitSet(covering: bins.image.binsEnd, stride: 8)
    allocatedBytes = bins.allocatedBytes
    allocatedCellCount = bins.allocatedCellCount
  }

  /// Takes a cell that a reference led to; nil where an earlier one led there too.
  ///
  /// - Returns: How many bytes the cell adds to those taken before: its size, unless cells overlap
  ///   in a damaged file.
  @inline(__always)
  package mutating func claim(_ cell: Cell) -> Int? {
    guard claimed.insert(cell.offset) else { return nil }
    return bins.starts.contains(cell.offset) ? cell.size : recover(cell)
  }

  /// Takes the cells of a key.
  ///
  /// - Parameters:
  ///   - parts: The cells, in the order of their references.
  ///   - body: Gets each cell that no earlier reference led to, and how many bytes it adds.
  @inline(__always)
  mutating func claim(_ parts: [Visit.Part], _ body: (Visit.Part, Int) -> Void) {
    let starts = bins.starts
    var odd: [Int] = []
    claimed.withWords { words in
      for index in parts.indices {
        let offset = parts[index].cell.offset
        let place = offset >> 9
        guard UInt(bitPattern: place) < UInt(bitPattern: words.count) else { continue }
        let (word, bit) = (words[place], 1 &<< UInt64(truncatingIfNeeded: offset >> 3))
        guard word & bit == 0 else { continue }
        words[place] = word | bit
        if starts.contains(offset) {
          body(parts[index], parts[index].cell.size)
        } else {
          odd.append(index)
        }
      }
    }
    for index in odd { body(parts[index], recover(parts[index].cell)) }
  }

  @inline(never)
  private mutating func recover(_ cell: Cell) -> Int {
    guard let range = bins.unmappedRange(around: cell.offset) else { return 0 }
    if recovered == nil { recovered = BitSet(covering: bins.image.binsEnd, stride: 4) }
    var added = 0
    for offset in stride(from: cell.offset, to: min(cell.end, range.upperBound), by: 4) {
      guard recovered?.insert(offset) == true else { break }
      added += 4
    }
    recoveredBytes += added
    if cell.offset >= bins.lastBinEnd { recoveredTrailingBytes += added }
    allocatedBytes += added
    allocatedCellCount += 1
    return added
  }

  /// Whether a reference led to a cell.
  func isClaimed(_ cell: Cell) -> Bool { claimed.contains(cell.offset) }

  /// Returns the used cells that no reference led to, in the order of the file.
  func forEachUnclaimed(_ body: (Cell) -> Void) {
    for index in bins.starts.words.indices {
      var rest = bins.starts.words[index] & ~claimed.words[index]
      while rest != 0 {
        let offset = index << 9 | rest.trailingZeroBitCount << 3
        rest &= rest - 1
        if let cell = try? bins.image.cell(at: offset) { body(cell) }
      }
    }
  }

  /// The used cells that no reference led to: how many, and their size.
  func unclaimedCells() -> (count: Int, bytes: Int) {
    var count = 0
    var bytes = 0
    forEachUnclaimed { cell in
      count += 1
      bytes += cell.size
    }
    return (count, bytes)
  }

  /// The bytes after the last bin, apart from cells that references lead to.
  package var trailingBytes: Int { bins.image.count - bins.lastBinEnd - recoveredTrailingBytes }

  /// The bytes from the first bin to the end of the last one that are in no header and no cell.
  package var looseBytes: Int {
    var total = -recoveredBytes + recoveredTrailingBytes
    for range in bins.unmapped where range.upperBound <= bins.lastBinEnd { total += range.count }
    return total
  }
}
