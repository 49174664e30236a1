// SPDX-License-Identifier: MIT

import EventLogBuilder
import HiveBuilder
import ProfileForensics
import RegistryHive
import Testing
import VolumeBuilder
import WindowsEvents
import WindowsTypes

/// What a profile that is still loaded means, by how the machine stopped.
@Suite struct StopRulesTests {
  /// anna was loaded on 21 June at 7:58 and not unloaded since.
  private func severity(
    _ layout: VolumeDescription.Layout = .windows10, _ change: (inout VolumeDescription) -> Void
  ) throws -> CheckRule.Severity? {
    try ProfileCheck(
      .changed(layout) {
        $0.anna.unloaded = filetime(2024, 6, 20)
        change(&$0)
      }
    ).first("profile-loaded-at-capture")?.severity
  }

  private static let evening = filetime(2024, 6, 21, 18)

  @Test func `clean hives alone do not show a shutdown`() throws {
    #expect(try severity { _ in } == .information)
    #expect(try severity { $0.isRunning = true } == .information)
  }

  @Test func `a shutdown after the log-on makes it a problem, one before it does not`() throws {
    #expect(try severity { $0.systemEvents = [.machineStopped(at: Self.evening)] } == .problem)
    #expect(
      try severity { $0.systemEvents = [.machineStopped(at: filetime(2024, 6, 20))] }
        == .information)
    // The machine was started again since: that did not unload it either.
    #expect(
      try severity {
        $0.systemEvents = [
          .machineStopped(at: Self.evening), .machineStarted(at: filetime(2024, 6, 22)),
        ]
      } == .problem)
    #expect(
      try severity {
        $0.applicationEvents = [.profileService(1532, at: Self.evening, level: 4)]
      } == .problem)
  }

  @Test(
    "A RefCount from before a shutdown is a warning, whether Windows was started since or not",
    arguments: [VolumeDescription.Layout.windows7, .windowsXP], [true, false])
  func countAndShutdown(layout: VolumeDescription.Layout, isStartedAgain: Bool) throws {
    func check(written: UInt64) throws -> ProfileCheck {
      try ProfileCheck(
        .changed(layout) {
          $0.anna.referenceCount = 1
          // Windows 7 keeps no time of the load, and some entries of Windows XP have none either.
          $0.anna.loaded = layout == .windowsXP ? 0 : written
          $0.anna.unloaded = written
          $0.systemEvents =
            [.machineStarted(at: filetime(2024, 6, 21, 7)), .machineStopped(at: Self.evening)]
            + (isStartedAgain ? [.machineStarted(at: filetime(2024, 6, 22, 7))] : [])
        })
    }
    let stuck = try check(written: filetime(2024, 6, 21, 8))
    let found = try #require(stuck.first("profile-refcount"))
    #expect(found.severity == .warning)
    #expect(
      found.advice
        == "The machine was shut down in order, which logs all users off. If the count is not left "
        + "from an earlier crash, something kept the profile loaded until the end."
        + (isStartedAgain ? " The profile was not loaded again after the next start." : ""))
    #expect(
      found.evidence.map(\.source.description).dropFirst()
        == (["System.evtx, record 2"] + (isStartedAgain ? ["System.evtx, record 3"] : []))[...])
    #expect(
      stuck.verdict?.reason.contains("it was loaded when Windows was shut down 2024-06-21 18:00:00")
        == true)
    // An entry that was written after the start is that of a user who logged on since.
    let since = try check(written: filetime(2024, 6, 22, 8))
    #expect(since.first("profile-refcount")?.severity == .information)
    #expect(since.verdict?.reason.contains("shut down") == false)
  }

  @Test func `the shutdown time in SYSTEM counts as an event does`() throws {
    func bytes(_ time: UInt64) -> [UInt8] {
      (0..<8).map { UInt8(truncatingIfNeeded: time >> ($0 * 8)) }
    }
    let path = "ControlSet001\\Control\\Windows"
    #expect(
      try severity {
        $0.system.set(path, .binary("ShutdownTime", bytes(Self.evening)))
      } == .problem)
    #expect(
      try severity {
        $0.system.set(path, .binary("ShutdownTime", bytes(filetime(2024, 6, 21, 6))))
      } == .information)
    #expect(
      try severity { $0.system.set(path, .binary("ShutdownTime", [1, 2])) } == .information)
  }

  @Test func `a request is a shutdown only where fast start explains that no more was written`()
    throws
  {
    let power = "ControlSet001\\Control\\Session Manager\\Power"
    #expect(
      try severity { $0.systemEvents = [.shutdownRequested(at: Self.evening)] } == .information)
    #expect(
      try severity {
        $0.systemEvents = [.shutdownRequested(at: Self.evening)]
        $0.system.set(power, .dword("HiberbootEnabled", 1))
      } == .warning)
    // Something else came after the request: it was called off, or was a restart that failed.
    #expect(
      try severity {
        $0.systemEvents = [
          .shutdownRequested(at: Self.evening), .machineCrashed(at: filetime(2024, 6, 22)),
        ]
        $0.system.set(power, .dword("HiberbootEnabled", 1))
      } == .information)
  }

  @Test func `the logs of a machine with fast start go on after a shutdown`() throws {
    func check(hasFastStart: Bool) throws -> ProfileCheck {
      try ProfileCheck(
        .changed {
          $0.anna.unloaded = filetime(2024, 6, 20)
          $0.system.set(
            "ControlSet001\\Control\\Session Manager\\Power",
            .dword("HiberbootEnabled", hasFastStart ? 1 : 0))
          $0.systemEvents = [
            .shutdownRequested(at: Self.evening), .shutdownRequested(at: filetime(2024, 6, 22, 18)),
          ]
          $0.applicationEvents = [
            .handlesLeaked(
              by: VolumeUser("", 1002).sid, at: filetime(2024, 6, 22, 17), [(7, "C:\\a.exe", "")])
          ]
        })
    }
    let stuck = try check(hasFastStart: true)
    let found = try #require(stuck.first("profile-loaded-at-capture"))
    #expect(found.severity == .warning)
    #expect(found.evidence.last?.source == "System.evtx, record 1")
    #expect(found.advice.hasPrefix("A shutdown was asked for after the profile was loaded."))
    #expect(
      stuck.verdict?.reason.contains("a shutdown was asked for 2024-06-21 18:00:00 UTC") == true)
    #expect(
      try check(hasFastStart: false).first("profile-loaded-at-capture")?.severity == .information)
  }

  @Test func `the User Profile Service alone was started again`() throws {
    func severity(
      start: UInt64 = Self.evening + 20_000_000, oldest: UInt64? = filetime(2024, 6, 1),
      _ events: [EventDescription] = []
    ) throws -> CheckRule.Severity? {
      let volume = VolumeDescription.changed {
        $0.anna.unloaded = filetime(2024, 6, 20)
        $0.systemEvents = [.machineStarted(at: filetime(2024, 6, 21, 7))] + events
        $0.applicationEvents = [
          .profileService(1532, at: Self.evening, level: 4),
          .profileService(1531, at: start, level: 4),
        ]
      }
      let folder = try TemporaryFolder()
      try volume.write(to: folder)
      let machines = EvidenceCollection(paths: [folder.path]).machines
      let reach = oldest.map {
        LogReach(
          log: "System.evtx", oldest: FileTime(rawValue: $0),
          newest: FileTime(rawValue: filetime(2024, 6, 21, 7)), recordCount: 1)
      }
      return ProfileCheck(
        machines[0], events: volume.events.compactMap { ProfileEvent($0) },
        reach: reach.map { [$0] } ?? []
      ).first("profile-loaded-at-capture")?.severity
    }
    #expect(try severity() == .information)
    // Where no System log reaches to that time, or it has a stop or a start, it was a shutdown.
    #expect(try severity(oldest: nil) == .problem)
    #expect(try severity(oldest: Self.evening + 1) == .problem)
    #expect(try severity([.machineStopped(at: Self.evening + 1)]) == .problem)
    #expect(try severity([.machineStarted(at: Self.evening + 10_000_000)]) == .problem)
    #expect(try severity(start: filetime(2024, 6, 22, 7)) == .problem)
  }

  @Test func `after a crash users who were logged on stay marked as loaded`() throws {
    let check = try ProfileCheck(
      .changed {
        $0.anna.unloaded = filetime(2024, 6, 20)
        $0.systemEvents = [.machineCrashed(at: filetime(2024, 6, 22))]
      })
    let found = try #require(check.first("profile-loaded-at-capture"))
    #expect(found.severity == .information)
    #expect(found.advice.hasPrefix("The machine stopped without a shutdown"))
    #expect(found.evidence.last?.source == "System.evtx, record 1")
  }

  @Test func `a log-off after the log-on makes it a problem, one before it does not`() throws {
    func leak(_ time: UInt64) -> EventDescription {
      .handlesLeaked(by: VolumeUser("anna", 1001).sid, at: time, [(7, "C:\\app.exe", "")])
    }
    #expect(try severity { $0.applicationEvents = [leak(Self.evening)] } == .problem)
    #expect(
      try severity { $0.applicationEvents = [leak(filetime(2024, 6, 20))] } == .information)
  }

  @Test func `a service keeps its user's profile loaded`() throws {
    let services = "ControlSet001\\Services\\"
    func add(_ volume: inout VolumeDescription, start: UInt32 = 2, account: String = "CORP\\anna") {
      volume.systemEvents = [.machineStopped(at: Self.evening)]
      volume.system.set(
        services + "Backup", .dword("Type", 0x10), .dword("Start", start),
        .string("ObjectName", account))
    }
    #expect(try severity { add(&$0) } == .information)
    #expect(try severity { add(&$0, start: 4) } == .problem)
    #expect(try severity { add(&$0, account: "CORP\\annabel") } == .problem)
    let verdict = try ProfileCheck(
      .changed {
        $0.anna.unloaded = filetime(2024, 6, 20)
        add(&$0)
      }
    ).verdict
    #expect(verdict?.reason.contains("a service runs as the user (Backup)") == true)
  }

  @Test(arguments: ["80-1-2-3-4-5", "82-1-2-3-4-5", "83-1-2-3-4", "90-0-1"])
  func `accounts of services, pools and virtual machines are judged`(number: String) throws {
    let sid = "S-1-5-\(number)"
    let check = try ProfileCheck(
      .changed {
        $0.anna.sid = sid
        $0.anna.unloaded = filetime(2024, 6, 20)
        $0.systemEvents = [.machineStopped(at: Self.evening)]
        $0.applicationEvents = [
          .handlesLeaked(by: sid, at: filetime(2024, 6, 20), [(7, "C:\\app.exe", "")])
        ]
      })
    #expect(check.profiles.compactMap(\.verdict).map(\.outcome) == [.loaded])
    #expect(check.first("profile-loaded-at-capture")?.severity == .information)
    #expect(check.first("handles-leaked")?.subject == sid)
  }

  @Test(arguments: ["S-1-5-18", "S-1-5-19", "S-1-5-20"])
  func `the system and its service accounts are loaded all the time`(sid: String) throws {
    let check = try ProfileCheck(
      .changed {
        $0.anna.sid = sid
        $0.anna.classesSID = sid
        $0.anna.referenceCount = 3
      })
    #expect(check.profiles.compactMap(\.verdict).isEmpty)
    #expect(check.ids == [])
  }
}
