// SPDX-License-Identifier: MIT

import EventLogBuilder
import HiveBuilder
import ProfileForensics
import RegistryHive
import Testing
import VolumeBuilder
import WindowsTypes

/// What events of log-ons and log-offs, services and crashes say of a profile that is loaded.
@Suite struct LoadedSessionTests {
  private static let loaded = filetime(2024, 6, 21, 8)

  private func check(
    _ events: [EventDescription], on layout: VolumeDescription.Layout = .windows10,
    _ change: (inout VolumeDescription) -> Void = { _ in }
  ) throws -> ProfileCheck {
    try ProfileCheck(
      .changed(layout) {
        $0.anna.loaded = Self.loaded
        $0.anna.unloaded = filetime(2024, 6, 20, 17)
        $0.applicationEvents = events
        change(&$0)
      })
  }

  private func session(_ event: UInt16, _ number: Int, hour: Int) -> EventDescription {
    .profileService(
      event, at: filetime(2024, 6, 21, hour), level: 4, user: VolumeUser("", 1001).sid,
      ("Session", "\(number)"))
  }

  @Test func `a log-off after the load, and no unload, is a warning`() throws {
    let found = try check([session(3, 2, hour: 12), session(4, 2, hour: 12)])
    let loaded = try #require(found.first("profile-loaded-at-capture"))
    #expect(loaded.severity == .warning)
    #expect(loaded.advice.hasPrefix("A log-off of session 2 was recorded after"))
    #expect(loaded.evidence.last?.fact.hasPrefix("event 4: ") == true)
    // A log-on since, or a session that goes on, explains it.
    let again = try check([session(4, 2, hour: 12), session(1, 3, hour: 13)])
    #expect(again.first("profile-loaded-at-capture")?.severity == .information)
    let other = try check([
      session(1, 1, hour: 9), session(3, 2, hour: 12), session(4, 2, hour: 12),
    ])
    #expect(other.first("profile-loaded-at-capture")?.severity == .information)
    #expect(try check([]).first("profile-loaded-at-capture")?.severity == .information)
  }

