// SPDX-License-Identifier: MIT

import FileAccess
import RegistryHive
import WindowsEvents

/// The events of a machine, each once, by the users and classes that they are about.
struct EventIndex: Sendable {
  /// All events of the machine, oldest first.
  let all: [ProfileEvent]
  /// How many events were left out because another machine wrote them.
  let foreignCount: Int
  /// The computers whose events about a user were left out.
  let foreignHosts: [SecurityIdentifier: [String]]
  /// Where the machine's name is not known and its logs name several computers: how many events of
  /// each there are, and which of them fits the times in the profile list.
  let unknown: UnknownComputer?
  /// What the logs in the machine's own place are by their records, where these name other computers
  /// alone.
  let otherNames: [OtherName]
  private let foreignLogs: Set<String>
  private let computer: String?
  /// The logs in the machine's own place.
  private let ownLogs: Set<String>
  /// The logs that hold events of other computers too, though none before the machine's own.
  private let mixedLogs: Set<String>
  private let bySubject: [SecurityIdentifier: [Int]]
  private let byClass: [String: [Int]]
  /// Events without the identifier of a user, whose texts may name one, or a user's folder.
  let unassigned: [ProfileEvent]
  /// The users that events are about, in the order of their first ones.
  let users: [SecurityIdentifier]

  /// Sorts events.
  ///
  /// - Parameters:
  ///   - events: The events, in any order, also several times.
  ///   - computer: The machine's name; nil where it is not known.
  ///   - logs: The logs that are the machine's own, whatever computers they name.
  ///   - reach: How far the logs reach, and whose they are.
  ///   - hostNames: The names that the machine has for itself besides the computer's.
  ///   - list: The profile list, whose times show which computer it is of where the name is not
  ///     known.
  init(
    _ events: [ProfileEvent], computer: String?, logs: Set<String> = [], reach: [LogReach] = [],
    hostNames: [String] = [], list: ProfileList? = nil
  ) {
    let name = computer ?? Self.newestHost(in: logs, events)
    let unknown = name == nil ? UnknownComputer(events, list) : nil
    self.unknown = unknown
    let computer = name ?? unknown?.likely
    self.computer = computer
    ownLogs = logs
    mixedLogs = Self.mixedLogs(events, computer: computer)
    let own = Self.own(events, computer: computer, logs, mixedLogs)
    otherNames =
      computer.map { OtherName.all(events, computer: $0, [$0] + hostNames, logs, reach) } ?? []
    all = ProfileEvent.merged(own)
    foreignCount = events.count - own.count
    var foreignLogs: Set<String> = []
    var foreignHosts: [SecurityIdentifier: [String]] = [:]
    if own.count < events.count {
      let known = Set(own.map(\.record.identity))
      for event in events where !known.contains(event.record.identity) {
        foreignLogs.insert(event.record.log.lastPathPart)
        guard let subject = event.subject, !event.record.log.isOfForwardedEvents else { continue }
        foreignHosts[subject, default: []].append(event.record.host)
      }
    }
    self.foreignHosts = foreignHosts.mapValues(\.distinct)
    self.foreignLogs = foreignLogs
    var bySubject: [SecurityIdentifier: [Int]] = [:]
    var byClass: [String: [Int]] = [:]
    var unassigned: [ProfileEvent] = []
    var users: [SecurityIdentifier] = []
    for (index, event) in all.enumerated() {
      if let classID = event.classID { byClass[classID.uppercased(), default: []].append(index) }
      if let subject = event.subject, subject.hasProfileOfItsOwn {
        if bySubject[subject] == nil { users.append(subject) }
        bySubject[subject, default: []].append(index)
      } else {
        unassigned.append(event)
      }
    }
    self.bySubject = bySubject
    self.byClass = byClass
    self.unassigned = unassigned
    self.users = users
  }

  /// The events about a user.
  subscript(user: SecurityIdentifier) -> [ProfileEvent] {
    (bySubject[user] ?? []).map { all[$0] }
  }

  /// The events about a class of COM.
  subscript(class identifier: String) -> [ProfileEvent] {
    (byClass[identifier.uppercased()] ?? []).map { all[$0] }
  }

