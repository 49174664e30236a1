// SPDX-License-Identifier: MIT

import RegistryHive

/// The state of hives: whether they can be read, are whole, and have their logs.
extension ProfileRules {
  static let hives: [ProfileRule] =
    [damagedMachineHive, damagedProfileHive]
    + [true, false].flatMap { [dirty(ofMachine: $0), logsMissing(ofMachine: $0)] }
    + [machineTransactionFiles, profileTransactionFiles]

  private static let damaged = CheckRule(
    id: "hive-damaged", severity: .problem, title: "A hive is damaged, or cannot be read",
    advice: "A profile whose hive is damaged is not loaded.", followUps: [.damage])

  private static let damagedMachineHive = ProfileRule(
    machine: damaged, source: "the regf format"
  ) { context in
    context.facts.machineFiles.compactMap {
      damage(of: $0, subject: context.facts.subject, context.facts)
    } + unreadableLimit(context)
  }

  private static let damagedProfileHive = ProfileRule(
    everyProfile: damaged, source: "the regf format"
  ) { history, context in
    history.allFiles.compactMap { damage(of: $0, subject: history.subject, context.facts) }
  }

  private static func damage(
    of file: EvidenceFile, subject: String, _ facts: MachineFacts
  ) -> RuleMatch? {
    // A hive given alone is checked by itself.
    guard facts.capture.layout != .hive else { return nil }
    guard let hive = facts.facts(of: file) else {
      let failure = facts.failures.first { $0.path == file.path }
      // What could not be looked at is not damaged: it is reported as evidence that is unreadable.
      guard failure?.code != .permissionDenied else { return nil }
      return RuleMatch(
        subject, [facts.evidence(file, failure?.reason ?? "cannot be read")],
        advice: facts.machineFiles.contains(file)
          ? "What Windows keeps in \(facts.capture.relativePath(file.path)) is not known. Collect "
            + "the file again." : nil)
    }
    var damage = hive.damage
    if hive.isWithoutBaseBlock, !hive.state.isRecovered {
      damage.insert("the base block, with which a hive begins, is lost", at: 0)
    }
    guard !damage.isEmpty else { return nil }
    let isMachine = facts.machineFiles.contains(file)
    return RuleMatch(
      subject, damage.map { facts.evidence(file, $0) },
      advice: isMachine
        ? "What Windows keeps in \(facts.capture.relativePath(file.path)) is known in part only."
        : nil,
      followUps: [.damage])
  }

  // MARK: - Dirty hives

  private static let flushing = Claim(
    "Since Windows 8.1 changes may stay in the logs alone for up to an hour, so that hives that "
      + "are copied while Windows runs are nearly always dirty.",
    source: "the regf format as M. Suhanov describes it", .thirdParty)

  private static func dirty(ofMachine: Bool) -> ProfileRule {
    let rule = CheckRule(
      id: "hive-dirty", severity: .information,
      title: "A hive is dirty: its last changes are only in its transaction logs",
      advice: "Nothing is lost: the logs are replayed for reading.", followUps: [.recovery])
    return byHive(rule, ofMachine) { file, hive, history, facts in
      guard hive.state.isDirty, hive.isRecoverable || hive.isReadWithoutLogs else { return nil }
      let subject = history?.subject ?? facts.subject
      let evidence = [facts.evidence(file, hive.state.description)]
      let (severity, basis) = judge(history, facts)
      if let loss = lossInReplay(hive) {
        return RuleMatch(
          subject, severity: .warning, evidence, advice: loss,
          followUps: hive.isReadWithoutLogs ? [] : [.transactionLogs], basis: basis)
      }
      return RuleMatch(subject, severity: severity, evidence, basis: basis)
    }
  }

  /// What is missing although there are logs: they were left aside, or are sound in part only; nil
  /// where nothing is.
  private static func lossInReplay(_ hive: HiveFacts) -> String? {
    if hive.isReadWithoutLogs {
      return "The newest changes may be missing, or only half there: the logs were left aside. "
        + "Check again with them."
    }
    return hive.state.isComplete
      ? nil
      : "Not all that the logs hold could be replayed: the newest changes may be missing."
  }

  private static func logsMissing(ofMachine: Bool) -> ProfileRule {
    let rule = CheckRule(
      id: "hive-logs-missing", severity: .warning,
      title: "A hive is dirty, and its transaction logs are missing or do not fit",
      advice:
        "The newest changes are not in this file. Collect the .LOG1 and .LOG2 files (or .LOG) "
        + "beside the hive too.")
    return byHive(rule, ofMachine) { file, hive, history, facts in
      // Where the base block is lost, whether the hive was dirty is not known: that is damage.
      guard hive.state.isDirty, !hive.isRecoverable, !hive.isReadWithoutLogs,
        !hive.isWithoutBaseBlock
      else { return nil }
      return RuleMatch(
        history?.subject ?? facts.subject, [facts.evidence(file, hive.state.description)],
        advice: loss(hive.state, facts.release),
        followUps: hive.state.hasNoLogs ? [] : [.transactionLogs],
        basis: Claim(
          "Two numbers in the hive's header differ, or its checksum is wrong: the last write is in "
            + "the logs alone, or was not finished.",
          source: "the regf format as M. Suhanov describes it", .thirdParty))
    }
  }

