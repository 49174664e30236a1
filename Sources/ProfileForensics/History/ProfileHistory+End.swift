// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents

/// How Windows stopped after a profile was loaded that is loaded still by the profile list.
///
/// Verdicts and rules have one view of it.
struct ProfileEnd {
  /// The first thing that is known of Windows after the load.
  enum Kind {
    /// It was shut down in order, which logs all users off.
    case shutDown
    /// Somebody asked for a shutdown, which fast start may have carried out.
    case shutdownRequested
    /// It stopped without a shutdown.
    case crashed
    /// It was started again, and how it stopped before is not recorded.
    case startedAgain
  }

  let kind: Kind
  /// What shows it.
  let moment: Observation
  /// When that was.
  let time: FileTime
  /// The first start after that; nil where none is known.
  let restart: Observation?
  /// What asked for a shutdown before Windows was started again; nil where nothing is known to have.
  let request: Observation?
  /// Whether RefCount alone says that the profile is loaded.
  let isCounted: Bool
  /// Whether the list says when the profile was loaded; where not, the entry was written last then or
  /// later.
  let hasLoadTime: Bool

  /// Finds it; nil where the profile is not loaded by the list, or nothing is known of Windows after
  /// the load.
  init?(_ entry: ProfileListEntry?, _ timeline: MachineTimeline) {
    guard let entry else { return nil }
    isCounted = entry.isLoaded != true && entry.referenceCount.map { $0 > 0 } == true
    hasLoadTime = entry.loadTime != nil
    let written = entry.key.lastWritten
    guard let load = entry.isLoaded == true || isCounted ? entry.loadTime ?? written : nil,
      load.rawValue != 0
    else { return nil }
    let stop = timeline.shutdownOrRequest(after: load)
    let crash = timeline.crash(after: load)
    var start = timeline.start(after: load)
    // A crash is recorded by the start that found it.
    if let found = crash?.time, let began = start?.time, found >= began,
      found.isWithin(ProfileHistory.logOffSeconds, of: began)
    {
      start = nil
    }
    guard let first = [stop, crash, start].compactMap(\.self).dated.first, let time = first.time
    else { return nil }
    moment = first
    self.time = time
    kind =
      switch first.kind {
      case .started: .startedAgain
      case .shutdownRequested: .shutdownRequested
      case .crashed: .crashed
      default: .shutDown
      }
    restart = timeline.moments.first { moment in
      moment.kind == .started && moment.time.map { $0 > time } ?? false
    }
    request = kind == .startedAgain ? timeline.request(after: load, before: time) : nil
  }

  /// What it adds to the verdict that the profile is loaded.
  var text: String {
    let rest =
      isCounted
      ? "and the entry was not written since: the count may be left from before that"
      : "and the profile was not loaded again"
    return switch kind {
    case .startedAgain:
      "Windows was started again \(time.sentenceText), \(rest); "
        + "how it stopped before is not recorded"
    case .shutdownRequested:
      "a shutdown was asked for \(time.sentenceText), \(rest)"
    case .crashed:
      "Windows stopped after that without a shutdown, as it found at its start "
        + "\(time.sentenceText), \(rest)"
    case .shutDown:
      "it was loaded when Windows was shut down \(time.sentenceText)"
        + (restart == nil ? "" : ", and was not loaded again after the next start")
    }
  }
}

extension ProfileHistory {
  /// What shows that a registry which could not be unloaded was gone later; nil where nothing does.
  func laterEnd(after time: FileTime, _ facts: MachineFacts) -> String? {
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
}
