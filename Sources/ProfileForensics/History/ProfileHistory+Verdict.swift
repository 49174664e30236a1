// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents

/// What became of a profile, by its times, its hives and the events.
extension ProfileHistory {
  /// How far apart the events and the times of one log-off may be: five minutes.
  static let logOffSeconds: UInt64 = 300

  private static let timesBasis = Claim(
    "Since version 1809, and Server 2019, Windows keeps the times of loading and unloading.",
    source: "Microsoft, Scripts to retrieve profile age")
  private static let countBasis = Claim(
    "Windows counts RefCount up when it loads a profile, and down when it unloads it.",
    source: "UPHClean readme, remkoweijnen.nl", .thirdParty)
  private static let stateBasis = Claim(
    "A hive that is written to and not yet flushed, or was in use when the machine stopped, is "
      + "dirty. A clean one says nothing: hives of a running machine are clean between two writes, "
      + "and saved ones always.",
    source: "M. Suhanov, on the flush strategies of Windows", .thirdParty)

  /// Judges the profile.
  func judged(_ facts: MachineFacts) -> ProfileVerdict {
    if facts.capture.origin == .roamingStore {
      return ProfileVerdict(
        outcome: .unclear,
        reason: "a copy of a roaming profile, as its server keeps it, does not show whether the "
          + "profile was unloaded", basis: nil)
    }
    let end = ProfileEnd(entry, facts.timeline)
    let state = verdictByState(facts).adding(keeper).adding(end?.text)
    let remark = remark(state.outcome, facts)
    // Where events do not count, "no event" would be false.
    let reach = remark?.isOfThisLogOff == true || hasUncountedLeaks ? nil : reach(facts)
    let later = laterKey(facts)
    var outcome = remark?.outcome ?? state.outcome
    if outcome == .unloaded, later?.isListOlder == true { outcome = .unclear }
    let texts =
      [temporaryMark.map { "\($0): \(state.reason)" } ?? state.reason]
      + [unreadHives(facts), remark?.text, later?.text, ownUnload, listLacks(facts), reach]
      .compactMap(\.self)
    return ProfileVerdict(
      outcome: outcome, reason: texts.joined(separator: "; "), basis: state.basis)
  }

  /// Which profile a verdict is about, where the entry in force is that of a temporary one.
  private var temporaryMark: String? {
    guard let entry, entry.isTemporary || entry.hasTemporaryFolder, !backups.isEmpty else {
      return nil
    }
    return "of the temporary profile \(entry.imagePath ?? "without a path")"
  }

  /// What the entry that was set aside says of the user's own profile.
  private var ownUnload: String? {
    guard temporaryMark != nil, let time = backups.lazy.compactMap(\.unloadTime).first else {
      return nil
    }
    return
      "the user's own profile was unloaded \(time.sentenceText), by the entry that was set aside"
  }

  /// That the profile list is not the newest one; nil where it is.
  private func listLacks(_ facts: MachineFacts) -> String? {
    if entry != nil, let label = facts.listLabel {
      return "the profile list is that of \(label), because SOFTWARE itself was not found"
    }
    guard entry != nil, let software = facts.facts(of: facts.capture.machineHives[.software]),
      software.state.isDirty, !software.isRecoverable, !software.isWithoutBaseBlock
    else { return nil }
    return
      "the profile list lacks its newest changes, because SOFTWARE is dirty and its logs "
      + (software.isReadWithoutLogs ? "were left aside" : "were not found")
  }

