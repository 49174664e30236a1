// SPDX-License-Identifier: MIT

import ArgumentParser
import ProfileForensics
import RegistryHive
import WindowsEvents

/// What a check found of one subject, with the machine and the profile that it belongs to.
struct CheckFinding {
  let result: CheckResult
  /// What to call the machine; nil where there is only one, of no known name.
  let machine: String?
  /// The profile that a verdict is on; nil for all other findings.
  let verdictOn: ProfileHistory?
}

/// What the paths of one command line were found to be.
struct CheckRun {
  /// What was found at one path, or of one machine.
  struct Checked {
    /// The path, or where it holds several machines, what to call this one.
    let label: String
    /// The machine's name; nil where it is not known.
    let machine: String?
    /// The check of the machine's profiles; nil for a hive that is not the machine's.
    let check: ProfileCheck?
    /// The most serious first.
    let results: [CheckResult]
    /// What to call the earlier states of the machine that were compared with it.
    var earlierStates: [String] = []
    /// The machine's files; nil for a hive that is not the machine's.
    var machineFiles: Machine?

    /// The Windows that the files are of; nil where that is not known.
    var release: WindowsRelease? { check?.facts.release }
    /// The profiles with their verdicts, where a profile list or folders are at hand.
    var profiles: [ProfileHistory] { check?.profiles ?? [] }

    /// Whether the fault is over since the time that was given; nil where none was.
    var answer: String? { results.first { $0.rule.id == "log-offs-since" }?.advice }

    func count(_ severity: CheckRule.Severity) -> Int {
      results.reduce(0) { $0 + ($1.severity == severity && !$1.isVerdict ? $1.count : 0) }
    }
  }

  private(set) var checked: [Checked] = []

  private let logs: LogOptions
  private let options: ProfileCheck.Options
  private let inputs: Inputs
  /// Whether there is more than one machine or hive.
  private var isOneOfSeveral: Bool { inputs.isOneOfSeveral }
  private var failures: [String] = []
  private var remarks: [String] = []
  private var states: [MachineFacts.ReadHive] = []
  private var eventRuns: [EventsRun] = []
  /// The events of logs that lie apart, by the machine that wrote them.
  private var events: [CollectedEvents.Logs] = []

  /// Makes ready for a check.
  ///
  /// - Parameters:
  ///   - inputs: The machines and hives.
  ///   - logs: Where to look for transaction logs.
  ///   - classes: Classes of COM to look up.
  ///   - since: The time from which on events count.
  init(_ inputs: Inputs, logs: LogOptions, classes: [String], since: FileTime?) {
    self.logs = logs
    options = ProfileCheck.Options(classes: classes, since: since, logs: logs.source)
    self.inputs = inputs
    failures += inputs.failures.map(\.message)
    if !isOneOfSeveral || inputs.machines.isEmpty {
      failures += inputs.skipped.filter(\.isLoss).map(\.description)
    }
    remarks += inputs.skipped.filter { !$0.isLoss }.map(\.description)
  }

  /// Checks everything; one path that cannot be read does not keep the others from it.
  ///
  /// - Parameter done: Called with what was found of each machine and hive when it is done.
  /// - Throws: ``CommandFailure`` where none of the paths can be read.
  mutating func run(_ done: ([CheckFinding]) -> Void = { _ in }) throws(CommandFailure) {
    var first = inputs.failures.first
    readLogsApart()
    for (index, machine) in inputs.machines.enumerated() {
      guard check(machine, index) else { continue }
      done(findings(of: checked[checked.count - 1]))
    }
    for path in inputs.named {
      do throws(CommandFailure) {
        guard try checkHive(path) else { continue }
        done(findings(of: checked[checked.count - 1]))
      } catch {
        first = first ?? error
        failures.append(error.message)
      }
    }
    if checked.isEmpty, let first { throw first }
    for (path, failure) in zip(inputs.failedPaths, inputs.failures) {
      checked.append(Self.failed(failure, machine: path))
      done(findings(of: checked[checked.count - 1]))
    }
  }

  /// Checks a hive; returns whether it was one.
  private mutating func checkHive(_ path: String) throws(CommandFailure) -> Bool {
    let hive: Hive
    do throws(HiveError) {
      hive = try Hive(
        path: StandardInput.place(of: path), logs: logs.source, isShared: true)
    } catch {
      // A folder of collected hives holds logs too; they are no hives of their own.
      if error.code == .isLog, isOneOfSeveral {
        remarks.append("\(path): is a transaction log of a hive, and was skipped")
        return false
      }
      throw CommandFailure("\(path): \(error.reason)", code: error.code.rawValue)
    }
    let check = ProfileCheck(hive: hive, path: path, options: options)
    remarks += check.remarks.map { "\(path): \($0)" }
    checked.append(
      Checked(
        label: path, machine: nil, check: check,
        results: (hive.check() + check.results).mostSeriousFirst))
    return true
  }

