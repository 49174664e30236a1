// SPDX-License-Identifier: MIT

/// Where the data of a value stand in the file.
public enum ValueExtent: Sendable, Hashable {
  /// One run of bytes.
  case run(offset: Int, count: Int)
  /// Several runs, to be read one behind the other: big data.
  case segments([Run])

  /// One of several runs of bytes.
  public struct Run: Sendable, Hashable {
    /// Where the run begins in the file.
    public let offset: Int
    /// Its length in bytes.
    public let count: Int
  }

  /// How many bytes there are to read.
  public var count: Int {
    switch self {
    case .run(_, let count): count
    case .segments(let runs): runs.reduce(0) { $0 + $1.count }
    }
  }
}

extension FormatError.Code {
  /// A value claims more data than its cell holds.
  public static let dataOverrun = Self(rawValue: "data-overrun")
  /// Data in the value record itself claim more than 4 bytes.
  public static let dataInline = Self(rawValue: "data-inline")
  /// Big data have fewer segments, or shorter ones, than the value's size calls for.
  public static let bigDataShort = Self(rawValue: "big-data-short")
  /// Big data list the same segment twice.
  public static let bigDataReused = Self(rawValue: "big-data-reused")
}

extension HiveImage {
  /// The most bytes of data that a segment of big data holds.
  public static var bigDataSegmentSize: Int { 16344 }

  /// Where a value's data stand.
  ///
  /// What is missing is reported; the extent then covers what can be read. A size of 0 refers to
  /// nothing, whatever the reference says: so do tombstones and some writers' empty values.
  ///
  /// - Parameters:
  ///   - record: The value.
  ///   - limit: The most bytes that the extent may cover.
  ///   - faults: What is wrong with the data is added here.
  /// - Returns: The place of all data, or of those that can be read.
  public func extent(
    of record: ValueRecord, upTo limit: Int = .max, reporting faults: inout [FormatError]
  ) -> ValueExtent {
    let size = record.dataSize
    guard size > 0 else { return .run(offset: record.inlineOffset, count: 0) }
    if record.isInline {
      if size > 4 {
        faults.report(
          FormatError(
            .dataInline, at: record.cell.content + 4,
            expected: "at most 4 bytes of data in the value itself", found: "\(size)"))
      }
      return .run(offset: record.inlineOffset, count: min(size, 4))
    }
    do throws(FormatError) {
      let cell = try allocatedCell(at: record.data.fileOffset)
      if size <= cell.contentSize, size <= limit { return .run(offset: cell.content, count: size) }
      if size > cell.contentSize, try uint16(at: cell.content) == 0x6264 {
        return .segments(try segments(of: cell, size: size, upTo: limit, reporting: &faults))
      }
      guard min(size, cell.contentSize) <= limit else {
        throw overlap(at: cell.offset, "another cell with \(min(size, cell.contentSize)) bytes")
      }
      faults.report(
        FormatError(
          .dataOverrun, at: record.cell.content + 4,
          expected: "at most \(cell.contentSize) bytes, as in the cell at \(hex(cell.offset))",
          found: "\(size)"))
      return .run(offset: cell.content, count: cell.contentSize)
    } catch {
      faults.report(error)
      return .run(offset: record.inlineOffset, count: 0)
    }
  }

  /// The segments of big data, as many as `size` bytes call for.
  private func segments(
    of cell: Cell, size: Int, upTo limit: Int, reporting faults: inout [FormatError]
  ) throws(FormatError) -> [ValueExtent.Run] {
    guard cell.contentSize >= 8 else { throw cellTooShort(cell, needing: 8) }
    let claimed = Int(try uint16(at: cell.content + 2))
    let reference: CellReference = try uint32(at: cell.content + 4)
    let list = try allocatedCell(at: reference.fileOffset)
    let needed = (size + Self.bigDataSegmentSize - 1) / Self.bigDataSegmentSize
    let listed = min(claimed, list.contentSize / 4)
    if listed < needed {
      faults.report(
        FormatError(
          .bigDataShort, at: cell.content + 2,
          expected: "\(needed) segments for \(size) bytes", found: "\(listed)"))
    }
    guard min(needed, listed) <= limit / Self.bigDataSegmentSize + 1 else {
      throw overlap(at: list.offset, "\(min(needed, listed)) more segments")
    }
    var runs: [ValueExtent.Run] = []
    runs.reserveCapacity(min(needed, listed))
    var seen: Set<Int> = []
    var total = 0
    for index in 0..<min(needed, listed) {
      // A lost segment ends the data: what follows it would stand at the wrong place.
      do throws(FormatError) {
        let reference: CellReference = try uint32(at: list.content + 4 * index)
        let segment = try allocatedCell(at: reference.fileOffset)
        guard seen.insert(segment.offset).inserted else {
          throw FormatError(
            .bigDataReused, at: list.content + 4 * index, expected: "a segment not listed before",
            found: "a second reference to \(hex(segment.offset))")
        }
        let wanted = min(Self.bigDataSegmentSize, size - index * Self.bigDataSegmentSize)
        let length = min(wanted, segment.contentSize)
        total += length
        // Made-up segments may begin in the middle of others, thousands at every page.
        guard total <= min(count, limit) else {
          throw overlap(at: segment.offset, "another cell with \(length) bytes")
        }
        runs.append(.init(offset: segment.content, count: length))
        if segment.contentSize < wanted {
          throw FormatError(
            .bigDataShort, at: segment.offset, expected: "a segment of \(wanted) bytes",
            found: "\(segment.contentSize)")
        }
      } catch {
        faults.report(error)
        break
      }
    }
    return runs
  }

  /// A copy of the bytes of an extent.
  public func bytes(in extent: ValueExtent) -> [UInt8] {
    switch extent {
    case .run(let offset, let count):
      return (try? bytes(at: offset, count: count)) ?? []
    case .segments(let runs):
      var all: [UInt8] = []
      all.reserveCapacity(extent.count)
      for run in runs {
        all += (try? bytes(at: run.offset, count: run.count)) ?? []
      }
      return all
    }
  }
}
