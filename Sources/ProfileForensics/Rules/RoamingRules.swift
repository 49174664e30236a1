// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents

/// Roaming profiles: copies that stay, and copies that are not updated.
extension ProfileRules {
  static let roaming: [ProfileRule] = [
    notUpdated, copyNotDeleted, folderNotDeleted, copyKept,
  ]

  private static let roamingFailures: Set<EventKind> = [
    .roamingNotUpdated, .copyFailed, .roamingUnavailable, .mandatoryUnavailable,
    .roamingMisconfigured, .synchronizationEnded,
  ]

  private static let notUpdated = ProfileRule(
    events: CheckRule(
      id: "roaming-not-updated", severity: .warning,
      title: "A roaming or mandatory profile was not updated, or could not be used",
      advice: "Look at the errors in the events."),
    source: "manifests of the User Profiles providers; KB 837115"
  ) { person, context in
    let found = person.events.filter { event in
      roamingFailures.contains(event.kind)
        && (event.kind != .synchronizationEnded || event.error != nil)
    }
    // A result in words that are not known may be that all went well, but not where the event is
    // written as a fault.
    guard
      found.contains(where: {
        $0.kind != .synchronizationEnded || $0.error?.isRecognised == true
      })
    else {
      let faults = found.filter { $0.record.level == .error || $0.record.level == .warning }
      guard !faults.isEmpty else { return [] }
      return [
        RuleMatch(
          person.subject, severity: .information, faults.suffix(50).map { $0.evidence() },
          count: faults.count,
          advice: "The result of the synchronization is in words that are not known here: read it.",
          basis: faults.last?.meaning.statement)
      ]
    }
    let mended = mendingSynchronization(after: found, person.events)
    return [
      RuleMatch(
        person.subject, severity: mended == nil ? nil : .information,
        found.suffix(50).map { $0.evidence() } + [mended?.evidence()].compactMap(\.self),
        count: found.count,
        advice: mended.map {
          "The last synchronization that is known, \($0.record.time.sentenceText), went well: what "
            + "stood in the way is over, as far as the logs say."
        } ?? advice(on: found), basis: found.last?.meaning.statement)
    ]
  }

  /// The last synchronization, where it was later than failures and went well; nil otherwise.
  ///
  /// What was copied from the server to the machine shows nothing of the other way.
  private static func mendingSynchronization(
    after failures: [ProfileEvent], _ events: [ProfileEvent]
  ) -> ProfileEvent? {
    guard let failure = failures.last,
      let last = events.last(where: { event in
        let target = event.record.strings.count > 1 ? event.record.strings[1] : "\\\\"
        return event.kind == .synchronizationEnded && target.hasPrefix("\\\\")
      }), last.error == nil, last.record.time > failure.record.time,
      !last.record.time.isWithin(ProfileHistory.logOffSeconds, of: failure.record.time)
    else { return nil }
    return last
  }

  /// Why the copy of a roaming profile on its server may not be the newest; nil where nothing says
  /// so.
  ///
  /// Source: KB 837115 and 2287297; the policies of UserProfiles.admx.
  private static func staleCopy(_ history: ProfileHistory, _ facts: MachineFacts) -> String? {
    if let obstacle = facts.roamingObstacle {
      return "the profile is not copied there: \(obstacle)"
    }
    let failures = history.events.filter { event in
      switch event.kind {
      case .roamingNotUpdated, .copyFailed, .roamingUnavailable, .roamingMisconfigured: true
      case .synchronizationEnded: event.error != nil
      default: false
      }
    }
    if let last = failures.last, mendingSynchronization(after: failures, history.events) == nil {
      return "event \(last.record.event) of \(last.record.time.sentenceText) says that the profile "
        + "could not be synchronized"
    }
    let held = history.events.last { event in
      switch facts.release?.generation {
      case .nt3, .nt4, .windows2000: event.kind.isAboutHiveInUse
      case .xp, .server2003: false
      default:
        event.precedesForcedUnload && facts.forceUnload.standing(at: event.record.time) == .on
      }
    }
    return held.map {
      "event \($0.record.event) of \($0.record.time.sentenceText) says that programs kept the "
        + "registry open, so that the profile may not have been copied there"
    }
  }

