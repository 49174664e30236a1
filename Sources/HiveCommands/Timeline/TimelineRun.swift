// SPDX-License-Identifier: MIT

import ArgumentParser
import ProfileForensics
import RegistryHive
import WindowsEvents

/// Writes dated facts in one form.
protocol TimelineWriter {
  mutating func begin()
  mutating func write(_ entry: TimelineEntry)
  mutating func end()
}

extension TimelineWriter {
  mutating func begin() {}
  mutating func end() {}
}

/// The dated facts of one command line.
struct TimelineRun {
  private let since: FileTime?
  private let until: FileTime?
  private let users: TimelineUsers
  private var sorter = TimelineSorter()
  /// How many hives and logs were read.
  private var fileCount = 0
  /// The event logs among the files that were named.
  private var namedLogs: [String] = []
  private var isComplete = true
  private var failures: [CommandFailure] = []
  private var progress = Progress("facts")

  init(since: FileTime?, until: FileTime?, users: TimelineUsers) {
    self.since = since
    self.until = until
    self.users = users
  }

  private func takes(_ time: FileTime) -> Bool {
    if let since, time < since { return false }
    if let until, time >= until { return false }
    return true
  }

  private mutating func add(_ entry: TimelineEntry) throws(CommandFailure) {
    guard takes(entry.time) else { return }
    progress.advance()
    do throws(ForensicsError) {
      try sorter.add(entry)
    } catch {
      throw CommandFailure(error)
    }
  }
}

// MARK: - Reading

extension TimelineRun {
  /// Reads all hives and logs; what cannot be read does not keep the others from it.
  ///
  /// - Throws: ``CommandFailure`` where the facts cannot be sorted.
  mutating func read(_ inputs: Inputs, logs: LogOptions) throws(CommandFailure) {
    isComplete = inputs.report()
    let options = inputs.isSingleHive ? logs : logs.forOtherHives
    for path in inputs.named {
      try read(InputHive(path: path), name: path, user: nil, options)
    }
    try readNamedLogs()
    for machine in inputs.machines {
      try read(machine.live, machine: inputs.label(of: machine), options) { event in
        inputs.machines.count > 1 ? machine.label(of: event, among: inputs.machines) : nil
      }
    }
    progress.finish()
  }

  private mutating func read(
    _ capture: Capture, machine: String?, _ logs: LogOptions,
    ofEvent: (ProfileEvent) -> String?
  ) throws(CommandFailure) {
    for kind in HiveKind.allCases {
      guard let file = capture.machineHives[kind] else { continue }
      try read(
        InputHive(path: file.path, machine: machine), name: capture.relativePath(file.path),
        user: nil, logs)
    }
    for file in capture.otherHives {
      try read(
        InputHive(path: file.path, machine: machine), name: capture.relativePath(file.path),
        user: nil, logs)
    }
    for profile in capture.profiles where users.areAll || users.take(profile) {
      for file in profile.hives {
        try read(
          InputHive(path: file.path, machine: machine, profile: profile),
          name: capture.relativePath(file.path),
          user: profile.identifier?.description ?? profile.name, logs)
      }
    }
    try readEvents(of: capture, machine: machine, ofEvent)
  }

  private mutating func read(
    _ input: InputHive, name: String, user: String?, _ logs: LogOptions
  ) throws(CommandFailure) {
    let hive: Hive
    do throws(CommandFailure) {
      hive = try input.open(logs)
    } catch {
      if EventsRun.isLog(input.path) {
        namedLogs.append(input.path)
      } else {
        failures.append(error)
      }
      return
    }
    fileCount += 1
    var times = HiveTimes(hive, file: name, machine: input.machine, user: user)
    while let entry = times.next() {
      if users.areAll || user != nil || users.take(entry.user) { try add(entry) }
    }
    let report = FindingsReport(of: hive, name: input.path)
    report.add(times.findings, of: times.findingCount)
    if report.finish() != .success { isComplete = false }
  }

  private mutating func readEvents(
    of capture: Capture, machine: String?, _ ofEvent: (ProfileEvent) -> String?
  ) throws(CommandFailure) {
    guard !capture.eventLogs.isEmpty else { return }
    try add(EventsRun(logs: capture.eventLogs.map(\.path)), machine: machine, ofEvent)
  }

  private mutating func readNamedLogs() throws(CommandFailure) {
    guard !namedLogs.isEmpty else { return }
    let run: EventsRun
    do throws(CommandFailure) {
      run = try EventsRun(
        Inputs(paths: namedLogs, named: namedLogs, machines: [], isOneOfSeveral: false))
    } catch {
      failures.append(error)
      return
    }
    try add(run, machine: nil) { _ in nil }
  }

  /// Adds the events of a log; in logs that lie apart from their machines, each has its own.
  private mutating func add(
    _ run: EventsRun, machine: String?, _ ofEvent: (ProfileEvent) -> String?
  ) throws(CommandFailure) {
    fileCount += run.files.count
    if !run.report() { isComplete = false }
    for event in run.events where !event.kind.isShownOnRequestOnly && users.take(event) {
      let record = event.record
      guard record.time.rawValue != 0 else { continue }
      try add(
        TimelineEntry(
          time: record.time, kind: .eventLogged, message: RegistryString(event.meaning.summary),
          machine: ofEvent(event) ?? machine, file: record.log,
          user: event.subject?.description ?? event.account,
          event: TimelineEntry.Event(
            record: UInt64(clamping: record.number), provider: record.provider,
            number: Int(record.event))))
    }
  }
}

// MARK: - Writing

extension TimelineRun {
  /// Writes all facts, oldest first; returns how many.
  mutating func write(
    _ writer: any TimelineWriter, to output: Output
  ) throws(CommandFailure) -> Int {
    var writer = writer
    var count = 0
    var timeline = sorter.finish()
    sorter = TimelineSorter()
    writer.begin()
    while output.failure == nil, let entry = timeline.next() {
      writer.write(entry)
      count += 1
    }
    writer.end()
    if let failure = timeline.failure { throw CommandFailure(failure) }
    return count
  }

  /// Says what could not be read.
  ///
  /// - Throws: ``CommandFailure`` where nothing could be read.
  func finish() throws(CommandFailure) -> ExitCode {
    if fileCount == 0, let first = failures.first { throw first }
    for failure in failures { Diagnostics.note(failure.message) }
    return isComplete && failures.isEmpty ? .success : .incomplete
  }
}
