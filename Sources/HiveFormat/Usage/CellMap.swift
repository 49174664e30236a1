// SPDX-License-Identifier: MIT

/// All cells of a hive as its bins hold them, whether or not the tree leads to them.
///
/// Bins and their cells fill the file without gaps. Where damage breaks such a chain, the bytes
/// behind the break are a hole: no cell is known there until a reference leads to one.
package struct CellMap: Sendable {
  /// A run of bytes in the file.
  package struct Run: Sendable, Hashable {
    /// Where the run begins in the file.
    package let offset: Int
    /// How many bytes it has.
    package let size: Int
  }

  let image: HiveImage

  /// How many bins there are.
  package private(set) var binCount = 0
  /// How many bins hold no used cell.
  package private(set) var emptyBinCount = 0
  package private(set) var allocatedCellCount = 0
  package private(set) var freeCellCount = 0
  /// The size of all used cells, with their size fields and padding.
  package internal(set) var allocatedBytes = 0
  package private(set) var freeBytes = 0
  /// The largest runs of free cells next to each other, the largest first; no more than ten.
  package private(set) var largestFreeRuns: [Run] = []
  /// Where the last bin ends.
  package private(set) var lastBinEnd = BaseBlock.size
  /// What is wrong with bins and chains of cells.
  package private(set) var faults: [FormatError] = []

  /// The unbroken chains of cells, one a bin; in order.
  private(set) var chains: [Range<Int>] = []
  /// The bytes in bins, or between them, that no chain of cells covers; in order.
  private(set) var holes: [Range<Int>] = []
  /// One bit for each 8 bytes of the file: a used cell begins there.
  private var starts: [UInt64]
  /// Likewise: a reference led there.
  private var claimed: [UInt64]
  /// Where references led that no cell of a chain begins; one bit for each 4 bytes.
  private var strays = OffsetSet()
  /// Which bytes of holes were found to be in cells; one bit for each 4 bytes.
  private var adopted = OffsetSet()
  /// How many bytes of holes were found to be in cells, and how many of those lie behind all bins.
  package private(set) var adoptedBytes = 0
  package private(set) var adoptedTrailingBytes = 0

  private static let freeRunLimit = 10

  /// Goes through the bins of a hive, cell by cell.
  package init(_ image: HiveImage) {
    // No reference reaches further, however long a file is.
    let image = image.limited(toBinsEnd: min(image.binsEnd, BaseBlock.size + 1 << 32))
    self.image = image
    starts = [UInt64](repeating: 0, count: image.binsEnd / 512 + 1)
    claimed = starts
    var offset = BaseBlock.size
    while offset < image.binsEnd {
      do throws(FormatError) {
        let bin = try Bin(parsing: image, at: offset)
        addBin(offset..<min(bin.end, image.binsEnd))
        offset = bin.end
      } catch {
        addFault(error)
        offset = addDamagedBin(at: offset)
      }
    }
  }

  /// The bytes behind the last bin, apart from cells that references lead to.
  package var trailingBytes: Int { image.count - lastBinEnd - adoptedTrailingBytes }

  /// The bytes from the first bin to the end of the last one that are in no header and no cell.
  package var looseBytes: Int {
    var total = -adoptedBytes + adoptedTrailingBytes
    for hole in holes where hole.upperBound <= lastBinEnd { total += hole.count }
    return total
  }
}

// MARK: - Bins

extension CellMap {
  private mutating func addBin(_ bin: Range<Int>) {
    binCount += 1
    lastBinEnd = bin.upperBound
    let used = allocatedCellCount
    let end = addCells(in: (bin.lowerBound + Bin.headerSize)..<bin.upperBound)
    chains.append(bin.lowerBound + Bin.headerSize..<end)
    if end < bin.upperBound {
      addFault(
        (try? image.uint32(at: end)).map { image.cellSize(Int32(bitPattern: $0), at: end) }
          ?? image.endOfFile(at: end, needing: 4))
      holes.append(end..<bin.upperBound)
    }
    if allocatedCellCount == used { emptyBinCount += 1 }
  }

  /// Takes what stands before the next good bin for a bin whose header is damaged, if its cells
  /// say so.
  ///
  /// - Returns: Where the next good bin begins, or the end of all bins.
  private mutating func addDamagedBin(at offset: Int) -> Int {
    var next = offset + Bin.alignment
    while next < image.binsEnd, !isBin(at: next) { next += Bin.alignment }
    next = min(next, image.binsEnd)
    let cells = (offset + Bin.headerSize)..<max(next, offset + Bin.headerSize)
    if cells.upperBound == next,
      (try? image.uint32(at: offset)) == Bin.signature || endOfChain(in: cells) == next
    {
      addBin(offset..<next)
    } else {
      holes.append(offset..<next)
    }
    return next
  }

  private func isBin(at offset: Int) -> Bool {
    // The signature first: a failed parse costs an error.
    (try? image.uint32(at: offset)) == Bin.signature
      && (try? Bin(parsing: image, at: offset)) != nil
  }
}

// MARK: - Cells

