// SPDX-License-Identifier: MIT

/// Finds where the data of values stand, and keeps account of what is read more than once.
///
/// What is read for the first time is read whole: all of it together is no more than the file.
/// Bytes that were read before are read again up to the size of the file in all, and cut after that.
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
  /// Where used cells begin; kept here too so that nothing is copied to look into it.
  private let starts: BitSet
  private var seen: ReadBytes
  /// The bytes of names that do not stand in a cell of their own; made when there are any.
  private var seenNames: ReadBytes?
  /// How many more bytes may be read that were read before.
  var repeatable: Int
  /// Whether a second reference to a cell is a fault of its own, and not one of the list or record
  /// that has it.
  var reportsReuse = true
  /// Whether the cells of values are listed in ``parts``.
  private let listsParts: Bool
  /// The cells of the value read last.
  private(set) var parts: [Part] = []

  /// Data of this length are never cut: the record that refers to them takes as much.
  private static let shortest = 64
  /// So many bytes that were read before are never cut for each one that is new beside them.
  private static let repeatedPerFresh = 16

  /// Makes a reader for the values of a hive.
  init(_ image: HiveImage, bins: BinScan?, listsParts: Bool = false) {
    self.image = image
    self.bins = bins
    self.listsParts = listsParts
    starts = bins?.starts ?? BitSet()
    seen = bins == nil ? ReadBytes() : ReadBytes(covering: image.binsEnd)
    repeatable = image.count
  }

  /// Takes the first bytes of a cell that only one key or value should refer to.
  ///
  /// - Returns: How many of them may be read.
  @inline(__always)
  mutating func take(
    _ count: Int, of cell: Cell, _ code: FormatError.Code, _ what: StaticString,
    reporting faults: inout [FormatError]
  ) -> Int {
    let (isOwn, fresh) = mark(count, of: cell, code, what, reporting: &faults)
    return isOwn ? count : takeAgain(count, fresh: fresh, at: cell.offset, reporting: &faults)
  }

  /// Marks the first bytes of a cell as read.
  ///
  /// - Returns: Whether none was read before and the bins have a cell there, and how many were not.
  @inline(__always)
  private mutating func mark(
    _ count: Int, of cell: Cell, _ code: FormatError.Code, _ what: StaticString,
    reporting faults: inout [FormatError]
  ) -> (isOwn: Bool, fresh: Int) {
    let (fresh, isFirstNew) = seen.insert(from: cell.offset, to: cell.content &+ count)
    if isFirstNew, fresh >= count, starts.contains(cell.offset) { return (true, fresh) }
    reportOdd(cell, isFirstNew, code, what, to: &faults)
    return (false, fresh)
  }

  @inline(never)
  private func reportOdd(
    _ cell: Cell, _ isFirstNew: Bool, _ code: FormatError.Code, _ what: StaticString,
    to faults: inout [FormatError]
  ) {
    guard let bins else { return }
    if !starts.contains(cell.offset), bins.unmappedRange(around: cell.offset) == nil {
      _ = bins.checkStart(of: cell, reporting: &faults)
    } else if !isFirstNew, reportsReuse {
      faults.report(image.reused(cell.offset, code, "\(what)"))
    }
  }

  /// Takes the name of a record that another reference led to before, or that does not stand where
  /// the bins have a cell.
  mutating func takeName(_ name: StoredName, reporting faults: inout [FormatError]) -> Int {
    if seenNames == nil { seenNames = ReadBytes(covering: image.binsEnd) }
    let end = name.offset + name.byteCount
    let fresh = seenNames?.insert(from: name.offset, to: end).fresh ?? 0
    return takeAgain(name.byteCount, fresh: fresh, at: name.offset, reporting: &faults)
  }

  /// Takes bytes of which some were read before; how many of them there are left.
  @inline(never)
  private mutating func takeAgain(
    _ count: Int, fresh: Int, at offset: Int, reporting faults: inout [FormatError]
  ) -> Int {
    let again = max(count - fresh, 0)
    let least = max(repeatable, Self.shortest, Self.repeatedPerFresh * fresh)
    guard again > least else {
      repeatable = max(repeatable - again, 0)
      return count
    }
    repeatable = 0
    faults.report(
      FormatError(
        .repeatedBytes, at: offset, expected: "bytes that are referred to once",
        found: "\(again) more that were read before, of which \(again - least) are left out"))
    return count - again + least
  }

  /// Where a value's data stand.
  ///
  /// What is missing is reported; the extent then covers what can be read. A size of 0 refers to
  /// nothing, whatever the reference says: so do tombstones and some writers' empty values.
  mutating func extent(
    of record: ValueRecord, reporting faults: inout [FormatError]
  ) -> ValueExtent {
    if listsParts { parts.removeAll(keepingCapacity: true) }
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
  @inline(__always)
  private mutating func read(
    _ count: Int, of cell: Cell, reporting faults: inout [FormatError]
  ) -> Int {
    if listsParts { parts.append(Part(cell: cell, used: count)) }
    return take(count, of: cell, .dataReused, "value's data", reporting: &faults)
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
    let count = faults.count
    _ = mark(BigData.Layout.size, of: cell, .dataReused, "value's data", reporting: &faults)
    if listsParts { parts.append(Part(cell: cell, used: BigData.Layout.size)) }
    let reported = reportsReuse
    // Whatever a second reference leads to was read before too.
    reportsReuse = reported && faults.count == count
    defer { reportsReuse = reported }
    let claimed = Int(try image.uint16(at: cell.content + BigData.Layout.segmentCount))
    let reference: CellReference = try image.uint32(at: cell.content + BigData.Layout.segmentList)
    let list = try image.allocatedCell(at: reference.fileOffset)
    let needed = (size + BigData.segmentSize - 1) / BigData.segmentSize
    let listed = min(claimed, list.contentSize / 4)
    if listsParts { parts.append(Part(cell: list, used: 4 * listed)) }
    let isOwn = mark(
      4 * listed, of: list, .dataReused, "list of segments", reporting: &faults
    ).isOwn
    if listed < needed {
      faults.report(
        FormatError(
          .bigDataShort, at: cell.content + BigData.Layout.segmentCount,
          expected: "\(needed) segments for \(size) bytes", found: "\(listed)"))
    }
    var total = 0
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
        total += kept
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
    if isOwn, listsParts {
      let used = (total + BigData.segmentSize - 1) / BigData.segmentSize
      for index in used..<max(listed, used) {
        if let segment = try? segment(index, of: list) {
          parts.append(Part(cell: segment, used: 0))
        }
      }
    }
    return .segments(list: list.content, count: total)
  }

  private func segment(_ index: Int, of list: Cell) throws(FormatError) -> Cell {
    let reference: CellReference = try image.uint32(at: list.content + 4 * index)
    return try image.allocatedCell(at: reference.fileOffset)
  }
}
