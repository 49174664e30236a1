// SPDX-License-Identifier: MIT

import EventLogBuilder
import HiveBuilder
import ProfileForensics
import RegistryHive
import Testing
import VolumeBuilder

/// Programs are judged by their whole path, never by their name alone.
@Suite struct ProgramPlaceTests {
  private static let time = filetime(2024, 6, 21, 17, 3, 40)

  private func advice(_ handles: [(Int, String)]) throws -> String {
    let check = try ProfileCheck(
      .changed {
        $0.applicationEvents = [
          .handlesLeaked(by: $0.anna.sid, at: Self.time, handles.map { ($0.0, $0.1, "\\Software") })
        ]
      })
    return try #require(check.first("handles-leaked")).advice
  }

  private static let device = "\\Device\\HarddiskVolume3"

  @Test(
    "What a path says of whose a program is",
    arguments: [
      (
        "\\Windows\\System32\\svchost.exe",
        "svchost.exe (\\Windows\\System32\\svchost.exe, process 7) hosts services of Windows"
      ),
      (
        "\\Windows\\SysWOW64\\dllhost.exe",
        "dllhost.exe (\\Windows\\SysWOW64\\dllhost.exe, process 7) hosts applications of COM"
      ),
      (
        "\\Windows\\Temp\\svchost.exe",
        "svchost.exe (\\Windows\\Temp\\svchost.exe, process 7) has the name of a program of Windows"
      ),
      (
        "\\Users\\Public\\dllhost.exe",
        "dllhost.exe (\\Users\\Public\\dllhost.exe, process 7) has the name of a program of Windows"
      ),
      (
        "\\Windows\\System32\\explorer.exe",
        "explorer.exe (\\Windows\\System32\\explorer.exe, process 7) has the name of a program of"
      ),
      (
        "\\Windows\\explorer.exe",
        "explorer.exe (\\Windows\\explorer.exe, process 7) is part of Windows: update Windows"
      ),
      (
        "\\Windows\\System32\\dllhost.exe.exe",
        "dllhost.exe.exe (\\Windows\\System32\\dllhost.exe.exe, process 7) lies in a folder of Windows,"
      ),
      (
        "\\Windows\\System32\\spool\\drivers\\x64\\3\\HPBOID.EXE",
        "HPBOID.EXE (\\Windows\\System32\\spool\\drivers\\x64\\3\\HPBOID.EXE, process 7) belongs to a"
          + " printer driver"
      ),
      (
        "\\Users\\uwe\\AppData\\Local\\Temp\\x.exe",
        "x.exe (\\Users\\uwe\\AppData\\Local\\Temp\\x.exe, process 7) ran from a folder of temporary"
      ),
      (
        "\\Program Files\\A\\a.exe",
        "Update a.exe (\\Program Files\\A\\a.exe, process 7), or ask its"
      ),
    ])
  func places(path: String, start: String) throws {
    let text = try advice([(7, Self.device + path)])
    #expect(text.hasPrefix(start), "\(text)")
  }

  @Test func `programs of one kind share a sentence, and each has its processes`() throws {
    let text = try advice(
      (1...60).map { ($0, "\(Self.device)\\Windows\\System32\\p\($0).exe") }
        + [(7, "C:\\a.exe"), (8, "C:\\a.exe"), (9, "")])
    #expect(text.hasPrefix("The event does not name a program (process 9)"))
    #expect(text.contains("Update a.exe (C:\\a.exe, processes 7, 8), or ask its maker."))
    #expect(text.contains("and 57 more lie in a folder of Windows"))
  }

  @Test(arguments: [
    ("\\Windows\\System32\\dllhost.exe", CheckRule.Severity.problem),
    ("\\Users\\Public\\dllhost.exe", .warning),
  ])
  func `only Windows' own dllhost.exe hosts COM`(
    path: String, severity: CheckRule.Severity
  ) throws {
    let application = "{5C3E8B10-2D1F-4A6B-9E77-0A1B2C3D4E5F}"
    let name = "{0F0A3C4E-1B2D-4C5E-8F90-123456789ABC}"
    let check = try ProfileCheck(
      .changed {
        $0.software.set("Classes\\CLSID\\\(name)", .string("AppID", application))
        $0.software.set("Classes\\AppID\\\(application)", .string("RunAs", ".\\anna"))
        $0.applicationEvents = [
          .handlesLeaked(by: $0.anna.sid, at: Self.time, [(7, Self.device + path, "")])
        ]
        $0.systemEvents = [.comServerFailed(class: name, at: filetime(2024, 6, 21, 17, 5))]
      })
    let found = try #require(check.first("com-server-lost-profile"))
    #expect(found.severity == severity)
    #expect(found.evidence.contains { $0.fact.contains("event 1530") } == (severity == .problem))
  }
}
