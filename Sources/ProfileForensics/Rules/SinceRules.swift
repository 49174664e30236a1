// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents

/// Whether a fault is over since a change that was made, as KB 837115 asks to verify.
extension ProfileRules {
  static let since: [ProfileRule] = [
    ProfileRule(
      machine: CheckRule(
        id: "log-offs-since", severity: .information,
        title: "Whether the fault is over, by the log-offs since the time that was given",
        advice: "Check again after users have logged off."),
      source: "KB 837115"
    ) { context in
      guard let since = context.since else { return [] }
      let count = LogOffCount(context, since)
      let subject = context.facts.subject
      let basis = Claim(
        "Whether a change helped shows at the log-offs after it.", source: "KB 837115")
      if !count.faults.isEmpty {
        return [
          RuleMatch(
            subject, severity: .warning, count.faults.suffix(50).map { $0.evidence() },
            advice: "It is not over: \(count.text). \(count.next)",
            basis: basis, conclusion: "not-over")
        ]
      }
      guard !count.logOffs.isEmpty else {
        return [
          RuleMatch(
            subject,
            [
              CheckEvidence(
                source: RegistryString(subject), time: since,
                fact: "no log-off is known since \(since.sentenceText)")
            ],
            advice: "There are no log-offs to judge by. Check again after users have logged off.",
            basis: basis, conclusion: "no-log-offs")
        ]
      }
      guard count.isCovered else {
        return [
          RuleMatch(
            subject, count.logOffs.suffix(50).map(\.evidence),
            advice:
              "There were log-offs since, and no log that names programs reaches to the last of "
              + "them: whether it is over is not known. Collect the Application log of that time, "
              + "or check again after users have logged off.",
            basis: basis, conclusion: "not-known")
        ]
      }
      let first =
        count.firstAttempts == 0
        ? ""
        : " With DisableForceUnload on, event 1530 is about the first attempt and did not count."
      return [
        RuleMatch(
          subject, count.logOffs.suffix(50).map(\.evidence),
          advice: "It looks over: \(count.text).\(first)", basis: basis, conclusion: "over")
      ]
    }
  ]
}

/// The log-offs since a time, and what went wrong at them.
private struct LogOffCount {
  /// Unloads by the profile list, and log-offs by events.
  let logOffs: [Observation]
  /// Events about registries in use at log-off, and COM servers that lost theirs.
  let faults: [ProfileEvent]

  /// Whether a log that would have such an event reaches from the first log-off to the last.
  let isCovered: Bool

  /// How many log-offs these are: what is said of one user within five minutes is about one.
  let count: Int

  /// How many events 1530 are about a first attempt only, because the policy was on.
  let firstAttempts: Int

  init(_ context: RuleContext, _ since: FileTime) {
    firstAttempts =
      context.facts.events.all.filter { event in
        event.record.time >= since && event.precedesForcedUnload
          && context.facts.forceUnload.standing(at: event.record.time) == .on
      }.count
    let byUser = context.histories.filter { !$0.isBuiltIn }.map { history in
      history.dated.filter { observation in
        (observation.kind == .unloaded || observation.kind == .logOff
          || observation.kind == .inUse) && observation.time.map { $0 >= since } ?? false
      }
    }
    logOffs = byUser.flatMap(\.self).dated
    count = byUser.reduce(0) { $0 + Self.occasions($1) }
    let times = logOffs.compactMap(\.time)
    isCovered = context.facts.mayHaveEvents(from: times.first, to: times.last)
    faults = context.facts.events.all.filter { event in
      event.record.time >= since
        && !(event.precedesForcedUnload
          && context.facts.forceUnload.standing(at: event.record.time) == .on)
        && (event.kind.isAboutHiveInUse
          || event.kind == .comFailed && event.error?.kind == .keyDeleted)
    }
  }

  private static func occasions(_ signs: [Observation]) -> Int {
    var count = 0
    var last: FileTime?
    for time in signs.compactMap(\.time) {
      if last.map({ !time.isWithin(ProfileHistory.logOffSeconds, of: $0) }) ?? true { count += 1 }
      last = time
    }
    return count
  }

  var text: String {
    guard !faults.isEmpty else {
      return "\(Self.counted(count, "log-off")) since, and no event of a registry in use"
    }
    let inUse = faults.filter(\.kind.isAboutHiveInUse)
    let byUser = Dictionary(grouping: inUse) {
      $0.subject?.description ?? $0.account ?? $0.profilePath ?? ""
    }
    let occasions = byUser.values.reduce(0) { $0 + $1.occasions }
    let lost = faults.count - inUse.count
    let parts = [
      inUse.isEmpty
        ? nil
        : "\(Self.counted(occasions, "log-off")) since with a registry in use "
          + "(\(Self.counted(inUse.count, "event")))",
      lost == 0
        ? nil
        : "\(Self.counted(lost, "event"))\(inUse.isEmpty ? " since" : "") of a COM server that lost "
          + "its user's registry",
    ]
    return parts.compactMap(\.self).joined(separator: ", and ")
  }

  /// What to look at next.
  var next: String {
    let named = faults.last { $0.leaks?.handles.isEmpty == false }
    guard let named else { return "The events name no program." }
    let names = (named.leaks?.handles ?? []).map(\.imageName).filter { !$0.isEmpty }.distinct
    guard !names.isEmpty else { return "The events name no program." }
    let more = names.count > 5 ? " and \(names.count - 5) more" : ""
    return "Event \(named.record.event) of \(named.record.time.sentenceText) names what to look at "
      + "next: \(names.prefix(5).joined(separator: ", "))\(more)."
  }

  private static func counted(_ count: Int, _ noun: String) -> String {
    count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
  }
}
