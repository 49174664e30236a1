// SPDX-License-Identifier: MIT

import ProfileForensics
import RegistryHive
import WindowsEvents

#if EVENT_LOGS
import EventLogs
#endif

/// The events in the logs of one command line.
struct EventsRun {
  /// The events that matter to profiles, oldest first.
  private(set) var events: [ProfileEvent] = []
  /// The logs that were read.
  private(set) var files: [String] = []
  /// From when to when the logs speak, in the order that they were read.
  private(set) var reaches: [LogReach] = []

  private var messages: [String] = []
  private var remarks: [String] = []

  /// Reads all paths; one that cannot be read does not keep the others from it.
  ///
  /// - Throws: ``CommandFailure`` where none of the paths can be read.
  init(paths: [String], filter: EventFilter = EventFilter()) throws(CommandFailure) {
    var failure: CommandFailure?
    for path in paths {
      do throws(CommandFailure) {
        try read(path, filter)
      } catch {
        failure = failure ?? error
        messages.append(error.message)
      }
    }
    if files.isEmpty, let failure { throw failure }
    events = ProfileEvent.merged(events)
  }

  /// Reads the logs of a machine that is checked.
  init(logs: [String]) {
    read(logs, EventFilter())
    events = ProfileEvent.merged(events)
  }

  private mutating func read(_ path: String, _ filter: EventFilter) throws(CommandFailure) {
    guard VolumeReport.isFolder(path) else {
      return try readLog(path, filter)
    }
    do throws(ForensicsError) {
      let volume = try WindowsVolume(path: path)
      take(volume.notes)
      if volume.eventLogs.isEmpty { messages.append("\(path): the volume has no event logs") }
      read(volume.eventLogs.map(\.path), adding(volume, to: filter))
    } catch {
      guard error.code == .notAVolume else { throw CommandFailure(error) }
      try readFolder(path, filter)
    }
  }

  private func adding(_ volume: WindowsVolume, to filter: EventFilter) -> EventFilter {
    guard !filter.users.isEmpty, let path = volume.machineHives[.software]?.path,
      let list = (try? Hive(path: path)).flatMap({ ProfileList(software: $0) })
    else { return filter }
    return filter.adding(list)
  }

  private mutating func take(_ notes: [SkippedItem]) {
    remarks += notes.filter { !$0.isLoss }.map(\.description)
    messages += notes.filter(\.isLoss).map(\.description)
  }

  private mutating func readFolder(_ path: String, _ filter: EventFilter) throws(CommandFailure) {
    let folder: EventLogFolder
    do throws(ForensicsError) {
      folder = try EventLogFolder(path: path)
    } catch {
      throw CommandFailure(error)
    }
    take(folder.notes)
    guard !folder.logs.isEmpty else {
      throw CommandFailure(
        exitCode: .badInput,
        message: "\(path): is neither the root of a Windows volume nor a folder with event logs")
    }
    read(folder.logs.map(\.path), filter)
  }

  private mutating func read(_ paths: [String], _ filter: EventFilter) {
    for path in paths {
      do throws(CommandFailure) {
        try readLog(path, filter)
      } catch {
        messages.append(error.message)
      }
    }
  }

  #if EVENT_LOGS
  private mutating func readLog(_ path: String, _ filter: EventFilter) throws(CommandFailure) {
    let log: EventLog
    do throws(EventLogError) {
      log = try EventLog(path: path)
    } catch {
      throw CommandFailure(error.description, code: error.code.rawValue)
    }
    files.append(path)
    var progress = Progress("records of \(path)")
    defer { progress.finish() }
    let isKnown = { (provider: String, event: Int) in
      progress.advance()
      return filter.mayTake(provider: provider, event: event)
    }
    while let record = log.next(where: isKnown) {
      if let event = ProfileEvent(record), filter.takes(event) { events.append(event) }
    }
    reaches.append(log.reach)
    messages += log.faults.map { "\(path): \($0)" }
  }
  #else
  private mutating func readLog(_ path: String, _ filter: EventFilter) throws(CommandFailure) {
    throw CommandFailure(
      exitCode: .badInput,
      message: "\(path): was not read: this program was built without libevtx and libevt")
  }
  #endif

  /// Tells on standard error what could not be read; returns whether all could.
  func report() -> Bool {
    for remark in remarks { Diagnostics.warn(remark) }
    for message in messages.prefix(100) { Diagnostics.warn(message) }
    if messages.count > 100 { Diagnostics.warn("and \(messages.count - 100) more") }
    return messages.isEmpty
  }
}
