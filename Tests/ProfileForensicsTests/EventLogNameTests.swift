// SPDX-License-Identifier: MIT

import EventLogBuilder
import HiveBuilder
import ProfileForensics
import Testing
import VolumeBuilder

/// Event logs that tools gave other names.
@Suite struct EventLogNameTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private var collection: EvidenceCollection { EvidenceCollection(paths: [folder.path]) }

  @Test(
    "An event log is known by what it begins with, whatever its name",
    arguments: [
      "appevent.evt.001", "0034000000000C5D_0004000000000B1F_4_Application.evtx_{0000}.data",
      "Application.evtx.bak", "log",
    ], [false, true])
  func renamedLog(name: String, isOld: Bool) throws {
    let events = [EventDescription.profileService(1531, at: filetime(2024, 6, 21))]
    let bytes = isOld ? EvtBuilder(events).build() : EvtxBuilder(events).build()
    try folder.write(bytes, to: name)
    try folder.write([UInt8]("ElfFilings".utf8), to: "notes.txt")
    try folder.write(Fixture.named("SOFTWARE").build().bytes, to: "SOFTWARE")
    let machine = try #require(collection.machines.first)
    #expect(machine.live.eventLogs.map(\.path) == [folder.path(name)])
    #expect(collection.skipped.isEmpty)
  }

  @Test(
    "Logs of a volume are known by the words of their names",
    arguments: [
      ("Application_20250304.evtx", true), ("Application.evtx.old", true),
      ("WS1 System (2).evtx", true), ("Archive-ForwardedEvents-2024-06-21-17-03-44-001.evtx", true),
      ("Microsoft-Windows-User Profile Service%4Operational_old.evtx", true),
      ("Microsoft-Windows-Application-Experience%4Steps.evtx", false),
      ("Microsoft-System-Diagnostics%254Operational.evtx", false), ("Security_1.evtx", false),
      ("Setup.evtx", false),
    ])
  func renamedLogOfVolume(name: String, isRead: Bool) throws {
    for (file, bytes) in VolumeDescription(.windows10).files {
      try folder.write(bytes, to: "C/\(file)")
    }
    let path = "C/Windows/System32/winevt/Logs/\(name)"
    try folder.write(EvtxBuilder([]).build(), to: path)
    try folder.write([UInt8]("notes".utf8), to: "C/Windows/System32/winevt/Logs/Application.txt")
    let logs = try #require(collection.machines.first).live.eventLogs.map(\.path)
    #expect(logs.contains(folder.path(path)) == isRead)
    #expect(logs.count == (isRead ? 3 : 2))
  }

  @Test func `logs of Windows XP that were renamed are read where Windows keeps them`() throws {
    for (path, bytes) in VolumeDescription(.windowsXP).files {
      let isLog = path.hasSuffix(".Evt")
      try folder.write(bytes, to: isLog ? path + ".bak" : path)
    }
    let logs = try #require(collection.machines.first).live.eventLogs.map(\.path)
    #expect(
      logs
        == ["AppEvent", "SysEvent"].map {
          folder.path("WINDOWS/System32/config/\($0).Evt.bak")
        })
  }
}