  /// What is lost without the logs, and what to do about it.
  private static func loss(_ state: HiveState, _ release: WindowsRelease?) -> String {
    let lost =
      switch release?.generation {
      case .windows8?:
        "The newest changes are not in this file: since Windows 8.1, up to an hour of them can be "
          + "in the logs only."
      case nil:
        "The newest changes are not in this file: before Windows 8.1 those of one write, later up "
          + "to an hour of them."
      default:
        "The changes of the last write are not in this file, or only in part."
      }
    return state.hasNoLogs
      ? "\(lost) All else was read. Hives that are copied from a running machine are often dirty: "
        + "collect the .LOG1 and .LOG2 files (or .LOG) beside them too."
      : "\(lost) All else was read. The logs that are there do not fit: they may be from another "
        + "time than the hive."
  }

  /// A rule about each hive of the machine, or of each profile.
  private static func byHive(
    _ rule: CheckRule, _ ofMachine: Bool,
    _ match:
      @escaping @Sendable (EvidenceFile, HiveFacts, ProfileHistory?, MachineFacts) -> RuleMatch?
  ) -> ProfileRule {
    let source = "the regf format as M. Suhanov describes it"
    @Sendable func matches(
      _ files: [EvidenceFile], _ history: ProfileHistory?, _ facts: MachineFacts
    ) -> [RuleMatch] {
      guard facts.capture.layout != .hive else { return [] }
      return files.compactMap { file in
        facts.facts(of: file).flatMap { match(file, $0, history, facts) }
      }
    }
    return ofMachine
      ? ProfileRule(machine: rule, source: source) {
        matches($0.facts.machineFiles, nil, $0.facts)
      }
      : ProfileRule(everyProfile: rule, source: source) {
        matches($0.allFiles, $0, $1.facts)
      }
  }

  /// How much it matters that a hive is dirty, by what else is known.
  private static func judge(
    _ history: ProfileHistory?, _ facts: MachineFacts
  ) -> (CheckRule.Severity, Claim) {
    guard let entry = history?.entry else { return (.information, flushing) }
    if entry.isLoaded == false, let unload = entry.unloadTime,
      let stop = facts.timeline.shutdown(after: unload)
    {
      return (
        .warning,
        Claim(
          "The machine was shut down (\(stop.time?.sentenceText ?? "")) after the profile list has "
            + "the profile as unloaded, but the hive was not left whole: a hive that is unloaded in "
            + "order is clean.", source: flushing.source, .thirdParty)
      )
    }
    if let load = entry.loadTime, entry.isLoaded == true,
      let stop = facts.timeline.shutdown(after: load)
    {
      return (
        .warning,
        Claim(
          "The machine was shut down in order (\(stop.time?.sentenceText ?? "")); this hive was "
            + "still in use then.", source: flushing.source, .thirdParty)
      )
    }
    return (.information, flushing)
  }

  // MARK: - Transaction files

  /// How many files of transactions a hive has at the most in order: a log and two containers, and
  /// as many again from before.
  private static let transactionFileLimit = 30

  private static let transactionFiles = CheckRule(
    id: "transaction-files-piled-up", severity: .warning,
    title: "Transaction files have piled up beside a hive",
    advice: "Windows makes new ones when it does not find the old ones in order. They take space "
      + "and do not count against the registry's limits.")

  private static let machineTransactionFiles = ProfileRule(
    machine: transactionFiles, source: "users' reports"
  ) { context in
    piledUp(context.facts.capture.transactionFiles, context.facts.subject, context.facts)
  }

  private static let profileTransactionFiles = ProfileRule(
    everyProfile: transactionFiles, source: "users' reports"
  ) { history, context in
    history.allFiles.flatMap { piledUp($0.companions, history.subject, context.facts) }
  }

  private static func piledUp(
    _ files: [EvidenceFile], _ subject: String, _ facts: MachineFacts
  ) -> [RuleMatch] {
    let found = files.filter { file in
      [".blf", ".regtrans-ms"].contains { ending in
        RegistryString(String(file.path.suffix(ending.count))).matches(RegistryString(ending))
      }
    }
    guard found.count > transactionFileLimit, let first = found.first else { return [] }
    let bytes = found.reduce(0) { $0 + $1.size }
    return [
      RuleMatch(
        subject,
        [facts.evidence(first, "and \(found.count - 1) more, \(byteText(bytes)) in all")],
        basis: Claim(
          "Thousands of pairs have been seen beside one hive.", source: "users' reports",
          .thirdParty))
    ]
  }
}

extension HiveState {
  /// Whether logs supply what the file lacks.
  fileprivate var isRecovered: Bool { conclusion == .recoverable }
}

extension HiveFacts {
  /// Whether the block that a hive begins with is lost.
  var isWithoutBaseBlock: Bool {
    state.dirtyReasons.contains { $0.id == "no-base-block" }
  }

  /// Whether nothing says if the hive was dirty: the block that would is lost, and no log supplies it.
  var hasUnknownState: Bool { isWithoutBaseBlock && !state.isRecovered }

  /// Whether transaction logs supply what the file lacks.
  var isRecoverable: Bool { state.conclusion == .recoverable }

  /// Whether the transaction logs were left aside, as the caller asked.
  var isReadWithoutLogs: Bool { state.conclusion == .logsIgnored }
}

extension MachineFacts {
  /// The hives of the machine, in a fixed order.
  var machineFiles: [EvidenceFile] {
    Capture.machineKinds.compactMap { capture.machineHives[$0] }
  }
}

extension ProfileHistory {
  /// The hives of the profile, and of the one that was set aside.
  var allFiles: [EvidenceFile] { (files?.hives ?? []) + (backupFiles?.hives ?? []) }
}

extension HiveState {
  /// Whether the hive cannot be recovered because no logs are there.
  fileprivate var hasNoLogs: Bool { obstacle?.id == "no-logs" }
}
