// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents

/// What the evidence itself is: of which state, and of which computer.
extension ProfileRules {
  static let evidence: [ProfileRule] = [newerState, computerNotKnown, otherComputer]

  private static let newerState = ProfileRule(
    machine: CheckRule(
      id: "other-state-newer", severity: .warning,
      title: "Another state of the machine is newer than the one that was judged",
      advice: "The verdicts are on the state that is called the live one. Check the newer one by "
        + "itself too, and find out which of both is the machine as it was last."),
    source: "the profile list"
  ) { context in
    let facts = context.facts
    guard let list = facts.list, facts.listLabel == nil else { return [] }
    let newest = list.newest
    let found = facts.earlierLists.compactMap { label, other -> CheckEvidence? in
      let profiles = other.profiles.filter { $0.newest > newest }
      guard let last = profiles.max(by: { $0.newest < $1.newest }) else { return nil }
      let what = last.isLoaded == true ? "loaded" : "written"
      return CheckEvidence(
        in: "\(label): SOFTWARE", MachineFacts.listPath(of: last), time: last.newest,
        "\(last.imagePath ?? "an entry"): \(what); the newest time in the list that was judged is "
          + newest.sentenceText)
    }
    return found.isEmpty ? [] : [RuleMatch(facts.subject, found, count: found.count)]
  }

  private static let computerNotKnown = ProfileRule(
    machine: CheckRule(
      id: "computer-not-known", severity: .warning,
      title: "The logs name several computers, and which of them this machine is, is not known",
      advice: "Without its SYSTEM hive the machine has no name. Collect that, or leave the logs of "
        + "others out: events of all these computers were taken for its own."),
    source: "SYSTEM, Control\\ComputerName; Computer of the events"
  ) { context in
    guard let unknown = context.facts.events.unknown else { return [] }
    let found = unknown.hosts.compactMap { host, events in
      events.last.map { event in
        event.evidence("\(events.count == 1 ? "1 event" : "\(events.count) events") of \(host)")
      }
    }
    return [
      RuleMatch(
        context.facts.subject, severity: unknown.likely == nil ? nil : .information, found,
        advice: unknown.likely.map {
          "Without its SYSTEM hive the machine has no name. By the times in the profile list the "
            + "machine is \($0): events of the others did not count."
        })
    ]
  }
}

extension ProfileRules {
  private static let otherComputer = ProfileRule(
    machine: CheckRule(
      id: "log-names-other-computer", severity: .warning,
      title: "A log in the machine's own folder holds the events of another computer",
      advice:
        "The events were taken for the machine's own, under an earlier name. Nothing shows that "
        + "it had that name: if the log was put there from another computer, check without it."),
    source: "SYSTEM, Control\\ComputerName; Computer of the events"
  ) { context in
    let found = context.facts.events.otherNames.compactMap { other in
      other.events.last.map { event in
        let count = other.events.count == 1 ? "1 event" : "\(other.events.count) events"
        return event.evidence("\(count) of \(other.host); this machine is \(other.computer)")
      }
    }
    return found.isEmpty ? [] : [RuleMatch(context.facts.subject, found, count: found.count)]
  }
}

extension ProfileList {
  /// The newest time that the list has.
  var newest: FileTime { ([lastWritten] + profiles.map(\.newest)).max() ?? lastWritten }
}

extension ProfileListEntry {
  /// The newest time that the entry has.
  fileprivate var newest: FileTime {
    [key.lastWritten, loadTime, unloadTime].compactMap(\.self).max() ?? key.lastWritten
  }
}