  /// What to do, by what the events are about.
  private static func advice(on found: [ProfileEvent]) -> String {
    var sentences: [String] = []
    func has(_ kinds: Set<EventKind>) -> Bool { found.contains { kinds.contains($0.kind) } }
    if has([.roamingNotUpdated, .synchronizationEnded]) {
      sentences.append(
        "Until this is fixed, changes that were not copied are on one side only. Look at the errors "
          + "in the events: a file that is in use or may not be written, a share that is not "
          + "reached, a quota.")
    }
    if has([.copyFailed]) {
      sentences.append(
        "Files that could not be copied are named in the events, with the reason.")
    }
    if has([.roamingUnavailable]) {
      sentences.append(
        "At a log-on the roaming profile could not be used, and the user worked with a local copy: "
          + "look whether the share is reached, and at its owner and permissions.")
    }
    if has([.mandatoryUnavailable]) {
      sentences.append(
        "A mandatory profile was not found: look whether its share is reached, and whether the path "
          + "fits this version of Windows.")
    }
    if has([.roamingMisconfigured]) {
      sentences.append("Switch offline caching off for the share of the profiles.")
    }
    return sentences.joined(separator: " ")
  }

  // MARK: - The local copy

  private static let copyNotDeleted = ProfileRule(
    profile: CheckRule(
      id: "roaming-copy-not-deleted", severity: .warning,
      title:
        "The local copy of a roaming profile should have been deleted at log-off, and is still there",
      advice: "A program that keeps the profile open or uses files in its folder keeps Windows "
        + "from deleting it: look for handles-leaked and event 1533 of the same user. See that the "
        + "copy on the server is as new as the folder before that is deleted."),
    source: "KB 837115"
  ) { history, context in
    let facts = context.facts
    guard let policy = facts.cachedCopies, history.isRoaming, let entry = history.entry,
      let files = history.files, history.verdict?.outcome != .loaded
    else { return [] }
    guard !facts.hasLocalProfilesOnly else {
      return [
        RuleMatch(
          history.subject, severity: .information,
          [policy, facts.evidence(entry, value: "CentralProfile", entry.centralProfile ?? "")],
          advice: "Two policies contradict each other: DeleteRoamingCache deletes the local copies "
            + "of roaming profiles, and LocalProfile allows local profiles only, so that nothing is "
            + "copied to the server. The folder may be the user's only profile: keep it.")
      ]
    }
    let notDeleted = context.counted(history.events).filter {
      $0.kind == .folderNotDeleted
    }
    var found = notDeleted.suffix(20).map { $0.evidence() }
    found.append(
      CheckEvidence(
        source: RegistryString(facts.capture.relativePath(files.path)),
        fact: "the folder is there, with its hive"))
    if let state = entry.state, state.contains(.deleteLocal) {
      found.append(
        facts.evidence(
          entry, value: "State",
          "0x\(String(state.rawValue, radix: 16)): the local copy is to be deleted"))
    }
    found.append(policy)
    found.append(
      facts.evidence(entry, value: "CentralProfile", entry.centralProfile ?? ""))
    // A policy that came after the last log-off had no chance to work.
    let isNewer =
      if let unload = entry.unloadTime, let set = policy.time { set > unload } else { false }
    return [
      RuleMatch(
        history.subject, severity: isNewer && notDeleted.isEmpty ? .information : nil, found,
        advice: isNewer && notDeleted.isEmpty
          ? "The policy was set after the last log-off: the copy is deleted at the next one."
          : adviceOnCopy(history, context),
        basis: Claim(
          "That a cached copy is not deleted at log-off is a sign of a profile that was not "
            + "unloaded.", source: "KB 837115"))
    ]
  }

  /// What to do about a copy that stayed, by the programs that kept the registry open, and by what is
  /// known of the copy on the server; nil where nothing is.
  private static func adviceOnCopy(_ history: ProfileHistory, _ context: RuleContext) -> String? {
    let stale = staleCopy(history, context.facts).map {
      "The copy on the server may not be the newest: \($0). Save the folder before anything in it "
        + "is deleted."
    }
    let programs = context.counted(history.events).flatMap { $0.leaks?.handles ?? [] }
      .map(\.imageName).filter { !$0.isEmpty }.distinct
    guard !programs.isEmpty else {
      return stale.map {
        "A program that keeps the profile open or uses files in its folder keeps Windows from "
          + "deleting it: look for handles-leaked and event 1533 of the same user. \($0)"
      }
    }
    let names = programs.prefix(5).joined(separator: ", ")
    let more = programs.count > 5 ? " and \(programs.count - 5) more" : ""
    return
      "\(names)\(more) kept the user's registry open at a log-off (handles-leaked), which keeps "
      + "Windows from deleting the folder. "
      + (stale
        ?? "See that the copy on the server is as new as the folder before that is deleted.")
  }