  private func verdictByState(_ facts: MachineFacts) -> ProfileVerdict {
    let isDirty = isDirty(facts)
    if entry == nil, let unload = backups.first?.unloadTime {
      return ProfileVerdict(
        outcome: .unclear,
        reason: "its entry in the profile list was set aside; by that it was unloaded "
          + "\(unload.sentenceText)", basis: Self.timesBasis)
    }
    if let isLoaded = entry?.isLoaded, let load = entry?.loadTime {
      guard isLoaded else {
        let unload = entry?.unloadTime?.sentenceText ?? ""
        return verdictUnloaded("\(unload) by the profile list", isDirty, Self.timesBasis, facts)
      }
      let since =
        entry?.unloadTime == nil
        ? "and the list has no time of an unload" : "and not unloaded since"
      return ProfileVerdict(
        outcome: .loaded,
        reason: "loaded \(load.sentenceText) \(since), " + besideLoaded(isDirty, facts),
        basis: Self.timesBasis)
    }
    if let count = entry?.referenceCount {
      return count > 0
        ? ProfileVerdict(
          outcome: .loaded, reason: "its RefCount is \(count), " + besideLoaded(isDirty, facts),
          basis: Self.countBasis)
        : verdictUnloaded("its RefCount is 0", isDirty, Self.countBasis, facts)
    }
    return verdictByHives(isDirty, facts)
  }

  /// What the hives add to the list's word that the profile is loaded.
  private func besideLoaded(_ isDirty: Bool?, _ facts: MachineFacts) -> String {
    switch isDirty {
    case true?: "and \(hivesAre(facts)) dirty"
    case false?: "and \(hivesAre(facts)) clean, which a loaded profile's can be"
    case nil: "and \(absence(facts))"
    }
  }

  private func verdictUnloaded(
    _ text: String, _ isDirty: Bool?, _ basis: Claim, _ facts: MachineFacts
  ) -> ProfileVerdict {
    switch isDirty {
    case true?:
      ProfileVerdict(
        outcome: .unclear, reason: "\(text), but \(hivesAre(facts)) dirty",
        basis: Self.stateBasis)
    case false?:
      ProfileVerdict(
        outcome: .unloaded, reason: "\(text), and \(hivesAre(facts)) clean",
        basis: basis)
    case nil:
      ProfileVerdict(
        outcome: .unloaded, reason: "\(text); \(absence(facts))", basis: basis)
    }
  }

  private func verdictByHives(_ isDirty: Bool?, _ facts: MachineFacts) -> ProfileVerdict {
    let list =
      if facts.list == nil {
        "no profile list available"
      } else if entry == nil {
        backups.isEmpty
          ? notListed(facts) : "its entry in the profile list was set aside"
      } else if let load = entry?.loadTime {
        "the profile list has the time of the last load (\(load.sentenceText)) alone, and no RefCount"
      } else {
        "the profile list has no times and no RefCount"
      }
    switch isDirty {
    case true?:
      return ProfileVerdict(
        outcome: .loaded, reason: "\(hivesAre(facts)) dirty; \(list)", basis: Self.stateBasis)
    case false?:
      if let verdict = verdictBySessions(facts) { return verdict }
      return ProfileVerdict(
        outcome: .unclear,
        reason: "\(hivesAre(facts)) clean, which says nothing of an unload; \(list)",
        basis: Self.stateBasis)
    case nil:
      return ProfileVerdict(outcome: .unclear, reason: "\(absence(facts)), and \(list)", basis: nil)
    }
  }

  /// Why there is no entry of the profile.
  private func notListed(_ facts: MachineFacts) -> String {
    let isNobodys =
      identifier == nil && files.map { facts.location(of: $0) == nil } == true
    return isNobodys
      ? "whose profile it is, is not known" : "it is not in the profile list"
  }

  /// What keeps the profile loaded besides a log-on of the user; nil where nothing is known to.
  private var keeper: String? {
    let names = services.map(\.name).unique
    if !names.isEmpty { return "a service runs as the user (\(names))" }
    let poolNames = pools.map(\.name).unique
    return poolNames.isEmpty ? nil : "an application pool of IIS runs as the user (\(poolNames))"
  }
}

extension ProfileVerdict {
  /// The same with one more reason, where it says that the profile is loaded.
  fileprivate func adding(_ reason: String?) -> ProfileVerdict {
    guard let reason, outcome == .loaded else { return self }
    return ProfileVerdict(outcome: outcome, reason: "\(self.reason); \(reason)", basis: basis)
  }
}
