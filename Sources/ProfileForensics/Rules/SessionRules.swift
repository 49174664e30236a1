// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents

/// Whether a profile stayed loaded, by events of log-ons and log-offs alone.
extension ProfileRules {
  static let loadedAtCapture = CheckRule(
    id: "profile-loaded-at-capture", severity: .warning,
    title: "A profile was loaded when the files were copied, or when the machine stopped",
    advice: "If the user was logged off then, find out which program kept the user's registry "
      + "open.", followUps: [.openHandles])

  /// Where the list has neither times nor a RefCount, as on Windows 8.1 and Server 2016, only the
  /// operational log speaks of sessions.
  static let sessions: [ProfileRule] = [
    ProfileRule(
      profile: loadedAtCapture, source: "manifest of Microsoft-Windows-User Profiles Service"
    ) { history, context in
      guard history.entry != nil || context.facts.list == nil,
        history.entry?.isLoaded == nil, history.entry?.referenceCount == nil,
        history.services.isEmpty, history.pools.isEmpty
      else { return [] }
      let sessions = history.sessions(context.facts)
      if let hanging = sessions.last(where: \.isHanging), hanging.ending == nil {
        return [hung(hanging.last, history, context.facts)]
      }
      guard let open = sessions.last(where: \.isOpen)?.last,
        let match = shutDown(in: open, history, context.facts)
      else { return [] }
      return [match]
    }
  ]

  /// A log-off that began and is not known to have ended.
  private static func hung(
    _ logOff: ProfileEvent, _ history: ProfileHistory, _ facts: MachineFacts
  ) -> RuleMatch {
    let stop = facts.timeline.shutdown(after: logOff.record.time)
    let end = stop?.kind == .stopped ? ", though Windows was shut down after that" : ""
    return RuleMatch(
      history.subject, [logOff.evidence()] + (stop.map { [$0.evidence] } ?? []),
      advice: "A log-off began, and its end is not recorded\(end): something may have kept the "
        + "user's registry open.", followUps: [.openHandles],
      basis: Claim(
        "The operational log has an event when a log-off begins, and one when it was processed.",
        source: "manifest of Microsoft-Windows-User Profiles Service"))
  }

  /// A session in which Windows was shut down, and of which no log-off is recorded; nil where
  /// something else ended it first.
  private static func shutDown(
    in session: ProfileEvent, _ history: ProfileHistory, _ facts: MachineFacts
  ) -> RuleMatch? {
    let time = session.record.time
    guard let stop = facts.timeline.shutdownOrRequest(after: time), let stopped = stop.time else {
      return nil
    }
    let others = [facts.timeline.start(after: time), facts.timeline.crash(after: time)]
    guard others.allSatisfy({ $0?.time.map { $0 >= stopped } ?? true }) else { return nil }
    let text =
      stop.kind == .stopped
      ? "The machine was shut down in order after the log-on, which logs all users off, and no "
        + "log-off was recorded: something may have kept the profile loaded until the end."
      : "A shutdown was asked for after the log-on, and no log-off was recorded since. With fast "
        + "start nothing else is written when it is carried out; if it was, something may have kept "
        + "the profile loaded."
    return RuleMatch(
      history.subject, [session.evidence(), stop.evidence], advice: text,
      followUps: [.openHandles],
      basis: Claim(
        "The operational log has an event when a log-off begins, and one when it was processed.",
        source: "manifest of Microsoft-Windows-User Profiles Service"))
  }
}
