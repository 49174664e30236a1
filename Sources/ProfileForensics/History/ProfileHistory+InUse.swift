// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents

/// What events of registries in use add to a verdict.
extension ProfileHistory {
  /// The last event of a log-off at which a hive was in use.
  ///
  /// Of the events of one log-off, the one that names programs says most.
  var lastLeak: ProfileEvent? {
    guard let newest = newestLeak else { return nil }
    return leaks.last {
      $0.leaks?.handles.isEmpty == false
        && $0.record.time.isWithin(Self.logOffSeconds, of: newest.record.time)
    } ?? newest
  }

  private var leaks: [ProfileEvent] {
    guard let countedSince else { return allLeaks }
    return allLeaks.filter { $0.record.time >= countedSince }
  }

  /// Whether there are events of registries in use that do not count, because they are too old.
  var hasUncountedLeaks: Bool {
    guard let countedSince else { return false }
    return allLeaks.contains { $0.record.time < countedSince }
  }

  private var allLeaks: [ProfileEvent] {
    events.filter { $0.kind.isAboutHiveInUse || $0.meaning.topic == .cleanup }
      .filter { $0.kind != .folderNotDeleted }
  }

  /// The newest event of a log-off at which a hive was in use, which decides on what became of it.
  private var newestLeak: ProfileEvent? { leaks.last }

  /// The event that shows that the registry was unloaded after all, though it was in use at a time;
  /// nil where none does.
  ///
  /// Event 1516 settles the log-off before it, and none that others came after.
  func isSettled(after time: FileTime) -> ProfileEvent? {
    guard let found = events.first(where: { $0.kind == .unloadedLater && $0.record.time >= time })
    else { return nil }
    let isOfLaterOne = events.contains { event in
      event.isOfLogOff && event.record.time > time && event.record.time < found.record.time
        && !event.record.time.isWithin(Self.logOffSeconds, of: time)
    }
    return isOfLaterOne ? nil : found
  }

  /// How long after an event of a log-off Windows may write the entry in the list for that same
  /// log-off: fifteen seconds.
  private static let entrySeconds: UInt64 = 15

  /// Whether an event of a log-off came after the load of the profile that is loaded; nil where
  /// nothing says when that was.
  ///
  /// Without a time of the load, the entry was last written when its count was.
  func isOfLoadedSession(_ event: ProfileEvent) -> Bool? {
    let time = event.record.time
    if let load = entry?.loadTime { return time >= load }
    guard let entry, entry.referenceCount != nil, entry.key.lastWritten.rawValue != 0 else {
      return nil
    }
    let written = entry.key.lastWritten
    return logOn(after: time) == nil
      && (written <= time || written.isWithin(Self.entrySeconds, of: time))
  }

  /// How long after a log-off a server's failure is taken for its consequence: a day.
  private static let failureSeconds: UInt64 = 24 * 60 * 60

  /// The failure of a COM server that shows that the registry was unloaded by force after an event
  /// at which dllhost.exe had it open, though the list has a count alone that says otherwise; nil
  /// where there is none.
  ///
  /// Source: KB 2287297.
  func failedServer(after leak: ProfileEvent, _ facts: MachineFacts) -> ProfileEvent? {
    guard entry?.loadTime == nil, leak.precedesForcedUnload, facts.unloadsByForce != false,
      facts.forceUnload.standing(at: leak.record.time) != .on,
      leak.leaks?.handles.contains(where: facts.programs.isDllHost) == true
    else { return nil }
    return facts.events.all.first { event in
      event.kind == .comFailed && event.record.time >= leak.record.time
        && event.record.time.isWithin(Self.failureSeconds, of: leak.record.time)
        && (event.error?.kind == .keyDeleted || event.error?.kind == .unspecified)
    }
  }

  /// The first event of a log-on after a time; nil where there is none.
  private func logOn(after time: FileTime) -> ProfileEvent? {
    events.first { $0.record.time > time && Self.kind(of: $0) == .logOn }
  }

