// SPDX-License-Identifier: MIT

import EventLogBuilder
import HiveBuilder
import ProfileForensics
import RegistryHive
import Testing
import VolumeBuilder
import WindowsEvents

/// An entry and its folder come together whatever a copy made of the folder's name, before anything
/// is called missing.
@Suite struct FolderJoinTests {
  private static let classes = "AppData/Local/Microsoft/Windows/UsrClass.dat"

  /// Checks a volume on which the folder of a user is called otherwise than the list says, with the
  /// volume below a path, and perhaps a path in the header of NTUSER.DAT.
  private func check(
    _ name: String, in folder: String, hasClasses: Bool = true, below root: String = "",
    storedPath: String? = nil, _ change: (inout VolumeDescription) -> Void = { _ in }
  ) throws -> ProfileCheck {
    var volume = VolumeDescription(.windows10)
    volume.anna.imagePath = "C:\\Users\\\(name)"
    if let storedPath { volume.anna.hive.header.fileName = storedPath }
    change(&volume)
    let place = try TemporaryFolder()
    for (path, bytes) in volume.files {
      if !hasClasses, path.hasSuffix("anna/\(Self.classes)") { continue }
      try place.write(
        bytes, to: root + path.replacing("Users/anna/", with: "Users/\(folder)/"))
    }
    return try ProfileCheck(
      path: place.path, events: volume.events.compactMap { ProfileEvent($0) })
  }

  @Test(
    "A folder whose name is another form of the listed one is the profile's",
    .disabled(if: slowTestsAreLeftOut, "slow"),
    arguments: [
      ("jürgen", "ju\u{308}rgen", false), ("jürgen", "ju\u{308}rgen", true),
      ("jürgen", "JU\u{308}RGEN", false), ("jürgen", "j├╝rgen", true),
      ("jürgen", "j├╝rgen", false), ("jürgen", "jÃ¼rgen", false), ("jürgen", "j?rgen", false),
      ("jürgen", "j_rgen", false), ("jürgen", "j#U00fcrgen", false),
      ("jürgen", "j%C3%BCrgen", false), ("åsa-ärla", "a\u{30A}sa-a\u{308}rla", false),
      ("Анна.B", "????.B", false), ("lars ", "lars", false), (".\\lars", "lars", false),
      ("x\\..\\lars", "lars", false), ("lars.", "lars", false),
    ], ["", "C/", "uploads/auto/C%3A/"])
  func sameName(names: (listed: String, folder: String, hasClasses: Bool), root: String) throws {
    let check = try check(
      names.listed, in: names.folder, hasClasses: names.hasClasses, below: root)
    #expect(check.ids == [])
    let judged = check.profiles.filter { $0.verdict != nil }
    #expect(judged.map { $0.files != nil } == [true])
    #expect(check.verdict?.outcome == .unloaded)
  }

  @Test(arguments: ["\"C:\\Users\\lars\"", " C:\\Users\\lars ", "%ProfilesDirectory%\\lars"])
  func `a path with more around it leads to the folder`(path: String) throws {
    #expect(try check("lars", in: "lars") { $0.anna.imagePath = path }.ids == [])
  }

  @Test(
    "Another name is not the same one",
    arguments: [
      ("jürgen", "jörgen"), ("jürgen", "jurgen"), ("jürgen", "jürgen2"), ("Анна", "Пётр"),
      ("a_b", "a?b"), ("anna", "anne"),
    ])
  func otherName(listed: String, folder: String) throws {
    let check = try check(listed, in: folder, hasClasses: false)
    #expect(check.ids == ["profile-folder-missing", "profile-folder-unlisted"])
  }

  @Test func `classes of somebody else keep a folder from being taken by its name`() throws {
    let check = try check("jürgen", in: "j?rgen") { $0.anna.classesSID = VolumeUser("", 1009).sid }
    #expect(check.ids == ["profile-folder-missing", "profile-folder-unlisted"])
  }

