// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents

/// Whether a profile was loaded, and whether that is a fault.
extension ProfileRules {
  static let verdict = ProfileRule(
    profile: CheckRule(
      id: "profile-verdict", severity: .information,
      title: "What became of a profile at the last log-off",
      advice: "The other findings about the profile say what this rests on."),
    source: "KB 837115, KB 2287297"
  ) { history, context in
    guard let verdict = history.verdict else { return [] }
    return [
      RuleMatch(
        history.subject,
        [
          CheckEvidence(
            source: RegistryString(history.place),
            time: history.listed?.unloadTime ?? history.listed?.loadTime,
            fact: verdict.description)
        ] + (history.listed.map { proofs($0, context.facts) } ?? []),
        basis: verdict.basis, conclusion: verdict.outcome.rawValue)
    ]
  }

  /// Which programs an event names; nil where it names none.
  private static func programs(of leak: ProfileEvent) -> String? {
    var names: [String] = []
    for handle in leak.leaks?.handles ?? [] where !names.contains(handle.imageName) {
      names.append(handle.imageName)
    }
    guard !names.isEmpty else { return nil }
    let more = names.count > 5 ? " and \(names.count - 5) more" : ""
    return "\(names.prefix(5).joined(separator: ", "))\(more) kept it open: see handles-leaked."
  }

  /// What a profile's entry says, value by value.
  private static func proofs(_ entry: ProfileListEntry, _ facts: MachineFacts) -> [CheckEvidence] {
    var proofs: [CheckEvidence] = []
    func add(_ value: RegistryString, time: FileTime? = nil, _ fact: String) {
      proofs.append(facts.evidence(entry, value: value, time: time, fact))
    }
    if let path = entry.imagePath { add("ProfileImagePath", path) }
    if let state = entry.state {
      let names = state.names.isEmpty ? "" : ": \(state.names.joined(separator: ", "))"
      add("State", "0x\(String(state.rawValue, radix: 16))\(names)")
    }
    if let count = entry.referenceCount { add("RefCount", "\(count)") }
    if let path = entry.centralProfile { add("CentralProfile", path) }
    if let time = entry.loadTime { add(entry.loadTimeValue, time: time, "loaded") }
    if let time = entry.unloadTime {
      add("LocalProfileUnloadTimeHigh", time: time, "unloaded")
    }
    return proofs
  }

  static let loading: [ProfileRule] = [
    ProfileRule(
      profile: loadedAtCapture, source: "Microsoft, Scripts to retrieve profile age"
    ) { history, context in
      guard let entry = history.entry, entry.isLoaded == true, let load = entry.loadTime else {
        return []
      }
      let judgement = judge(history, loaded: load, context.facts).adding(history.taskSentence)
      var found = [
        context.facts.evidence(
          entry, value: "LocalProfileLoadTimeHigh", time: load,
          entry.isTemporary || entry.hasTemporaryFolder
            ? "loaded: \(entry.imagePath ?? "a temporary profile")" : "loaded")
      ]
      if let unload = entry.unloadTime {
        found.append(
          context.facts.evidence(
            entry, value: "LocalProfileUnloadTimeHigh", time: unload, "unloaded before that"))
      }
      return [
        RuleMatch(
          history.subject, severity: judgement.severity, found + judgement.evidence,
          advice: judgement.advice, followUps: judgement.followUps,
          basis: Claim(
            "Since version 1809, and Server 2019, Windows keeps both times; of a profile that is "
              + "loaded, the first is the later one.",
            source: "Microsoft, Scripts to retrieve profile age"))
      ]
    },
    ProfileRule(
      profile: CheckRule(
        id: "profile-refcount", severity: .warning,
        title: "A profile was loaded more often than it was unloaded",
        advice: "If the user was logged off, something still held the profile. A stale count is "
          + "set to 0 in the profile list when the user cannot log on any more (KB 947215)."),
      source: "UPHClean readme, KB 947215"
    ) { history, context in
      guard let entry = history.entry, let count = entry.referenceCount, count > 0 else {
        return []
      }
      let judgement = judge(history, loaded: entry.loadTime, context.facts)
      return [
        RuleMatch(
          history.subject, severity: judgement.severity,
          [context.facts.evidence(entry, value: "RefCount", "\(count)")] + judgement.evidence,
          advice: judgement.advice, followUps: judgement.followUps,
          basis: Claim(
            "Windows counts up when it loads a profile, and down when it unloads it.",
            source: "UPHClean readme, remkoweijnen.nl", .thirdParty))
      ]
    },
  ]

