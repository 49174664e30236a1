// SPDX-License-Identifier: MIT

import FileAccess
import HiveFormat

extension HiveOpener {
  /// Opens a hive with its logs, and without those entries that leave less of it to read.
  ///
  /// - Parameters:
  ///   - read: Makes a copy of the hive's bytes.
  ///   - path: Where they are from, for messages; nil for bytes in memory.
  ///   - logs: Gets the hive's logs; called only where they may be needed. Nil leaves them aside.
  /// - Throws: ``HiveError`` where the file is not a hive, or has no key that can be read.
  init(
    reading read: @escaping () throws(FileError) -> FileBytes, path: String?,
    logs: (() throws(HiveError) -> [LogFile])?
  ) throws(HiveError) {
    let trial = LogTrial(reading: read, path: path, logs: logs)
    do throws(HiveError) {
      let replayed = try trial.open()
      guard replayed.state.conclusion == .recoverable,
        case let keys = ReadableKeys(replayed), !keys.isSound,
        let alone = try? trial.open(leavingAside: ReadableKeys.fault(leaving: keys)),
        keys.isWorse(than: ReadableKeys(alone))
      else {
        self = replayed
        return
      }
      self = trial.best(besides: alone, keys)
    } catch {
      guard logs != nil, error.code == .noKeys || error.code == .notAHive,
        let alone = try? trial.open(leavingAside: ReadableKeys.fault(leaving: nil))
      else { throw error }
      self = trial.best(besides: alone, nil)
    }
  }
}

/// Opens a hive as often as it takes to find out which entries of its logs leave it readable.
///
/// Whoever can write a log must not be able to make the hive beside it disappear, nor what is in the
/// entries before.
private final class LogTrial {
  /// So many times a log, or its last entries, are left aside, before all logs are.
  private static let cutLimit = 3

  private let read: () throws(FileError) -> FileBytes
  private let path: String?
  private let logs: (() throws(HiveError) -> [LogFile])?
  /// The logs, once they were needed.
  private var known: [LogFile]?

  init(
    reading read: @escaping () throws(FileError) -> FileBytes, path: String?,
    logs: (() throws(HiveError) -> [LogFile])?
  ) {
    self.read = read
    self.path = path
    self.logs = logs
  }

  private func allLogs() throws(HiveError) -> [LogFile] {
    if let known { return known }
    let found = try logs?() ?? []
    known = found
    return found
  }

  /// Opens the hive.
  ///
  /// - Parameters:
  ///   - cuts: What not to use of the logs.
  ///   - fault: Why the logs are not to be used at all; nil where they are.
  /// - Returns: The open hive.
  /// - Throws: ``HiveError`` where it cannot be opened.
  func open(
    cuts: [ReplayPlan.LogCut] = [], leavingAside fault: FormatError? = nil
  ) throws(HiveError) -> HiveOpener {
    let file = try copy()
    do throws(HiveError) {
      let source: (() throws(HiveError) -> [LogFile])? = logs == nil ? nil : allLogs
      return try HiveOpener(file, path: path, logs: source, cuts: cuts, leavingAside: fault)
    } catch {
      throw error.orUnreadable(file.flaws)
    }
  }

  private func copy() throws(HiveError) -> FileBytes {
    do throws(FileError) { return try read() } catch { throw HiveError(error, path: path) }
  }

  /// The hive without those entries of its logs that make it worse than it is without any.
  ///
  /// - Parameters:
  ///   - alone: The hive without its logs.
  ///   - worst: What it is with all of them; nil where it cannot be opened.
  /// - Returns: The open hive.
  func best(besides alone: HiveOpener, _ worst: ReadableKeys?) -> HiveOpener {
    let before = ReadableKeys(alone)
    var worst = worst
    var cuts: [ReplayPlan.LogCut] = []
    for _ in 0..<Self.cutLimit {
      guard let cut = firstBadEntry(cuts, before: before, &worst) else { break }
      cuts.append(cut)
      guard var opening = try? open(cuts: cuts) else { continue }
      let keys = ReadableKeys(opening)
      if !keys.isWorse(than: before) {
        opening.faults.append(ReadableKeys.fault(leaving: worst))
        return opening
      }
      worst = keys
    }
    var alone = alone
    alone.faults.append(ReadableKeys.fault(leaving: worst))
    return alone
  }

  /// Looks for the first entry that makes the hive worse, and says to leave it and all behind it
  /// in its log aside; nil where there is none.
  private func firstBadEntry(
    _ cuts: [ReplayPlan.LogCut], before: ReadableKeys, _ worst: inout ReadableKeys?
  ) -> ReplayPlan.LogCut? {
    guard let file = try? copy(), let logs = try? allLogs() else { return nil }
    let plan = ReplayPlan(primary: HiveImage(file), logs: logs, cuts: cuts)
    var used = 0
    var end = plan.appliedEntries
    while end - used > 1 {
      let middle = used + (end - used) / 2
      guard let cut = plan.cut(after: middle, because: ReadableKeys.fault(leaving: worst)) else {
        break
      }
      let keys = (try? open(cuts: cuts + [cut])).map { ReadableKeys($0) }
      if let keys, !keys.isWorse(than: before) {
        used = middle
      } else {
        (end, worst) = (middle, keys)
      }
    }
    return plan.cut(after: used, because: ReadableKeys.fault(leaving: worst))
  }
}