  /// Reads the logs that may hold events of several machines, before the first is checked: those
  /// without hives beside them, and those of forwarded events.
  private mutating func readLogsApart() {
    let machines = inputs.machines
    guard machines.count > 1 else { return }
    events =
      CollectedEvents(
        machines.map { machine in
          let logs = machine.logs.filter { machine.hasLogsAlone || $0.isOfForwardedEvents }
          guard !logs.isEmpty else { return CollectedEvents.Logs() }
          let run = EventsRun(logs: logs)
          eventRuns.append(run)
          return CollectedEvents.Logs(events: run.events, reach: run.allReaches)
        }, of: machines
      ).logs
  }

  /// Checks a machine; returns false where it is none of its own, because its logs are others'.
  private mutating func check(_ machine: Machine, _ index: Int) -> Bool {
    let apart = events.isEmpty ? CollectedEvents.Logs() : events[index]
    let isRead = !events.isEmpty
    let logs = machine.logs.filter { log in
      !isRead || !machine.hasLogsAlone && !log.isOfForwardedEvents
    }
    if isRead, machine.hasLogsAlone, apart.events.isEmpty, apart.reach.isEmpty {
      failures += losses(index).map { "\($0.path): \($0.reason)" }
      return false
    }
    let events = EventsRun(logs: logs)
    let check = ProfileCheck(
      machine, events: events.events + apart.events, reach: events.allReaches + apart.reach,
      options: options)
    eventRuns.append(events)
    states += check.facts.states
    let path = machine.live.path
    // Logs alone are those of the computer that they name, whatever their folder is called.
    let hosts = Set((events.reaches + apart.reach).compactMap(\.host))
    let name = machine.name ?? (machine.hasLogsAlone && hosts.count == 1 ? hosts.first : nil)
    let files = losses(index) + check.facts.failures.map { ($0.path, $0.reason) }
    // What is wrong with a log is said with its events.
    let unreadable = files + events.losses
    if isOneOfSeveral, !files.isEmpty {
      failures.append(Self.sentence(on: files, of: machine.label))
    } else {
      failures += check.facts.failures.map(\.description)
    }
    let isNamed = inputs.machines.count > 1 && !path.contains(machine.label)
    let place = isNamed ? "\(path), \(machine.label)" : path
    remarks += check.remarks.map { "\(place): \($0)" }
    for remark in [Self.remark(onStatesOf: machine), Self.remark(onStraysOf: machine)] {
      if let remark { remarks.append("\(place): \(remark)") }
    }
    checked.append(
      Checked(
        label: path,
        machine: machine.name == nil
          ? name ?? inputs.label(of: machine) : inputs.label(of: machine),
        check: check,
        results: (check.results + Self.unreadable(unreadable, of: machine.live)
          + Self.notJudged(machine)).mostSeriousFirst,
        earlierStates: machine.earlierStates.map { machine.live.relativePath($0.path) },
        machineFiles: machine))
    return true
  }

  /// What of a machine's files was passed over, so that evidence may be missing.
  private func losses(_ index: Int) -> [(path: String, reason: String)] {
    let machines = inputs.machines
    return inputs.skipped.filter(\.isLoss).filter { item in
      let owner = machines.indices.filter { item.path.hasPrefix(machines[$0].live.path) }
        .max { machines[$0].live.path.utf8.count < machines[$1].live.path.utf8.count }
      return owner ?? 0 == index
    }.map { ($0.path, $0.reason) }
  }

  /// One sentence on all files of a machine that could not be read.
  private static func sentence(
    on files: [(path: String, reason: String)], of label: String
  ) -> String {
    let shown = files.prefix(3).map { "\($0.path): \($0.reason)" }
    let more = files.count > 3 ? ["and \(files.count - 3) more"] : []
    return "\(label): could not be read: \((shown + more).joined(separator: "; "))"
  }

  func findings(of checked: Checked) -> [CheckFinding] {
    checked.results.map { result in
      CheckFinding(
        result: result,
        machine: isOneOfSeveral ? checked.machine ?? checked.label : checked.machine,
        verdictOn: result.isVerdict ? checked.check?.profile(subject: result.subject) : nil)
    }
  }

  /// What was found at all paths, the most serious first.
  var findings: [CheckFinding] {
    let all = checked.flatMap { findings(of: $0) }
    return CheckRule.Severity.allCases.flatMap { severity in
      all.filter { $0.result.severity == severity }
    }
  }

  /// Says on standard error what was not checked; returns whether all was.
  func report() -> Bool {
    for hive in states { logs.report(hive.state, of: hive.path) }
    for remark in remarks { Diagnostics.note(remark) }
    for failure in failures { Diagnostics.note(failure) }
    let areRead = eventRuns.map { $0.report() }
    return failures.isEmpty && areRead.allSatisfy(\.self)
  }

  /// Whether nothing was found that is as serious.
  func isSound(_ threshold: CheckThreshold) -> Bool {
    checked.allSatisfy { $0.results.allSatisfy { $0.severity > threshold.severity } }
  }
}

extension Machine {
  /// The paths of all its event logs.
  var logs: [String] { captures.flatMap { $0.eventLogs.map(\.path) } }
}

extension String {
  /// Whether the path is that of a log which holds the events of other machines.
  fileprivate var isOfForwardedEvents: Bool { lowercased().contains("forwardedevents") }
}
