// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents

extension ProfileHistory {
  /// How many events of one profile are kept as observations; the newest count.
  private static let eventLimit = 1_000

  /// Collects what was observed of the profile.
  mutating func observe(_ facts: MachineFacts) {
    var found: [Observation] = []
    for (label, list) in facts.earlierLists {
      for entry in list.profiles where !entry.isBackup && entry.identifier == identifier {
        guard identifier != nil else { continue }
        found += Self.times(of: entry, facts, in: "\(label): SOFTWARE")
      }
    }
    if let entry { found += Self.times(of: entry, facts, in: facts.listSource) }
    found += events.suffix(Self.eventLimit).map {
      Observation(kind: Self.kind(of: $0), evidence: $0.evidence())
    }
    if let load = entry?.loadTime {
      found += [facts.timeline.shutdownOrRequest(after: load), facts.timeline.crash(after: load)]
        .compactMap(\.self)
    }
    if let hive = files?.userHive ?? files?.mandatoryHive, laterKey(facts) != nil,
      let time = facts.facts(of: hive)?.newestKey
    {
      found.append(
        Observation(
          kind: .other,
          evidence: facts.evidence(hive, time: time, "the newest key of the hive was written")))
    }
    if facts.forceUnload.isOn, let time = facts.forceUnload.keyLastWritten, time.rawValue != 0 {
      found.append(
        Observation(
          kind: .other,
          evidence: facts.forceUnload.evidence("DisableForceUnload is on, since then at the latest")
        ))
    }
    observations = Self.withoutRepeats(found.dated) + undated(facts)
  }

  private static func times(
    of entry: ProfileListEntry, _ facts: MachineFacts, in hive: String
  ) -> [Observation] {
    func observation(
      _ kind: Observation.Kind, _ value: RegistryString, _ time: FileTime, _ fact: String
    ) -> Observation {
      Observation(
        kind: kind,
        evidence: CheckEvidence(
          in: hive, MachineFacts.listPath(of: entry), value: value, time: time, fact))
    }
    return [
      entry.loadTime.map { observation(.loaded, entry.loadTimeValue, $0, "loaded") },
      entry.unloadTime.map {
        observation(.unloaded, "LocalProfileUnloadTimeHigh", $0, "unloaded")
      },
    ].compactMap(\.self)
  }

  /// What earlier captures and the newest have in common is one observation.
  private static func withoutRepeats(_ dated: [Observation]) -> [Observation] {
    var seen: Set<String> = []
    return dated.filter { observation in
      guard observation.kind == .loaded || observation.kind == .unloaded else { return true }
      let time = observation.time?.rawValue ?? 0
      return seen.insert("\(observation.kind.rawValue) \(time)").inserted
    }
  }

  private func undated(_ facts: MachineFacts) -> [Observation] {
    var found: [Observation] = []
    if let entry, let count = entry.referenceCount {
      found.append(
        Observation(
          kind: .other,
          evidence: CheckEvidence(
            in: facts.listSource, MachineFacts.listPath(of: entry), value: "RefCount",
            "RefCount is \(count)")))
    }
    for file in files?.hives ?? [] {
      guard let hive = facts.facts(of: file) else { continue }
      let text = hive.state.isDirty ? "dirty" : hive.isSaved ? "clean, as saved" : "clean"
      found.append(Observation(kind: .other, evidence: facts.evidence(file, "the hive is \(text)")))
    }
    return found
  }

  /// The last log-off after a time, where nothing of a log-on was recorded after it and no session is
  /// known to go on; nil otherwise.
  func logOff(after time: FileTime) -> ProfileEvent? {
    var open: Set<Int?> = []
    var last: ProfileEvent?
    for event in events where event.record.time > time {
      switch event.kind {
      case .logOffBegan, .logOffEnded:
        open.remove(event.session)
        last = event
      case .logOnBegan, .logOnEnded, .hiveLoaded, .profileChosen:
        // What is written while the profile itself is loaded is of that log-on.
        guard !event.record.time.isWithin(Self.logOffSeconds, of: time) else { continue }
        if event.kind == .logOnBegan || event.kind == .logOnEnded { open.insert(event.session) }
        last = nil
      default: break
      }
    }
    return open.isEmpty ? last : nil
  }

  /// The log-on of a session that was open when the profile was loaded or was begun since, and has no
  /// log-off, where a log-off of another session is known; nil where there is none.
  func openSession(since time: FileTime) -> ProfileEvent? {
    var open: [Int: ProfileEvent] = [:]
    var hasLogOff = false
    for event in events {
      let isAfter = event.record.time > time
      guard let session = event.session,
        isAfter || event.record.time.isWithin(Self.logOffSeconds, of: time)
      else { continue }
      switch event.kind {
      case .logOnBegan, .logOnEnded:
        if open[session] == nil { open[session] = event }
      case .logOffBegan, .logOffEnded:
        open[session] = nil
        hasLogOff = hasLogOff || isAfter
      default: break
      }
    }
    return hasLogOff ? open.values.min(by: EventIndex.isBefore) : nil
  }

  /// The last event of a log-on that names the profile, where that is a temporary one.
  var temporaryChoice: ProfileEvent? {
    guard let last = events.last(where: { $0.kind == .profileChosen }) else { return nil }
    return last.record.strings.contains { $0.lowercased().contains("temporary") } ? last : nil
  }

  static func kind(of event: ProfileEvent) -> Observation.Kind {
    switch event.kind {
    case .unloadedLater, .handlesReleased: .freed
    case .logOnBegan, .logOnEnded, .hiveLoaded, .profileChosen: .logOn
    case .logOffBegan, .logOffEnded: .logOff
    case let kind where kind.isAboutHiveInUse: .inUse
    default:
      switch event.meaning.topic {
      case .load: .loadFailed
      case .roaming: .roaming
      case .com: .com
      default: .other
      }
    }
  }
}

extension ProfileListEntry {
  /// The name of the value that ``loadTime`` is from.
  var loadTimeValue: RegistryString {
    key.time("LocalProfileLoadTime") != nil ? "LocalProfileLoadTimeHigh" : "ProfileLoadTimeHigh"
  }
}
