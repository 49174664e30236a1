// SPDX-License-Identifier: MIT

/// All cells of a hive as its bins hold them, whether or not the tree leads to them.
///
/// Bins and their cells fill the file without gaps. Where damage breaks such a chain, the bytes
/// after the break are unmapped: no cell is known there until a reference leads to one.
package struct BinScan: Sendable {
  /// A run of bytes in the file.
  package struct Run: Sendable, Hashable {
    /// Where the run begins in the file.
    package let offset: Int
    /// How many bytes it has.
    package let size: Int
  }

  package let image: HiveImage

  /// How many bins there are.
  package private(set) var binCount = 0
  /// How many bins hold no used cell.
  package private(set) var emptyBinCount = 0
  package private(set) var allocatedCellCount = 0
  package private(set) var freeCellCount = 0
  /// The size of all used cells, with their size fields and padding.
  package private(set) var allocatedBytes = 0
  package private(set) var freeBytes = 0
  /// The largest runs of free cells next to each other, the largest first; no more than ten.
  package private(set) var largestFreeRuns: [Run] = []
  /// Where the last bin ends.
  package private(set) var lastBinEnd = BaseBlock.size
  /// What is wrong with bins and chains of cells.
  package private(set) var faults: [FormatError] = []

  /// The unbroken chains of cells, one for each bin; in order.
  private(set) var chains: [Range<Int>] = []
  /// The bytes in bins, or between them, that no chain of cells covers; in order.
  private(set) var unmapped: [Range<Int>] = []
  /// Where the used cells begin.
  private(set) var starts: BitSet
  /// The used cells that look like keys which are marked as the root of a hive.
  private(set) var markedRoots: [Int] = []

  private static let freeRunLimit = 10

  /// Goes through the bins of a hive, cell by cell.
  package init(_ image: HiveImage) {
    // No reference reaches further, however long a file is.
    let image = image.limited(toBinsEnd: min(image.binsEnd, BaseBlock.size + 1 << 32))
    self.image = image
    starts = BitSet(covering: image.binsEnd, stride: 8)
    var offset = BaseBlock.size
    while offset < image.binsEnd {
      do throws(FormatError) {
        let bin = try Bin(parsing: image, at: offset)
        addBin(offset..<min(bin.end, image.binsEnd))
        offset = bin.end
      } catch {
        faults.report(error)
        offset = addDamagedBin(at: offset)
      }
    }
  }
}

// MARK: - Bins

extension BinScan {
  private mutating func addBin(_ bin: Range<Int>) {
    binCount += 1
    lastBinEnd = bin.upperBound
    let used = allocatedCellCount
    let end = addCells(in: (bin.lowerBound + Bin.headerSize)..<bin.upperBound)
    chains.append(bin.lowerBound + Bin.headerSize..<end)
    if end < bin.upperBound {
      faults.report(
        (try? image.uint32(at: end)).map { image.cellSize(Int32(bitPattern: $0), at: end) }
          ?? image.endOfFile(at: end, needing: 4))
      unmapped.append(end..<bin.upperBound)
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
      unmapped.append(offset..<next)
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

extension BinScan {
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
    let image = image
    let end = range.upperBound
    var offset = range.lowerBound
    var freeStart = offset
    var used = (count: 0, bytes: 0)
    var free = (count: 0, bytes: 0)
    // Smaller runs would not be kept.
    let least = largestFreeRuns.count == Self.freeRunLimit ? largestFreeRuns.last?.size ?? 0 : 0
    var marked: [Int] = []
    var freeRuns: [Range<Int>] = []
    starts.withWords { words in
      while offset < end {
        guard let head = image.fields(at: offset, count: 8) else { break }
        let stored = Int(Int32(bitPattern: head.uint32(at: 0)))
        let size = abs(stored)
        guard size >= 8, size & 7 == 0, size <= end &- offset else { break }
        if stored < 0 {
          if offset &- freeStart > least { freeRuns.append(freeStart..<offset) }
          used.count &+= 1
          used.bytes &+= size
          words[offset >> 9] |= 1 &<< UInt64(truncatingIfNeeded: offset >> 3)
          if head.uint16(at: 4) == KeyNode.signature,
            head.uint16(at: 6) & KeyNode.hiveEntry != 0
          {
            marked.append(offset)
          }
          freeStart = offset &+ size
        } else {
          free.count &+= 1
          free.bytes &+= size
        }
        offset &+= size
      }
    }
    allocatedCellCount += used.count
    allocatedBytes += used.bytes
    freeCellCount += free.count
    freeBytes += free.bytes
    markedRoots += marked
    for run in freeRuns { addFreeRun(run) }
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

  /// Whether a used cell begins at an offset.
  package func hasUsedCell(at offset: Int) -> Bool { starts.contains(offset) }

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
}

// MARK: - References

extension BinScan {
  /// Whether a used cell begins where a reference leads; where it leads to a free cell, or into the
  /// middle of another one, that is reported.
  @inline(__always)
  func checkStart(of cell: Cell, reporting faults: inout [FormatError]) -> Bool {
    if starts.contains(cell.offset) { return true }
    reportMiddle(of: cell, to: &faults)
    return false
  }

  @inline(never)
  private func reportMiddle(of cell: Cell, to faults: inout [FormatError]) {
    guard cell.isAllocated else { return faults.report(image.cellFree(at: cell.offset)) }
    guard unmappedRange(around: cell.offset) == nil else { return }
    faults.report(
      FormatError(
        .cellOverlap, at: cell.offset, expected: "the beginning of a cell",
        found: "the middle of another"))
  }

  /// The unmapped bytes that an offset is among.
  func unmappedRange(around offset: Int) -> Range<Int>? {
    var low = 0
    var high = unmapped.count
    while low < high {
      let middle = low + (high - low) / 2
      if unmapped[middle].upperBound <= offset { low = middle + 1 } else { high = middle }
    }
    return low < unmapped.count && unmapped[low].contains(offset) ? unmapped[low] : nil
  }
}