  /// What an event adds to a verdict, and whether it is about the log-off that the list has.
  typealias Remark = (outcome: ProfileVerdict.Outcome, text: String, isOfThisLogOff: Bool)

  /// What the last event of a log-off adds to the list's word that the profile is loaded.
  private func remarkOnLoaded(
    _ last: ProfileEvent, _ newest: ProfileEvent, _ what: String, _ facts: MachineFacts
  ) -> Remark {
    let by = Self.programs(in: last)
    guard let isOfSession = isOfLoadedSession(last) else {
      return (.loaded, "\(what) agrees: \(by) kept it open", true)
    }
    guard isOfSession else {
      let reason =
        if entry?.loadTime != nil {
          ""
        } else if let again = logOn(after: last.record.time) {
          ": the user logged on again \(again.record.time.sentenceText)"
        } else {
          ": the entry in the list was written after it"
        }
      return (.loaded, "\(what) is about an earlier log-off\(reason)", false)
    }
    if let failed = failedServer(after: last, facts) {
      return (
        .unclear,
        "\(what) says that \(by) kept it open; event \(failed.record.event) of "
          + "\(failed.record.time.sentenceText), a server that had lost its user's registry, "
          + "contradicts it: it was unloaded by force then, and the count is perhaps left", true
      )
    }
    if let settled = isSettled(after: newest.record.time) {
      return (
        .unclear,
        "\(what) says that \(by) kept it open; event \(settled.record.event) of "
          + "\(settled.record.time.sentenceText) contradicts it: it was unloaded later", true
      )
    }
    let since =
      entry?.loadTime == nil || entry?.unloadTime == nil ? "" : " at a log-off since"
    return (.loaded, "\(what) agrees: \(by) kept it open\(since)", true)
  }

  /// What the last event about an unload adds to a verdict, and whether it contradicts it.
  func remark(_ outcome: ProfileVerdict.Outcome, _ facts: MachineFacts) -> Remark? {
    guard let last = lastLeak, let newest = newestLeak else { return nil }
    let what = "event \(last.record.event) of \(last.record.time.sentenceText)"
    let by = Self.programs(in: last)
    if outcome == .loaded { return remarkOnLoaded(last, newest, what, facts) }
    if let settled = isSettled(after: newest.record.time) {
      return (
        outcome,
        "\(what) says that \(by) kept it open; event \(settled.record.event) of "
          + "\(settled.record.time.sentenceText), that it was unloaded later", true
      )
    }
    return if let unload = entry?.unloadTime {
      remark(outcome, last, what, by, after: unload, facts)
    } else {
      remarkWithoutUnload(outcome, newest, what, by, facts)
    }
  }

  /// What an event adds where the list has the time of the unload.
  private func remark(
    _ outcome: ProfileVerdict.Outcome, _ last: ProfileEvent, _ what: String, _ by: String,
    after unload: FileTime, _ facts: MachineFacts
  ) -> Remark {
    let time = last.record.time
    if time > unload, !time.isWithin(Self.logOffSeconds, of: unload) {
      return (
        .unclear,
        "\(what) contradicts it: \(by) kept it open at a log-off that the list lacks", true
      )
    }
    guard !isOfEarlierLogOff(last) else {
      return (outcome, "\(what) is about an earlier log-off", false)
    }
    let way = wayOfUnloading(last, by, what, facts)
    guard time < unload, !time.isWithin(Self.logOffSeconds, of: unload) else {
      return (outcome, way, true)
    }
    let minutes = (unload.rawValue - time.rawValue) / FileTime.ticksPerSecond / 60
    return (outcome, "\(way); the list has the unload \(minutes) minutes after it", true)
  }

