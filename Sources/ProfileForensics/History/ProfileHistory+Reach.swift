// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents

/// How far the logs speak of a profile: no event is no proof where a log begins later or ends before.
extension ProfileHistory {
  /// What it means for the verdict that no event tells of the last log-off.
  func reach(_ facts: MachineFacts) -> String? {
    // A profile's folder alone has no logs to miss.
    guard facts.capture.layout != .profile else { return nil }
    let unclear = events.filter { $0.kind == .unclear }.count
    if unclear > 0 {
      return unclear == 1
        ? "1 event of the user was not understood"
        : "\(unclear) events of the user were not understood"
    }
    let logs = facts.reach.filter { $0.oldest != nil && $0.mayTellOfProfiles }
    guard !logs.isEmpty else {
      // Events without their logs' reach come from a caller who does not know it.
      let isUnknown = !facts.capture.eventLogs.isEmpty || !facts.events.all.isEmpty
      guard !facts.reach.isEmpty || !isUnknown else { return nil }
      return "no log is at hand that names programs"
    }
    let isUnloaded = entry?.unloadTime.map { $0 >= entry?.loadTime ?? $0 } ?? false
    let decisive = isUnloaded ? entry?.unloadTime : entry?.loadTime ?? entry?.unloadTime
    guard let time = decisive else {
      return
        "no event shows that it was kept open, in \(logs.map(\.spanText).joined(separator: ", "))"
    }
    let what = isUnloaded ? "that unload" : "that load"
    let covering = logs.filter { $0.covers(time) }
    if !covering.isEmpty {
      let names = covering.map(\.spanText).joined(separator: ", ")
      return isUnloaded
        ? "no event shows that it was kept open then, and \(names) covers that time"
        : "no event shows a log-off since at which it was kept open, in \(names)"
    }
    if let oldest = logs.compactMap(\.oldest).min(), time < oldest {
      return "the log begins \(oldest.sentenceText), after \(what): what happened then is not in it"
    }
    guard let newest = logs.compactMap(\.newest).max(), newest < time else { return nil }
    return "the log ends \(newest.sentenceText), before \(what)"
  }
}

extension MachineFacts {
  /// Whether events about profiles of a span of time would be in a log at hand.
  ///
  /// Where the caller gave no reach of logs, it is not known to be otherwise.
  func mayHaveEvents(from first: FileTime?, to last: FileTime?) -> Bool {
    guard let first, let last else { return false }
    guard !reach.isEmpty else { return !capture.eventLogs.isEmpty || !events.all.isEmpty }
    let logs = reach.filter(\.mayTellOfProfiles)
    guard let oldest = logs.compactMap(\.oldest).min(),
      let newest = logs.compactMap(\.newest).max()
    else { return false }
    return oldest <= first && last <= newest
  }
}

extension LogReach {
  /// Whether it is a log that Windows writes events about profiles to: by its name, where that is
  /// the one that Windows gave it.
  fileprivate var mayTellOfProfiles: Bool {
    let name = log.lowercased()
    return !["system.", "sysevent.", "security.", "secevent."].contains { name.hasPrefix($0) }
  }

  /// The log with the days from and to which it speaks.
  fileprivate var spanText: String {
    guard let oldest, let newest else { return log }
    let days = [oldest.dayText, newest.dayText].distinct
    return "\(log) (\(days.joined(separator: " to ")))"
  }
}

extension FileTime {
  /// The day alone.
  fileprivate var dayText: String { String(description.prefix { $0 != "T" }) }
}
