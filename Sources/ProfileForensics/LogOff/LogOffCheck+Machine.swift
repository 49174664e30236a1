// SPDX-License-Identifier: MIT

import RegistryHive

/// What is checked of the machine, whoever logs on.
extension LogOffCheck {
  mutating func checkMachine() {
    for kind in WindowsVolume.machineKinds {
      guard let file = evidence.machineHives[kind] else { continue }
      checkHive(file, kind: kind, subject: machineSubject, profile: nil)
    }
    checkSizeLimit()
    checkForceUnload()
    checkUPHClean()
    if pilesUp(evidence.transactionFiles) {
      addTransactionFiles(evidence.transactionFiles, subject: machineSubject)
    }
  }

  // MARK: - Hives

  /// Checks whether a hive can be read, is whole, and has room to grow.
  mutating func checkHive(
    _ file: EvidenceFile, kind: HiveKind, subject: String, profile: CheckedProfile?
  ) {
    // A hive given alone is checked by itself.
    guard evidence.layout != .hive else { return }
    guard let hive = facts(of: file) else {
      let reason = failures.first { $0.path == file.path }?.reason ?? "cannot be read"
      results.append(
        CheckResult(
          LogOffRules.hiveDamaged, subject: subject, evidence: [evidence(file, reason)]))
      return
    }
    if !hive.damage.isEmpty {
      results.append(
        CheckResult(
          LogOffRules.hiveDamaged, subject: subject,
          evidence: hive.damage.map { evidence(file, $0) }, count: 1))
    }
    if hive.state.isDirty { addDirty(file, hive, subject: subject, profile: profile) }
    addNearLimit(file, hive, kind: kind, subject: subject)
  }

  private mutating func addDirty(
    _ file: EvidenceFile, _ hive: HiveFacts, subject: String, profile: CheckedProfile?
  ) {
    guard hive.state.conclusion == .recoverable || hive.state.conclusion == .logsIgnored else {
      results.append(
        CheckResult(
          LogOffRules.logsMissing, subject: subject,
          evidence: [evidence(file, hive.state.description)],
          basis: Claim(
            "Two numbers in the hive's header differ, or its checksum is wrong: the last write is "
              + "in the logs alone, or was not finished.",
            source: "the regf format as M. Suhanov describes it", .thirdParty)))
      return
    }
    let (severity, reason) = judgeDirty(profile)
    results.append(
      CheckResult(
        LogOffRules.hiveDirty, severity: severity, subject: subject,
        evidence: [evidence(file, hive.state.description)], basis: reason))
  }

  /// How much it matters that a hive is dirty, by what else is known.
  private func judgeDirty(
    _ profile: CheckedProfile?
  ) -> (CheckRule.Severity, Claim) {
    let late = Claim(
      "Since Windows 8.1 changes may stay in the logs alone for up to an hour, so that hives that "
        + "are copied while Windows runs are nearly always dirty.",
      source: "the regf format as M. Suhanov describes it", .thirdParty)
    guard let profile else { return (.information, late) }
    let isEarlier = (release?.generation).map { $0 < .windows8 } ?? false
    switch machineState {
    case .running:
      return (.information, late)
    case .shutDown where profile.listed?.isLoaded == false:
      return (
        .warning,
        Claim(
          "The machine was shut down and the profile list has the profile as unloaded, but the hive "
            + "was not left whole: a hive that is unloaded in order is clean.",
          source: late.source, .thirdParty)
      )
    case .shutDown:
      return (
        .warning,
        Claim(
          "The machine's own hives are clean, so it was shut down in order; this one was still in "
            + "use then.", source: late.source, .thirdParty)
      )
    case .unknown:
      return (isEarlier ? .warning : .information, late)
    }
  }

  private mutating func addNearLimit(
    _ file: EvidenceFile, _ hive: HiveFacts, kind: HiveKind, subject: String
  ) {
    let applied = sizeLimit.applied(
      to: kind, bins: hive.binsSize, file: file.size, quota: hive.quota)
    guard let result = nearLimit(applied, subject: subject, { evidence(file, $0) }) else { return }
    results.append(result)
  }

