// SPDX-License-Identifier: MIT

import FileAccess
import RegistryHive
import WindowsEvents

/// A log in the machine's own place whose records are of another computer, without a sign that the
/// machine had that name before.
struct OtherName: Sendable {
  let host: String
  let computer: String
  let log: String
  /// The events of it, oldest first.
  let events: [ProfileEvent]

  /// Finds them.
  ///
  /// Signs of an earlier name are records under the machine's name in the same log, or in another of
  /// its logs after all of those; and the name that the machine has for itself.
  static func all(
    _ events: [ProfileEvent], computer: String, _ names: [String], _ logs: Set<String>,
    _ reach: [LogReach]
  ) -> [OtherName] {
    let inPlace = events.filter {
      logs.contains($0.record.log) && !$0.record.log.isOfForwardedEvents && !$0.record.host.isEmpty
    }
    let reach = reach.filter { reach in
      let log = reach.log.lastPathPart
      return logs.contains(log) && !log.isOfForwardedEvents
    }
    return Dictionary(grouping: inPlace) { $0.record.log }.sorted { $0.key < $1.key }
      .compactMap { log, events in
        let events = events.sorted(by: EventIndex.isBefore)
        guard let last = events.last,
          events.allSatisfy({ event in !names.contains { event.record.isFrom(machine: $0) } })
        else { return nil }
        let own = reach.filter { $0.log.lastPathPart == log }
        // A log that names several has the machine's own name among them.
        guard own.isEmpty || own.contains(where: { $0.host != nil }) else { return nil }
        let newest = own.compactMap(\.newest).max() ?? last.record.time
        let isBefore = reach.contains { other in
          guard let oldest = other.oldest, other.log.lastPathPart != log else { return false }
          guard let host = other.host else { return true }
          return EventRecord.isSame(host: host, computer) && oldest >= newest
        }
        let later = inPlace.contains {
          $0.record.isFrom(machine: computer) && $0.record.time >= newest
        }
        guard !isBefore, !later else { return nil }
        return OtherName(host: last.record.host, computer: computer, log: log, events: events)
      }
  }
}

/// The computers that the logs of a machine name, where its own name is not known.
struct UnknownComputer: Sendable {
  /// The computers, each with its events, in the order of their names.
  let hosts: [(name: String, events: [ProfileEvent])]
  /// The only one whose events fit times in the profile list; nil where none or several do.
  let likely: String?

  /// nil where the events are of one computer, or of none.
  init?(_ events: [ProfileEvent], _ list: ProfileList?) {
    let byHost = Dictionary(grouping: events.filter { !$0.record.host.isEmpty }) { $0.record.host }
    guard byHost.count > 1 else { return nil }
    hosts = byHost.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    var times: [SecurityIdentifier: [FileTime]] = [:]
    for entry in list?.profiles ?? [] {
      guard let user = entry.identifier else { continue }
      times[user, default: []] += [entry.loadTime, entry.unloadTime].compactMap(\.self)
    }
    let fitting = hosts.filter { host in
      host.events.contains { event in
        event.subject.flatMap { times[$0] }?.contains {
          $0.isWithin(60, of: event.record.time)
        } ?? false
      }
    }
    likely = fitting.count == 1 ? fitting[0].name : nil
  }
}
