// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents

/// The policy DisableForceUnload, and UPHClean, its forerunner.
extension ProfileRules {
  static let policies: [ProfileRule] = [
    forceUnloadOn, forceUnloadUnsupported, forceUnloadInvalid, forceUnloadMisplaced,
    cachedCopiesInvalid, cachedCopiesMisplaced, overruled, notApplied,
  ]

  private static let policySource = "KB 2287297, UserProfiles.admx"

  private static let forceUnloadOn = ProfileRule(
    machine: CheckRule(
      id: "force-unload-disabled", severity: .information,
      title: "Windows does not unload users' registries by force at log-off (DisableForceUnload)",
      advice: "A profile then stays loaded for as long as a program keeps a key open. Event 1530 "
        + "may be written all the same, by the first attempt to unload."),
    source: policySource
  ) { context in
    let policy = context.facts.forceUnload
    guard policy.isOn, policy.overruled == nil, context.facts.unloadsByForce != false else {
      return []
    }
    var advice = [
      "A profile now stays loaded for as long as a program keeps a key open. Event 1530 may be "
        + "written all the same, by the first attempt to unload."
    ]
    var followUps: [CheckFollowUp] = []
    let leaks = context.people.flatMap(\.events).filter { $0.kind == .handlesLeaked }
    let earlier = leaks.filter {
      if case .onSince = policy.standing(at: $0.record.time) { true } else { false }
    }
    if let written = policy.keyLastWritten, !earlier.isEmpty {
      advice.append(
        Self.count(earlier.count, of: leaks.count) + " older than the key "
          + "(\(written.sentenceText)): the remedy was probably taken since.")
      followUps.append(.logOffsSince)
    }
    if let roaming = context.histories.first(where: \.isRoaming) {
      advice.append(
        "With roaming profiles, such as that of \(roaming.name), it can keep a user from getting "
          + "the newest copy, because Windows then synchronizes while the registry is loaded.")
    }
    return [
      RuleMatch(
        context.facts.subject,
        [policy.evidence("\(policy.number ?? 1), in the key since this time at the latest")]
          + policy.ownWarnings.map { policy.evidence($0) },
        advice: advice.joined(separator: " "), followUps: followUps,
        basis: Claim(
          "The policy keeps Windows from unloading users' registries by force.",
          source: policySource))
    ]
  }

  /// How many of the events 1530 a sentence is about, with its verb.
  private static func count(_ count: Int, of all: Int) -> String {
    if all == 1 { return "The one event 1530 is" }
    return count == all
      ? "All \(all) events 1530 are" : "\(count) of \(all) events 1530 \(count == 1 ? "is" : "are")"
  }

  private static let forceUnloadUnsupported = ProfileRule(
    machine: CheckRule(
      id: "force-unload-policy-unsupported", severity: .warning,
      title: "DisableForceUnload is set on a Windows that does not know it",
      advice:
        "The policy came with Windows Vista. This Windows does not unload users' registries by "
        + "force, with or without it."),
    source: policySource
  ) { context in
    let policy = context.facts.forceUnload
    guard policy.isOn, context.facts.unloadsByForce == false else { return [] }
    return [
      RuleMatch(
        context.facts.subject, [policy.evidence("\(policy.number ?? 1)")],
        basis: Claim("The policy is one of Windows Vista and later.", source: policySource))
    ]
  }

  private static let cachedCopiesInvalid = ProfileRule(
    machine: CheckRule(
      id: "roaming-cache-policy-invalid", severity: .warning,
      title: "DeleteRoamingCache is set in a form that Windows may not understand",
      advice: "Set it by Group Policy ('Delete cached copies of roaming profiles'), or as a "
        + "REG_DWORD that is 1."),
    source: "UserProfiles.admx"
  ) { context in
    guard let evidence = context.facts.invalidCachedCopies else { return [] }
    return [
      RuleMatch(
        context.facts.subject, [evidence],
        basis: Claim(
          "Group Policy writes a REG_DWORD; what Windows makes of another type is not documented.",
          source: "UserProfiles.admx", .unconfirmed))
    ]
  }