  private struct Judgement {
    let severity: CheckRule.Severity
    let evidence: [CheckEvidence]
    let advice: String
    var followUps: [CheckFollowUp] = []

    /// The same with one more sentence.
    func adding(_ sentence: String?) -> Judgement {
      guard let sentence else { return self }
      return Judgement(
        severity: severity, evidence: evidence, advice: "\(advice) \(sentence)",
        followUps: followUps)
    }
  }

  /// How much it matters that a profile is loaded, by what is known since it was.
  private static func judge(
    _ history: ProfileHistory, loaded: FileTime?, _ facts: MachineFacts
  ) -> Judgement {
    if !history.services.isEmpty {
      return Judgement(
        severity: .information,
        evidence: history.services.map { service in
          CheckEvidence(
            in: "SYSTEM", service.path, value: "ObjectName", time: service.key.lastWritten,
            "the service runs as \(service.account)")
        },
        advice: "A service that runs as the user keeps the profile loaded for as long as it runs "
          + "(\(history.services.map(\.name).unique)).")
    }
    if !history.pools.isEmpty {
      return Judgement(
        severity: .information,
        evidence: history.pools.map { $0.evidence(in: facts.runAsFiles.poolFile ?? "") },
        advice:
          "An application pool of IIS that runs as the user and loads the profile keeps it for "
          + "as long as the pool runs (\(history.pools.map(\.name).unique)).")
    }
    if let judgement = judgeByLeak(history, facts) { return judgement }
    if history.identifier?.isVirtualAccount == true {
      return Judgement(
        severity: .information, evidence: [],
        advice: "The account is one of services, application pools or virtual machines: its "
          + "profile is loaded for as long as these run.")
    }
    if let end = ProfileEnd(history.entry, facts.timeline) { return judge(end) }
    if let loaded, let open = history.openSession(since: loaded) {
      let session = open.session.map { " of session \($0)" } ?? ""
      return Judgement(
        severity: .information, evidence: [open.evidence()],
        advice:
          "The log-on\(session) of \(open.record.time.sentenceText) has no log-off in the log: the "
          + "user was logged on there, as far as is known. \(onlyIf)")
    }
    if let loaded, let logOff = history.logOff(after: loaded) {
      let session = logOff.session.map { " of session \($0)" } ?? ""
      return Judgement(
        severity: .warning, evidence: [logOff.evidence()],
        advice:
          "A log-off\(session) was recorded after the profile was loaded, and the list has no unload "
          + "since: the user had another session, or something kept the profile loaded after the "
          + "log-off.")
    }
    return judgeByEnd(history, loaded, facts)
  }

  /// How much it matters where an event shows that the registry could not be unloaded at a log-off of
  /// the session in which the profile is loaded; nil where none does.
  private static func judgeByLeak(
    _ history: ProfileHistory, _ facts: MachineFacts
  ) -> Judgement? {
    guard let leak = history.lastLeak, history.isOfLoadedSession(leak) == true else { return nil }
    if let failed = history.failedServer(after: leak, facts) {
      return Judgement(
        severity: .warning, evidence: [leak.evidence(), failed.evidence()],
        advice:
          "Event \(failed.record.event) shows that a server had lost its user's registry: Windows "
          + "unloaded that by force at the log-off, and the count says that it is loaded. They "
          + "contradict each other, and the count may be stale.")
    }
    if let settled = history.isSettled(after: leak.record.time) {
      return Judgement(
        severity: .warning, evidence: [leak.evidence(), settled.evidence()],
        advice: "Event \(settled.record.event) says that the registry was unloaded after that "
          + "log-off, and the profile list that it was not: they contradict each other. The count "
          + "or the time in the list may be stale.")
    }
    guard history.identifier?.isVirtualAccount != true else {
      return Judgement(
        severity: .warning, evidence: [leak.evidence()],
        advice:
          "An event shows that the profile could not be unloaded at once when what ran as the "
          + "account stopped, and there was no unload since. The account is one of services, "
          + "application pools or virtual machines.")
    }
    let programs = programs(of: leak)
    return Judgement(
      severity: .problem, evidence: [leak.evidence()],
      advice: "An event shows a log-off after the profile was loaded, and there was no unload "
        + "since." + (programs.map { " \($0)" } ?? ""),
      followUps: programs == nil ? [.openHandles] : [])
  }

