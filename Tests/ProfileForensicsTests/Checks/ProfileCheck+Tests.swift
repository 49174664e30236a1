// SPDX-License-Identifier: MIT

import EventLogBuilder
import HiveBuilder
import ProfileForensics
import RegistryHive
import Testing
import VolumeBuilder
import WindowsEvents
import WindowsTypes

extension ProfileCheck {
  /// Writes a volume to disk and checks it, with the events that its logs hold.
  init(
    _ volume: VolumeDescription, classes: [String] = [], since: UInt64? = nil
  ) throws {
    let folder = try TemporaryFolder()
    try volume.write(to: folder)
    try self.init(
      path: folder.path, events: volume.events.compactMap { ProfileEvent($0) },
      options: Options(classes: classes, since: since.map { FileTime(rawValue: $0) }))
  }

  /// Checks the one machine below a path.
  init(path: String, events: [ProfileEvent] = [], options: Options = Options()) throws {
    let machines = EvidenceCollection(paths: [path]).machines
    try #require(machines.count == 1)
    self.init(machines[0], events: events, options: options)
  }

  /// What was found of a kind, the first of it.
  func first(_ id: String) -> CheckResult? { results.first { $0.rule.id == id } }

  /// The identifiers of what was found, verdicts left out.
  var ids: [String] { results.map(\.rule.id).filter { $0 != "profile-verdict" } }

  /// The facts of what was found of a kind.
  func facts(_ id: String) -> [String] {
    results.filter { $0.rule.id == id }.flatMap { $0.evidence.map(\.fact) }
  }

  /// The verdict on the first profile that has one.
  var verdict: ProfileVerdict? { profiles.compactMap(\.verdict).first }
}

extension VolumeDescription {
  /// A volume of a Windows, changed.
  static func changed(
    _ layout: Layout = .windows10, _ change: (inout VolumeDescription) -> Void
  ) -> VolumeDescription {
    var volume = VolumeDescription(layout)
    change(&volume)
    return volume
  }

  /// The events of the logs, as records that are read from them.
  var events: [EventRecord] {
    [("Application.evtx", applicationEvents), ("System.evtx", systemEvents)].flatMap {
      log, events in
      events.enumerated().map { index, event in
        EventRecord(
          time: FileTime(rawValue: event.time), log: log, number: UInt64(index + 1),
          provider: event.provider, event: Int(event.event),
          level: event.level == 2 ? .error : event.level == 3 ? .warning : .information,
          computer: event.computer, user: SecurityIdentifier(bytes: event.user),
          strings: event.data.map(\.text))
      }
    }
  }
}
