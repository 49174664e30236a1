// SPDX-License-Identifier: MIT

/// Finds where the data of values stand, and keeps account of what is read more than once.
///
/// A cell that stands where the bins have one, and that no reference led to before, is read whole.
/// All such cells together have no more bytes than the file. Whatever is read again, or begins in
/// the middle of another cell, is read up to the size of the file in all, and cut after that.
package struct DataReader: Sendable {
  /// A cell that a value's data are in, and how much of it.
  struct Part {
    let cell: Cell
    /// How many bytes of its content are used.
    let used: Int
  }

  let image: HiveImage
  /// The cells as the bins have them; nil where a single value is read.
  private let bins: BinScan?
  private var seen: BitSet
  /// How many more bytes may be read that were read before.
  var repeatable: Int
  /// Whether a second reference to a cell is a fault of its own, and not one of the list or record
  /// that has it.
  var reportsReuse = true
  /// The cells of the value read last.
  private(set) var parts: [Part] = []

  /// Data of this length are never cut: the record that refers to them takes as much.
  private static let shortest = 64

  /// Makes a reader for the values of a hive.
  init(_ image: HiveImage, bins: BinScan?) {
    self.image = image
    self.bins = bins
    seen = BitSet(covering: bins == nil ? 0 : image.binsEnd, stride: 8)
    repeatable = image.count
  }

  /// Takes a cell that only one key or value should refer to.
  ///
  /// - Returns: Whether all of it may be read: the bins have a cell there, and nothing else refers
  ///   to it.
  mutating func take(
    _ cell: Cell, _ code: FormatError.Code, _ what: String, reporting faults: inout [FormatError]
  ) -> Bool {
    guard let bins else { return false }
    guard seen.insert(cell.offset) else {
      if reportsReuse { faults.report(image.reused(cell.offset, code, what)) }
      return false
    }
    return bins.checkStart(of: cell, reporting: &faults)
  }

  /// Takes bytes that were read before from what may be read; how many of them there are left.
  mutating func takeAgain(
    _ count: Int, at offset: Int, reporting faults: inout [FormatError]
  ) -> Int {
    guard count > max(repeatable, Self.shortest) else {
      repeatable = max(repeatable - count, 0)
      return count
    }
    let taken = max(repeatable, Self.shortest)
    repeatable = 0
    faults.report(
      FormatError(
        .repeatedBytes, at: offset, expected: "bytes that are referred to once",
        found: "\(count) more that were read before, of which \(count - taken) are left out"))
    return taken
  }

  /// Where a value's data stand.
  ///
  /// What is missing is reported; the extent then covers what can be read. A size of 0 refers to
  /// nothing, whatever the reference says: so do tombstones and some writers' empty values.
  mutating func extent(
    of record: ValueRecord, reporting faults: inout [FormatError]
  ) -> ValueExtent {
    if !parts.isEmpty { parts.removeAll(keepingCapacity: true) }
    let size = record.dataSize
    guard size > 0 else { return .run(offset: record.inlineOffset, count: 0) }
    if record.isInline {
      if size > 4 {
        faults.report(
          FormatError(
            .dataInline, at: record.cell.content + ValueRecord.Layout.dataSize,
            expected: "at most 4 bytes of data in the value itself", found: "\(size)"))
      }
      return .run(offset: record.inlineOffset, count: min(size, 4))
    }
    do throws(FormatError) {
      let cell = try image.allocatedCell(at: record.data.fileOffset)
      if size > cell.contentSize {
        if try image.uint16(at: cell.content) == BigData.signature {
          return try segments(of: cell, size: size, reporting: &faults)
        }
        faults.report(
          FormatError(
            .dataOverrun, at: record.cell.content + ValueRecord.Layout.dataSize,
            expected: "at most \(cell.contentSize) bytes, as in the cell at \(hex(cell.offset))",
            found: "\(size)"))
      }
      let count = read(min(size, cell.contentSize), of: cell, reporting: &faults)
      return .run(offset: cell.content, count: count)
    } catch {
      faults.report(error)
      return .run(offset: record.inlineOffset, count: 0)
    }
  }

  /// Takes the first bytes of a cell; how many of them may be read.
  private mutating func read(
    _ count: Int, of cell: Cell, reporting faults: inout [FormatError]
  ) -> Int {
    parts.append(Part(cell: cell, used: count))
    if take(cell, .dataReused, "value's data", reporting: &faults) { return count }
    return takeAgain(count, at: cell.offset, reporting: &faults)
  }
}

