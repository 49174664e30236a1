// SPDX-License-Identifier: MIT

/// Where the data of a value stand in the file.
public enum ValueExtent: Sendable, Hashable {
  /// One run of bytes.
  case run(offset: Int, count: Int)
  /// Big data: segments that are read one after the other, all but the last of full length. Where
  /// one is shorter or cannot be read, zeros stand for what is missing.
  ///
  /// `list` is where the references to the segments begin in the file, `count` how many bytes of
  /// data there are in all.
  case segments(list: Int, count: Int)

  /// The first bytes of it.
  package func prefix(_ limit: Int) -> ValueExtent {
    switch self {
    case .run(let offset, let count): .run(offset: offset, count: min(count, limit))
    case .segments(let list, let count): .segments(list: list, count: min(count, limit))
    }
  }

  /// How many bytes there are to read.
  public var count: Int {
    switch self {
    case .run(_, let count), .segments(_, let count): count
    }
  }
}

extension HiveImage {
  /// Where a single value's data stand.
  ///
  /// What is missing is reported; the extent then covers what can be read. A size of 0 refers to
  /// nothing, whatever the reference says: so do tombstones and some writers' empty values.
  ///
  /// - Parameters:
  ///   - record: The value.
  ///   - faults: What is wrong with the data is added here.
  /// - Returns: The place of all data, or of those that can be read.
  public func extent(
    of record: ValueRecord, reporting faults: inout [FormatError]
  ) -> ValueExtent {
    var reader = DataReader(self, bins: nil)
    return reader.extent(of: record, reporting: &faults)
  }

  /// Where the first bytes of a single value's data stand; nothing is looked for after them.
  package func extent(
    of record: ValueRecord, limitedTo limit: Int, reporting faults: inout [FormatError]
  ) -> ValueExtent {
    var reader = DataReader(self, bins: nil)
    reader.limit = limit
    return reader.extent(of: record, reporting: &faults).prefix(limit)
  }

  /// Gives out the runs of bytes that an extent is made of; of zeros that stand for what is
  /// missing, the offset is nil.
  public func forEachRun(of extent: ValueExtent, _ body: (_ offset: Int?, _ count: Int) -> Void) {
    switch extent {
    case .run(let offset, let count):
      body(offset, count)
    case .segments(let list, let total):
      for (index, start) in stride(from: 0, to: total, by: BigData.segmentSize).enumerated() {
        let wanted = min(BigData.segmentSize, total - start)
        guard let reference = try? uint32(at: list + 4 * index),
          let segment = try? cell(at: reference.fileOffset)
        else {
          body(nil, wanted)
          continue
        }
        let count = min(wanted, segment.contentSize)
        body(segment.content, count)
        if count < wanted { body(nil, wanted - count) }
      }
    }
  }

  /// A copy of the bytes of an extent.
  public func bytes(in extent: ValueExtent) -> [UInt8] {
    if case .run(let offset, let count) = extent {
      return (try? bytes(at: offset, count: count)) ?? []
    }
    var all: [UInt8] = []
    all.reserveCapacity(min(extent.count, count))
    forEachRun(of: extent) { offset, count in
      all +=
        offset.flatMap { try? bytes(at: $0, count: count) }
        ?? [UInt8](repeating: 0, count: count)
    }
    return all
  }
}
