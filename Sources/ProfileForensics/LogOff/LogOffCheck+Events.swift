// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents

/// What events say about profiles, and how that goes with the rest.
extension LogOffCheck {
  /// The events about the user of a profile, oldest first.
  func events(of profile: CheckedProfile) -> [ProfileEvent] {
    let byIdentifier = profile.identifier.map { events[$0] } ?? []
    let name = profile.listed?.imagePath?.split(separator: "\\").last.map(String.init)
    let byName = name.map { events.named[folder: $0] } ?? []
    guard !byName.isEmpty else { return byIdentifier }
    return (byIdentifier + byName).sorted { $0.record.time < $1.record.time }
  }

  /// Tells of open handles of users that no profile at hand belongs to.
  mutating func checkOtherEvents() {
    let known = Set(profiles.compactMap(\.identifier))
    for user in events.users where !known.contains(user) {
      checkEvents(about: user.description, events: events[user])
    }
  }

  /// Tells what went wrong by the events about a user.
  ///
  /// - Parameters:
  ///   - subject: The user.
  ///   - profile: The user's profile; nil where there is none.
  ///   - events: All events about the user.
  mutating func checkEvents(
    about subject: String, profile: CheckedProfile? = nil, events: [ProfileEvent]
  ) {
    let subject = subjectPrefix + subject
    let leaks = events.filter { $0.leaks != nil || Self.unloadEvents.contains($0.record.event) }
      .filter { $0.meaning.topic == .unload || $0.meaning.topic == .cleanup }
    if !leaks.isEmpty {
      let table = HandleTable(leaks)
      let programs = table.rows.map {
        $0.image.split(separator: "\\").last.map(String.init) ?? $0.image
      }
      results.append(
        CheckResult(
          LogOffRules.handlesLeaked, severity: isPast(leaks, profile) ? .information : nil,
          subject: subject,
          evidence: leaks.suffix(50).map { evidence($0, fact(of: $0)) }, count: leaks.count,
          advice: programs.isEmpty
            ? "The events do not name the programs. Before Windows Vista, UPHClean does; later, "
              + "event 1530."
            : "Look at \(programs.unique): update them, or let them run as another user. What they "
              + "write after the log-off is lost, or keeps the profile from being copied to its "
              + "server.",
          basis: Claim(
            "Microsoft calls the Application log the surest way to see why a profile was not "
              + "unloaded, and says of 1530 elsewhere that it can be ignored.",
            source: "KB 837115, KB 2287297; Troubleshoot user profiles with events", .disputed)))
    }
    let failures = events.filter { $0.meaning.topic == .load && $0.record.event != 1534 }
    if !failures.isEmpty {
      results.append(
        CheckResult(
          LogOffRules.loadFailed, subject: subject,
          evidence: failures.suffix(50).map { event in
            let texts = event.record.strings.map { String($0.trimmed) }.filter { !$0.isEmpty }
            return evidence(
              event,
              "event \(event.record.event): \(event.meaning.meaning)"
                + (texts.isEmpty ? "" : " [\(texts.joined(separator: "; "))]"))
          }, count: failures.count, basis: failures.last?.meaning.statement))
    }
  }

  /// Whether events about open handles are of log-offs long past, that did no harm to be seen.
  private func isPast(_ leaks: [ProfileEvent], _ profile: CheckedProfile?) -> Bool {
    guard let profile, profile.verdict?.outcome == .unloaded,
      profile.listed?.centralProfile == nil, let unload = profile.listed?.unloadTime
    else { return false }
    return leaks.allSatisfy { $0.record.time.rawValue + Self.logOffTicks < unload.rawValue }
  }

  /// Events that tell of a log-off at which a hive was in use, without naming programs.
  private static let unloadEvents: Set<Int> = [1000, 1512, 1517, 1524, 1545, 1552, 1111]

  func fact(of event: ProfileEvent) -> String {
    guard let leaks = event.leaks, !leaks.handles.isEmpty else {
      return "event \(event.record.event): \(event.meaning.meaning)"
    }
    let byImage = Dictionary(grouping: leaks.handles.enumerated()) { $0.element.imageName }
    let programs = byImage.sorted { $0.value[0].offset < $1.value[0].offset }
      .map { "\($0.key) had open \($0.value.map(\.element.keyOfUser).unique)" }
    return "event \(event.record.event): \(programs.joined(separator: "; "))"
  }

  // MARK: - Verdict

  /// What became of a profile, by its times, its hives and the events.
  func verdict(on profile: CheckedProfile, events: [ProfileEvent]) -> ProfileVerdict {
    let hives = profile.folder?.hives.compactMap { facts(of: $0) } ?? []
    let isDirty = hives.contains { $0.state.isDirty }
    let state = verdictByState(profile.listed, isDirty: hives.isEmpty ? nil : isDirty)
    guard let remark = remark(on: profile, state.outcome, events: events) else { return state }
    return ProfileVerdict(outcome: remark.outcome, reason: "\(state.reason); \(remark.text)")
  }