  @Test func `a session that was open at the load and has no log-off explains it`() throws {
    let steps = [
      session(1, 1, hour: 8), session(2, 1, hour: 8), session(1, 2, hour: 9),
      session(2, 2, hour: 9), session(3, 2, hour: 12), session(4, 2, hour: 12),
    ]
    let open = try #require(try check(steps).first("profile-loaded-at-capture"))
    #expect(open.severity == .information)
    #expect(
      open.advice.hasPrefix(
        "The log-on of session 1 of 2024-06-21 08:00:00 UTC has no log-off in the log"))
    let closed = try check(steps + [session(3, 1, hour: 13), session(4, 1, hour: 13)])
    #expect(closed.first("profile-loaded-at-capture")?.severity == .warning)
  }

  // MARK: - Logged on again

  private static func again(_ time: UInt64, _ events: [EventDescription]) throws -> ProfileCheck {
    try ProfileCheck(
      .changed(.windows7) {
        $0.anna.referenceCount = 1
        $0.anna.loaded = time
        $0.anna.unloaded = time
        $0.applicationEvents =
          [
            .handlesLeaked(
              by: $0.anna.sid, at: filetime(2024, 6, 21, 17), [(7, "C:\\a\\app.exe", "")])
          ] + events
      })
  }

  @Test func `a count of a session that began after the event is no problem`() throws {
    let logOn = filetime(2024, 6, 21, 17) + 40 * 10_000_000
    let soon = try Self.again(
      logOn,
      [
        .profileService(
          1, at: logOn, level: 4, user: VolumeUser("", 1001).sid, ("Session", "2"))
      ])
    #expect(soon.first("profile-refcount")?.severity == .information)
    #expect(soon.first("handles-leaked") != nil)
    #expect(
      soon.verdict?.reason.contains(
        "is about an earlier log-off: the user logged on again 2024-06-21 17:00:40 UTC") == true)
    let later = try Self.again(filetime(2024, 6, 21, 17, 2), [])
    #expect(later.first("profile-refcount")?.severity == .information)
    #expect(
      later.verdict?.reason.contains(
        "is about an earlier log-off: the entry in the list was written after it") == true)
  }

  @Test(arguments: [filetime(2024, 6, 21, 8), filetime(2024, 6, 21, 17) + 50_000_000])
  func `a count from before the event, or of that log-off, is a problem`(written: UInt64) throws {
    let found = try Self.again(written, [])
    #expect(found.first("profile-refcount")?.severity == .problem)
    #expect(found.verdict?.reason.contains("agrees: app.exe kept it open") == true)
  }

  @Test(
    "A server that lost its registry contradicts a count, and no other failure does",
    arguments: [("2147943418", true), ("Unspecified error", true), ("Access is denied.", false)])
  func countAndServer(error: String, isContradicted: Bool) throws {
    let found = try ProfileCheck(
      .changed(.windows7) {
        $0.anna.referenceCount = 1
        $0.anna.loaded = Self.loaded
        $0.anna.unloaded = Self.loaded
        $0.applicationEvents = [
          .handlesLeaked(
            by: $0.anna.sid, at: filetime(2024, 6, 21, 17),
            [(7, "\\Device\\HarddiskVolume2\\Windows\\System32\\dllhost.exe", "")])
        ]
        $0.systemEvents = [
          EventDescription(
            time: filetime(2024, 6, 21, 17, 3), provider: "DCOM", event: 10006, level: 2,
            computer: "WS1",
            data: [("", error), ("", "WS1"), ("", "{0F0A3C4E-1B2D-4C5E-8F90-123456789ABC}")])
        ]
      })
    #expect(
      found.first("profile-refcount")?.severity == (isContradicted ? .warning : .problem))
    #expect(found.verdict?.outcome == (isContradicted ? .unclear : .loaded))
    let advice = try #require(found.first("handles-leaked")).advice
    #expect(advice.contains("stayed loaded all the same") != isContradicted)
    #expect(
      found.verdict?.reason.contains(
        "event 10006 of 2024-06-21 17:03:00 UTC, a server that had lost its user's registry, "
          + "contradicts it: it was unloaded by force then, and the count is perhaps left")
        == isContradicted)
  }

  @Test func `a registry that was loaded anew did not stay loaded`() throws {
    let again = try Self.again(filetime(2024, 6, 21, 17, 2), [])
    #expect(again.verdict?.outcome == .loaded)
    let advice = try #require(again.first("handles-leaked")).advice
    #expect(!advice.contains("stayed loaded"))
    #expect(advice.contains("Windows unloads the registry by force"))
    let stuck = try Self.again(filetime(2024, 6, 21, 8), [])
    #expect(stuck.first("handles-leaked")?.advice.contains("stayed loaded") == true)
  }

  // MARK: - Settled

  private static func old(_ event: UInt16, day: Int = 21, _ hour: Int) -> EventDescription {
    EventDescription(
      time: filetime(2024, 6, day, hour), provider: "Userenv", event: event, level: 2,
      computer: "WS1", data: [("", "WS1\\anna")])
  }

  @Test func `a count after an unload that event 1516 shows contradicts it`() throws {
    func found(_ events: [EventDescription]) throws -> ProfileCheck {
      try check(events, on: .windowsXP) { $0.anna.referenceCount = 1 }
    }
    let settled = try found([Self.old(1517, 17), Self.old(1516, 18)])
    #expect(settled.first("profile-refcount")?.severity == .warning)
    #expect(settled.verdict?.outcome == .unclear)
    #expect(
      settled.verdict?.reason.contains(
        "event 1516 of 2024-06-21 18:00:00 UTC contradicts it: it was unloaded later") == true)
    let stuck = try found([Self.old(1517, 17)])
    #expect(stuck.first("profile-refcount")?.severity == .problem)
    #expect(stuck.verdict?.outcome == .loaded)
  }

  @Test func `event 1516 settles one log-off, and several log-offs are a warning`() throws {
    func severity(_ events: [EventDescription]) throws -> CheckRule.Severity? {
      try check(events, on: .windowsXP).first("handles-leaked")?.severity
    }
    #expect(try severity([Self.old(1517, 17), Self.old(1516, 19)]) == .information)
    let days = (17...21).map { Self.old(1517, day: $0, 17) }
    #expect(try severity(days + [Self.old(1516, 18)]) == .warning)
    let daily = (17...21).flatMap { [Self.old(1517, day: $0, 17), Self.old(1516, day: $0, 19)] }
    #expect(try severity(daily) == .warning)
    // The last log-off is settled all the same, and an earlier one is not.
    #expect(try check(days + [Self.old(1516, 18)], on: .windowsXP).verdict?.outcome == .unloaded)
    let first = [Self.old(1516, day: 17, 18)]
    #expect(try check(days + first, on: .windowsXP).verdict?.outcome == .unclear)
  }

  @Test func `a hive that was written after the unload was loaded since`() throws {
    func verdict(_ written: UInt64, list: UInt64) throws -> ProfileVerdict? {
      try ProfileCheck(
        .changed {
          $0.anna.hive.set("Software\\Later", at: written, .dword("x", 1))
          var other = VolumeUser("other", 1002)
          other.loaded = list - 1
          other.unloaded = list
          $0.users.append(other)
        }
      ).verdict
    }
    let unload = filetime(2024, 6, 21, 17, 3, 44)
    let older = try verdict(filetime(2024, 6, 25), list: unload)
    #expect(older?.outcome == .unclear)
    #expect(
      older?.reason.contains(
        "a key of its hive was written 2024-06-25 00:00:00 UTC, after that unload: the hive was loaded "
          + "since, and the profile list is older than that") == true)
    let newer = try verdict(filetime(2024, 6, 25), list: filetime(2024, 6, 26))
    #expect(newer?.outcome == .unloaded)
    #expect(newer?.reason.contains("by something else than a log-on") == true)
    let before = try verdict(unload + 600_000_000, list: unload)
    #expect(before?.outcome == .unloaded)
    #expect(before?.reason.contains("after that unload") == false)
  }

  @Test func `event 67 names a temporary profile`() throws {
    func found(_ type: String) throws -> CheckResult? {
      try check([
        .profileService(
          67, at: filetime(2024, 6, 21, 8), level: 4, user: VolumeUser("", 1001).sid,
          ("Logon type", "Regular"), ("Local profile location", "C:\\Users\\anna"),
          ("Profile type", type))
      ]).first("profile-temporary")
    }
    #expect(try found("Temporary")?.severity == .warning)
    #expect(try found("Temporary")?.basis?.text.hasPrefix("The log-on reports") == true)
    #expect(try found("Regular") == nil)
  }

  @Test func `a RefCount from before a crash is said to be that`() throws {
    let stuck = try check([], on: .windows7) {
      $0.anna.referenceCount = 1
      $0.systemEvents = [.machineCrashed(at: filetime(2024, 6, 22, 7))]
    }
    #expect(
      stuck.verdict?.reason.contains(
        "the entry was not written since: the count may be left from before that") == true)
    let since = try check([], on: .windows7) {
      $0.anna.referenceCount = 1
      $0.systemEvents = [.machineCrashed(at: filetime(2024, 6, 20, 7))]
    }
    #expect(since.verdict?.reason.contains("left from before") == false)
  }

  @Test(
    "A service's own account is known by the service's name",
    arguments: [
      ("TrustedInstaller", "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464"),
      ("MSSQLSERVER", "S-1-5-80-3880718306-3832830129-1677859214-2598158968-1052248003"),
    ])
  func ownAccounts(name: String, sid: String) throws {
    func services(_ account: String) throws -> [String] {
      try check([]) {
        $0.anna.sid = sid
        $0.system.set(
          "ControlSet001\\Services\\\(name)", .dword("Type", 0x10), .dword("Start", 2),
          .string("ObjectName", account))
      }.profiles.first { $0.verdict != nil }?.services.map(\.name) ?? []
    }
    #expect(try services("NT Service\\\(name)") == [name])
    #expect(try services("NT SERVICE\\\(name.lowercased())") == [name])
    #expect(try services("NT SERVICE\\Other") == [])
  }
}
