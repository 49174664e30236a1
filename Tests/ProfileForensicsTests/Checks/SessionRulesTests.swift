// SPDX-License-Identifier: MIT

import EventLogBuilder
import HiveBuilder
import ProfileForensics
import RegistryHive
import Testing
import VolumeBuilder
import WindowsEvents
import WindowsTypes

/// Which session events and times are of, and what became of it.
@Suite struct SessionRulesTests {
  private static let anna = VolumeUser("anna", 1001).sid
  private static let load = filetime(2024, 6, 21, 7, 58)
  private static let unload = filetime(2024, 6, 21, 17, 3, 44)

  private static func leak(_ time: UInt64) -> EventDescription {
    .handlesLeaked(by: anna, at: time, [(7, "C:\\a\\app.exe", "")])
  }

  /// A check with a log that reaches over a span of time.
  private func check(
    _ layout: VolumeDescription.Layout = .windows10, reach: ClosedRange<UInt64>? = nil,
    since: UInt64? = nil, _ change: (inout VolumeDescription) -> Void
  ) throws -> ProfileCheck {
    var volume = VolumeDescription(layout)
    change(&volume)
    let folder = try TemporaryFolder()
    try volume.write(to: folder)
    let machines = EvidenceCollection(paths: [folder.path]).machines
    let logs = reach.map {
      [
        LogReach(
          log: "Application.evtx", oldest: FileTime(rawValue: $0.lowerBound),
          newest: FileTime(rawValue: $0.upperBound), recordCount: 9)
      ]
    }
    return ProfileCheck(
      machines[0], events: volume.events.compactMap { ProfileEvent($0) }, reach: logs ?? [],
      options: .init(since: since.map { FileTime(rawValue: $0) }))
  }

  // MARK: - Which log-off

  @Test func `an event between the load and the unload is of that session`() throws {
    let waited = try check {
      $0.software.set(
        "Policies\\Microsoft\\Windows\\System", at: filetime(2024, 5, 1),
        .dword("DisableForceUnload", 1))
      $0.applicationEvents = [Self.leak(filetime(2024, 6, 21, 16, 23))]
    }
    #expect(waited.first("handles-leaked")?.severity == .warning)
    let reason = try #require(waited.verdict?.reason)
    #expect(reason.contains("Windows waited; the list has the unload 40 minutes after it"))
    #expect(!reason.contains("earlier log-off"))
    let earlier = try check { $0.applicationEvents = [Self.leak(filetime(2024, 6, 21, 7))] }
    #expect(earlier.verdict?.reason.contains("is about an earlier log-off") == true)
  }

  @Test func `programs at one earlier log-off are a note only where a log shows the last one`()
    throws
  {
    let earlier = [Self.leak(filetime(2024, 6, 10, 17))]
    func severity(
      _ events: [EventDescription], until day: Int
    ) throws -> CheckRule.Severity? {
      try check(reach: filetime(2024, 6, 1)...filetime(2024, 6, day)) {
        $0.applicationEvents = events
      }.first("handles-leaked")?.severity
    }
    #expect(try severity(earlier, until: 30) == .information)
    #expect(try severity(earlier, until: 20) == .warning)
    #expect(try severity(earlier + [Self.leak(filetime(2024, 6, 11, 17))], until: 30) == .warning)
  }

  // MARK: - How the session ended