  private func verdictByState(_ listed: ListedProfile?, isDirty: Bool?) -> ProfileVerdict {
    func verdict(_ outcome: ProfileVerdict.Outcome, _ reason: String) -> ProfileVerdict {
      ProfileVerdict(outcome: outcome, reason: reason)
    }
    let hive =
      switch isDirty {
      case true?: "its hives are dirty"
      case false?: "its hives are clean"
      case nil: "its hives are not at hand"
      }
    if let isLoaded = listed?.isLoaded, let load = listed?.loadTime,
      let unload = listed?.unloadTime
    {
      let times =
        isLoaded
        ? "loaded \(load.sentenceText) and not unloaded since" : "unloaded \(unload.sentenceText)"
      switch (isLoaded, isDirty) {
      case (true, false?) where machineState == .running:
        return verdict(.loaded, "\(times); \(hive), as after a pause in writing")
      case (true, false?):
        return verdict(
          .unclear, "\(times) by the profile list, but \(hive), as after an unload")
      case (true, _):
        return verdict(.loaded, "\(times), and \(hive)")
      case (false, true?):
        return verdict(.unclear, "\(times) by the profile list, but \(hive)")
      case (false, false?):
        return verdict(.unloaded, "\(times), and \(hive)")
      case (false, nil):
        return verdict(.unclear, "\(times), but \(hive)")
      }
    }
    if let count = listed?.referenceCount, count > 0 {
      let text = "its RefCount is \(count)"
      return isDirty == false
        ? verdict(.unclear, "\(text), but \(hive), as after an unload")
        : verdict(.loaded, "\(text), and \(hive)")
    }
    let list = listed == nil ? "it is in no profile list at hand" : "the profile list has no times"
    switch isDirty {
    case true?: return verdict(.loaded, "\(hive); \(list)")
    case false?: return verdict(.unloaded, "\(hive); \(list)")
    case nil: return verdict(.unclear, "\(hive), and \(list)")
    }
  }

  /// How far apart the events and the times of one log-off may be: five minutes.
  private static let logOffTicks = 300 * FileTime.ticksPerSecond

  /// The last event about a log-off at which a hive was in use.
  ///
  /// Of the events of one log-off, the one that names programs says most.
  func lastLogOff(_ events: [ProfileEvent]) -> ProfileEvent? {
    let unloads = events.filter { $0.meaning.topic == .unload || $0.meaning.topic == .cleanup }
    guard let newest = unloads.last else { return nil }
    return unloads.last {
      $0.leaks?.handles.isEmpty == false
        && $0.record.time.rawValue + Self.logOffTicks >= newest.record.time.rawValue
    } ?? newest
  }

  /// What the last event about an unload adds to a verdict, and whether it contradicts it.
  private func remark(
    on profile: CheckedProfile, _ outcome: ProfileVerdict.Outcome, events: [ProfileEvent]
  ) -> (outcome: ProfileVerdict.Outcome, text: String)? {
    guard let last = lastLogOff(events) else { return nil }
    let time = last.record.time
    let what = "event \(last.record.event) of \(time.sentenceText)"
    let programs = last.leaks?.handles.map(\.imageName).unique ?? ""
    let by = programs.isEmpty ? "programs" : programs
    let listed = profile.listed
    if outcome == .loaded {
      guard let load = listed?.loadTime else {
        return (.loaded, "\(what) agrees: \(by) kept it open")
      }
      return time >= load
        ? (.loaded, "\(what) agrees: \(by) kept it open at a log-off since")
        : (.loaded, "\(what) is about an earlier log-off")
    }
    guard let unload = listed?.unloadTime else {
      return (outcome, "\(what) says that \(by) kept it open then")
    }
    if time.rawValue > unload.rawValue + Self.logOffTicks {
      return (
        .unclear, "\(what) contradicts it: \(by) kept it open at a log-off that the list lacks"
      )
    }
    if time.rawValue + Self.logOffTicks >= unload.rawValue {
      return (outcome, "by force, as \(what) says: \(by) kept it open")
    }
    return (outcome, "\(what) is about an earlier log-off")
  }
}

/// Events, by the users and classes that they are about.
struct EventIndex: Sendable {
  private let bySubject: [SecurityIdentifier: [ProfileEvent]]
  private let byClass: [String: [ProfileEvent]]
  /// Events that name a user and have no identifier of one, as before Windows Vista: 1517 is
  /// written by SYSTEM.
  let named: NameIndex<ProfileEvent>
  /// The users that events are about, in the order of their first ones.
  let users: [SecurityIdentifier]

  init(_ events: [ProfileEvent]) {
    var bySubject: [SecurityIdentifier: [ProfileEvent]] = [:]
    var byClass: [String: [ProfileEvent]] = [:]
    var named = NameIndex<ProfileEvent>()
    var users: [SecurityIdentifier] = []
    for event in events {
      if let classID = event.classID { byClass[classID.uppercased(), default: []].append(event) }
      if let subject = event.subject, subject.isUser {
        if bySubject[subject] == nil { users.append(subject) }
        bySubject[subject, default: []].append(event)
      } else if let name = event.account.flatMap({ RunAsAccount($0).userName }) {
        named.add(event, name: name)
      }
    }
    self.bySubject = bySubject
    self.byClass = byClass
    self.named = named
    self.users = users
  }

  /// The events about a user.
  subscript(user: SecurityIdentifier) -> [ProfileEvent] { bySubject[user] ?? [] }

  /// The events about a class of COM.
  subscript(class identifier: String) -> [ProfileEvent] { byClass[identifier.uppercased()] ?? [] }
}
