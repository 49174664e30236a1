// SPDX-License-Identifier: MIT

import EventLogBuilder
import HiveBuilder
import ProfileForensics
import RegistryHive
import Testing
import VolumeBuilder
import WindowsEvents

/// A registry that could not be unloaded stays loaded with a RefCount of 0, until something shows
/// that it was unloaded later.
@Suite struct FailedUnloadTests {
  private static let time = filetime(2024, 6, 21, 17)

  private static func event(
    _ provider: String, _ event: UInt16, _ data: String..., after seconds: UInt64 = 0
  ) -> EventDescription {
    EventDescription(
      time: time + seconds * 10_000_000, provider: provider, event: event, level: 2,
      computer: "WS1", data: data.map { ("", $0) })
  }

  private static let failures: [EventDescription] = [
    event("Userenv", 1517, "WS1\\anna"),
    event("Userenv", 1512, "Access is denied. C:\\Documents and Settings\\anna\\ntuser.dat"),
    event(
      "Userenv", 1000,
      "Windows cannot unload your registry file. DETAIL - Access is denied. "
        + "C:\\Documents and Settings\\anna\\ntuser.dat"),
    event("UPHClean", 1511, "WS1\\anna"),
  ]

  private func verdict(
    _ events: [EventDescription], _ change: (inout VolumeDescription) -> Void = { _ in }
  ) throws -> ProfileVerdict? {
    try ProfileCheck(
      .changed(.windowsXP) {
        $0.anna.loaded = filetime(2024, 6, 21, 8)
        $0.applicationEvents = events
        change(&$0)
      }
    ).verdict
  }

  @Test(arguments: failures.indices)
  func failure(index: Int) throws {
    let found = try #require(try verdict([Self.failures[index]]))
    #expect(found.outcome == .unclear)
    #expect(found.reason.contains("nothing shows that it was later: a RefCount of 0 does not"))
  }

  @Test(arguments: failures.indices)
  func `a start of Windows, or a later load, settles it`(index: Int) throws {
    let started = try verdict([Self.failures[index]]) {
      $0.systemEvents = [.machineStarted(at: filetime(2024, 6, 22, 7))]
    }
    #expect(started?.outcome == .unloaded)
    #expect(started?.reason.contains("Windows was started anew 2024-06-22 07:00:00 UTC") == true)
    let loaded = try verdict([Self.failures[index]]) {
      $0.anna.loaded = filetime(2024, 6, 22, 8)
    }
    #expect(loaded?.outcome == .unloaded)
    let earlier = try verdict([Self.failures[index]]) {
      $0.systemEvents = [.machineStarted(at: filetime(2024, 6, 21, 7))]
    }
    #expect(earlier?.outcome == .unclear)
  }

  @Test func `event 1516 and UPHClean settle it, a report of UPHClean does not`() throws {
    let text = "WS1\\anna (S-1-5-21-1111111111-2222222222-3333333333-1001)"
    let handles = "  winlogon.exe (404)\n    HKCU\\Software (0x1c4)"
    for event in [UInt16(1201), 1401] {
      let freed = try verdict([
        Self.failures[0], Self.event("UPHClean", event, text, handles, after: 10),
      ])
      #expect(freed?.outcome == .unloaded)
    }
    let later = try verdict([
      Self.failures[0], Self.event("Userenv", 1516, "WS1\\anna", after: 60),
    ])
    #expect(later?.outcome == .unloaded)
    let failedAgain = try verdict([
      Self.event("UPHClean", 1401, text, handles), Self.event("UPHClean", 1111, text, after: 200),
    ])
    #expect(failedAgain?.outcome == .unclear)
    let reported = try verdict([
      Self.failures[0], Self.event("UPHClean", 1501, text, handles, after: 10),
    ])
    #expect(reported?.outcome == .unclear)
  }

  @Test func `event 1530 is followed by an unload by force, unless the policy was on`() throws {
    func verdict(_ isOn: Bool) throws -> ProfileVerdict? {
      try ProfileCheck(
        .changed(.windows7) {
          if isOn {
            $0.software.set(
              "Policies\\Microsoft\\Windows\\System", at: filetime(2024, 6, 1),
              .dword("DisableForceUnload", 1))
          }
          $0.applicationEvents = [
            .handlesLeaked(by: $0.anna.sid, at: Self.time, [(1, "C:\\a\\app.exe", "")])
          ]
        }
      ).verdict
    }
    #expect(try verdict(false)?.outcome == .unloaded)
    #expect(try verdict(true)?.outcome == .unclear)
  }
}
