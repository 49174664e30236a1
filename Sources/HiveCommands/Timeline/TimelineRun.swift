// SPDX-License-Identifier: MIT

import ArgumentParser
import FileAccess
import ProfileForensics
import RegistryHive
import WindowsEvents

/// Writes a dated fact in one form.
protocol TimelineWriter {
  mutating func write(_ entry: TimelineEntry)
}

/// The dated facts of a machine, or of a few.
struct TimelineRun {
  private let since: FileTime?
  private let until: FileTime?
  private let users: TimelineUsers
  private var writer: any TimelineWriter
  private let records: DatedRecords
  /// How many facts there are.
  private(set) var count = 0
  /// How many hives and logs were read.
  private var fileCount = 0
  /// The event logs among the files that were named.
  private var namedLogs: [String] = []
  private var isComplete = true
  private var failures: [CommandFailure] = []
  private var progress = Progress("facts")

  /// Makes ready for reading; the writer writes to the draft of the records.
  init(
    since: FileTime?, until: FileTime?, users: TimelineUsers, writer: any TimelineWriter,
    to records: DatedRecords
  ) {
    self.since = since
    self.until = until
    self.users = users
    self.writer = writer
    self.records = records
  }

  private func takes(_ time: FileTime) -> Bool {
    if let since, time < since { return false }
    if let until, time >= until { return false }
    return true
  }

  private mutating func add(_ entry: TimelineEntry, _ part: String? = nil) {
    guard takes(entry.time) else { return }
    progress.advance()
    count += 1
    writer.write(entry)
    records.add(at: entry.time, identity: part.map { entry.identity(in: $0) } ?? 0)
  }
}

// MARK: - Reading

extension TimelineRun {
  /// Reads all hives and logs; what cannot be read does not keep the others from it.
  mutating func read(_ inputs: Inputs, logs: LogOptions) {
    isComplete = inputs.report()
    let options = inputs.isSingleHive ? logs : logs.forOtherHives
    for path in inputs.named {
      read(InputHive(path: path), name: path, user: nil, options)
    }
    readNamedLogs()
    for machine in inputs.machines {
      let label = inputs.label(of: machine)
      let earlier = machine.earlierStates
      for capture in [machine.live] + earlier {
        read(capture, machine: label, options, hasOthers: !earlier.isEmpty)
      }
      // Earlier states have events that are in the live logs no more.
      let logs = machine.captures.flatMap(\.eventLogs)
      guard !logs.isEmpty else { continue }
      add(EventsRun(logs: logs.map(\.path))) { event in
        label == nil ? nil : machine.label(of: event, among: inputs.machines)
      }
    }
    progress.finish()
  }

  /// Reads the hives of a state of a machine.
  ///
  /// What several states say is listed once, as the newest has it, which is read first.
  private mutating func read(
    _ capture: Capture, machine: String?, _ logs: LogOptions, hasOthers: Bool
  ) {
    func name(_ file: EvidenceFile) -> String {
      capture.origin == .live ? capture.relativePath(file.path) : file.path
    }
    for kind in HiveKind.allCases {
      guard let file = capture.machineHives[kind] else { continue }
      read(
        InputHive(path: file.path, machine: machine), name: name(file), user: nil, logs,
        part: hasOthers ? kind.rawValue : nil)
    }
    for file in capture.otherHives {
      read(
        InputHive(path: file.path, machine: machine), name: name(file), user: nil, logs,
        part: hasOthers ? file.path.lastPathPart.lowercased() : nil)
    }
    for profile in capture.profiles where users.areAll || users.take(profile) {
      for file in profile.hives {
        let kind = file.path == profile.classesHive?.path ? "classes" : "user"
        read(
          InputHive(path: file.path, machine: machine, profile: profile), name: name(file),
          user: profile.identifier?.description ?? profile.name, logs,
          part: hasOthers ? "\(kind) \(profile.name.lowercased())" : nil)
      }
    }
  }

  /// Reads a hive.
  ///
  /// - Parameters:
  ///   - input: Where it is.
  ///   - name: What to call it.
  ///   - user: The user whose hive it is.
  ///   - logs: Where its transaction logs are.
  ///   - part: The part of the registry that it is, where other states of the machine have it too.
  private mutating func read(
    _ input: InputHive, name: String, user: String?, _ logs: LogOptions, part: String? = nil
  ) {
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
    while !records.isClosed, let entry = times.next() {
      if users.areAll || user != nil || users.take(entry.user) { add(entry, part) }
    }
    let report = FindingsReport(of: hive, name: input.path)
    report.add(times.findings, of: times.findingCount)
    if report.finish() != .success { isComplete = false }
  }

  private mutating func readNamedLogs() {
    guard !namedLogs.isEmpty else { return }
    let run: EventsRun
    do throws(CommandFailure) {
      run = try EventsRun(
        Inputs(paths: namedLogs, named: namedLogs, machines: [], isOneOfSeveral: false))
    } catch {
      failures.append(error)
      return
    }
    add(run, machine: nil)
  }

  /// Adds the events of logs; `machine` says what to call that of an event, and else they do.
  private mutating func add(_ run: EventsRun, machine: ((ProfileEvent) -> String?)?) {
    fileCount += run.files.count
    if !run.report() { isComplete = false }
    for (event, name) in run.labelled where !event.kind.isShownOnRequestOnly && users.take(event) {
      let record = event.record
      guard record.time.rawValue != 0 else { continue }
      add(
        TimelineEntry(
          time: record.time, kind: .eventLogged, message: RegistryString(event.meaning.summary),
          machine: machine.map { $0(event) } ?? name, file: record.log,
          user: event.subject?.description ?? event.account,
          event: TimelineEntry.Event(
            record: UInt64(clamping: record.number), provider: record.provider,
            number: Int(record.event))))
    }
  }
}

extension TimelineRun {
  /// Says what could not be read.
  ///
  /// - Throws: ``CommandFailure`` where nothing could be read.
  func finish() throws(CommandFailure) -> ExitCode {
    if fileCount == 0, let first = failures.first { throw first }
    for failure in failures { Diagnostics.note(failure.message) }
    return isComplete && failures.isEmpty ? .success : .incomplete
  }
}

extension TimelineEntry {
  /// The same for what several states of one hive say; never 0.
  fileprivate func identity(in part: String) -> UInt64 {
    var hasher = Hasher()
    hasher.combine(machine)
    hasher.combine(part)
    hasher.combine(kind)
    hasher.combine(message)
    hasher.combine(path)
    hasher.combine(value)
    return UInt64(bitPattern: Int64(hasher.finalize())) | 1
  }
}
