// SPDX-License-Identifier: MIT

import EventLogs
import FileAccess
import ProfileForensics
import RegistryHive
import WindowsEvents

/// The events in the logs of one command line.
struct EventsRun {
  /// The events that matter to profiles, oldest first, each once of a machine; with what to call
  /// the machine, nil where all are of one that has no name.
  private(set) var labelled: [(event: ProfileEvent, machine: String?)] = []
  /// The events without the names of machines.
  var events: [ProfileEvent] { labelled.map(\.event) }
  /// The logs that were read.
  private(set) var files: [String] = []
  /// From when to when the logs speak, in the order that they were read.
  private(set) var reaches: [LogReach] = []

  /// The logs that could not be read, or only in part, with the reason.
  private(set) var losses: [(path: String, reason: String)] = []

  private var messages: [String] = []
  private var remarks: [String] = []

  /// Reads all logs; one that cannot be read does not keep the others from it.
  ///
  /// - Throws: ``CommandFailure`` where none of the paths can be read.
  init(_ inputs: Inputs, filter: EventFilter = EventFilter()) throws(CommandFailure) {
    var failure = inputs.failures.first
    messages += inputs.failures.map(\.message)
    remarks += inputs.skipped.filter { !$0.isLoss }.map(\.description)
    messages += inputs.skipped.filter(\.isLoss).map(\.description)
    for path in inputs.named {
      do throws(CommandFailure) {
        let first = labelled.count
        try readLog(path, filter)
        for index in first..<labelled.count {
          let host = labelled[index].event.record.host
          labelled[index].machine = host.isEmpty ? nil : host
        }
      } catch {
        failure = failure ?? error
        messages.append(error.message)
      }
    }
    for machine in inputs.machines {
      let logs = machine.captures.flatMap(\.eventLogs)
      let path = inputs.path(of: machine)
      if logs.isEmpty, inputs.isOneOfSeveral || inputs.machines.count > 1 {
        remarks.append("\(path), \(machine.label): there are no event logs")
      } else if logs.isEmpty {
        messages.append("\(path): there are no event logs")
      }
      let first = labelled.count
      read(logs.map(\.path), adding(machine, to: filter))
      let own = ProfileEvent.merged(labelled[first...].map(\.event))
      labelled[first...] = own.map { ($0, machine.label(of: $0, among: inputs.machines)) }[...]
    }
    if files.isEmpty, let failure { throw failure }
    putInOrder()
    nameLogsApart()
    let isOneItem = inputs.isOneOfSeveral && inputs.machines.count == 1 && inputs.named.isEmpty
    let isNamed = inputs.machines.count > 1 || inputs.machines.contains { $0.name != nil }
    if !isOneItem, !isNamed, Set(labelled.map { $0.machine ?? $0.event.record.host }).count < 2 {
      for index in labelled.indices { labelled[index].machine = nil }
    }
  }

  /// Puts the events in order, and takes each once of a machine.
  private mutating func putInOrder() {
    labelled = Dictionary(grouping: labelled, by: \.machine)
      .sorted { ($0.key ?? "") < ($1.key ?? "") }
      .flatMap { machine, events in
        ProfileEvent.merged(events.map(\.event)).map { (event: $0, machine: machine) }
      }
    let ordered = labelled.indices.sorted { first, second in
      let (one, other) = (labelled[first].event.record, labelled[second].event.record)
      return (one.time, one.log, one.number, first) < (other.time, other.log, other.number, second)
    }
    labelled = ordered.map { labelled[$0] }
  }

  /// Calls logs of one name by their paths.
  private mutating func nameLogsApart() {
    let counts = Dictionary(grouping: reaches, by: \.log).mapValues(\.count)
    for (index, file) in zip(reaches.indices, files) where counts[reaches[index].log] ?? 0 > 1 {
      reaches[index].log = file
    }
  }

  /// Reads the logs of a machine that is checked.
  init(logs: [String]) {
    read(logs, EventFilter())
    putInOrder()
  }

  private func adding(_ machine: Machine, to filter: EventFilter) -> EventFilter {
    guard !filter.users.isEmpty, let path = machine.live.machineHives[.software]?.path,
      let list = (try? Hive(path: path)).flatMap({ ProfileList(software: $0) })
    else { return filter }
    return filter.adding(list)
  }

  private mutating func read(_ paths: [String], _ filter: EventFilter) {
    for path in paths {
      do throws(CommandFailure) {
        try readLog(path, filter)
      } catch {
        messages.append(error.message)
        let start = "\(path): "
        let reason =
          error.message.hasPrefix(start)
          ? String(error.message.dropFirst(start.count)) : error.message
        losses.append((path, reason))
      }
    }
  }

  /// The reach of the logs that were read, and of those that could not be.
  var allReaches: [LogReach] {
    let names = Set(reaches.filter { $0.loss != nil }.map(\.log))
    let unread = losses.filter { !names.contains($0.path.lastPathPart) }
    return reaches + unread.map { LogReach(log: $0.path.lastPathPart, loss: $0.reason) }
  }

  /// Whether a file that is not a hive is an event log.
  static func isLog(_ path: String) -> Bool {
    EventLog.isLog(path: StandardInput.place(of: path))
  }

  private mutating func readLog(_ path: String, _ filter: EventFilter) throws(CommandFailure) {
    let log: EventLog
    do throws(EventLogError) {
      log = try EventLog(
        path: StandardInput.place(of: path), name: path == StandardInput.path ? path : nil)
    } catch {
      throw CommandFailure("\(path): \(error.reason)", code: error.code.rawValue)
    }
    files.append(path)
    var progress = Progress("records of \(path)")
    defer { progress.finish() }
    let isKnown = { (provider: String, event: Int) in
      progress.advance()
      return filter.mayTake(provider: provider, event: event)
    }
    while let record = log.next(where: isKnown) {
      if let event = ProfileEvent(record), filter.takes(event) { labelled.append((event, nil)) }
    }
    var reach = log.reach
    reach.mayBeSelection = !path.isInPlaceOfLogs
    if let first = log.faults.first {
      let more = log.faults.count - 1
      let reason = "\(first)" + (more > 0 ? " (and \(counted(more, "more fault")))" : "")
      reach.loss = reason
      losses.append((path, reason))
    }
    reaches.append(reach)
    if log.isSelection {
      remarks.append("\(path): is an export of some events: the numbers of its records have gaps")
    }
    messages += log.faults.map { "\(path): \($0)" }
  }

  /// Says on standard error what could not be read; returns whether all could.
  func report() -> Bool {
    for remark in remarks { Diagnostics.note(remark) }
    for message in messages.prefix(100) { Diagnostics.note(message) }
    if messages.count > 100 { Diagnostics.note("and \(messages.count - 100) more") }
    return messages.isEmpty
  }
}

extension String {
  /// Whether a log lies where Windows keeps it: a copy elsewhere may hold chosen records only.
  fileprivate var isInPlaceOfLogs: Bool {
    let lower = lowercased()
    return lower.contains("/winevt/logs/") && lower.hasSuffix(".evtx")
      || lower.contains("/config/") && lower.hasSuffix(".evt")
  }
}