  private func nearLimit(
    _ applied: RegistrySizeLimit.Applied, subject: String, _ evidence: (String) -> CheckEvidence
  ) -> CheckResult? {
    guard let share = applied.share, share >= 0.8, let bytes = applied.bytes else { return nil }
    return CheckResult(
      LogOffRules.nearLimit, severity: share >= 0.95 ? .problem : .warning, subject: subject,
      evidence: [
        evidence(
          "\(byteText(applied.used)) of \(byteText(bytes)) (\(Int(share * 100)) %), "
            + "the limit by \(applied.source)")
      ],
      basis: applied.notes.first)
  }

  // MARK: - The registry size limit

  /// The limits that hold on this machine.
  var sizeLimit: RegistrySizeLimit {
    RegistrySizeLimit(
      machineHive(.system).map { RegistrySizeLimit.Settings(system: $0) }
        ?? RegistrySizeLimit.Settings(), release: release)
  }

  private mutating func checkSizeLimit() {
    guard let system = machineHive(.system) else { return }
    let limit = sizeLimit
    let settings = limit.settings
    let path = RegistryPath(settings.limitKey ?? "Control")
    let time = system.key(at: path)?.lastWritten
    func proof(_ fact: String) -> [CheckEvidence] {
      [evidence(in: "SYSTEM", path, value: "RegistrySizeLimit", time: time, fact)]
    }
    switch settings.limit {
    case .number(let number) where number != 0:
      let text = "\(byteText(Int(number))) (0x\(String(number, radix: 16, uppercase: true)))"
      if let rule = limitRule {
        results.append(
          CheckResult(
            LogOffRules.limitSet, severity: rule.severity, subject: machineSubject,
            evidence: proof(text), basis: rule.basis))
      }
      let most = settings.pagedPool.map { $0 / 5 * 4 }
      let isClamped = number < 4 << 20 || most.map { number != .max && Int(number) > $0 } ?? false
      if isClamped {
        let bytes = limit.appliedToMachine(bins: 0).bytes.map(byteText)
        results.append(
          CheckResult(
            LogOffRules.limitClamped, subject: machineSubject,
            evidence: proof(bytes.map { "\(text), for which Windows takes \($0)" } ?? text),
            basis: Claim(
              "Less than 4 MB is raised to that, more than about 80 % of the paged pool lowered.",
              source: Source.rslRules)))
      }
    case .ignored(let type, let size):
      results.append(
        CheckResult(
          LogOffRules.limitIgnored, subject: machineSubject,
          evidence: proof("\(type) of \(size == 1 ? "1 byte" : "\(size) bytes")"),
          basis: Claim("Any other type or length is ignored.", source: Source.rslType)))
    case .unreadable:
      results.append(
        CheckResult(
          LogOffRules.hiveDamaged, subject: machineSubject,
          evidence: proof("its data cannot be read")))
    default: break
    }
    if let result = nearLimit(
      limit.appliedToMachine(bins: binsSize), subject: machineSubject,
      { evidence(in: "SYSTEM", path, value: "RegistrySizeLimit", "all hives together: \($0)") })
    {
      results.append(result)
    }
  }

  /// How much a limit that is set matters for this Windows; nil where it is as it should be.
  private var limitRule: (severity: CheckRule.Severity, basis: Claim)? {
    guard let generation = release?.generation else {
      return (
        .warning,
        Claim(
          "Windows XP to Server 2008 R2 keep to a RegistrySizeLimit that is set; which Windows this "
            + "is does not stand in the hives at hand.", source: Source.rslLater)
      )
    }
    if generation <= .windows2000 { return nil }
    if generation <= .windows7 {
      return (
        .warning,
        Claim(
          "Windows XP to Server 2008 R2 keep to a RegistrySizeLimit that is set.",
          source: Source.rslLater)
      )
    }
    return (
      .information,
      Claim(
        "Whether Windows 8 and later keep to a RegistrySizeLimit is not documented.",
        source: Source.rslLater, .unconfirmed)
    )
  }

  // MARK: - Policies and UPHClean

  /// Whether DisableForceUnload is on; nil where there is no SOFTWARE hive.
  var forceUnloadIsDisabled: Bool? {
    guard let software = machineHive(.software) else { return nil }
    let number = software.key(at: Self.policyPath)?.number("DisableForceUnload")
    return (number ?? 0) != 0
  }

