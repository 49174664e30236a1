// SPDX-License-Identifier: MIT

import EventLogs
import ProfileForensics
import RegistryHive
import WindowsEvents

/// Checks the volumes named on the command line in every way that the libraries offer.
@main
struct Volume {
  static func main() throws {
    let collection = EvidenceCollection(paths: Array(CommandLine.arguments.dropFirst()))
    for machine in collection.machines {
      let events = try machine.captures.flatMap(\.eventLogs).flatMap {
        try Self.events(in: $0.path)
      }
      let check = ProfileCheck(machine, events: events)
      for profile in check.profiles {
        guard let verdict = profile.verdict else { continue }
        print("\(profile.name): \(verdict)")
        for observation in profile.dated { print("  ", observation.source, observation.fact) }
      }
      for result in check.results where result.severity == .problem {
        print(result.rule.id, result.subject, result.basis?.description ?? "")
      }
      for row in HandleTable(events).rows {
        print(row.image, row.handleCount, row.keys.map(\.key))
      }
      identities(machine.live)
    }
  }

  static func events(in path: String) throws -> [ProfileEvent] {
    let log = try EventLog(path: path)
    var events: [ProfileEvent] = []
    while let record = log.next(where: EventMeaning.isKnown(provider:event:)) {
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
