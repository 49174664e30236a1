// SPDX-License-Identifier: MIT

import ProfileForensics
import RegistryHive

/// The kinds of marks on a time axis, each with a shape of its own: color alone says nothing.
enum HistoryMark: String, CaseIterable {
  case loaded, unloaded, held, freed, logOn, logOff, failed, roaming, com
  case started, stopped, crashed, policy, other

  /// What the mark stands for.
  var text: String {
    switch self {
    case .loaded: "profile loaded"
    case .unloaded: "profile unloaded"
    case .held: "programs held the registry at log-off"
    case .freed: "unloaded later"
    case .logOn: "log-on"
    case .logOff: "log-off"
    case .failed: "load failed"
    case .roaming: "roaming profile not copied"
    case .com: "COM server"
    case .started: "Windows started"
    case .stopped: "Windows stopped"
    case .crashed: "stopped without a shutdown"
    case .policy: "policy written"
    case .other: "other"
    }
  }

  /// Whether it is a change of what is drawn as a line; other marks are above the line.
  var isState: Bool {
    switch self {
    case .loaded, .unloaded, .started, .stopped, .crashed: true
    default: false
    }
  }

  /// The outline, around the middle of the mark.
  var shape: String {
    switch self {
    case .loaded: "M0-7 6.5 5H-6.5Z"
    case .unloaded: "M0 7 6.5-5H-6.5Z"
    case .held: "M-6.5 0A6.5 6.5 0 1 0 6.5 0 6.5 6.5 0 1 0-6.5 0Z"
    case .freed:
      "M-5.5 0A5.5 5.5 0 1 0 5.5 0 5.5 5.5 0 1 0-5.5 0ZM-2 0A2 2 0 1 1 2 0 2 2 0 1 1-2 0Z"
    case .logOn: "M-1.5 0V-8L5.5-4Z"
    case .logOff: "M-1.5 0V8L5.5 4Z"
    case .failed, .crashed: "M-6-4-4-6 0-2 4-6 6-4 2 0 6 4 4 6 0 2-4 6-6 4-2 0Z"
    case .roaming: "M0-6.5 6.5 0 0 6.5-6.5 0Z"
    case .com: "M-5-5H5V5H-5Z"
    case .started: "M-4.5-6.5 6.5 0-4.5 6.5Z"
    case .stopped: "M-5-6H-1.5V6H-5ZM1.5-6H5V6H1.5Z"
    case .policy: "M-5-8H-3V8H-5ZM-3-7H6V1H-3Z"
    case .other: "M-3 0A3 3 0 1 0 3 0 3 3 0 1 0-3 0Z"
    }
  }
}

/// A dated observation as it is drawn.
struct Moment {
  let mark: HistoryMark
  let time: FileTime
  let evidence: CheckEvidence

  init(mark: HistoryMark, time: FileTime, evidence: CheckEvidence) {
    self.mark = mark
    self.time = time
    self.evidence = evidence
  }

  init(_ observation: Observation) {
    mark = HistoryMark(observation)
    time = observation.time ?? FileTime(rawValue: 0)
    evidence = observation.evidence
  }
}

extension HistoryMark {
  /// The mark of an observation.
  init(_ observation: Observation) {
    self =
      switch observation.kind {
      case .loaded: .loaded
      case .unloaded: .unloaded
      case .inUse: .held
      case .freed: .freed
      case .logOn: .logOn
      case .logOff: .logOff
      case .loadFailed: .failed
      case .roaming: .roaming
      case .com: .com
      case .started: .started
      case .stopped, .shutdownRequested: .stopped
      case .crashed: .crashed
      case .other: observation.evidence.value == "DisableForceUnload" ? .policy : .other
      }
  }
}