  private static let folderNotDeleted = ProfileRule(
    events: CheckRule(
      id: "profile-folder-not-deleted", severity: .warning,
      title: "Windows could not delete the folder of a profile",
      advice: "Programs may still use files in it. Look at the error in the event, and delete "
        + "what is left while the user is logged off."),
    source: "manifest of Microsoft-Windows-User Profiles Service"
  ) { person, context in
    let found = person.events.filter { $0.kind == .folderNotDeleted }
    // Where the copy of a roaming profile should be gone, that says so already.
    let isReported =
      context.facts.cachedCopies != nil && !context.facts.hasLocalProfilesOnly
      && person.history.map { $0.isRoaming && $0.files != nil && $0.verdict?.outcome != .loaded }
        == true
    guard let last = found.last, !isReported else { return [] }
    let isGone = found.allSatisfy { isFolderGone($0, person, context.facts) }
    return [
      RuleMatch(
        person.subject, severity: isGone ? .information : nil,
        found.suffix(50).map { $0.evidence() }, count: found.count,
        advice: isGone
          ? "The folder is not on the volume any more, and the profile list does not have it: nothing "
            + "is left to delete."
          : person.history.flatMap { adviceOnFolder(of: $0, after: last.record.time) },
        basis: last.meaning.statement)
    ]
  }

  /// Whether the folder that an event is about is not on a volume that is at hand whole, and no
  /// profile leads to it.
  private static func isFolderGone(
    _ event: ProfileEvent, _ person: RulePerson, _ facts: MachineFacts
  ) -> Bool {
    guard person.history == nil, facts.capture.layout == .volume, facts.list != nil,
      let place = event.profilePath.flatMap({ facts.location(of: $0) }), place.drive == nil
    else { return false }
    return facts.capture.presence(of: place.names, drive: nil) == .missing
  }

  /// What to do about a folder that could not be deleted while the list still leads to it; nil where
  /// it does not, or the folder is gone.
  private static func adviceOnFolder(
    of history: ProfileHistory, after time: FileTime
  ) -> String? {
    guard let listed = history.listed else { return nil }
    switch history.presence {
    case .missing, .withoutHive, .temporary, .moved: return nil
    default: break
    }
    let used = [listed.loadTime, listed.unloadTime].compactMap(\.self).max()
      .flatMap { $0 > time ? ", and was in use after that, \($0.sentenceText)" : nil }
    return "The profile is in the list\(used ?? ""): its folder is the user's. Delete nothing "
      + "unless that is still wanted; then let Windows do it, in System Properties under User Profiles, "
      + "which removes the entry too."
  }

  private static let copyKept = ProfileRule(
    profile: CheckRule(
      id: "roaming-cache-kept", severity: .information,
      title: "A roaming profile keeps its local copy after log-off",
      advice: "This is the default. The policy DeleteRoamingCachedProfiles deletes local copies at "
        + "log-off."),
    source: "KB 837115, UserProfiles.admx"
  ) { history, context in
    guard context.facts.list != nil, context.facts.cachedCopies == nil, history.isRoaming,
      let entry = history.entry, let path = entry.centralProfile
    else { return [] }
    return [
      RuleMatch(
        history.subject, [context.facts.evidence(entry, value: "CentralProfile", path)],
        advice: advice(context.facts),
        basis: Claim(
          "When a roaming profile is copied to its server depends on the Windows version.",
          source: "KB 837115, KB 2287297"))
    ]
  }

  private static func advice(_ facts: MachineFacts) -> String {
    if let obstacle = facts.roamingObstacle {
      return
        "The profile is not copied to its server: \(obstacle). The copy there is the older one."
    }
    let policy = "The policy DeleteRoamingCachedProfiles deletes local copies at log-off."
    switch facts.release?.generation {
    case .nt3, .nt4, .windows2000:
      return "When the hive is not unloaded, the copy on the server stays the older one. \(policy)"
    case .xp, .server2003:
      return "When the hive is not unloaded, this Windows copies the profile from a copy of the "
        + "registry. \(policy)"
    case .vista, .windows7, .windows8:
      return facts.forceUnload.isOn
        ? "With DisableForceUnload, the copy on the server may stay the older one while programs "
          + "hold the registry open. \(policy)"
        : "By default this Windows unloads the hive by force and copies the profile after that. "
          + policy
    case nil:
      return policy
    }
  }
}
