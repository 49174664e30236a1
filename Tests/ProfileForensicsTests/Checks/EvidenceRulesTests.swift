// SPDX-License-Identifier: MIT

import EventLogBuilder
import HiveBuilder
import ProfileForensics
import RegistryHive
import Testing
import VolumeBuilder
import WindowsEvents
import WindowsTypes
import WindowsTypes

/// Which state and which computer the evidence is of, and what was left out.
@Suite struct EvidenceRulesTests {
  private static let unload = filetime(2024, 6, 21, 17, 3, 44)
  private static let anna = VolumeUser("", 1001).sid

  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func write(
    _ volume: VolumeDescription, to root: String = "", without ending: String = "\n"
  ) throws {
    for (path, bytes) in volume.files where !path.hasSuffix(ending) {
      try folder.write(bytes, to: root + path)
    }
  }

  private func leak(
    by computer: String, at time: UInt64, log: String = "Application.evtx", number: UInt64 = 1
  ) -> ProfileEvent? {
    var record = VolumeDescription.changed {
      $0.applicationEvents = [.handlesLeaked(by: $0.anna.sid, at: time, [(7, "C:\\a.exe", "")])]
    }.events[0]
    record.computer = computer
    record.log = log
    record.number = number
    return ProfileEvent(record)
  }

  // MARK: - Computers

  @Test func `without SYSTEM the times show which computer the machine is`() throws {
    try write(VolumeDescription(.windows10), to: "C/", without: "/SYSTEM")
    let events = [
      leak(by: "PC8", at: Self.unload - 180_000_000_000, log: "b.evtx"),
      leak(by: "PC7", at: Self.unload, log: "a.evtx"),
    ]
    .compactMap(\.self)
    let check = try ProfileCheck(path: folder.path, events: events)
    let found = try #require(check.first("computer-not-known"))
    #expect(found.severity == .information)
    #expect(found.evidence.map(\.fact) == ["1 event of PC7", "1 event of PC8"])
    #expect(found.advice.contains("the machine is PC7"))
    #expect(check.first("handles-leaked")?.count == 1)
    let unknown = try ProfileCheck(
      path: folder.path,
      events: [
        leak(by: "PC8", at: filetime(2024, 6, 1), log: "b.evtx"),
        leak(by: "PC7", at: filetime(2024, 6, 2), log: "a.evtx"),
      ]
      .compactMap(\.self))
    #expect(unknown.first("computer-not-known")?.severity == .warning)
    let one = try ProfileCheck(
      path: folder.path, events: [leak(by: "PC7", at: Self.unload, log: "a.evtx")!])
    #expect(one.first("computer-not-known") == nil)
  }

