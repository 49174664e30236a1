// SPDX-License-Identifier: MIT

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
  /// Whether a record of big data leads to a list of segments, and that to a first one.
  func isBigData(in cell: Cell) -> Bool {
    guard cell.contentSize >= BigData.Layout.size,
      let reference = try? image.uint32(at: cell.content + BigData.Layout.segmentList),
      let list = try? image.cell(at: reference.fileOffset)
    else { return false }
    return (try? segment(0, of: list)) != nil
  }

  /// The segments of big data, as many as `size` bytes call for.
  ///
  /// What is missing between them is zeros, so that what follows stands at its place.
  mutating func segments(
    of cell: Cell, size: Int, for use: Use, reporting faults: inout [FormatError]
  ) throws(FormatError) -> ValueExtent {
    guard cell.contentSize >= BigData.Layout.size else {
      throw image.cellTooShort(cell, needing: BigData.Layout.size)
    }
    let size = min(size, limit)
    let reported = reportsReuse
    defer { reportsReuse = reported }
    let list = try readSegmentList(of: cell, for: use, reporting: &faults)
    let needed = Self.segmentCount(for: size)
    if list.count < needed {
      faults.report(
        FormatError(
          .bigDataShort, at: cell.content + BigData.Layout.segmentCount,
          expected: "\(needed) segments for \(size) bytes", found: "\(list.count)"))
    }
    let (total, fresh) = readSegments(
      min(needed, list.count), of: list.cell, size: size, for: use, reporting: &faults)
    if list.isOwn, listsParts {
      let used = Self.segmentCount(for: total)
      noteSegments(used..<max(list.count, used), of: list.cell)
    }
    let count =
      fresh < total
      ? takeAgain(total, fresh: fresh, at: list.cell.offset, reporting: &faults) : total
    return .segments(list: list.cell.content, count: count)
  }

  private static func segmentCount(for size: Int) -> Int {
    (size + BigData.segmentSize - 1) / BigData.segmentSize
  }

  /// Reads the first segments of a list.
  ///
  /// - Returns: Where the last byte that they give ends, and how many of all were not read before.
  private mutating func readSegments(
    _ count: Int, of list: Cell, size: Int, for use: Use, reporting faults: inout [FormatError]
  ) -> (total: Int, fresh: Int) {
    var (total, fresh) = (0, 0)
    var known: Set<Int> = []
    for index in 0..<count {
      let start = index * BigData.segmentSize
      let read = readSegment(
        index, of: list, wanting: min(BigData.segmentSize, size - start), for: use, &known,
        reporting: &faults)
      guard let read else { continue }
      total = start + read.count
      fresh += read.fresh
    }
    return (total, fresh)
  }

  /// The list that a record of big data leads to, how many segments it has, and whether nobody had
  /// it before.
  private mutating func readSegmentList(
    of cell: Cell, for use: Use, reporting faults: inout [FormatError]
  ) throws(FormatError) -> (cell: Cell, count: Int, isOwn: Bool) {
    let faultCount = faults.count
    _ = mark(
      BigData.Layout.size, of: cell, for: use, .dataReused, "value's data", reporting: &faults)
    if listsParts { parts.append(Part(cell: cell, used: BigData.Layout.size)) }
    // Whatever a second reference leads to was read before too.
    reportsReuse = reportsReuse && faults.count == faultCount
    let claimed = Int(try image.uint16(at: cell.content + BigData.Layout.segmentCount))
    let reference: CellReference = try image.uint32(at: cell.content + BigData.Layout.segmentList)
    let list = try image.cell(at: reference.fileOffset)
    let count = min(claimed, list.contentSize / 4)
    if listsParts { parts.append(Part(cell: list, used: 4 * count)) }
    let isOwn = mark(
      4 * count, of: list, for: use, .dataReused, "list of segments", reporting: &faults
    ).isOwn
    return (list, count, isOwn)
  }

  /// How many bytes a segment gives, and how many of them were not read before; nil where it cannot
  /// be read.
  private mutating func readSegment(
    _ index: Int, of list: Cell, wanting wanted: Int, for use: Use, _ known: inout Set<Int>,
    reporting faults: inout [FormatError]
  ) -> (count: Int, fresh: Int)? {
    let segment: Cell
    do throws(FormatError) {
      segment = try self.segment(index, of: list)
    } catch {
      faults.report(error)
      return nil
    }
    let count = min(wanted, segment.contentSize)
    var fresh = 0
    if known.insert(segment.offset).inserted {
      if listsParts { parts.append(Part(cell: segment, used: count)) }
      fresh =
        mark(
          count, of: segment, for: use, .dataReused, "value's data", reporting: &faults
        ).fresh
    } else {
      faults.report(
        FormatError(
          .bigDataReused, at: list.content + 4 * index,
          expected: "a segment not listed before",
          found: "a second reference to \(hex(segment.offset))"))
    }
    if count < wanted {
      faults.report(
        FormatError(
          .bigDataShort, at: segment.offset, expected: "a segment of \(wanted) bytes",
          found: "\(segment.contentSize)"))
    }
    return (count, min(fresh, count))
  }

  /// Lists segments that the size does not call for: they take up room all the same.
  private mutating func noteSegments(_ indices: Range<Int>, of list: Cell) {
    for index in indices {
      if let segment = try? segment(index, of: list) {
        parts.append(Part(cell: segment, used: 0))
      }
    }
  }

  private func segment(_ index: Int, of list: Cell) throws(FormatError) -> Cell {
    let reference: CellReference = try image.uint32(at: list.content + 4 * index)
    return try image.cell(at: reference.fileOffset)
  }
}