// MARK: - Big data

/// The record of big data (`db`).
package enum BigData {
  package enum Layout {
    package static let segmentCount = 2
    package static let segmentList = 4
    package static let size = 8
  }

  /// The signature `db`.
  package static let signature: UInt16 = 0x6264
  /// The most bytes of data that a segment holds.
  package static let segmentSize = 16344
}

extension DataReader {
  /// The segments of big data, as many as `size` bytes call for.
  private mutating func segments(
    of cell: Cell, size: Int, reporting faults: inout [FormatError]
  ) throws(FormatError) -> ValueExtent {
    guard cell.contentSize >= BigData.Layout.size else {
      throw image.cellTooShort(cell, needing: BigData.Layout.size)
    }
    parts.append(Part(cell: cell, used: BigData.Layout.size))
    let count = faults.count
    _ = take(cell, .dataReused, "value's data", reporting: &faults)
    let reported = reportsReuse
    // Whatever a second reference leads to was read before too.
    reportsReuse = reported && faults.count == count
    defer { reportsReuse = reported }
    let claimed = Int(try image.uint16(at: cell.content + BigData.Layout.segmentCount))
    let reference: CellReference = try image.uint32(at: cell.content + BigData.Layout.segmentList)
    let list = try image.allocatedCell(at: reference.fileOffset)
    let isOwn = take(list, .dataReused, "list of segments", reporting: &faults)
    let needed = (size + BigData.segmentSize - 1) / BigData.segmentSize
    let listed = min(claimed, list.contentSize / 4)
    parts.append(Part(cell: list, used: 4 * listed))
    if listed < needed {
      faults.report(
        FormatError(
          .bigDataShort, at: cell.content + BigData.Layout.segmentCount,
          expected: "\(needed) segments for \(size) bytes", found: "\(listed)"))
    }
    var runs: [ValueExtent.Run] = []
    var inValue: Set<Int> = []
    for index in 0..<min(needed, listed) {
      // A lost segment ends the data: what follows it would stand at the wrong place.
      do throws(FormatError) {
        let segment = try self.segment(index, of: list)
        guard inValue.insert(segment.offset).inserted else {
          throw FormatError(
            .bigDataReused, at: list.content + 4 * index, expected: "a segment not listed before",
            found: "a second reference to \(hex(segment.offset))")
        }
        let wanted = min(BigData.segmentSize, size - index * BigData.segmentSize)
        let length = min(wanted, segment.contentSize)
        let kept = read(length, of: segment, reporting: &faults)
        runs.append(.init(offset: segment.content, count: kept))
        if length < wanted {
          throw FormatError(
            .bigDataShort, at: segment.offset, expected: "a segment of \(wanted) bytes",
            found: "\(segment.contentSize)")
        }
        if kept < length { break }
      } catch {
        faults.report(error)
        break
      }
    }
    // Segments that the size does not call for take up room all the same.
    if isOwn {
      for index in runs.count..<max(listed, runs.count) {
        if let segment = try? segment(index, of: list) {
          parts.append(Part(cell: segment, used: 0))
        }
      }
    }
    return .segments(runs)
  }

  private func segment(_ index: Int, of list: Cell) throws(FormatError) -> Cell {
    let reference: CellReference = try image.uint32(at: list.content + 4 * index)
    return try image.allocatedCell(at: reference.fileOffset)
  }
}
