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