  private static let onlyIf = "It matters only if the user was logged off then."

  /// How much it matters how Windows stopped after the profile was loaded.
  private static func judge(_ end: ProfileEnd) -> Judgement {
    switch end.kind {
    case .crashed:
      Judgement(
        severity: .information, evidence: [end.moment.evidence],
        advice: "The machine stopped without a shutdown after the profile was loaded: profiles of "
          + "users who were logged on stay marked as loaded. \(onlyIf)")
    case .startedAgain:
      judge(startedAgain: end)
    case .shutdownRequested:
      Judgement(
        severity: .warning, evidence: [end.moment.evidence],
        advice:
          "A shutdown was asked for after the profile was loaded. With fast start nothing else is "
          + "written when it is carried out; if it was, all users were logged off, and something "
          + "kept the profile loaded.", followUps: [.openHandles])
    case .shutDown where end.hasLoadTime:
      Judgement(
        severity: .problem, evidence: [end.moment.evidence],
        advice: "The machine was shut down in order after the profile was loaded, which logs all "
          + "users off: something kept the profile loaded until the end.",
        followUps: [.openHandles])
    case .shutDown:
      Judgement(
        severity: .warning,
        evidence: [end.moment.evidence] + [end.restart?.evidence].compactMap(\.self),
        advice: countedAtShutdown
          + (end.restart == nil ? "" : " The profile was not loaded again after the next start."))
    }
  }

  private static let countedAtShutdown =
    "The machine was shut down in order, which logs all users off. If the count is not left from an "
    + "earlier crash, something kept the profile loaded until the end."

  private static func judge(startedAgain end: ProfileEnd) -> Judgement {
    if let request = end.request {
      return Judgement(
        severity: .warning, evidence: [request.evidence, end.moment.evidence],
        advice:
          "A shutdown or a restart was asked for after the profile was loaded, and Windows was "
          + "started again: if it stopped in order, which is not recorded, all users were logged off, "
          + "and something kept the profile loaded until then. The profile was not loaded again.")
    }
    return Judgement(
      severity: .information, evidence: [end.moment.evidence],
      advice:
        "Windows was started again after the profile was loaded, and the profile was not loaded "
        + "again since. How Windows stopped before that is not recorded. If that was in order, "
        + "something kept the profile loaded until then.")
  }

  private static func judgeByEnd(
    _ history: ProfileHistory, _ loaded: FileTime?, _ facts: MachineFacts
  ) -> Judgement {
    let latest = [facts.events.all.last?.record.time, history.entry?.key.lastWritten]
    switch facts.timeline.end(latest: latest.compactMap(\.self).max()) {
    case .shutDown(let stop) where loaded == nil:
      return Judgement(
        severity: .warning, evidence: [stop.evidence], advice: countedAtShutdown)
    case .started(let start):
      return Judgement(
        severity: .information, evidence: [start.evidence],
        advice: "Nothing shows that the machine was shut down since it was started: it was running "
          + "when its files were copied, or lost its power. Users who are logged on then have "
          + "their profiles loaded. \(onlyIf)")
    default:
      if let loaded, let stop = facts.timeline.shutdown(before: loaded) {
        return Judgement(
          severity: .information, evidence: [stop.evidence],
          advice: "The last shutdown that is known is older than the load: whether the machine was "
            + "running when its files were copied is not known. \(onlyIf)")
      }
      return Judgement(
        severity: .information, evidence: [],
        advice: "Whether the machine was running when its files were copied is not known: no event "
          + "and no shutdown time says so, and the state of hives does not. \(onlyIf)")
    }
  }
}
