// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents

/// What is checked of each profile.
extension LogOffCheck {
  mutating func check(_ profile: inout CheckedProfile) {
    checkFolder(profile)
    checkIdentifier(profile)
    if let folder = profile.folder {
      for (file, kind) in [
        (folder.userHive ?? folder.mandatoryHive, HiveKind.ntuser), (folder.classesHive, .usrClass),
      ] {
        if let file {
          checkHive(file, kind: kind, subject: subject(of: profile), profile: profile)
          if pilesUp(file.companions) {
            addTransactionFiles(file.companions, subject: subject(of: profile))
          }
        }
      }
    }
    guard !isOwnOfWindows(profile) else { return }
    let events = events(of: profile)
    profile.verdict = verdict(on: profile, events: events)
    checkTimes(profile, events: events)
    checkState(profile)
    checkRoaming(profile)
    checkEvents(about: profile.subject, profile: profile, events: events)
    if let verdict = profile.verdict {
      results.append(
        CheckResult(
          LogOffRules.verdict, subject: subject(of: profile),
          evidence: [
            CheckEvidence(
              source: RegistryString(profile.place),
              time: profile.listed?.unloadTime ?? profile.listed?.loadTime,
              fact: verdict.description)
          ] + (profile.listed.map(proofs) ?? []), count: 1,
          conclusion: verdict.outcome.rawValue))
    }
  }

  /// Evidence in a profile's entry of the list.
  private func proof(
    _ listed: ListedProfile, value: RegistryString? = nil, time: FileTime? = nil, _ fact: String
  ) -> CheckEvidence {
    evidence(
      in: "SOFTWARE", listPath(of: listed), value: value, time: time ?? listed.key.lastWritten, fact
    )
  }

  /// What a profile's entry says, value by value.
  private func proofs(_ listed: ListedProfile) -> [CheckEvidence] {
    var proofs: [CheckEvidence] = []
    if let path = listed.imagePath {
      proofs.append(proof(listed, value: "ProfileImagePath", path))
    }
    if let state = listed.state {
      let names = state.names.isEmpty ? "" : ": \(state.names.joined(separator: ", "))"
      proofs.append(
        proof(listed, value: "State", "0x\(String(state.rawValue, radix: 16))\(names)"))
    }
    if let count = listed.referenceCount {
      proofs.append(proof(listed, value: "RefCount", "\(count)"))
    }
    if let path = listed.centralProfile {
      proofs.append(proof(listed, value: "CentralProfile", path))
    }
    if let time = listed.loadTime { proofs.append(proof(listed, time: time, "loaded")) }
    if let time = listed.unloadTime { proofs.append(proof(listed, time: time, "unloaded")) }
    return proofs
  }

  // MARK: - The list and the folders

  private mutating func checkFolder(_ profile: CheckedProfile) {
    guard evidence.layout == .volume else { return }
    if let listed = profile.listed, !listed.isBackup, profile.folder == nil, !listed.isOfService {
      guard let path = listed.imagePath else {
        results.append(
          CheckResult(
            LogOffRules.folderMissing, subject: subject(of: profile),
            evidence: [proof(listed, value: "ProfileImagePath", "is missing or no text")]))
        return
      }
      let isElsewhere = list?.folderNames(of: path) == nil
      results.append(
        CheckResult(
          LogOffRules.folderMissing, severity: isElsewhere ? .information : nil,
          subject: subject(of: profile),
          evidence: [
            proof(
              listed, value: "ProfileImagePath",
              isElsewhere ? "\(path), which is on another volume" : path)
          ]))
    }
    if profile.listed == nil, list != nil, let folder = profile.folder, !isOwnOfWindows(profile),
      folder.userHive != nil || folder.mandatoryHive != nil
    {
      results.append(
        CheckResult(
          LogOffRules.folderUnlisted, subject: subject(of: profile),
          evidence: folder.hives.map { evidence($0, "no entry of the list names this folder") }))
    }
  }

  private mutating func checkIdentifier(_ profile: CheckedProfile) {
    guard let listed = profile.listed else { return }
    var conflicts: [CheckEvidence] = []
    if let stored = listed.storedIdentifier, stored != listed.identifier {
      conflicts.append(proof(listed, value: "Sid", "is \(stored)"))
    }
    if let folder = profile.folder, let classes = folder.classesHive,
      let found = identifier(of: folder), found != listed.identifier
    {
      conflicts.append(evidence(classes, "its root key is named after \(found)"))
    }
    guard !conflicts.isEmpty else { return }
    results.append(
      CheckResult(
        LogOffRules.identifierMismatch, subject: subject(of: profile), evidence: conflicts,
        count: 1,
        basis: Claim(
          "The root key of UsrClass.dat is named after its user, and the value Sid agrees with the "
            + "entry's name.", source: "Windows Registry knowledge base of J. Metz", .thirdParty)))
  }

