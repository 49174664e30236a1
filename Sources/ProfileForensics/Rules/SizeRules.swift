// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents

/// The size of the registry and of its hives.
extension ProfileRules {
  static let sizes: [ProfileRule] = [
    nearLimitOfMachine, nearLimitOfProfile, overQuota, spaceLow, limitSet, limitIgnored,
    limitClamped,
    largeKeysOfMachine, largeKeysOfProfile,
  ]

  // MARK: - Near a limit

  private static let nearLimit = CheckRule(
    id: "hive-near-limit", severity: .warning,
    title: "A hive, or all loaded ones together, come near the limit on their size",
    advice: "A hive that does not fit is not loaded: events 1500 and 1508 then report insufficient "
      + "system resources.", followUps: [.size])

  private static let nearLimitOfMachine = ProfileRule(
    machine: nearLimit, source: "KB 124594, KB 176083"
  ) { context in
    let facts = context.facts
    guard facts.capture.layout != .hive else { return [] }
    let hives: [RuleMatch] = Capture.machineKinds.compactMap { kind in
      guard let file = facts.capture.machineHives[kind] else { return nil }
      return match(file, kind, subject: facts.subject, isLoaded: true, facts)
    }
    // Only loaded hives count: those of the machine, and of profiles that are loaded.
    let loaded =
      facts.machineFiles
      + context.histories.filter {
        $0.verdict?.outcome == .loaded || $0.files?.place == .serviceProfiles
      }.flatMap(\.allFiles)
    let bins = loaded.reduce(0) { $0 + (facts.facts(of: $1)?.binsSize ?? 0) }
    let applied = facts.sizeLimit.appliedToMachine(bins: bins)
    let path = RegistryPath(facts.sizeLimit.settings.limitKey ?? "Control")
    let all = match(applied, subject: facts.subject, facts) {
      [
        CheckEvidence(
          in: "SYSTEM", path, value: "RegistrySizeLimit", "all loaded hives together: \($0)")
      ]
    }
    return hives + [all ?? matchOfHeld(beside: bins, path, context)].compactMap(\.self)
  }

  /// The same with the hives that programs may still keep loaded, though the list does not have
  /// them as loaded.
  private static func matchOfHeld(
    beside bins: Int, _ path: RegistryPath, _ context: RuleContext
  ) -> RuleMatch? {
    let facts = context.facts
    let held = context.histories.filter { $0.mayBeHeld(facts) }
    guard !held.isEmpty else { return nil }
    let more = held.flatMap(\.allFiles).reduce(0) { $0 + (facts.facts(of: $1)?.binsSize ?? 0) }
    let applied = facts.sizeLimit.appliedToMachine(bins: bins + more)
    var found = match(applied, subject: facts.subject, facts) {
      [
        CheckEvidence(
          in: "SYSTEM", path, value: "RegistrySizeLimit",
          "all loaded hives together, with those that could not be unloaded: \($0)")
      ]
    }
    guard found?.severity == .problem || found?.severity == .warning else { return found }
    found?.severity = .warning
    found?.advice =
      "It is so if the hives that could not be unloaded are still loaded, which is not known: see "
      + "handles-leaked."
    found?.followUps = [.size]
    return found
  }

  private static let nearLimitOfProfile = ProfileRule(
    everyProfile: nearLimit, source: "KB 124594, KB 176083"
  ) { history, context in
    guard let files = history.files else { return [] }
    return [
      (files.userHive ?? files.mandatoryHive, HiveKind.ntuser), (files.classesHive, .usrClass),
    ].compactMap { file, kind in
      file.flatMap {
        match(
          $0, kind, subject: history.subject, isLoaded: history.verdict?.outcome == .loaded,
          context.facts)
      }
    }
  }

  private static func match(
    _ file: EvidenceFile, _ kind: HiveKind, subject: String, isLoaded: Bool, _ facts: MachineFacts
  ) -> RuleMatch? {
    guard let hive = facts.facts(of: file) else { return nil }
    let applied = facts.sizeLimit.applied(to: kind, bins: hive.binsSize, file: file.size)
    // A hive counts against the registry size limit only while it is loaded.
    if applied.kind == .registrySizeLimit, !isLoaded { return nil }
    return match(applied, subject: subject, facts) { text in
      [facts.evidence(file, text)]
        + hive.largeKeys.map { facts.evidence(file, "\($0.path): \($0.text)") }
    }
  }

