// SPDX-License-Identifier: MIT

import FileAccess
import WindowsTypes

/// Dated facts, oldest first; of the same time, in the order in which they were added.
///
/// A timeline is made by a ``TimelineSorter``. It keeps little in memory, however many facts there
/// are, and may be ended at any place.
public struct Timeline: Sequence, IteratorProtocol {
  private var records: SortedRecords

  init(_ records: SortedRecords) {
    self.records = records
  }

  /// Why the timeline ended before its time: the temporary file could not be read.
  public var failure: ForensicsError? { records.failure.map { ForensicsError($0) } }

  /// Goes on to the next fact; nil at the end.
  public mutating func next() -> TimelineEntry? {
    while let (time, record) = records.next() {
      if let entry = TimelineEntry(time: FileTime(rawValue: time), decoding: record) {
        return entry
      }
    }
    return nil
  }
}

/// Sorts dated facts, with a temporary file for what does not fit in memory.
///
/// ```swift
/// var sorter = TimelineSorter()
/// for entry in HiveTimes(hive, file: "SOFTWARE") { try sorter.add(entry) }
/// for entry in sorter.finish() { print(entry.time, entry.message) }
/// ```
public struct TimelineSorter {
  /// How many bytes of facts are kept in memory by default: 16 MiB.
  public static let usualLimit = 16 << 20

  private var sorter: RecordSorter

  /// Makes a sorter without facts.
  ///
  /// - Parameter limit: How many bytes of facts to keep in memory.
  public init(limit: Int = Self.usualLimit) {
    sorter = RecordSorter(limit: limit)
  }

  /// Adds a fact.
  ///
  /// - Throws: ``ForensicsError`` where the temporary file cannot be made or written.
  public mutating func add(_ entry: TimelineEntry) throws(ForensicsError) {
    do throws(FileError) {
      try sorter.add(entry.time.rawValue, entry.encoded[...])
    } catch {
      throw ForensicsError(error)
    }
  }

  /// Ends adding facts.
  ///
  /// - Returns: The facts, oldest first.
  public consuming func finish() -> Timeline { Timeline(sorter.finish()) }
}