  /// Tells of entries that were set aside, each with the entry that took its place.
  mutating func checkBackups() {
    var twins: [SecurityIdentifier: ListedProfile] = [:]
    for listed in list?.profiles ?? [] where !listed.isBackup {
      if let identifier = listed.identifier { twins[identifier] = listed }
    }
    for listed in list?.profiles ?? [] where listed.isBackup {
      let twin = listed.identifier.flatMap { twins[$0] }
      var found = [proof(listed, value: "ProfileImagePath", listed.imagePath ?? "is missing")]
      if let other = twin {
        found.append(
          proof(
            other, value: "ProfileImagePath",
            "the entry that took its place: \(other.imagePath ?? "no path")"))
      }
      results.append(
        CheckResult(
          LogOffRules.backupKey, severity: twin == nil ? .warning : .problem,
          subject: subjectPrefix + (listed.identifier?.description ?? "\(listed.key.name)"),
          evidence: found, count: 1,
          basis: Claim(
            "Windows renames the entry, marks it with 0x8000 in State, and loads a temporary "
              + "profile.", source: "KB 947215")))
    }
  }

  private mutating func checkState(_ profile: CheckedProfile) {
    guard let listed = profile.listed, !listed.isBackup else { return }
    var found: [CheckEvidence] = []
    if let state = listed.state, state.contains(.temporary) {
      found.append(
        proof(
          listed, value: "State",
          "0x\(String(state.rawValue, radix: 16)): \(state.names.joined(separator: ", "))"))
    }
    if let path = listed.imagePath, let name = path.split(separator: "\\").last,
      RegistryString(String(name.prefix(4))).matches("TEMP"),
      name.count == 4 || name.dropFirst(4).first == "."
    {
      found.append(proof(listed, value: "ProfileImagePath", path))
    }
    guard !found.isEmpty else { return }
    results.append(
      CheckResult(
        LogOffRules.temporary,
        severity: listed.state?.contains(.temporary) == true ? nil : .information,
        subject: subject(of: profile), evidence: found, count: 1,
        basis: Claim(
          "0x800 in State stands for a temporary profile, whose folder is named TEMP.",
          source: "windowsitpro.com 94677", .thirdParty)))
  }

  private mutating func checkRoaming(_ profile: CheckedProfile) {
    guard let listed = profile.listed, let path = listed.centralProfile,
      let software = machineHive(.software)
    else { return }
    let deletes = software.key(at: "Policies\\Microsoft\\Windows\\System")?
      .number("DeleteRoamingCache")
    guard (deletes ?? 0) == 0 else { return }
    results.append(
      CheckResult(
        LogOffRules.roamingCache, subject: subject(of: profile),
        evidence: [proof(listed, value: "CentralProfile", path)],
        basis: Claim(
          "A roaming profile is copied to its server when its hive is unloaded.",
          source: "KB 837115")))
  }

  // MARK: - Loaded or not

  private mutating func checkTimes(_ profile: CheckedProfile, events: [ProfileEvent]) {
    guard let listed = profile.listed, !listed.isBackup else { return }
    let attempt = lastLogOff(events)
    let failed = attempt.map { event in listed.loadTime.map { event.record.time > $0 } ?? false }
    let (severity, advice) = judgeLoaded(logOffFailed: failed ?? false)
    if listed.isLoaded == true, let load = listed.loadTime, let unload = listed.unloadTime {
      var found = [
        proof(listed, value: "LocalProfileLoadTimeHigh", time: load, "loaded"),
        proof(listed, value: "LocalProfileUnloadTimeHigh", time: unload, "unloaded before that"),
      ]
      if failed == true, let attempt {
        found.append(evidence(attempt, fact(of: attempt)))
      }
      results.append(
        CheckResult(
          LogOffRules.loadedAtCapture, severity: severity, subject: subject(of: profile),
          evidence: found, count: 1, advice: advice,
          basis: Claim(
            "Windows 10 version 1809, Server 2019 and later keep both times; of a profile that is "
              + "loaded, the first is the later one.",
            source: "Microsoft, Scripts to retrieve profile age")))
    }
    if let count = listed.referenceCount, count > 0 {
      results.append(
        CheckResult(
          LogOffRules.referenceCount, severity: severity, subject: subject(of: profile),
          evidence: [proof(listed, value: "RefCount", "\(count)")], advice: advice,
          basis: Claim(
            "Windows counts up when it loads a profile, and down when it unloads it.",
            source: "UPHClean readme, remkoweijnen.nl", .thirdParty)))
    }
  }

  /// How much it matters that a profile is loaded, by how the machine was stopped.
  private func judgeLoaded(logOffFailed: Bool) -> (CheckRule.Severity, String?) {
    if logOffFailed {
      return (
        .problem,
        "An event tells of a log-off after the profile was loaded, and there was no unload since. "
          + "'hive events --handles' lists the programs that the event logs name."
      )
    }
    return switch machineState {
    case .running:
      (
        .information,
        "The machine was running when its files were copied, or crashed: then users who are logged "
          + "on have their profiles loaded. It matters only if the user was logged off."
      )
    case .shutDown:
      (
        .problem,
        "The machine was shut down in order, which logs all users off: something kept the profile "
          + "loaded until the end. 'hive events --handles' lists programs that the event logs name."
      )
    case .unknown:
      (
        .information,
        "Whether the machine was running when its files were copied is not known: for that its "
          + "SOFTWARE and SYSTEM hives are needed. It matters only if the user was logged off."
      )
    }
  }
}