  @Test func `what came first after the load decides`() throws {
    func found(_ events: [EventDescription]) throws -> CheckResult {
      try #require(
        try check {
          $0.anna.unloaded = filetime(2024, 6, 20)
          $0.systemEvents = events
        }.first("profile-loaded-at-capture"))
    }
    let noon = filetime(2024, 6, 21, 12)
    let evening = filetime(2024, 6, 21, 18)
    let crashed = try found([.machineCrashed(at: noon), .machineStopped(at: evening)])
    #expect(crashed.severity == .information)
    #expect(crashed.advice.hasPrefix("The machine stopped without a shutdown"))
    #expect(
      try found([.machineStopped(at: noon), .machineCrashed(at: evening)]).severity == .problem)
    let started = try found([.machineStarted(at: noon)])
    #expect(started.severity == .information)
    #expect(started.advice.hasPrefix("Windows was started again after the profile was loaded"))
    let asked = try found([.shutdownRequested(at: noon), .machineStarted(at: evening)])
    #expect(asked.severity == .warning)
    #expect(
      asked.evidence.suffix(2).map(\.source.description) == [
        "System.evtx, record 1", "System.evtx, record 2",
      ])
    // A start from before the load says nothing of it.
    #expect(
      try found([.machineStarted(at: filetime(2024, 6, 21, 7))]).advice.hasPrefix("Nothing shows"))
  }

  @Test func `a count with an event of the same session is a problem, one of an earlier is not`()
    throws
  {
    func severity(written: UInt64) throws -> CheckRule.Severity? {
      try check(.windows7) {
        $0.anna.referenceCount = 1
        $0.anna.loaded = written
        $0.anna.unloaded = written
        $0.applicationEvents = [Self.leak(filetime(2024, 6, 21, 17))]
      }.first("profile-refcount")?.severity
    }
    #expect(try severity(written: filetime(2024, 6, 21, 8)) == .problem)
    #expect(try severity(written: filetime(2024, 6, 22, 8)) == .information)
  }

  @Test func `a request is a warning also where the logs go on after it, but not one of a restart`()
    throws
  {
    let request = filetime(2024, 6, 21, 18)
    func severity(
      _ type: String, newest: UInt64
    ) throws -> CheckRule.Severity? {
      try check(reach: Self.load...newest) {
        $0.anna.unloaded = filetime(2024, 6, 20)
        $0.system.set(
          "ControlSet001\\Control\\Session Manager\\Power", .dword("HiberbootEnabled", 1))
        $0.systemEvents = [
          EventDescription(
            time: request, provider: "User32", event: 1074, level: 4, computer: "WS1",
            data: ["a.exe", "WS1", "none", "0x0", type, "", "WS1\\anna"].map { ("", $0) })
        ]
      }.first("profile-loaded-at-capture")?.severity
    }
    let soon = request + 60 * 10_000_000
    #expect(try severity("power off", newest: soon) == .warning)
    #expect(try severity("power off", newest: filetime(2024, 6, 25, 17)) == .warning)
    #expect(try severity("restart", newest: soon) == .information)
    #expect(try severity("Neustart", newest: soon) == .information)
  }

  @Test func `log-offs of the operational log do not prove an unload`() throws {
    func step(_ event: UInt16, _ hour: Int, _ session: String) -> EventDescription {
      .profileService(
        event, at: filetime(2024, 6, 21, hour), level: 4, user: Self.anna, ("Session", session))
    }
    func verdict(_ steps: [EventDescription]) throws -> ProfileVerdict? {
      try check(.windows10) {
        $0.anna.loaded = 0
        $0.anna.unloaded = 0
        $0.applicationEvents = steps
      }.verdict
    }
    let done = try verdict([step(1, 8, "1"), step(2, 8, "1"), step(3, 17, "1"), step(4, 17, "1")])
    #expect(done?.outcome == .unclear)
    #expect(done?.reason.contains("which does not say that the unload worked") == true)
    let hanging = try verdict([step(1, 8, "1"), step(3, 17, "1")])
    #expect(hanging?.reason.contains("and its end is not recorded") == true)
    let other = try verdict([
      step(1, 8, "1"), step(1, 9, "2"), step(3, 12, "2"), step(4, 12, "2"),
    ])
    #expect(
      other?.reason.contains("the log-on of session 1 of 2024-06-21 08:00:00 UTC has no log-off")
        == true)
  }

  // MARK: - Whether it is over

  @Test func `nothing is over where no log reaches to the log-off`() throws {
    func conclusion(until day: Int) throws -> String? {
      try check(reach: filetime(2024, 6, 1)...filetime(2024, 6, day), since: filetime(2024, 6, 20))
      { _ in }.first("log-offs-since")?.conclusion
    }
    #expect(try conclusion(until: 30) == "over")
    #expect(try conclusion(until: 21) == "not-known")
  }

  // MARK: - Roaming

  @Test func `a synchronization whose result is not understood is no failure by itself`() throws {
    func ids(_ result: String, _ more: [EventDescription] = []) throws -> [String] {
      try check {
        $0.applicationEvents =
          [
            .profileService(
              7, at: Self.unload, level: 4, user: Self.anna, ("Source", "C:\\Users\\anna"),
              ("Target", "\\\\fs\\p\\anna.V6"), ("Result", result))
          ] + more
      }.ids
    }
    for text in [
      "0", "The operation completed successfully.", "Der Vorgang wurde erfolgreich beendet.",
      "L’opération a réussi.", "Åtgärden har slutförts.", "Operacja ukończona pomyślnie.",
    ] {
      #expect(try ids(text) == [])
    }
    #expect(try ids("5") == ["roaming-not-updated"])
    #expect(try ids("Access is denied.") == ["roaming-not-updated"])
    #expect(
      try ids("Odmowa dostępu.", [.profileService(1504, at: Self.unload, user: Self.anna)])
        == ["roaming-not-updated"])
  }

  @Test func `policies that keep roaming profiles from being copied are named`() throws {
    func advice(_ name: NameDescription?) throws -> String {
      let found = try check {
        $0.anna.centralProfile = "\\\\fs\\p\\anna.V6"
        if let name {
          $0.software.set("Policies\\Microsoft\\Windows\\System", .dword(name, 1))
        }
        $0.applicationEvents = [Self.leak(Self.unload)]
      }
      return ["handles-leaked", "roaming-cache-kept"].map { found.first($0)?.advice ?? "" }
        .joined(separator: " ")
    }
    #expect(try advice(nil).contains("A roaming profile is copied to its server after that."))
    for name in ["LocalProfile", "ReadOnlyProfile"] {
      let text = try advice(NameDescription(name))
      #expect(text.contains("is not copied to its server: the policy \(name)"))
      #expect(!text.contains("copied to its server after that"))
    }
  }

  // MARK: - Folders

  @Test func `a folder that a temporary profile left is not called by its user's own`() throws {
    let found = try check {
      var left = VolumeUser("TEMP.WS1.000", 1001)
      left.isListed = false
      $0.users.append(left)
    }
    let folder = try #require(found.first("profile-folder-unlisted"))
    #expect(folder.subject == "Users/TEMP.WS1.000")
    #expect(folder.severity == .information)
    #expect(folder.advice.contains("that of a temporary profile"))
    let verdicts = found.results.filter { $0.rule.id == "profile-verdict" }.map(\.subject)
    #expect(verdicts == [Self.anna, "Users/TEMP.WS1.000"])
    let other = try check {
      var left = VolumeUser("anna.old", 1001)
      left.isListed = false
      $0.users.append(left)
    }
    #expect(other.first("profile-folder-unlisted")?.severity == .warning)
    #expect(other.first("profile-folder-unlisted")?.subject == "Users/anna.old")
  }

  @Test func `the signs of one log-off count once`() throws {
    let check = try ProfileCheck(
      .changed { volume in
        volume.anna.loaded = filetime(2024, 6, 21, 8)
        volume.anna.unloaded = filetime(2024, 6, 21, 17)
        volume.applicationEvents = [20, 21].flatMap { day in
          [(3, 16, 59), (4, 17, 1)].map { event, hour, minute in
            .profileService(
              UInt16(event), at: filetime(2024, 6, day, hour, minute), level: 4,
              user: volume.anna.sid, ("Session", "1"))
          }
        }
      }, since: filetime(2024, 6, 1))
    let found = try #require(check.first("log-offs-since"))
    #expect(found.count == 1)
    #expect(found.advice.contains("2 log-offs since"))
    #expect(found.evidence.count == 5)
  }
}