  private static func match(
    _ applied: RegistrySizeLimit.Applied, subject: String, _ facts: MachineFacts,
    _ evidence: (String) -> [CheckEvidence]
  ) -> RuleMatch? {
    guard let share = applied.share, share >= 0.8, let bytes = applied.bytes else { return nil }
    let found = evidence(
      "\(byteText(applied.used)) of \(byteText(bytes)) (\(Int(share * 100)) %), "
        + "the limit by \(applied.source)")
    if applied.kind == .registrySizeLimit, let rule = limitRule(facts.release),
      rule.severity == .information
    {
      return RuleMatch(
        subject, severity: .information, found,
        advice: "It matters only if this Windows keeps to the limit.", followUps: [.size],
        basis: rule.basis)
    }
    return RuleMatch(
      subject, severity: share >= 0.95 ? .problem : .warning, found, basis: applied.notes.first)
  }

  // MARK: - The profile quota

  private static let overQuota = ProfileRule(
    profile: CheckRule(
      id: "profile-near-quota", severity: .warning,
      title: "A user's registry takes up most of what the profile may have, by a policy",
      advice: "Raise MaxProfileSize, or leave the registry files out of what counts "
        + "(IncludeRegInProQuota).", followUps: [.growth]),
    source: Source.profileQuota
  ) { history, context in
    let facts = context.facts
    guard let file = history.files?.userHive ?? history.files?.mandatoryHive,
      let quota = facts.facts(of: file)?.quota, quota.isEnabled, quota.includesRegistry,
      let bytes = quota.bytes, bytes > 0
    else { return [] }
    let share = Double(file.size) / Double(bytes)
    guard share >= 0.8 else { return [] }
    let keepsFromLoggingOff = facts.unloadsByForce == false
    // Since Windows Vista the quota keeps roaming profiles from being copied, and nothing else.
    let severity: CheckRule.Severity =
      keepsFromLoggingOff
      ? (share >= 1 ? .problem : .warning) : (history.isRoaming ? .warning : .information)
    let effects = ProfileQuota.effects(facts.release).map(\.text).joined(separator: " ")
    return [
      RuleMatch(
        history.subject, severity: severity,
        [
          facts.evidence(
            file,
            "\(byteText(file.size)), \(Int(share * 100)) % of the \(byteText(bytes)) that the whole "
              + "profile may have (\(ProfileQuota.path)\\MaxProfileSize)")
        ],
        advice: "\(effects) Raise MaxProfileSize, or leave the registry files out of what counts "
          + "(IncludeRegInProQuota).", followUps: [.growth],
        basis: Claim(
          "The quota is on all files of a profile; proquota.exe counts the registry files too where "
            + "IncludeRegInProQuota is set.", source: Source.profileQuota))
    ]
  }

  // MARK: - Events

  private static let spaceLow = ProfileRule(
    machine: CheckRule(
      id: "registry-space-low", severity: .warning,
      title: "Windows ran out of space for the registry, or of paged pool",
      advice: "Hives of users who are gone but whose profiles stay loaded use up the space too: "
        + "see handles-leaked.", followUps: [.sizeLimit]),
    source: "KB 2567018, KB 906952, KB 124594"
  ) { context in
    let found = context.counted(context.facts.events.all).filter { $0.meaning.topic == .limit }
    guard !found.isEmpty else { return [] }
    return [
      RuleMatch(
        context.facts.subject, found.suffix(50).map { $0.evidence() }, count: found.count,
        basis: Claim(
          "Events 26, 333 and 2020 are signs of the registry size limit or of the paged pool.",
          source: "KB 2567018, KB 906952, KB 124594"))
    ]
  }

  // MARK: - RegistrySizeLimit

  private static let limitSet = ProfileRule(
    machine: CheckRule(
      id: "registry-size-limit-set", severity: .warning, title: "RegistrySizeLimit is set",
      advice:
        "Delete the value or set it to 0, and start the machine again: Windows then chooses the "
        + "limit itself (KB 2567018)."),
    source: Source.rslLater
  ) { context in
    guard case .number(let number) = context.facts.sizeLimit.settings.limit, number != 0,
      let rule = limitRule(context.facts.release)
    else { return [] }
    return [
      RuleMatch(
        context.facts.subject, severity: rule.severity, limitEvidence(context, text(of: number)),
        basis: rule.basis)
    ]
  }

