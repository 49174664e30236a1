// SPDX-License-Identifier: MIT

import EventLogBuilder
import HiveBuilder
import ProfileForensics
import RegistryHive
import Testing
import VolumeBuilder
import WindowsTypes

/// Only what happened since a time counts, in every place where events count.
@Suite struct SinceRulesTests {
  private static let anna = VolumeUser("anna", 1001)

  private let volume = VolumeDescription.changed {
    $0.anna.loaded = filetime(2024, 6, 20, 8)
    $0.anna.unloaded = filetime(2024, 6, 19, 17)
    $0.anna.isDirty = true
    $0.applicationEvents = [
      .handlesLeaked(by: anna.sid, at: filetime(2024, 6, 20, 17), [(7, "C:\\a.exe", "")]),
      .handlesLeaked(
        by: anna.sid, at: filetime(2024, 6, 20, 17), suffix: "_Classes",
        [(8, "C:\\Windows\\System32\\dllhost.exe", "\\CLSID")]),
      .profileService(1524, at: filetime(2024, 6, 20, 17, 0, 1), user: anna.sid),
      .handlesLeaked(by: anna.sid, at: filetime(2024, 6, 21, 17), [(9, "C:\\b.exe", "")]),
      .comServerFailed(
        class: "{0F0A3C4E-1B2D-4C5E-8F90-123456789ABC}", at: filetime(2024, 6, 21, 17, 5)),
    ]
  }

  @Test func `a fault that goes on is one finding, in log-offs`() throws {
    let check = try ProfileCheck(volume, since: filetime(2024, 6, 20))
    let found = try #require(check.first("log-offs-since"))
    #expect(found.count == 1)
    #expect(found.evidence.count == 5)
    #expect(
      found.advice == "It is not over: 2 log-offs since with a registry in use (4 events), and 1 "
        + "event of a COM server that lost its user's registry. Event 1530 of 2024-06-21 17:00:00 UTC "
        + "names what to look at next: b.exe.")
  }

  @Test func `what happened before does not count in findings nor in verdicts`() throws {
    let all = try ProfileCheck(volume)
    #expect(all.verdict?.reason.contains("event 1530 of 2024-06-21") == true)
    #expect(all.countedEvents.count == 5)
    let check = try ProfileCheck(volume, since: filetime(2025, 1, 1))
    #expect(check.countedEvents.isEmpty)
    #expect(check.verdict?.outcome == .loaded)
    #expect(check.verdict?.reason.contains("1530") == false)
    // It was kept open, and nobody says that it was not.
    #expect(check.verdict?.reason.contains("no event") == false)
    #expect(check.first("handles-leaked") == nil)
    #expect(check.results.allSatisfy { !$0.advice.contains("see handles-leaked") })
  }

  @Test func `what of the logs of a dirty hive was not used is not called safe`() throws {
    let folder = try TemporaryFolder()
    try volume.write(to: folder)
    let machine = try #require(EvidenceCollection(paths: [folder.path]).machines.first)
    let whole = try #require(ProfileCheck(machine).first("hive-dirty"))
    #expect(whole.severity == .information)
    #expect(whole.advice.hasPrefix("Nothing is lost: "))
    let found = ProfileCheck(machine, options: .init(logs: .none)).results
      .filter { $0.rule.id == "hive-dirty" }
    #expect(found.count == 2)
    for result in found {
      #expect(result.severity == .warning)
      #expect(
        result.advice == "The newest changes may be missing, or only half there: the logs were "
          + "left aside. Check again with them.")
    }
  }
}
