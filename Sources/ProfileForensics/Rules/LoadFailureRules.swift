// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents

/// Profiles that could not be loaded, or were held by another process at log-on.
extension ProfileRules {
  private static let notUnderstood = ProfileRule(
    events: CheckRule(
      id: "event-not-understood", severity: .information,
      title: "An event that may be about a profile was not understood",
      advice:
        "On Windows NT 4.0 and 2000, Userenv 1000 has its whole meaning in its text, and this text "
        + "is not known here: read it. It may be about an unload or a load that failed."),
    source: "KB 837115"
  ) { person, context in
    let found = person.events.filter { $0.kind == .unclear }
    guard !found.isEmpty else { return [] }
    return [
      RuleMatch(person.subject, found.suffix(20).map { $0.evidence() }, count: found.count)
    ]
  }

  static let failures: [ProfileRule] = [
    notUnderstood,
    ProfileRule(
      events: CheckRule(
        id: "profile-load-failed", severity: .warning,
        title: "Windows could not load a profile, or took another one in its place",
        advice: "Look at the error in the event. 'Insufficient system resources' points to the "
          + "size of the registry, 'in use by another process' to a hive that was not unloaded.",
        followUps: [.sizeLimit]),
      source: "Troubleshoot user profiles with events; KB 2567018"
    ) { person, context in
      let failures = person.events.filter { loadFailures.contains($0.kind) }
      guard let last = failures.last else { return [] }
      let possible =
        "The log of this Windows names no program: that the profile was still loaded from an "
        + "earlier log-off is one possible cause, and not proven."
      let mended = mended(after: failures, person)
      let advice =
        mended.map { Advice(text: $0) } ?? advice(failures, person, context)
        ?? (isOld(context) ? Advice(text: possible) : nil)
      return [
        RuleMatch(
          person.subject, severity: mended == nil ? nil : .information,
          failures.suffix(50).map { $0.evidence() }, count: failures.occasions,
          advice: advice?.text, followUps: advice?.followUps,
          basis: last.meaning.statement)
      ]
    },
    ProfileRule(
      events: CheckRule(
        id: "profile-locked-at-load", severity: .warning,
        title: "Another process had a user's hive open or loaded when Windows loaded it at log-on",
        advice: "Update the program that the event names, or keep it from the users' hives: backup "
          + "and security software can be set to leave NTUSER.DAT and UsrClass.dat out."),
      source: "manifest of Microsoft-Windows-User Profiles Service"
    ) { person, context in
      let locked = person.events.filter { $0.kind == .lockedAtLoad }
      guard let last = locked.last else { return [] }
      return [
        RuleMatch(
          person.subject, locked.suffix(50).map { $0.evidence() }, count: locked.occasions,
          advice:
            "\(programs(locked) ?? "The program that the event names") had the user's registry "
            + "open or loaded at the log-on: update it, or keep it from the users' hives. Backup and "
            + "security software can be set to leave NTUSER.DAT and UsrClass.dat out.",
          basis: last.meaning.statement)
      ]
    },
  ]

  /// That the user's own profile was loaded and unloaded in order since, days later; nil where that is
  /// not known, or where the fault is one of the machine that comes again.
  private static func mended(after failures: [ProfileEvent], _ person: RulePerson) -> String? {
    guard let history = person.history, let entry = history.entry, let last = failures.last,
      history.backups.isEmpty, !entry.isTemporary, !entry.hasTemporaryFolder,
      case .found = history.presence, history.files?.userHive != nil,
      history.verdict?.outcome == .unloaded, let load = entry.loadTime,
      let unload = entry.unloadTime, load <= unload, load > last.record.time,
      !load.isWithin(daySeconds, of: last.record.time)
    else { return nil }
    let ofMachine: Set<EventError.Kind> = [.noSystemResources, .registryQuota]
    guard failures.allSatisfy({ $0.error.map { !ofMachine.contains($0.kind) } ?? true }) else {
      return nil
    }
    return "Since then the profile was loaded from \(history.place), \(load.sentenceText), and "
      + "unloaded in order, \(unload.sentenceText): it is over."
  }

  /// How long after a failure a load shows that it is over: a day.
  private static let daySeconds: UInt64 = 24 * 60 * 60