  static func isBefore(_ first: ProfileEvent, _ second: ProfileEvent) -> Bool {
    (first.record.time, first.record.log, first.record.number)
      < (second.record.time, second.record.log, second.record.number)
  }

  // MARK: - Whose events they are

  /// The computer that the newest event in a machine's own logs is of; nil where there is none.
  private static func newestHost(in logs: Set<String>, _ events: [ProfileEvent]) -> String? {
    events.filter { logs.contains($0.record.log) && !$0.record.host.isEmpty }
      .max(by: isBefore)?.record.host
  }

  /// The events that the machine wrote.
  ///
  /// A log of forwarded events holds those of others. In the machine's own logs an older name of
  /// its may be; a log in which its name is nowhere is that of another machine.
  private static func own(
    _ events: [ProfileEvent], computer: String?, _ logs: Set<String>, _ mixed: Set<String>
  ) -> [ProfileEvent] {
    guard let computer else { return events }
    var ownLogs = logs
    for event in events
    where event.record.isFrom(machine: computer) && !mixed.contains(event.record.log) {
      ownLogs.insert(event.record.log)
    }
    return events.filter { event in
      if event.record.host.isEmpty || event.record.isFrom(machine: computer) { return true }
      return ownLogs.contains(event.record.log) && !event.record.log.isOfForwardedEvents
    }
  }

  /// The logs in which events of other computers are not all older than the first of the machine's
  /// own, as those under an earlier name of its are.
  private static func mixedLogs(_ events: [ProfileEvent], computer: String?) -> Set<String> {
    guard let computer else { return [] }
    var first: [String: FileTime] = [:]
    for event in events where event.record.isFrom(machine: computer) {
      let log = event.record.log
      first[log] = min(first[log] ?? event.record.time, event.record.time)
    }
    return Set(
      events.filter { event in
        guard !event.record.host.isEmpty, !event.record.isFrom(machine: computer),
          let own = first[event.record.log]
        else { return false }
        return event.record.time > own
      }.map(\.record.log))
  }

  /// From when to when a log speaks of the machine itself; nil where it holds the records of others
  /// alone, as far as is known.
  ///
  /// Of a log with records of several computers, the machine's own events say.
  func own(_ reach: LogReach) -> LogReach? {
    let log = reach.log.lastPathPart
    guard let computer, reach.oldest != nil, !ownLogs.contains(log) || log.isOfForwardedEvents
    else { return reach }
    if let host = reach.host { return EventRecord.isSame(host: host, computer) ? reach : nil }
    guard log.isOfForwardedEvents || mixedLogs.contains(log) || hasOthersAlone(log) else {
      return reach
    }
    let times = all.filter {
      $0.record.log.lastPathPart == log && $0.record.isFrom(machine: computer)
    }
    .map(\.record.time)
    guard let oldest = times.first, let newest = times.last else { return nil }
    return LogReach(
      log: reach.log, host: computer, oldest: oldest, newest: newest, recordCount: times.count,
      loss: reach.loss, mayBeSelection: true)
  }

  /// Whether events of a log were left out, and none was the machine's own.
  private func hasOthersAlone(_ log: String) -> Bool {
    foreignLogs.contains(log) && !all.contains { $0.record.log.lastPathPart == log }
  }
}

extension String {
  /// Whether a log's name is that of one that holds the events of other machines.
  var isOfForwardedEvents: Bool { lowercased().contains("forwardedevents") }
}

extension SecurityIdentifier {
  /// Whether the account has a profile that is loaded and unloaded like a user's.
  ///
  /// Such are users, services (S-1-5-80), application pools (82), virtual machines (83), the window
  /// manager (90) and font driver hosts (96). The profiles of the system and its two service
  /// accounts are loaded for as long as the machine runs.
  var hasProfileOfItsOwn: Bool { isUser || isVirtualAccount }

  /// Whether it is an account that a service, an application pool, a virtual machine or a session
  /// of the window manager runs as.
  var isVirtualAccount: Bool {
    guard authority == 5, let first = subauthorities.first, subauthorities.count > 1 else {
      return false
    }
    return [80, 82, 83, 90, 94, 96].contains(first)
  }
}
