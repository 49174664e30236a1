// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents

/// What events of log-ons and log-offs say of a profile, where nothing better is at hand.
extension ProfileHistory {
  /// Where a session of the user stands, by the last event about it.
  struct Session {
    let last: ProfileEvent
    /// The start of Windows, or the crash before it, that ended the session; nil where there was
    /// none since.
    let ending: Observation?

    /// Whether the user logged on, and nothing of a log-off was recorded.
    var isOpen: Bool { last.kind == .logOnBegan || last.kind == .logOnEnded }
    /// Whether a log-off began, and its end was not recorded.
    var isHanging: Bool { last.kind == .logOffBegan }
  }

  /// The sessions that may go on: those since the last start of Windows, which no session outlives;
  /// where all are older, the newest of them.
  func sessions(_ facts: MachineFacts) -> [Session] {
    // The last step of each session decides; a log-off ends one.
    var steps: [Int?: ProfileEvent] = [:]
    for event in events {
      switch event.kind {
      case .logOnBegan, .logOnEnded, .logOffBegan, .logOffEnded: steps[event.session] = event
      default: break
      }
    }
    let all = steps.values.sorted(by: EventIndex.isBefore).map { event in
      let time = event.record.time
      return Session(
        last: event,
        ending: [facts.timeline.start(after: time), facts.timeline.crash(after: time)]
          .compactMap(\.self).dated.first)
    }
    let current = all.filter { $0.ending == nil }
    return current.isEmpty ? all.suffix(1) : current
  }

  /// The verdict by sessions; nil where no events of any are at hand.
  func verdictBySessions(_ facts: MachineFacts) -> ProfileVerdict? {
    let basis = Claim(
      "The operational log of the User Profile Service has an event when a log-off was processed; "
        + "it does not say whether that worked.",
      source: "manifest of Microsoft-Windows-User Profiles Service")
    let sessions = sessions(facts)
    guard let newest = sessions.last else { return nil }
    let time = newest.last.record.time.sentenceText
    func verdict(_ reason: String) -> ProfileVerdict {
      ProfileVerdict(outcome: .unclear, reason: reason, basis: basis)
    }
    if let began = newest.ending?.time, newest.isOpen || newest.isHanging {
      return verdict(
        (newest.isOpen
          ? "the log-on of \(time) has no log-off"
          : "a log-off began \(time), and its end is not recorded")
          + ", but Windows was started again \(began.sentenceText), which no session outlives; "
          + "\(hivesAre(facts)) clean")
    }
    if let open = sessions.last(where: \.isOpen)?.last {
      let mark = sessions.count > 1 ? open.session.map { " of session \($0)" } ?? "" : ""
      return verdict(
        "the log-on\(mark) of \(open.record.time.sentenceText) has no log-off since"
          + shutdownText(after: open, facts))
    }
    if let hanging = sessions.last(where: \.isHanging)?.last {
      return verdict(
        "a log-off began \(hanging.record.time.sentenceText), and its end is not recorded"
          + shutdownText(after: hanging, facts))
    }
    return verdict(
      "the last log-off was processed \(time), which does not say that the unload worked, and "
        + "\(hivesAre(facts)) clean")
  }

  /// That Windows was shut down after an event, or that somebody asked for it; empty where not.
  private func shutdownText(after event: ProfileEvent, _ facts: MachineFacts) -> String {
    guard let stop = facts.timeline.shutdownOrRequest(after: event.record.time),
      let time = stop.time
    else { return "" }
    return stop.kind == .stopped
      ? "; Windows was shut down \(time.sentenceText)"
      : "; a shutdown was asked for \(time.sentenceText)"
  }
}