  private static let cachedCopiesMisplaced = ProfileRule(
    machine: CheckRule(
      id: "roaming-cache-policy-misplaced", severity: .warning,
      title: "DeleteRoamingCache is set where Windows does not look for it",
      advice: "It has no effect there. The place is Software\\Policies\\Microsoft\\Windows\\System "
        + "below HKEY_LOCAL_MACHINE."),
    source: "KB 837115, UserProfiles.admx"
  ) { context in
    let places = context.facts.misplacedCachedCopies
    guard !places.isEmpty else { return [] }
    return [
      RuleMatch(
        context.facts.subject, places, count: places.count, advice: place(places, context.facts),
        basis: Claim(
          "The policy deletes the local copies of roaming profiles at log-off.",
          source: "KB 837115, UserProfiles.admx"))
    ]
  }

  /// What to do about a policy whose value has another name, in the right key; nil where it stands
  /// elsewhere too.
  private static func name(of places: [CheckEvidence]) -> String? {
    let name = ForceUnloadPolicy.value
    guard places.allSatisfy({ $0.value.map { !$0.matches(name) } ?? false }) else { return nil }
    return "It has no effect under this name. The value is to be called \(name)."
  }

  /// Where a policy belongs that stands elsewhere.
  private static func place(_ places: [CheckEvidence], _ facts: MachineFacts) -> String {
    let is32Bit = places.contains { $0.source.description.lowercased().contains("wow6432node") }
    let way =
      is32Bit && facts.sizeLimit.settings.architecture != .x86
      ? ": a 64-bit program has to write it, such as the 64-bit regedit or reg.exe" : ""
    return
      "It has no effect there. The place is Software\\Policies\\Microsoft\\Windows\\System below "
      + "HKEY_LOCAL_MACHINE\(way)."
  }

  private static let overruled = ProfileRule(
    machine: CheckRule(
      id: "roaming-settings-managed", severity: .information,
      title: "Configuration Manager sets roaming profiles up on this machine",
      advice: "Windows uses its settings instead of those of Group Policy: look there for "
        + "DisableForceUnload and its likes."),
    source: "Microsoft, Scripts to retrieve profile age"
  ) { context in
    let policy = context.facts.forceUnload
    guard let evidence = policy.overruled else { return [] }
    let isSet = policy.state == .enabled || policy.state == .disabled
    return [
      RuleMatch(
        context.facts.subject, severity: isSet ? .warning : nil,
        [evidence]
          + (isSet ? [policy.evidence("\(policy.number ?? 0), which does not decide")] : []),
        advice: "Windows uses the settings of Configuration Manager instead of those of Group "
          + "Policy: whether it unloads registries by force is not known here. Look there.",
        basis: Claim(
          "Where RoamingUserProfile in ConfigurationControls is not 0, the settings come from "
            + "Configuration Manager.", source: "Microsoft, Scripts to retrieve profile age"))
    ]
  }

  private static let notApplied = ProfileRule(
    machine: CheckRule(
      id: "local-policy-not-applied", severity: .warning,
      title: "Local Group Policy orders what is not in the registry",
      advice: "It was not applied yet, or is overruled by Group Policy of the domain, or the value "
        + "was changed without Group Policy."),
    source: "Registry Policy File Format (Win32 documentation), UserProfiles.admx"
  ) { context in
    context.facts.localPolicy.differences.map { difference in
      RuleMatch(
        context.facts.subject, difference.evidence,
        advice: (difference.isSet
          ? "Local Group Policy sets \(difference.name), and the registry, where Windows reads it, has "
            + "something else: it was not applied yet, or is overruled by Group Policy of the domain, "
            + "or was changed without Group Policy. "
          : "Local Group Policy deletes \(difference.name), and it is still in the registry: the order "
            + "was not applied yet, or is overruled by Group Policy of the domain, or the value was set "
            + "without Group Policy. ")
          + "The other findings rest on the registry. On the machine, 'gpupdate' applies Group Policy, "
          + "and 'gpresult' shows what overrules it.",
        basis: Claim(
          "Registry.pol holds what local Group Policy is to put into the registry.",
          source: "Registry Policy File Format, Win32 documentation"))
    }
  }

