// SPDX-License-Identifier: MIT

import EventLogBuilder
import HiveBuilder
import ProfileForensics
import RegistryHive
import Testing
import VolumeBuilder
import WindowsEvents

/// How sessions ended on a Windows that keeps neither times nor a RefCount.
@Suite struct SessionEndTests {
  private static let finding = "profile-loaded-at-capture"

  private static func step(
    _ event: UInt16, _ session: Int, day: Int = 21, hour: Int
  ) -> EventDescription {
    .profileService(
      event, at: filetime(2024, 6, day, hour), level: 4, user: VolumeUser("", 1001).sid,
      ("Session", "\(session)"))
  }

  private func check(
    _ steps: [EventDescription], system: [EventDescription] = [],
    _ change: (inout VolumeDescription) -> Void = { _ in }
  ) throws -> ProfileCheck {
    try ProfileCheck(
      .changed {
        $0.anna.loaded = 0
        $0.anna.unloaded = 0
        $0.applicationEvents = steps
        $0.systemEvents = system
        change(&$0)
      })
  }

  private static let session = [step(1, 1, hour: 8), step(2, 1, hour: 8)]
  private static let logOff = [step(3, 1, hour: 17), step(4, 1, hour: 17)]
  private static let stop = EventDescription.machineStopped(at: filetime(2024, 6, 21, 18))

  @Test func `a shutdown in a session without a log-off is a warning`() throws {
    let open = try check(Self.session, system: [Self.stop])
    let found = try #require(open.first(Self.finding))
    #expect(found.severity == .warning)
    #expect(found.advice.hasPrefix("The machine was shut down in order after the log-on"))
    #expect(
      found.evidence.map(\.source) == ["Application.evtx, record 2", "System.evtx, record 1"])
    #expect(
      open.verdict?.reason.contains("Windows was shut down 2024-06-21 18:00:00 UTC") == true)
    #expect(try check(Self.session).ids == [])
    #expect(try check(Self.session + Self.logOff, system: [Self.stop]).ids == [])
    // A crash before it ends the session without a log-off.
    let crashed = try check(
      Self.session, system: [.machineCrashed(at: filetime(2024, 6, 21, 12)), Self.stop])
    #expect(crashed.ids == [])
    // A service keeps the profile loaded for as long as it runs.
    let kept = try check(Self.session, system: [Self.stop]) {
      $0.system.set(
        "ControlSet001\\Services\\Backup", .dword("Type", 0x10), .dword("Start", 2),
        .string("ObjectName", "CORP\\anna"))
    }
    #expect(kept.first(Self.finding) == nil)
  }

  @Test func `a request with fast start in a session without a log-off is a warning`() throws {
    func advice(_ number: UInt32) throws -> String? {
      try check(Self.session, system: [.shutdownRequested(at: filetime(2024, 6, 21, 18))]) {
        $0.system.set(
          "ControlSet001\\Control\\Session Manager\\Power", .dword("HiberbootEnabled", number))
      }.first(Self.finding)?.advice
    }
    #expect(try advice(1)?.hasPrefix("A shutdown was asked for after the log-on") == true)
    #expect(try advice(0) == nil)
  }

  @Test(arguments: [true, false])
  func `a log-off that began and did not end is a warning`(isShutDown: Bool) throws {
    let system = isShutDown ? [Self.stop] : []
    let hung = try check(Self.session + Self.logOff.prefix(1), system: system)
    let found = try #require(hung.first(Self.finding))
    #expect(found.severity == .warning)
    #expect(
      found.advice.hasPrefix(
        "A log-off began, and its end is not recorded"
          + (isShutDown ? ", though Windows was shut down after that" : "") + ": something"))
    #expect(found.evidence.count == (isShutDown ? 2 : 1))
    #expect(hung.verdict?.outcome == .unclear)
    #expect(try check(Self.session + Self.logOff, system: system).ids == [])
  }

  @Test func `where the list has times, events of sessions do not stand above it`() throws {
    let check = try ProfileCheck(
      .changed {
        $0.applicationEvents = Self.session + Self.logOff.prefix(1)
        $0.systemEvents = [Self.stop]
      })
    #expect(check.first(Self.finding) == nil)
  }

  @Test func `no session outlives a start of Windows`() throws {
    let later = [
      Self.step(1, 2, day: 22, hour: 8), Self.step(3, 2, day: 22, hour: 17),
      Self.step(4, 2, day: 22, hour: 17),
    ]
    let start = EventDescription.machineStarted(at: filetime(2024, 6, 22, 7))
    let crash = EventDescription.machineCrashed(at: filetime(2024, 6, 22, 7))
    for system in [[crash, start], [crash], [start]] {
      let check = try check(Self.session + later, system: system)
      #expect(check.ids == [])
      #expect(
        check.verdict?.reason.hasPrefix("the last log-off was processed 2024-06-22 17:00:00 UTC")
          == true)
    }
    let running = try check(Self.session + later)
    #expect(running.verdict?.reason.contains("the log-on of session 1 of") == true)
    let ended = try check(Self.session, system: [start])
    #expect(
      ended.verdict?.reason.contains(
        "but Windows was started again 2024-06-22 07:00:00 UTC, which no session outlives") == true)
  }
}