  private static let limitClamped = ProfileRule(
    machine: CheckRule(
      id: "registry-size-limit-clamped", severity: .warning,
      title: "RegistrySizeLimit is outside of what Windows takes, and is moved inside",
      advice: "Windows uses another number than the one that is set: 4 MB at the least, about 80 % "
        + "of the paged pool at the most."),
    source: Source.rslRules
  ) { context in
    let limit = context.facts.sizeLimit
    guard case .number(let number) = limit.settings.limit, number != 0 else { return [] }
    let most = limit.settings.pagedPool.map { $0 / 5 * 4 }
    guard number < 4 << 20 || most.map({ number != .max && Int(number) > $0 }) ?? false else {
      return []
    }
    let bytes = limit.appliedToMachine(bins: 0).bytes.map(byteText)
    let text = text(of: number)
    return [
      RuleMatch(
        context.facts.subject,
        limitEvidence(context, bytes.map { "\(text), for which Windows takes \($0)" } ?? text),
        basis: Claim(
          "Less than 4 MB is raised to that, more than about 80 % of the paged pool lowered.",
          source: Source.rslRules))
    ]
  }

  private static let limitIgnored = ProfileRule(
    machine: CheckRule(
      id: "registry-size-limit-ignored", severity: .warning,
      title: "RegistrySizeLimit is set in a form that Windows ignores",
      advice: "Only a REG_DWORD of 4 bytes counts. Delete the value."),
    source: Source.rslType
  ) { context in
    guard case .ignored(let type, let size) = context.facts.sizeLimit.settings.limit else {
      return []
    }
    return [
      RuleMatch(
        context.facts.subject,
        limitEvidence(context, "\(type) of \(size == 1 ? "1 byte" : "\(size) bytes")"),
        basis: Claim("Any other type or length is ignored.", source: Source.rslType))
    ]
  }

  static func unreadableLimit(_ context: RuleContext) -> [RuleMatch] {
    guard case .unreadable = context.facts.sizeLimit.settings.limit else { return [] }
    return [
      RuleMatch(context.facts.subject, limitEvidence(context, "its data cannot be read"))
    ]
  }

  private static func text(of number: UInt32) -> String {
    "\(byteText(Int(number))) (0x\(String(number, radix: 16, uppercase: true)))"
  }

  private static func limitEvidence(_ context: RuleContext, _ fact: String) -> [CheckEvidence] {
    let path = RegistryPath(context.facts.sizeLimit.settings.limitKey ?? "Control")
    return [
      CheckEvidence(
        in: "SYSTEM", path, value: "RegistrySizeLimit",
        time: context.facts.limitKeyLastWritten, fact)
    ]
  }

  /// How much a limit that is set matters for this Windows; nil where it is as it should be.
  private static func limitRule(
    _ release: WindowsRelease?
  ) -> (severity: CheckRule.Severity, basis: Claim)? {
    let later = "Windows XP to Server 2008 R2 keep to a RegistrySizeLimit that is set"
    guard let generation = release?.generation else {
      return (
        .warning,
        Claim(
          "\(later); the available hives do not identify the Windows version.",
          source: Source.rslLater)
      )
    }
    if generation <= .windows2000 { return nil }
    if generation <= .windows7 { return (.warning, Claim("\(later).", source: Source.rslLater)) }
    return (
      .information,
      Claim(
        "Whether Windows 8 and later keep to a RegistrySizeLimit is not documented.",
        source: Source.rslLater, .unconfirmed)
    )
  }

  // MARK: - Keys that are known to grow

  private static let largeKey = CheckRule(
    id: "hive-large-key", severity: .information,
    title: "A key that is known to grow takes up more than a third of a hive",
    advice: "Compare it with an earlier copy of the hive: that shows whether it still grows.",
    followUps: [.growth])

  private static let largeKeysOfMachine = ProfileRule(
    machine: largeKey, source: "KB articles and sample hives, each named with the key"
  ) { context in
    context.facts.machineFiles.flatMap { largeKeys($0, context.facts.subject, context.facts) }
  }

  private static let largeKeysOfProfile = ProfileRule(
    everyProfile: largeKey, source: "KB articles and sample hives, each named with the key"
  ) { history, context in
    history.allFiles.flatMap { largeKeys($0, history.subject, context.facts) }
  }

  private static func largeKeys(
    _ file: EvidenceFile, _ subject: String, _ facts: MachineFacts
  ) -> [RuleMatch] {
    (facts.facts(of: file)?.largeKeys ?? []).map { key in
      RuleMatch(
        subject, [facts.evidence(file, "\(key.path): \(key.text)")],
        basis: Claim(key.note, source: key.source))
    }
  }
}

extension HiveFacts.LargeKey {
  /// How large the key is, in words.
  fileprivate var text: String { "\(byteText(bytes)), \(Int(share * 100)) % of the hive" }
}