  private static let forceUnloadInvalid = ProfileRule(
    machine: CheckRule(
      id: "force-unload-policy-invalid", severity: .warning,
      title: "DisableForceUnload is set in a form that Windows may not understand",
      advice: "Set it by Group Policy ('Do not forcefully unload the users registry at user "
        + "logoff'), or as a REG_DWORD that is 1."),
    source: policySource
  ) { context in
    let policy = context.facts.forceUnload
    guard policy.state == .invalid else { return [] }
    let facts = policy.ownWarnings
    return [
      RuleMatch(
        context.facts.subject,
        (facts.isEmpty ? ["its type or size is not that of the policy"] : facts).map {
          policy.evidence($0)
        },
        basis: Claim(
          "Group Policy writes a REG_DWORD; what Windows makes of another type is not documented.",
          source: policySource, .unconfirmed))
    ]
  }

  private static let forceUnloadMisplaced = ProfileRule(
    machine: CheckRule(
      id: "force-unload-policy-misplaced", severity: .warning,
      title: "DisableForceUnload is set where Windows does not look for it",
      advice: "It has no effect there. The place is Software\\Policies\\Microsoft\\Windows\\System "
        + "below HKEY_LOCAL_MACHINE."),
    source: policySource
  ) { context in
    let places = context.facts.forceUnload.misplaced
    guard !places.isEmpty else { return [] }
    return [
      RuleMatch(
        context.facts.subject, places, count: places.count,
        advice: name(of: places) ?? place(places, context.facts),
        basis: Claim(
          "The policy keeps Windows from unloading users' registries by force.",
          source: policySource))
    ]
  }

  // MARK: - UPHClean

  static let cleanup: [ProfileRule] = [
    ProfileRule(
      machine: CheckRule(
        id: "uphclean-installed", severity: .information,
        title: "The User Profile Hive Cleanup service (UPHClean) is installed",
        advice: "It frees the registries of users who have logged off, and records which programs "
          + "held them.", followUps: [.events]),
      source: "KB 837115, UPHClean readme"
    ) { context in
      guard let uphclean = context.facts.uphclean else { return [] }
      let judgement = judge(uphclean, context.facts)
      return [
        RuleMatch(
          context.facts.subject, severity: judgement.severity, uphclean.evidence,
          advice: judgement.advice, followUps: judgement.followUps,
          basis: Claim(
            "UPHClean frees the hive of a user whose profile is loaded though its RefCount is 0.",
            source: "UPHClean readme"))
      ]
    }
  ]

  private static func judge(
    _ uphclean: UPHCleanFacts, _ facts: MachineFacts
  ) -> RuleJudgement {
    if facts.unloadsByForce == true {
      return RuleJudgement(
        .warning,
        "Uninstall it: since Windows Vista, Windows itself does its work (KB 837115, important "
          + "note)."
      )
    }
    if facts.release?.generation == .server2003 || facts.release?.generation == .xp,
      facts.sizeLimit.settings.architecture == .x64
        || facts.sizeLimit.settings.architecture == .itanium
    {
      return RuleJudgement(
        .warning,
        "Version 1.6d has no part for 64-bit processors and does not work on this machine "
          + "(KB 837115)."
      )
    }
    if uphclean.isDisabled {
      return RuleJudgement(
        .information,
        "The service cannot start: it frees nothing until its start type is set to automatic."
      )
    }
    if uphclean.onlyReports {
      return RuleJudgement(
        .information,
        "It only reports (REPORT_ONLY): it records which programs hold the registries of users who "
          + "have logged off, and frees nothing.", [.events]
      )
    }
    if !uphclean.excludedUsers.isEmpty || !uphclean.excludedPrograms.isEmpty {
      return RuleJudgement(
        .information,
        "It frees the registries of users who have logged off, but for the users and the programs "
          + "that its lists leave out: what these hold stays loaded."
      )
    }
    return RuleJudgement(.information, nil)
  }
}