  /// What an event adds where the list does not have the time of the unload.
  private func remarkWithoutUnload(
    _ outcome: ProfileVerdict.Outcome, _ newest: ProfileEvent, _ what: String, _ by: String,
    _ facts: MachineFacts
  ) -> Remark {
    let text = "\(what) says that \(by) kept it open then"
    guard outcome == .unloaded, leavesLoaded(newest, facts) else { return (outcome, text, true) }
    if let later = laterEnd(after: newest.record.time, facts) {
      return (outcome, "\(text); \(later)", true)
    }
    let count = entry?.referenceCount == nil ? "" : ": a RefCount of 0 does not"
    return (
      .unclear,
      "event \(newest.record.event) of \(newest.record.time.sentenceText) says that it could not be "
        + "unloaded then, and nothing shows that it was later\(count)", true
    )
  }

  /// Whether an event says that the registry could not be unloaded, and nothing shows that it was
  /// later, though the list has the profile as unloaded: its hives may still be loaded.
  package func mayBeHeld(_ facts: MachineFacts) -> Bool {
    guard verdict?.outcome == .unclear, entry?.unloadTime == nil, let newest = newestLeak,
      leavesLoaded(newest, facts), isSettled(after: newest.record.time) == nil
    else { return false }
    return laterEnd(after: newest.record.time, facts) == nil
  }

  /// The programs that an event names, the first few by name.
  private static func programs(in event: ProfileEvent) -> String {
    let names = (event.leaks?.handles ?? []).map(\.imageName).filter { !$0.isEmpty }.distinct
    guard !names.isEmpty else { return "programs" }
    let more = names.count > 5 ? " and \(names.count - 5) more programs" : ""
    return names.prefix(5).joined(separator: ", ") + more
  }

  /// Whether an event is about another log-off than the one that the list has the unload of: one
  /// from before the last load, or where that is not known, not near the unload.
  func isOfEarlierLogOff(_ event: ProfileEvent) -> Bool {
    let time = event.record.time
    guard let unload = entry?.unloadTime, time < unload else { return false }
    if let load = entry?.loadTime, load <= unload { return time < load }
    return !time.isWithin(Self.logOffSeconds, of: unload)
  }

  /// Whether the registry stays loaded after an event, until programs close it.
  ///
  /// UPHClean looks for just such profiles: loaded, with a RefCount of 0. Source: its readme; KB
  /// 837115 and 2287297.
  private func leavesLoaded(_ event: ProfileEvent, _ facts: MachineFacts) -> Bool {
    switch event.kind {
    case .handlesLeaked where event.precedesForcedUnload:
      facts.unloadsByForce != false && facts.forceUnload.standing(at: event.record.time) == .on
    case .handlesLeaked, .savedWhileInUse, .unloadFailed, .handlesNotReleased,
      .loadedWithoutLogOn, .classesInUse:
      true
    default: false
    }
  }

  /// How the profile was unloaded although programs had it open.
  private func wayOfUnloading(
    _ event: ProfileEvent, _ by: String, _ what: String, _ facts: MachineFacts
  ) -> String {
    let forces = event.precedesForcedUnload && facts.unloadsByForce != false
    guard forces else { return "\(what) says that \(by) kept it open then" }
    switch facts.forceUnload.standing(at: event.record.time) {
    case .on:
      return "\(what) is about the first attempt, at which \(by) kept it open; with "
        + "DisableForceUnload, Windows waited"
    case .onSince(let since):
      return
        "probably by force: \(what) says that \(by) kept it open. DisableForceUnload is on, in "
        + "a key that was written \(since.sentenceText)"
    case .off:
      return "by force: \(what) says that \(by) kept it open, and DisableForceUnload was not on"
    case .unknown:
      return "by force unless DisableForceUnload was on: \(what) says that \(by) kept it open"
    }
  }
}

extension ProfileEvent {
  /// Whether Windows writes the event at a log-off at which a registry was in use.
  fileprivate var isOfLogOff: Bool {
    switch kind {
    case .savedWhileInUse, .classesInUse, .unloadFailed: true
    default: precedesForcedUnload
    }
  }
}