  @Test(arguments: ["", "C/"])
  func `a folder of another name is the user's by its classes, and is moved`(root: String) throws {
    let moved = try check("anna", in: "anna.old", below: root)
    #expect(moved.ids == ["profile-folder-moved"])
    let found = try #require(moved.first("profile-folder-moved"))
    #expect(found.subject == VolumeUser("", 1001).sid)
    #expect(
      found.evidence.map(\.fact) == [
        "C:\\Users\\anna: not there", "the classes in it are those of the entry's user",
      ])
    #expect(!found.advice.contains("delete"))
    #expect(moved.profiles.filter { $0.verdict != nil }.count == 1)
  }

  @Test func `a folder of another name is the user's by the path in its header`() throws {
    let stored = try check(
      "anna", in: "saved", hasClasses: false, storedPath: "\\??\\C:\\Users\\anna\\ntuser.dat")
    #expect(stored.ids == ["profile-folder-moved"])
    let other = try check(
      "anna", in: "saved", hasClasses: false, storedPath: "\\??\\C:\\Users\\hanna\\ntuser.dat")
    #expect(other.ids == ["profile-folder-missing", "profile-folder-unlisted"])
  }

  @Test(
    "A template that was made of a user's profile is not that user's folder",
    .disabled(if: slowTestsAreLeftOut, "slow"),
    arguments: ["Default.migrated", "Default User", "Public", "All Users"], [true, false])
  func template(name: String, hasClasses: Bool) throws {
    let path = "\\??\\C:\\Users\\anna\\ntuser.dat"
    let check = try check("anna", in: name, hasClasses: hasClasses, storedPath: path)
    #expect(check.ids == ["profile-folder-missing"])
    #expect(
      try self.check("anna", in: "\(name)2", hasClasses: hasClasses, storedPath: path).ids
        == ["profile-folder-moved"])
  }

  @Test func `the folder of a temporary profile is not the user's own`() throws {
    let check = try check("anna", in: "TEMP.WS1.000")
    #expect(check.ids == ["profile-folder-missing", "profile-folder-unlisted"])
    #expect(check.first("profile-folder-unlisted")?.severity == .information)
  }

  @Test func `an earlier folder of a user whose own is there is called so`() throws {
    let check = try ProfileCheck(
      .changed {
        var old = VolumeUser("anna.old", 1001)
        old.isListed = false
        $0.users.append(old)
      })
    #expect(check.ids == ["profile-folder-unlisted"])
    #expect(
      check.first("profile-folder-unlisted")?.advice.contains(
        "whose entry names C:\\Users\\anna: it may be an earlier profile") == true)
  }

  // MARK: - Shared folders

  @Test(arguments: [nil, 9999])
  func `a folder of several entries and of none of their users is nobody's`(owner: Int?) throws {
    let volume = VolumeDescription.changed {
      var other = VolumeUser("anna", 1107)
      other.hasFolder = false
      $0.users.append(other)
      $0.anna.classesSID = owner.map { VolumeUser("", $0).sid }
    }
    let folder = try TemporaryFolder()
    for (path, bytes) in volume.files where owner != nil || !path.hasSuffix(Self.classes) {
      try folder.write(bytes, to: path)
    }
    let check = try ProfileCheck(path: folder.path)
    #expect(check.ids == ["profile-folder-shared"])
    let judged = check.profiles.filter { $0.verdict != nil }
    #expect(judged.count == 2)
    #expect(judged.allSatisfy { $0.files == nil })
    let advice = try #require(check.first("profile-folder-shared")).advice
    #expect(!advice.contains("keep that entry"))
    #expect(
      advice.contains(
        owner == nil
          ? "change no entry before that" : "Change nothing before the folder's owner is known"))
  }

  // MARK: - Collections

  @Test(arguments: ["", "C/", "uploads/auto/C%3A/", "H1/E/"])
  func `a folder that is gone is found in every layout`(root: String) throws {
    func severity(_ event: UInt16?) throws -> CheckRule.Severity? {
      let volume = VolumeDescription.changed {
        var max = VolumeUser("max", 1107)
        max.hasFolder = false
        $0.users.append(max)
        if let event {
          $0.applicationEvents = [
            .profileService(event, at: filetime(2024, 6, 22), level: 2, user: max.sid)
          ]
        }
      }
      let folder = try TemporaryFolder()
      for (path, bytes) in volume.files { try folder.write(bytes, to: root + path) }
      return try ProfileCheck(
        path: folder.path, events: volume.events.compactMap { ProfileEvent($0) }
      ).first("profile-folder-missing")?.severity
    }
    #expect(try severity(nil) == (root.isEmpty ? .warning : .information))
    #expect(try severity(1511) == .warning)
  }

  @Test func `where no folder of a user was collected, none is missing`() throws {
    let folder = try TemporaryFolder()
    for (path, bytes) in VolumeDescription(.windows10).files where path.hasPrefix("Windows/") {
      try folder.write(bytes, to: "C/\(path)")
    }
    #expect(try ProfileCheck(path: folder.path).ids == [])
  }

  @Test(arguments: ["", "C/"])
  func `where nothing but the machine's hives was copied, no profile is missing`(
    root: String
  ) throws {
    func ids(_ more: [String]) throws -> [String] {
      let folder = try TemporaryFolder()
      for (path, bytes) in VolumeDescription(.windows10).files
      where path.hasPrefix("Windows/System32/config/S") {
        try folder.write(bytes, to: root + path)
      }
      for path in more { try folder.write([1], to: root + path) }
      return try ProfileCheck(path: folder.path).ids
    }
    #expect(try ids([]) == [])
    #expect(try ids(["Users/Public/x"]) == (root.isEmpty ? ["profile-folder-missing"] : []))
  }

  @Test(arguments: [true, false])
  func `a profile on another drive that is at hand`(hasNeighbour: Bool) throws {
    let volume = VolumeDescription.changed {
      var lia = VolumeUser("lia", 1107)
      lia.imagePath = "D:\\Users\\lia"
      lia.hasFolder = false
      $0.users.append(lia)
    }
    let folder = try TemporaryFolder()
    for (path, bytes) in volume.files { try folder.write(bytes, to: "C/\(path)") }
    let other = VolumeUser("other", 1200).hive.build().bytes
    try folder.write(other, to: hasNeighbour ? "D/Users/other/NTUSER.DAT" : "D/x/other.dat")
    let ids = try ProfileCheck(path: folder.path).ids
    #expect(ids.contains("profile-folder-missing") == hasNeighbour)
    #expect(ids.contains("profile-on-other-drive") == !hasNeighbour)
  }

  @Test(arguments: ["", "C/"])
  func `a container's user whose folder was not collected`(root: String) throws {
    let volume = VolumeDescription.changed {
      $0.anna.hasFolder = false
      $0.software.set("FSLogix\\Profiles", .dword("Enabled", 1))
    }
    let folder = try TemporaryFolder()
    for (path, bytes) in volume.files { try folder.write(bytes, to: root + path) }
    #expect(try ProfileCheck(path: folder.path).ids == ["profile-in-container"])
  }

  @Test func `a link on the volume is followed, and is said to be one`() throws {
    let volume = VolumeDescription(.windows10)
    let folder = try TemporaryFolder()
    for (path, bytes) in volume.files {
      try folder.write(bytes, to: path.replacing("Users/anna/", with: "Data/anna/"))
    }
    try folder.link("Users/anna", to: "../Data/anna")
    let machine = try #require(EvidenceCollection(paths: [folder.path]).machines.first)
    let check = ProfileCheck(machine)
    #expect(check.ids == ["profile-folder-linked"])
    #expect(
      check.facts("profile-folder-linked") == ["is a link to Data/anna, whose hives were read"])
    #expect(machine.live.notes.isEmpty)
  }
}