  @Test func `a machine's own log may name it as it was called before`() throws {
    var volume = VolumeDescription(.windows10)
    volume.computerName = "PC7"
    try write(volume)
    let renamed = try ProfileCheck(
      path: folder.path, events: [leak(by: "WIN-AB12", at: Self.unload)].compactMap(\.self))
    #expect(renamed.first("handles-leaked")?.subject == Self.anna)
    #expect(!renamed.remarks.contains { $0.contains("of other machines") })
    let foreign = try ProfileCheck(
      path: folder.path,
      events: [leak(by: "WIN-AB12", at: Self.unload, log: "saved.evtx")].compactMap(\.self))
    #expect(foreign.first("handles-leaked") == nil)
    #expect(
      foreign.verdict?.reason.hasSuffix(
        "events of the user by other computers (WIN-AB12) did not count") == true)
  }

  private static func reach(
    _ log: String, of host: String?, from oldest: UInt64, to newest: UInt64
  ) -> LogReach {
    LogReach(
      log: log, host: host, oldest: FileTime(rawValue: oldest), newest: FileTime(rawValue: newest),
      recordCount: 2)
  }

  /// A check of PC7, whose Application log holds an event of another computer.
  private func checkOfPC7(
    _ reach: [LogReach], _ events: [ProfileEvent?] = [],
    _ change: (inout VolumeDescription) -> Void = { _ in }
  ) throws -> ProfileCheck {
    var volume = VolumeDescription(.windows10)
    volume.computerName = "PC7"
    change(&volume)
    try write(volume)
    let machine = try #require(EvidenceCollection(paths: [folder.path]).machines.first)
    let other = leak(by: "SRV-X.contoso.local", at: Self.unload)
    return ProfileCheck(machine, events: ([other] + events).compactMap(\.self), reach: reach)
  }

  @Test func `a log in the machine's own folder that names another computer alone is named`()
    throws
  {
    let day: UInt64 = 864_000_000_000
    let log = Self.reach(
      "Application.evtx", of: "SRV-X", from: Self.unload - day, to: Self.unload)
    let found = try checkOfPC7([log])
    let other = try #require(found.first("log-names-other-computer"))
    #expect(other.severity == .warning)
    #expect(other.evidence.map(\.source.description) == ["Application.evtx, record 1"])
    #expect(other.evidence.map(\.fact) == ["1 event of SRV-X; this machine is PC7"])
    #expect(found.first("handles-leaked") != nil)
    // Without the reach of logs the events alone say.
    #expect(try checkOfPC7([]).first("log-names-other-computer") != nil)
    // Another log under the machine's name reaches over the same time.
    let system = Self.reach("System.evtx", of: "PC7", from: Self.unload - day, to: Self.unload)
    #expect(try checkOfPC7([log, system]).first("log-names-other-computer") != nil)
  }

  @Test func `signs of an earlier name explain a log that names another computer`() throws {
    let day: UInt64 = 864_000_000_000
    let log = Self.reach(
      "Application.evtx", of: "SRV-X", from: Self.unload - day, to: Self.unload)
    func isNamed(
      _ reach: [LogReach], _ events: [ProfileEvent?] = [],
      _ change: (inout VolumeDescription) -> Void = { _ in }
    ) throws -> Bool {
      let found = try checkOfPC7(reach, events, change)
      #expect(found.first("handles-leaked") != nil)
      return found.first("log-names-other-computer") != nil
    }
    let later = Self.reach("System.evtx", of: "PC7", from: Self.unload, to: Self.unload + day)
    #expect(!(try isNamed([log, later])))
    let both = Self.reach("Application.evtx", of: nil, from: Self.unload - day, to: Self.unload)
    #expect(!(try isNamed([both])))
    #expect(!(try isNamed([log], [leak(by: "PC7", at: Self.unload + 1, number: 2)])))
    let parameters = "ControlSet001\\Services\\Tcpip\\Parameters"
    #expect(
      !(try isNamed([log]) { $0.system.set(parameters, .string("Hostname", "srv-x")) }))
    #expect(try isNamed([log]) { $0.system.set(parameters, .string("Hostname", "PC7")) })
  }

  @Test func `in a log of several computers the events of others do not count`() throws {
    var volume = VolumeDescription(.windows10)
    volume.computerName = "PC7"
    for (path, bytes) in volume.files where !path.hasSuffix(".evtx") {
      try folder.write(bytes, to: "C/" + path)
    }
    func check(_ events: [(computer: String, time: UInt64)]) throws -> ProfileCheck {
      try ProfileCheck(
        path: folder.path,
        events: events.enumerated().compactMap {
          leak(by: $1.computer, at: $1.time, log: "collected.evtx", number: UInt64($0 + 1))
        })
    }
    let before = Self.unload - 10_000_000_000
    // What is older than the machine's own records may be under an earlier name.
    #expect(
      try check([("WIN-1", before), ("PC7", Self.unload)]).first("handles-leaked")?.evidence.count
        == 2)
    let mixed = try check([("PC7", before), ("SRV-X", Self.unload)])
    #expect(
      mixed.first("handles-leaked")?.evidence.map(\.source.description)
        == ["collected.evtx, record 1"])
    #expect(mixed.remarks.contains("1 event of other machines did not count"))
  }

  // MARK: - States

  @Test(arguments: [true, false])
  func `a state that is newer than the live one is named`(isNewer: Bool) throws {
    var volume = VolumeDescription(.windows10)
    try write(volume, to: "C/")
    volume.anna.loaded = isNewer ? filetime(2024, 7, 1) : filetime(2024, 6, 20)
    volume.anna.unloaded = filetime(2024, 6, 20, 17)
    try write(volume, to: "VSS1/")
    let found = try ProfileCheck(path: folder.path).first("other-state-newer")
    #expect((found != nil) == isNewer)
    if let found {
      #expect(found.evidence[0].source.description.hasPrefix("VSS1: SOFTWARE\\"))
      #expect(found.evidence[0].fact.hasPrefix("C:\\Users\\anna: loaded; "))
    }
  }

  @Test func `where SOFTWARE is in RegBack alone, its profile list is taken`() throws {
    let volume = VolumeDescription(.windows10)
    try write(volume, without: "/SOFTWARE")
    let software = volume.files.first { $0.path.hasSuffix("config/SOFTWARE") }?.bytes
    try folder.write(try #require(software), to: "Windows/System32/config/RegBack/SOFTWARE")
    let check = try ProfileCheck(path: folder.path)
    #expect(check.verdict?.outcome == .unloaded)
    #expect(
      check.verdict?.reason.contains(
        "the profile list is that of RegBack, because SOFTWARE itself was not found") == true)
    let verdict = try #require(check.results.first { $0.rule.id == "profile-verdict" })
    #expect(
      verdict.evidence.last?.source.description.hasPrefix("RegBack: SOFTWARE\\Microsoft") == true)
    #expect(
      check.facts.failures.map(\.reason) == [
        "has no SOFTWARE hive: policies and COM applications are not known, and the profile list is "
          + "that of RegBack"
      ])
  }

  @Test func `who is in an earlier list alone is called by it`() throws {
    var volume = VolumeDescription(.windows10)
    try write(volume, to: "C/")
    volume.users.append(VolumeUser("gone", 1002))
    try write(volume, to: "VSS1/")
    let gone = VolumeUser("gone", 1002).sid
    let events = VolumeDescription.changed {
      $0.applicationEvents = [
        .handlesLeaked(by: gone, at: filetime(2024, 6, 1), [(7, "C:\\a.exe", "")])
      ]
    }.events.compactMap { ProfileEvent($0) }
    let check = try ProfileCheck(path: folder.path, events: events)
    #expect(
      check.facts("handles-leaked").last == "C:\\Users\\gone, which the list has no more")
  }

  // MARK: - What was left out

  @Test func `the folders of a machine without a hive are passed over aloud`() throws {
    try write(VolumeDescription(.windows10), to: "PC1/C/")
    try folder.write([], to: "PC2/C/Windows/System32/config/x.txt")
    let collection = EvidenceCollection(paths: [folder.path])
    #expect(collection.machines.count == 1)
    #expect(
      collection.skipped.filter(\.isLoss).map(\.description) == [
        "\(folder.path("PC2/C")): has the folders of Windows, and no hive and no event log in them"
      ])
  }

  @Test func `a saved DEFAULT is no user's, and a hive named after a user is the user's`() throws {
    let volume = VolumeDescription(.windows10)
    func bytes(_ ending: String) throws -> [UInt8] {
      try #require(volume.files.first { $0.path.hasSuffix(ending) }).bytes
    }
    try folder.write(try bytes("config/SOFTWARE"), to: "software.hiv")
    try folder.write(try bytes("config/SYSTEM"), to: "system.hiv")
    try folder.write(volume.anna.hive.build().bytes, to: "default.hiv")
    try folder.write(try bytes("anna/NTUSER.DAT"), to: "NTUSER_anna.DAT")
    try folder.write(try bytes("UsrClass.dat"), to: "anna_usrclass.dat.hiv")
    let check = try ProfileCheck(path: folder.path)
    let judged = check.profiles.filter { $0.verdict != nil }
    #expect(judged.map(\.subject) == [Self.anna])
    #expect(judged.first?.files?.hives.count == 2)
    #expect(check.ids == [])
  }

  @Test func `a nameless hive beside a user's classes may be the user's`() throws {
    let volume = VolumeDescription(.windows10)
    for (path, bytes) in volume.files {
      if path.hasSuffix("config/SOFTWARE") { try folder.write(bytes, to: "a/software.hiv") }
      if path.hasSuffix("UsrClass.dat") { try folder.write(bytes, to: "b/classes.hiv") }
      if path.hasSuffix("anna/NTUSER.DAT") {
        try folder.write(bytes, to: "c/1.hiv")
        try folder.write(bytes + [0], to: "d/2.hiv")
      }
    }
    let found = try #require(try ProfileCheck(path: folder.path).first("profile-hive-missing"))
    #expect(found.severity == .information)
    #expect(found.advice.contains("could not be assigned to anybody"))
  }

  @Test func `files that are no evidence are failures, alone and together`() throws {
    let note = try folder.write([UInt8]("notes".utf8), to: "a/note.txt")
    #expect(throws: ForensicsError.self) { try Capture(path: note) }
    let collection = EvidenceCollection(paths: [note])
    #expect(collection.machines.isEmpty)
    #expect(collection.failures.map(\.path) == [note])
    #expect(collection.failures.first?.reason == "is no registry hive, and no event log")
  }

  @Test func `hives given one by one are one machine's, in one folder or in several`() throws {
    let volume = VolumeDescription(.windows10)
    func write(_ ending: String, _ place: String) throws -> String {
      try folder.write(
        try #require(volume.files.first { $0.path.hasSuffix(ending) }).bytes, to: place)
    }
    let paths = [
      try write("config/SOFTWARE", "1/SOFTWARE"), try write("config/SYSTEM", "1/SYSTEM"),
      try write("anna/NTUSER.DAT", "2/NTUSER.DAT"), try write("UsrClass.dat", "2/UsrClass.dat"),
    ]
    let together = EvidenceCollection(paths: Array(paths.prefix(2)))
    #expect(together.machines.count == 1)
    #expect(together.machines.first?.live.path == folder.path("1"))
    let apart = EvidenceCollection(paths: paths)
    #expect(apart.machines.count == 1)
    #expect(apart.machines.first?.live.profiles.map(\.hives.count) == [2])
  }
}
