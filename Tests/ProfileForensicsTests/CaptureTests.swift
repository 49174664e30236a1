// SPDX-License-Identifier: MIT

import HiveBuilder
import ProfileForensics
import RegistryHive
import Testing
import VolumeBuilder

/// What is taken from folders of all kinds.
@Suite struct CaptureTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func bytes(_ path: String) throws -> [UInt8] {
    try #require(VolumeDescription(.windows10).files.first { $0.path == path }).bytes
  }

  @Test func `a volume with its logs and transaction files`() throws {
    try VolumeDescription(.windows10).write(to: folder)
    let files = try Capture(path: folder.path)
    #expect(files.layout == .volume)
    #expect(
      files.machineHives.keys.sorted { $0.rawValue < $1.rawValue } == [
        .default, .software, .system,
      ])
    #expect(files.profiles.map(\.name) == ["Default", "anna"])
    #expect(
      files.eventLogs.map(\.path) == [
        folder.path("Windows/System32/winevt/Logs/Application.evtx"),
        folder.path("Windows/System32/winevt/Logs/System.evtx"),
      ])
    #expect(files.transactionFiles.count == 2)
  }

  @Test func `the folder of one profile`() throws {
    try folder.write(VolumeUser("anna", 1001).hive.build().bytes, to: "anna/ntuser.dat")
    let files = try Capture(path: folder.path("anna"))
    #expect(files.layout == .profile)
    let check = try ProfileCheck(path: folder.path("anna"))
    #expect(check.profiles.map(\.subject) == ["anna"])
    #expect(check.profiles.compactMap(\.verdict).map(\.outcome) == [.unclear])
    #expect(check.remarks.count == 1)
  }

  @Test func `hives that were collected, whatever they are called`() throws {
    let sid = VolumeUser("anna", 1001).sid
    try folder.write(
      bytes("Windows/System32/config/SOFTWARE"), to: "case 7/machine/software.bin")
    try folder.write(bytes("Users/anna/NTUSER.DAT"), to: "case 7/users/anna.hive")
    try folder.write(
      bytes("Users/anna/AppData/Local/Microsoft/Windows/UsrClass.dat"), to: "case 7/users/b.hive")
    try folder.write(bytes("Windows/System32/config/SOFTWARE"), to: "case 7/other/again")
    try folder.write([UInt8]("regf".utf8), to: "case 7/short")
    try folder.write([UInt8]("notes".utf8), to: "case 7/notes.txt")
    let files = try Capture(path: folder.path)
    #expect(files.layout == .collection)
    #expect(
      files.machineHives.mapValues(\.path) == [
        .software: folder.path("case 7/machine/software.bin")
      ])
    #expect(files.profiles.count == 1)
    let check = try ProfileCheck(path: folder.path)
    #expect(check.profiles.filter { $0.verdict != nil }.map(\.subject) == [sid])
    #expect(check.profiles.first { $0.verdict != nil }?.listed != nil)
    #expect(check.results.allSatisfy { $0.severity == .information })
    #expect(
      check.remarks == [
        "there is no SYSTEM hive: services and the registry size limit are not known",
        "there are no event logs: which programs kept registries open is not known",
      ])
  }

  @Test func `a folder of profiles keeps the hives of each together`() throws {
    var volume = VolumeDescription(.windows7)
    volume.users.append(VolumeUser("bernd", 1002))
    for (path, bytes) in volume.files where path.hasPrefix("Users/") {
      try folder.write(bytes, to: path)
    }
    let files = try Capture(path: folder.path("Users"))
    #expect(files.layout == .collection)
    #expect(files.profiles.map(\.name) == ["Default", "anna", "bernd"])
    #expect(files.profiles.map { $0.hives.count } == [1, 2, 2])
    let people = try ProfileCheck(path: folder.path("Users")).profiles.filter { $0.verdict != nil }
    #expect(people.map(\.subject) == volume.users.map(\.sid))
  }

  @Test func `a folder without a hive, and what is no folder`() throws {
    try folder.write([1], to: "empty/file")
    let none = #expect(throws: ForensicsError.self) {
      try Capture(path: folder.path("empty"))
    }
    #expect(none?.code == .notAVolume)
    #expect(none?.reason.hasPrefix("has no registry hive in it") == true)
    #expect(throws: ForensicsError.self) { try Capture(path: folder.path("missing")) }
  }

  @Test func `links are not followed out of a collection`() throws {
    let other = try TemporaryFolder()
    try other.write(VolumeUser("anna", 1001).hive.build().bytes, to: "NTUSER.DAT")
    try folder.write(bytes("Windows/System32/config/SOFTWARE"), to: "SOFTWARE")
    try folder.link("users", to: other.path)
    let files = try Capture(path: folder.path)
    #expect(files.profiles.isEmpty)
    #expect(files.notes.map(\.isLoss) == [false])
  }

  @Test(
    "Paths of the profile list lead to folders",
    arguments: [
      ("C:\\Users\\anna", ["Users", "anna"]), ("%SystemDrive%\\Users\\anna", ["Users", "anna"]),
      ("%systemroot%\\ServiceProfiles\\X", ["Windows", "ServiceProfiles", "X"]),
      ("c:\\users\\ANNA\\", ["users", "ANNA"]), ("D:\\Users\\anna", nil), ("\\\\s\\x", nil),
      ("", nil),
    ] as [(String, [String]?)])
  func folders(path: String, names: [String]?) throws {
    let hive = try Hive(bytes: bytes("Windows/System32/config/SOFTWARE"))
    #expect(try #require(ProfileList(software: hive)).folderNames(of: path) == names)
  }
}