  /// Whether the machine has a Windows whose log names no programs, and whose profile list has no
  /// entries that were set aside: NT or 2000.
  private static func isOld(_ context: RuleContext) -> Bool {
    context.facts.release.map { $0.generation <= .windows2000 } ?? false
  }

  /// What to do, and what to look at next.
  private struct Advice {
    var text: String
    var followUps: [CheckFollowUp] = []
  }

  /// What to do by the errors in the events; nil where they say nothing special.
  private static func advice(
    _ failures: [ProfileEvent], _ person: RulePerson, _ context: RuleContext
  ) -> Advice? {
    if let names = programs(person.events.filter { $0.kind == .lockedAtLoad }) {
      return Advice(
        text: "\(names) had the user's registry open or loaded at a log-on, as another event says: "
          + "that may be the cause.")
    }
    let byError = adviceByErrors(failures)
    guard byError.isEmpty else {
      return Advice(
        text: byError.map(\.text).joined(separator: " "), followUps: byError.flatMap(\.followUps))
    }
    // An error in words that are not known may be the one that other events of that time are about.
    let unknown = failures.filter { $0.error?.isRecognised != true && $0.kind == .loadFailed }
    if let sign = context.facts.events.all.first(where: { event in
      event.meaning.topic == .limit
        && unknown.contains { event.record.time.isWithin(spaceSeconds, of: $0.record.time) }
    }) {
      return Advice(
        text: "Within minutes of it, event \(sign.record.event) of "
          + "\(sign.record.time.sentenceText) says that the space for the registry or the paged "
          + "pool was used up: that is the likely cause (KB 2567018). \(outOfSpace)",
        followUps: [.sizeLimit])
    }
    if failures.contains(where: { $0.record.event == 1514 }) {
      return Advice(
        text: "The path of the roaming profile is too long: give the profile a shorter path on its "
          + "server, and correct it in the user's account.")
    }
    if failures.allSatisfy({ $0.error == nil && $0.kind != .loadFailed }) {
      let isSetAside = person.history.map { !$0.backups.isEmpty } ?? false
      return Advice(
        text: isSetAside
          ? "The events have no error. The user's entry was set aside (.bak) in the profile list: "
            + "what to do about it is said there (profile-backup-key)."
          : "The events have no error: look whether the folder that the profile list names is there"
            + (isOld(context) ? "." : ", and for an entry of the user that ends with .bak."))
    }
    return nil
  }

  /// What to do by each error that the events give.
  private static func adviceByErrors(_ failures: [ProfileEvent]) -> [Advice] {
    let kinds = Set(failures.compactMap { $0.error?.kind })
    var found: [Advice] = []
    if !kinds.isDisjoint(with: [.noSystemResources, .registryQuota]) {
      found.append(
        Advice(
          text: "Insufficient system resources at the load of a profile point to the registry size "
            + "limit or to the paged pool (0x800705AA; KB 2567018). \(outOfSpace)",
          followUps: [.sizeLimit]))
    }
    if kinds.contains(.fileInUse) {
      found.append(
        Advice(
          text: "Another process was using the hive: look for handles-leaked at an earlier log-off "
            + "of the same user, for profile-locked-at-load, and for backup and security software "
            + "that opens NTUSER.DAT."))
    }
    if !kinds.isDisjoint(with: [.registryCorrupt, .registryInputOutput]) {
      found.append(
        Advice(
          text: "The error is about the hive itself: check the user's hives for damage, and look "
            + "at the disk that they are on.",
          followUps: [.damage]))
    }
    return found
  }

  /// How far apart a load that failed and an event about space may be to have one cause: ten
  /// minutes.
  private static let spaceSeconds: UInt64 = 600

  private static let outOfSpace =
    "Hives of users who are gone but whose profiles stay loaded use up the space too."

  /// The programs that events name; nil where they name none.
  private static func programs(_ events: [ProfileEvent]) -> String? {
    let names = events.compactMap { $0.process?.imageName }
    return names.isEmpty ? nil : names.unique
  }

  private static let loadFailures: Set<EventKind> = [
    .loadFailed, .temporaryProfile, .defaultProfile, .setAside, .notSetAside, .profilesNotReady,
  ]
}
