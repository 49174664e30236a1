// SPDX-License-Identifier: MIT

import EventLogs
import ProfileForensics
import RegistryHive
import WindowsEvents

/// Checks the volumes named on the command line in every way that the libraries offer.
@main
struct Volume {
  static func main() throws {
    for path in CommandLine.arguments.dropFirst() {
      let evidence = try Capture(path: path)
      let events = try evidence.eventLogs.flatMap { try Self.events(in: $0.path) }
      let check = LogOffCheck(evidence, events: events)
      for profile in check.profiles {
        guard let verdict = profile.verdict else { continue }
        print("\(profile.place): \(verdict)")
        if let state = profile.listed?.state { print("  State:", state.names) }
      }
      for result in check.results where result.severity == .problem {
        print(result.rule.id, result.subject, result.basis?.description ?? "")
      }
      for row in HandleTable(events).rows {
        print(row.image, row.handleCount, row.keys.map(\.key))
      }
      identities(evidence)
    }
  }

  static func events(in path: String) throws -> [ProfileEvent] {
    let log = try EventLog(path: path)
    var events: [ProfileEvent] = []
    while let record = log.next(where: { EventMeaning.of(provider: $0, event: $1) != nil }) {
      if let event = ProfileEvent(record) { events.append(event) }
    }
    for fault in log.faults { print(path, fault) }
    return events
  }

  static func identities(_ evidence: Capture) {
    guard let path = evidence.machineHives[.software]?.path,
      let software = try? Hive(path: path), let list = ProfileList(software: software)
    else { return }
    print(list.profiles.map(\.key.name), list.systemRoot ?? "")
    for application in ComIdentities(software: software).applications {
      print(application.name ?? application.identifier, application.account)
      for found in application.classes { print("  ", found.identifier) }
    }
  }
}
