// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents

/// What became of a profile, by its times, its hives and the events.
extension ProfileHistory {
  /// How far apart the events and the times of one log-off may be: five minutes.
  static let logOffSeconds: UInt64 = 300

  private static let timesBasis = Claim(
    "Windows of version 1809 and later, and Server 2019, keep the times of loading and unloading.",
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
    let state = verdictByState(facts).adding(keeper).adding(end(facts))
    let remark = remark(state.outcome, facts)
    let reach = remark?.isOfThisLogOff == true ? nil : reach(facts)
    let texts =
      [temporaryMark.map { "\($0): \(state.reason)" } ?? state.reason]
      + [unreadHives(facts), remark?.text, ownUnload, listLacks(facts), reach].compactMap(\.self)
    return ProfileVerdict(
      outcome: remark?.outcome ?? state.outcome, reason: texts.joined(separator: "; "),
      basis: state.basis)
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
      return "the profile list is that of \(label), because SOFTWARE itself is not at hand"
    }
    guard entry != nil, let software = facts.facts(of: facts.capture.machineHives[.software]),
      software.state.isDirty, !software.isRecoverable, !software.isWithoutBaseBlock
    else { return nil }
    return
      "the profile list lacks its newest changes, because SOFTWARE is dirty and its logs are not "
      + "at hand"
  }

  /// How Windows stopped after the profile was loaded, and that it was started again; nil where that
  /// is not known to have happened.
  private func end(_ facts: MachineFacts) -> String? {
    guard let entry else { return nil }
    let isCounted = entry.isLoaded != true && entry.referenceCount.map { $0 > 0 } == true
    let written = entry.key.lastWritten
    guard let load = entry.isLoaded == true || isCounted ? entry.loadTime ?? written : nil,
      load.rawValue != 0
    else { return nil }
    let rest =
      isCounted
      ? "and the entry was not written since: the count may be left from before that"
      : "and the profile was not loaded again"
    let stop = facts.timeline.shutdown(after: load)
    let crash = facts.timeline.crash(after: load)
    var start = facts.timeline.start(after: load)
    // A crash is recorded by the start that found it.
    if let found = crash?.time, let began = start?.time, found >= began,
      found.isWithin(Self.logOffSeconds, of: began)
    {
      start = nil
    }
    guard let first = [stop, crash, start].compactMap(\.self).dated.first, let time = first.time
    else { return nil }
    guard first.kind != .started else {
      return
        "Windows was started again \(time.sentenceText), \(rest); "
        + "how it stopped before is not recorded"
    }
    guard first.kind != .shutdownRequested else {
      return "a shutdown was asked for \(time.sentenceText), \(rest)"
    }
    guard first.kind != .crashed else {
      return "Windows stopped after that without a shutdown, as it found at its start "
        + "\(time.sentenceText), \(rest)"
    }
    let isStartedAgain = facts.timeline.moments.contains { moment in
      moment.kind == .started && moment.time.map { $0 > time } ?? false
    }
    return "it was loaded when Windows was shut down \(time.sentenceText)"
      + (isStartedAgain ? ", and was not loaded again after the next start" : "")
  }

  /// Whether any hive of the profile is dirty; nil where none is at hand.
  func isDirty(_ facts: MachineFacts) -> Bool? {
    let hives = (files?.hives ?? []).compactMap { facts.facts(of: $0) }
    return hives.isEmpty ? nil : hives.contains { $0.state.isDirty }
  }

  /// That hives of the profile cannot be read, so that nothing is known of their state, or are
  /// damaged; nil where all are whole.
  private func unreadHives(_ facts: MachineFacts) -> String? {
    var unread: [String] = []
    var damaged: [String] = []
    for file in files?.hives ?? [] {
      let name = file.path.split(separator: "/").last.map(String.init) ?? file.path
      guard let hive = facts.facts(of: file) else {
        unread.append(name)
        continue
      }
      if !hive.damage.isEmpty { damaged.append(name) }
    }
    let texts = [
      unread.isEmpty || readHives(facts).isEmpty
        ? nil : "\(unread.unique) cannot be read: whether it was clean is not known",
      damaged.isEmpty ? nil : "\(damaged.unique) is damaged",
    ]
    let text = texts.compactMap(\.self).joined(separator: "; ")
    return text.isEmpty ? nil : text
  }

  /// The hives of the profile that could be read.
  private func readHives(_ facts: MachineFacts) -> [EvidenceFile] {
    (files?.hives ?? []).filter { facts.facts(of: $0) != nil }
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

  /// The hives that are at hand, for a sentence that goes on with their state.
  private func hivesAre(_ facts: MachineFacts) -> String {
    guard let files else { return "its hives are" }
    if files.hives.count == 1 {
      return files.classesHive == nil
        ? "its hives are" : "its UsrClass.dat, the only hive at hand, is"
    }
    let read = readHives(facts)
    guard read.count == 1, read.count < files.hives.count else { return "its hives are" }
    return "its \(read[0] == files.classesHive ? "UsrClass.dat" : "own hive") is"
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
          ? "it is not in the profile list" : "its entry in the profile list was set aside"
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

  /// What events of log-ons and log-offs say, where nothing better is at hand.
  private func verdictBySessions(_ facts: MachineFacts) -> ProfileVerdict? {
    let basis = Claim(
      "The operational log of the User Profile Service has an event when a log-off was processed; "
        + "it does not say whether that worked.",
      source: "manifest of Microsoft-Windows-User Profiles Service")
    // The last step of each session decides; a log-off ends one.
    var sessions: [Int?: ProfileEvent] = [:]
    for event in events {
      switch event.kind {
      case .logOnBegan, .logOnEnded, .logOffBegan, .logOffEnded: sessions[event.session] = event
      default: break
      }
    }
    let last = sessions.values.sorted(by: EventIndex.isBefore)
    guard let newest = last.last else { return nil }
    func verdict(_ reason: String) -> ProfileVerdict {
      ProfileVerdict(outcome: .unclear, reason: reason, basis: basis)
    }
    if let open = last.last(where: { $0.kind == .logOnBegan || $0.kind == .logOnEnded }) {
      let mark = sessions.count > 1 ? open.session.map { " of session \($0)" } ?? "" : ""
      return verdict(
        "the log-on\(mark) of \(open.record.time.sentenceText) has no log-off since")
    }
    if let hanging = last.last(where: { $0.kind == .logOffBegan }) {
      return verdict(
        "a log-off began \(hanging.record.time.sentenceText), and its end is not recorded")
    }
    return ProfileVerdict(
      outcome: .unclear,
      reason:
        "the last log-off was processed \(newest.record.time.sentenceText), which does not say "
        + "that the unload worked, and \(hivesAre(facts)) clean",
      basis: basis)
  }

  /// What keeps the profile loaded besides a log-on of the user; nil where nothing is known to.
  private var keeper: String? {
    let names = services.map(\.name).unique
    if !names.isEmpty { return "a service runs as the user (\(names))" }
    let poolNames = pools.map(\.name).unique
    return poolNames.isEmpty ? nil : "an application pool of IIS runs as the user (\(poolNames))"
  }

  /// Why no hives are at hand.
  private func absence(_ facts: MachineFacts) -> String {
    switch presence {
    case .found where files?.hives.isEmpty == false: "its hives cannot be read"
    case .found, .unknown: "its hives are not at hand"
    case .shared(let owner?): "the folder is that of \(owner)"
    case .shared(nil): "another entry has the same folder"
    case .otherDrive: "its hives are on another drive, which is not at hand"
    case .notEntered(let reason): "its folder was not looked into (it \(reason))"
    case .container(let product): "its hives are kept in a container (\(product.rawValue))"
    case .temporary: "the folder of the temporary profile is gone"
    case .withoutHive: "its folder has no hive in it"
    case .missing: "its folder is not on the volume"
    case .notCollected: "its folder is not among the files"
    case .moved: "its folder is not where the list says"
    }
  }

  // MARK: - Events

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
    events.filter { $0.kind.tellsOfHiveInUse || $0.meaning.topic == .cleanup }
      .filter { $0.kind != .folderNotDeleted }
  }

  /// The newest event of a log-off at which a hive was in use, which decides on what became of it.
  private var newestLeak: ProfileEvent? { leaks.last }

  /// Whether an event shows that the registry was unloaded after all.
  func isSettled(after time: FileTime) -> ProfileEvent? {
    events.first { $0.kind == .unloadedLater && $0.record.time >= time }
  }

  /// What the last event about an unload adds to a verdict, and whether it contradicts it.
  private func remark(
    _ outcome: ProfileVerdict.Outcome, _ facts: MachineFacts
  ) -> (outcome: ProfileVerdict.Outcome, text: String, isOfThisLogOff: Bool)? {
    guard let last = lastLeak, let newest = newestLeak else { return nil }
    let time = last.record.time
    let what = "event \(last.record.event) of \(time.sentenceText)"
    let by = Self.programs(in: last)
    if outcome == .loaded {
      guard let load = entry?.loadTime, entry?.unloadTime != nil else {
        return (.loaded, "\(what) agrees: \(by) kept it open", true)
      }
      return time >= load
        ? (.loaded, "\(what) agrees: \(by) kept it open at a log-off since", true)
        : (.loaded, "\(what) is about an earlier log-off", false)
    }
    if let settled = isSettled(after: newest.record.time) {
      return (
        outcome,
        "\(what) says that \(by) kept it open; event \(settled.record.event) of "
          + "\(settled.record.time.sentenceText), that it was unloaded later", true
      )
    }
    guard let unload = entry?.unloadTime else {
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

  /// What shows that a registry which could not be unloaded was gone later; nil where nothing does.
  private func laterEnd(after time: FileTime, _ facts: MachineFacts) -> String? {
    if let freed = events.first(where: { $0.kind == .handlesReleased && $0.record.time >= time }) {
      return
        "event \(freed.record.event) of \(freed.record.time.sentenceText), that UPHClean freed it"
    }
    if let load = entry?.loadTime, load > time {
      return "it was loaded again \(load.sentenceText)"
    }
    let start = facts.timeline.moments.first { moment in
      moment.kind == .started && moment.time.map { $0 > time } ?? false
    }
    return start?.time.map { "Windows was started anew \($0.sentenceText)" }
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

extension ProfileVerdict {
  /// The same with one more reason, where it says that the profile is loaded.
  fileprivate func adding(_ reason: String?) -> ProfileVerdict {
    guard let reason, outcome == .loaded else { return self }
    return ProfileVerdict(outcome: outcome, reason: "\(self.reason); \(reason)", basis: basis)
  }
}
