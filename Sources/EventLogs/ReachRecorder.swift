// SPDX-License-Identifier: MIT

import WindowsEvents
import WindowsTypes

/// Gathers from when to when a log speaks, record by record.
struct ReachRecorder {
  private var oldest: FileTime?
  private var newest: FileTime?
  private var count = 0
  private var hosts: Set<String> = []
  /// Runs of numbers, in the order that they came in.
  private var runs: [ClosedRange<UInt64>] = []

  /// The most runs of missing numbers that are given.
  private static let limit = 100

  /// Takes a record's number and time in.
  mutating func add(number: UInt64, time: FileTime) {
    count += 1
    // A time of zero is not a time.
    if time.rawValue != 0 {
      oldest = oldest.map { min($0, time) } ?? time
      newest = newest.map { max($0, time) } ?? time
    }
    guard number > 0 else { return }
    if let last = runs.last, last.upperBound < .max, number == last.upperBound + 1 {
      runs[runs.count - 1] = last.lowerBound...number
    } else {
      runs.append(number...number)
    }
  }

  /// Takes in which machine a record is from.
  mutating func add(host: String) {
    if !host.isEmpty { hosts.insert(host) }
  }

  /// What was gathered.
  ///
  /// - Parameters:
  ///   - log: The name of the log.
  ///   - isWhole: Whether the log should have every number: an export holds what was asked for.
  /// - Returns: The reach of the records that were taken in.
  func reach(of log: String, isWhole: Bool) -> LogReach {
    let sorted = runs.sorted { $0.lowerBound < $1.lowerBound }
    var missing: [ClosedRange<UInt64>] = []
    var end: UInt64?
    for run in sorted {
      if isWhole, let end, missing.count < Self.limit, run.lowerBound > end,
        run.lowerBound - end > 1
      {
        missing.append((end + 1)...(run.lowerBound - 1))
      }
      end = max(end ?? 0, run.upperBound)
    }
    return LogReach(
      log: log, host: hosts.count == 1 ? hosts.first : nil, oldest: oldest, newest: newest,
      recordCount: count, firstRecord: sorted.first?.lowerBound, lastRecord: end, missing: missing)
  }
}
