// SPDX-License-Identifier: MIT

import FileAccess
import RegistryHive
import WindowsEvents

/// How far the logs speak of a profile: no event is no proof where a log begins later or ends before.
extension ProfileHistory {
  /// What it means for the verdict that no event tells of the last log-off.
  func reach(_ facts: MachineFacts) -> String? {
    // A profile's folder alone has no logs to miss.
    guard facts.capture.layout != .profile else { return nil }
    if let identifier, let hosts = facts.events.foreignHosts[identifier] {
      return "events of the user by other computers (\(hosts.unique)) did not count"
    }
    let unclear = events.filter { $0.kind == .unclear }.count
    if unclear > 0 {
      return unclear == 1
        ? "1 event of the user was not understood"
        : "\(unclear) events of the user were not understood"
    }
    let lost = facts.ownReach.filter { $0.loss != nil && $0.mayNamePrograms }
    let reach = reachOfLogs(facts)
    let sentences = [
      lost.isEmpty || facts.ownReach.hasReadLog ? reach : nil, sentenceOnAccounts,
      lost.sentenceOnLoss,
    ]
    let text = sentences.compactMap(\.self).joined(separator: "; ")
    return text.isEmpty ? nil : text
  }

  /// That events are about accounts whose profiles are not known; nil where there are none.
  private var sentenceOnAccounts: String? {
    guard !unknownAccounts.isEmpty else { return nil }
    let more = unknownAccounts.count > 3 ? " and \(unknownAccounts.count - 3) more" : ""
    return
      "events of registries in use are about \(Array(unknownAccounts.prefix(3)).unique)\(more), "
      + "whose profile is not known"
  }

  /// What an event says of the log-off that the list has, or of the session that goes on: that the
  /// folder of the profile could not be deleted; nil where none does.
  private var sentenceOnFolder: String? {
    let isUnloaded = entry?.isLoaded == false
    let found = events.last { event in
      guard event.kind == .folderNotDeleted else { return false }
      let time = event.record.time
      guard isUnloaded else { return entry?.loadTime.map { time >= $0 } ?? false }
      return entry?.unloadTime.map { time.isWithin(Self.logOffSeconds, of: $0) } ?? false
    }
    guard let found else { return nil }
    let why = found.error?.kind == .fileInUse ? ", because a program used a file in it" : ""
    return
      "event \(found.record.event) of \(found.record.time.sentenceText) says that its folder could "
      + "not be deleted\(why); no event names a program that kept it open"
  }

  private func reachOfLogs(_ facts: MachineFacts) -> String? {
    if let sentenceOnFolder { return sentenceOnFolder }
    let logs = facts.ownReach.filter { $0.oldest != nil && $0.mayNamePrograms }
    guard !logs.isEmpty else {
      if facts.capture.eventLogs.isEmpty, facts.capture.hasUnreadLogs {
        return "the folder of the event logs cannot be read: what happened then is not known"
      }
      // Events without their logs' reach come from a caller who does not know it.
      let isUnknown = !facts.capture.eventLogs.isEmpty || !facts.events.all.isEmpty
      guard !facts.reach.isEmpty || !isUnknown else { return nil }
      let isOthers = facts.reach.contains { $0.oldest != nil && $0.mayNamePrograms }
      return "no log \(isOthers ? "of this machine " : "")that names programs was found"
    }
    let isUnloaded = entry?.unloadTime.map { $0 >= entry?.loadTime ?? $0 } ?? false
    let decisive = isUnloaded ? entry?.unloadTime : entry?.loadTime ?? entry?.unloadTime
    guard let time = decisive else {
      return "no event shows that it was kept open, in \(logs.map(\.spanText).unique)"
    }
    let what = isUnloaded ? "that unload" : "that load"
    let covering = logs.filter { $0.covers(time) }
    if !covering.isEmpty {
      let names = covering.map(\.spanText).unique
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
    let logs = ownReach.filter(\.mayNamePrograms)
    // What is lost may be just the event that was looked for.
    guard logs.allSatisfy({ $0.loss == nil }) else { return false }
    guard let oldest = logs.compactMap(\.oldest).min(),
      let newest = logs.compactMap(\.newest).max()
    else { return false }
    return oldest <= first && last <= newest
  }
}

extension LogReach {
  /// Whether it is a log that Windows writes events about open registries to, as far as its name
  /// says.
  ///
  /// The operational log of the User Profile Service has log-ons and log-offs only.
  fileprivate var mayNamePrograms: Bool {
    switch EventLogName.channel(of: log.lastPathPart) {
    case .system?, .security?, .profileService?: false
    case .application?, .forwarded?, nil: true
    }
  }

  /// The log with the days from and to which it speaks.
  fileprivate var spanText: String {
    guard let oldest, let newest else { return log }
    let days = [oldest.dayText, newest.dayText].distinct
    return "\(log) (\(days.joined(separator: " to ")))"
  }
}

extension [LogReach] {
  /// Whether any log that names programs could be read, at least in part.
  fileprivate var hasReadLog: Bool { contains { $0.oldest != nil && $0.mayNamePrograms } }

  /// That logs cannot be read, or only in part; nil where there are none.
  fileprivate var sentenceOnLoss: String? {
    guard !isEmpty else { return nil }
    let unread = filter { $0.oldest == nil }.map(\.log).unique
    let cut = filter { $0.oldest != nil }.map(\.log).unique
    let sentences = [
      unread.isEmpty ? nil : "\(unread) cannot be read: what happened then is not known",
      cut.isEmpty ? nil : "\(cut) can be read in part only: what stood in the rest is not known",
    ]
    return sentences.compactMap(\.self).joined(separator: "; ")
  }
}

extension FileTime {
  /// The day alone.
  fileprivate var dayText: String { String(description.prefix { $0 != "T" }) }
}
