// SPDX-License-Identifier: MIT

public import WindowsTypes

/// From when to when a log speaks: outside of that, "no event" says nothing.
public struct LogReach: Sendable, Hashable {
  /// The name of the log's file.
  public var log: String
  /// The machine whose events it holds, as ``EventRecord/host`` has it; nil where the log names
  /// none, or where the events come from several.
  public var host: String?
  /// The time of the oldest record; nil where there are no records.
  public var oldest: FileTime?
  /// The time of the newest record; nil where there are no records.
  public var newest: FileTime?
  /// How many records the log holds, without those found outside of its own lists.
  public var recordCount: Int
  /// The number of the oldest record; nil where there are no records.
  ///
  /// Windows numbers the records of a log from 1. A greater number here means that older records
  /// were overwritten, and 1 that the log is whole, or was made anew when it was cleared.
  public var firstRecord: UInt64?
  /// The number of the newest record; nil where there are no records.
  public var lastRecord: UInt64?
  /// Numbers between the first and the last that no record has, in order; at most 100 runs.
  public var missing: [ClosedRange<UInt64>]
  /// Why the log, or a part of it, could not be read, in a sentence without its name; nil where all
  /// of it could.
  public var loss: String?
  /// Whether the file may hold a selection of a log's records, as an export does: what is not in it
  /// need not have been overwritten.
  public var mayBeSelection = false

  /// Makes a reach.
  public init(
    log: String, host: String? = nil, oldest: FileTime? = nil, newest: FileTime? = nil,
    recordCount: Int = 0, firstRecord: UInt64? = nil, lastRecord: UInt64? = nil,
    missing: [ClosedRange<UInt64>] = [], loss: String? = nil, mayBeSelection: Bool = false
  ) {
    self.log = log
    self.host = host
    self.oldest = oldest
    self.newest = newest
    self.recordCount = recordCount
    self.firstRecord = firstRecord
    self.lastRecord = lastRecord
    self.missing = missing
    self.loss = loss
    self.mayBeSelection = mayBeSelection
  }

  /// Whether the log has records from before and after a time, so that an event of that time would
  /// be in it, unless it is missing or was not logged.
  public func covers(_ time: FileTime) -> Bool {
    guard let oldest, let newest else { return false }
    return oldest <= time && time <= newest
  }

  /// Whether older records are not in the file, by the number of the first one: they were
  /// overwritten, or where ``mayBeSelection`` is true, perhaps not exported.
  public var isWrapped: Bool { firstRecord.map { $0 > 1 } ?? false }
}
