// SPDX-License-Identifier: MIT

import ArgumentParser
import ProfileForensics
import RegistryHive

/// What the paths of one command line were found to be.
struct CheckRun {
  /// What was found at one path.
  struct Checked {
    let path: String
    /// The Windows that the files are of; nil where that is not known.
    let release: WindowsRelease?
    /// The profiles with their verdicts, where a profile list or folders are at hand.
    let profiles: [CheckedProfile]
    /// The most serious first.
    let results: [CheckResult]

    func count(_ severity: CheckRule.Severity) -> Int {
      results.reduce(0) { $0 + ($1.severity == severity && !$1.isVerdict ? $1.count : 0) }
    }
  }

  private(set) var checked: [Checked] = []
  /// The files that were read, apart from the paths themselves.
  private(set) var files: [String] = []

  private let logs: LogOptions
  private let classes: [String]
  private let isOneOfSeveral: Bool
  private var failures: [String] = []
  private var remarks: [String] = []
  private var states: [(path: String, state: HiveState)] = []
  private var eventRuns: [EventsRun] = []

  /// Checks all paths; one that cannot be read does not keep the others from it.
  ///
  /// - Parameters:
  ///   - paths: Hives and folders.
  ///   - logs: Where to look for transaction logs.
  ///   - classes: Classes of COM to look up.
  /// - Throws: ``CommandFailure`` where none of the paths can be read.
  init(paths: [String], logs: LogOptions, classes: [String]) throws(CommandFailure) {
    self.logs = logs
    self.classes = classes
    isOneOfSeveral = paths.count > 1
    var first: CommandFailure?
    for path in paths {
      do throws(CommandFailure) {
        if VolumeReport.isFolder(path) {
          try checkFolder(path)
        } else {
          try checkHive(path)
        }
      } catch {
        first = first ?? error
        failures.append(error.message)
      }
    }
    if checked.isEmpty, let first { throw first }
  }

  private mutating func checkHive(_ path: String) throws(CommandFailure) {
    let hive: Hive
    do throws(HiveError) {
      hive = try Hive(path: path, logs: logs.source)
    } catch {
      // A folder of collected hives holds logs too; they are no hives of their own.
      if error.code == .isLog, isOneOfSeveral {
        remarks.append("\(path): is a transaction log of a hive, and was passed over")
        return
      }
      throw CommandFailure(error)
    }
    let check = LogOffCheck(
      hive: hive, path: path, classes: classes,
      subjectPrefix: isOneOfSeveral ? "\(path): " : "")
    remarks += check.remarks.map { "\(path): \($0)" }
    checked.append(
      Checked(
        path: path, release: check.release, profiles: check.profiles,
        results: (hive.check() + check.results).mostSeriousFirst))
  }

  private mutating func checkFolder(_ path: String) throws(CommandFailure) {
    let evidence: Capture
    do throws(ForensicsError) {
      evidence = try Capture(path: path)
    } catch {
      throw CommandFailure(error)
    }
    let events = EventsRun(logs: evidence.eventLogs.map(\.path))
    let check = LogOffCheck(
      evidence, events: events.events, classes: classes, logs: logs.source,
      subjectPrefix: isOneOfSeveral ? "\(path): " : "")
    eventRuns.append(events)
    states += check.states
    files += check.states.map(\.path) + events.files
    failures += check.failures.map(\.description)
    failures += evidence.notes.filter(\.isLoss).map(\.description)
    remarks += evidence.notes.filter { !$0.isLoss }.map(\.description)
    remarks += check.remarks.map { "\(path): \($0)" }
    checked.append(
      Checked(
        path: path, release: check.release, profiles: check.profiles, results: check.results))
  }

  /// What was found at all paths, the most serious first.
  var results: [CheckResult] { checked.flatMap(\.results).mostSeriousFirst }

  /// Tells on standard error what was not checked; returns whether all was.
  func report() -> Bool {
    for (path, state) in states { logs.tell(of: state, path) }
    for remark in remarks { Diagnostics.warn(remark) }
    for failure in failures { Diagnostics.warn(failure) }
    let areRead = eventRuns.map { $0.report() }
    return failures.isEmpty && areRead.allSatisfy(\.self)
  }

  /// Whether nothing was found that is as serious.
  func isSound(_ threshold: CheckThreshold) -> Bool {
    results.allSatisfy { $0.severity > threshold.severity }
  }
}
