// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents

/// How Windows stopped and started around the time of a profile.
extension ProfileHistory {
  /// How Windows stopped after the profile was loaded, and that it was started again; nil where that
  /// is not known to have happened.
  func end(_ facts: MachineFacts) -> String? {
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
    let stop = facts.timeline.shutdownOrRequest(after: load)
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