extension CellMap {
  /// The size that the cell at an offset stores; 0 where that cannot be one of a chain.
  @inline(__always)
  private func storedSize(at offset: Int, before end: Int) -> Int {
    guard let number = try? image.uint32(at: offset) else { return 0 }
    let stored = Int(Int32(bitPattern: number))
    let size = abs(stored)
    return size >= 8 && size & 7 == 0 && size <= end - offset ? stored : 0
  }

  private func endOfChain(in range: Range<Int>) -> Int {
    var offset = range.lowerBound
    while offset < range.upperBound {
      let size = storedSize(at: offset, before: range.upperBound)
      guard size != 0 else { break }
      offset += abs(size)
    }
    return offset
  }

  /// Adds a chain of cells.
  ///
  /// - Returns: Where the chain breaks, or its end.
  private mutating func addCells(in range: Range<Int>) -> Int {
    var offset = range.lowerBound
    var freeStart = offset
    while offset < range.upperBound {
      let size = storedSize(at: offset, before: range.upperBound)
      if size < 0 {
        if freeStart < offset { addFreeRun(freeStart..<offset) }
        allocatedCellCount += 1
        allocatedBytes -= size
        starts[offset >> 9] |= 1 << UInt64((offset >> 3) & 63)
        offset -= size
        freeStart = offset
      } else if size > 0 {
        freeCellCount += 1
        freeBytes += size
        offset += size
      } else {
        break
      }
    }
    if freeStart < offset { addFreeRun(freeStart..<offset) }
    return offset
  }

  private mutating func addFreeRun(_ range: Range<Int>) {
    if largestFreeRuns.count == Self.freeRunLimit {
      guard let last = largestFreeRuns.last, last.size < range.count else { return }
      largestFreeRuns.removeLast()
    }
    let index = largestFreeRuns.firstIndex { $0.size < range.count } ?? largestFreeRuns.count
    largestFreeRuns.insert(Run(offset: range.lowerBound, size: range.count), at: index)
  }
}

// MARK: - References

extension CellMap {
  /// Takes a cell that a reference led to; nil where an earlier one led there too.
  ///
  /// - Returns: How many bytes the cell adds to those taken before: its size, unless cells overlap
  ///   in a damaged file.
  @inline(__always)
  mutating func claim(_ cell: Cell) -> Int? {
    let bit: UInt64 = 1 << UInt64((cell.offset >> 3) & 63)
    let index = cell.offset >> 9
    guard cell.offset & 7 == 0, starts[index] & bit != 0 else { return claimStray(cell) }
    guard claimed[index] & bit == 0 else { return nil }
    claimed[index] |= bit
    return cell.size
  }

  @inline(never)
  private mutating func claimStray(_ cell: Cell) -> Int? {
    guard strays.insert(cell.offset, covering: image.binsEnd) else { return nil }
    guard let hole = hole(around: cell.offset) else {
      addFault(
        FormatError(
          .cellOverlap, at: cell.offset, expected: "the beginning of a cell",
          found: "the middle of another"))
      return 0
    }
    var added = 0
    for offset in stride(from: cell.offset, to: min(cell.end, hole.upperBound), by: 4) {
      guard adopted.insert(offset, covering: image.binsEnd) else { break }
      added += 4
    }
    adoptedBytes += added
    if cell.offset >= lastBinEnd { adoptedTrailingBytes += added }
    allocatedBytes += added
    allocatedCellCount += 1
    return added
  }

  private func hole(around offset: Int) -> Range<Int>? {
    var low = 0
    var high = holes.count
    while low < high {
      let middle = low + (high - low) / 2
      if holes[middle].upperBound <= offset { low = middle + 1 } else { high = middle }
    }
    return low < holes.count && holes[low].contains(offset) ? holes[low] : nil
  }

  /// Keeps a fault, up to a number that nobody reads to the end.
  private mutating func addFault(_ fault: FormatError) {
    if faults.count < UsagePass.faultLimit { faults.append(fault) }
  }

  /// Hands out all cells, in the order of the file.
  func forEachCell(_ body: (Cell) -> Void) {
    for chain in chains {
      var offset = chain.lowerBound
      while offset < chain.upperBound {
        let size = storedSize(at: offset, before: chain.upperBound)
        guard size != 0 else { break }
        body(Cell(offset: offset, size: abs(size), isAllocated: size < 0))
        offset += abs(size)
      }
    }
  }

  /// Whether a reference led to a cell.
  func isClaimed(_ cell: Cell) -> Bool {
    claimed[cell.offset >> 9] & (1 << UInt64((cell.offset >> 3) & 63)) != 0
  }

  /// Hands out the used cells that no reference led to, in the order of the file.
  func forEachUnclaimed(_ body: (Cell) -> Void) {
    for index in starts.indices {
      var rest = starts[index] & ~claimed[index]
      while rest != 0 {
        let offset = index << 9 | rest.trailingZeroBitCount << 3
        rest &= rest - 1
        let size = abs(storedSize(at: offset, before: image.binsEnd))
        body(Cell(offset: offset, size: size, isAllocated: true))
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
}
