// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents

/// The events of a machine, each once, by the users and classes that they are about.
struct EventIndex: Sendable {
  /// All events of the machine, oldest first.
  let all: [ProfileEvent]
  /// How many events were left out because another machine wrote them.
  let foreignCount: Int
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
  ///   - computer: The machine's name; nil to take all events for its own.
  init(_ events: [ProfileEvent], computer: String?) {
    let own = Self.own(events, computer: computer)
    all = ProfileEvent.merged(own)
    foreignCount = events.count - own.count
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

  /// The events that the machine wrote.
  ///
  /// A log of forwarded events holds those of others. In the machine's own logs an older name of
  /// its may be; a log in which its name is nowhere is that of another machine.
  private static func own(_ events: [ProfileEvent], computer: String?) -> [ProfileEvent] {
    guard let computer else { return events }
    var ownLogs: Set<String> = []
    for event in events where event.record.isFrom(machine: computer) {
      ownLogs.insert(event.record.log)
    }
    return events.filter { event in
      if event.record.host.isEmpty || event.record.isFrom(machine: computer) { return true }
      return ownLogs.contains(event.record.log) && !isForwarded(event.record.log)
    }
  }

  private static func isForwarded(_ log: String) -> Bool {
    log.lowercased().contains("forwardedevents")
  }
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