  private static let policyPath: RegistryPath = "Policies\\Microsoft\\Windows\\System"

  private mutating func checkForceUnload() {
    guard let software = machineHive(.software) else { return }
    let basis = Claim(
      "The policy keeps Windows from unloading users' registries by force.",
      source: "KB 2287297, UserProfiles.admx")
    if let key = software.key(at: Self.policyPath), forceUnloadIsDisabled == true {
      results.append(
        CheckResult(
          LogOffRules.forceUnloadDisabled, subject: machineSubject,
          evidence: [
            evidence(
              in: "SOFTWARE", Self.policyPath, value: "DisableForceUnload",
              time: key.lastWritten, "1, in the key since this time at the latest")
          ], basis: basis))
    }
    let mistaken: RegistryPath = "WOW6432Node\\Policies\\Microsoft\\Windows\\System"
    var places: [CheckEvidence] = []
    if let key = software.key(at: mistaken), key.value(named: "DisableForceUnload") != nil {
      places.append(
        evidence(
          in: "SOFTWARE", mistaken, value: "DisableForceUnload", time: key.lastWritten,
          "the view of 32-bit programs"))
    }
    for file in evidence.profiles.flatMap(\.hives) {
      guard let time = facts(of: file)?.misplacedPolicy else { continue }
      places.append(
        evidence(
          in: evidence.relativePath(file.path), HiveFacts.userPolicyPath,
          value: "DisableForceUnload", time: time,
          "a user's hive, but the policy is the machine's"))
    }
    guard !places.isEmpty else { return }
    results.append(
      CheckResult(
        LogOffRules.forceUnloadMisplaced, subject: machineSubject, evidence: places, basis: basis))
  }

  private mutating func checkUPHClean() {
    var places: [CheckEvidence] = []
    if let system = machineHive(.system), let set = ControlSet(of: system),
      let key = set.key.key(at: "Services\\UPHClean")
    {
      let path = RegistryPath(names: [set.key.name, "Services", "UPHClean"])
      let isReportOnly = key.key(at: "Parameters")?.number("REPORT_ONLY") == 1
      places.append(
        evidence(
          in: "SYSTEM", path, time: key.lastWritten,
          "the service" + (key.number("Start") == 4 ? ", disabled" : "")
            + (isReportOnly ? ", which only reports (REPORT_ONLY)" : "")))
    }
    for path in ["UPHClean", ".Default_Classes\\UPHClean"] as [RegistryPath] {
      if let key = machineHive(.default)?.key(at: path) {
        places.append(
          evidence(
            in: "DEFAULT", path, time: key.lastWritten,
            "where UPHClean 1.6f and later lead handles to"))
      }
    }
    guard !places.isEmpty else { return }
    results.append(
      CheckResult(
        LogOffRules.uphclean, subject: machineSubject, evidence: places,
        basis: Claim(
          "UPHClean frees the hive of a user whose profile is loaded though its RefCount is 0.",
          source: "UPHClean readme")))
  }

  // MARK: - Transaction files

  /// How many files of transactions a hive has at the most in order: a log and two containers, and
  /// as many again from before.
  private static let transactionFileLimit = 30

  /// Whether there are more files of transactions than a hive needs.
  func pilesUp(_ files: [EvidenceFile]) -> Bool {
    Self.transactionFiles(files).count > Self.transactionFileLimit
  }

  private static func transactionFiles(_ files: [EvidenceFile]) -> [EvidenceFile] {
    files.filter { file in
      [".blf", ".regtrans-ms"].contains { ending in
        RegistryString(String(file.path.suffix(ending.count))).matches(RegistryString(ending))
      }
    }
  }

  mutating func addTransactionFiles(_ files: [EvidenceFile], subject: String) {
    let found = Self.transactionFiles(files)
    guard let first = found.first else { return }
    let bytes = found.reduce(0) { $0 + $1.size }
    results.append(
      CheckResult(
        LogOffRules.transactionFiles, subject: subject,
        evidence: [
          evidence(first, "and \(found.count - 1) more, \(byteText(bytes)) in all")
        ],
        basis: Claim(
          "Thousands of pairs have been seen beside one hive.", source: "users' reports",
          .thirdParty)))
  }
}
