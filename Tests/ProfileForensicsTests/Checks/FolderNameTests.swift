// SPDX-License-Identifier: MIT

import EventLogBuilder
import HiveBuilder
import ProfileForensics
import RegistryHive
import Testing
import VolumeBuilder

/// Entries that call a folder by another of its names, and folders that are nobody's or quite
/// somebody's.
@Suite struct FolderNameTests {
  private static let first = VolumeUser("", 1001).sid
  private static let second = VolumeUser("", 1107).sid

  // MARK: - Documents and Settings

  @Test(
    "Since Vista, Documents and Settings is another name of Users",
    arguments: [
      "C:\\Documents and Settings\\anna", "%SystemDrive%\\Documents and Settings\\anna",
      "C:\\DOCUME~1\\anna", "%SystemRoot%\\..\\Users\\anna",
    ], [true, false])
  func olderName(path: String, hasClasses: Bool) throws {
    let folder = try TemporaryFolder()
    let volume = VolumeDescription.changed { $0.anna.imagePath = path }
    for (path, bytes) in volume.files where hasClasses || !path.hasSuffix("UsrClass.dat") {
      try folder.write(bytes, to: path)
    }
    #expect(try ProfileCheck(path: folder.path).ids == [])
  }

  @Test func `a link with that name leads to the same folders`() throws {
    let folder = try TemporaryFolder()
    try VolumeDescription.changed { $0.anna.imagePath = "C:\\Documents and Settings\\anna" }
      .write(to: folder)
    try folder.link("Documents and Settings", to: "Users")
    #expect(try ProfileCheck(path: folder.path).ids == [])
  }

  @Test func `on Windows XP the folder has no other name`() throws {
    let check = try ProfileCheck(.changed(.windowsXP) { $0.anna.imagePath = "C:\\Users\\anna" })
    #expect(check.ids == ["profile-folder-moved"])
  }

  // MARK: - Shared folders

  @Test(
    "Two entries of one folder are seen by all of its names",
    arguments: [
      "C:\\Documents and Settings\\anna maria", "C:\\Users\\ANNAMA~1",
      "C:\\DOCUME~1\\ANNAMA~1", "C:\\Users\\anna maria",
    ])
  func sharedByOtherName(path: String) throws {
    func check(_ path: String) throws -> ProfileCheck {
      try ProfileCheck(
        .changed {
          $0.anna.name = "anna maria"
          var other = VolumeUser("other", 1107)
          other.imagePath = path
          other.hasFolder = false
          $0.users.append(other)
        })
    }
    let shared = try check(path)
    #expect(shared.ids == ["profile-folder-shared"])
    let found = try #require(shared.first("profile-folder-shared"))
    #expect(found.subject == Self.first)
    #expect(found.advice.contains("keep that entry, and the folder itself"))
    #expect(!found.advice.contains("delete"))
    // The second of a kind of short names is that of another folder.
    #expect(try check("C:\\Users\\ANNAMA~2").ids == [])
  }

  @Test func `a short name that two folders can have is that of neither`() throws {
    let check = try ProfileCheck(
      .changed {
        $0.anna.name = "anna maria"
        $0.users.append(VolumeUser("anna martha", 1002))
        var other = VolumeUser("other", 1107)
        other.imagePath = "C:\\Users\\ANNAMA~1"
        other.hasFolder = false
        $0.users.append(other)
      })
    #expect(check.first("profile-folder-shared") == nil)
  }

  private func setAside(owner: Int, _ path: String) throws -> ProfileCheck {
    try ProfileCheck(
      .changed {
        $0.anna.keyName = $0.anna.sid + ".bak"
        $0.anna.state = 0x8000
        $0.anna.classesSID = VolumeUser("", owner).sid
        var other = VolumeUser("other", 1107)
        other.imagePath = path
        other.hasFolder = path.hasSuffix("other")
        $0.users.append(other)
      })
  }

  @Test(arguments: [1001, 1107])
  func `an entry that was set aside shares its folder too`(owner: Int) throws {
    let check = try setAside(owner: owner, "C:\\Users\\anna")
    #expect(check.ids.sorted() == ["profile-backup-key", "profile-folder-shared"])
    let backup = try #require(check.first("profile-backup-key"))
    #expect(backup.advice.contains("The entry of \(Self.second) names the same folder now"))
    #expect(!backup.advice.contains("rename this entry"))
    let withFiles = check.profiles.filter { $0.verdict != nil && $0.files != nil }
    #expect(withFiles.map(\.subject) == [VolumeUser("", owner).sid])
  }

  @Test func `an entry that was set aside and has its folder to itself is given back`() throws {
    let check = try setAside(owner: 1001, "C:\\Users\\other")
    #expect(check.ids == ["profile-backup-key"])
    #expect(check.first("profile-backup-key")?.advice.contains("rename this entry") == true)
  }

  // MARK: - The user's own folder

  @Test func `the own folder of a user whose entry leads to TEMP is given back`() throws {
    func check(classes: Int) throws -> ProfileCheck {
      try ProfileCheck(
        .changed {
          $0.anna.imagePath = "C:\\Users\\TEMP"
          $0.anna.state = 0x800
          $0.anna.classesSID = VolumeUser("", classes).sid
        })
    }
    let own = try check(classes: 1001)
    let unlisted = try #require(own.first("profile-folder-unlisted")).advice
    #expect(unlisted.contains("it is the user's own profile"))
    #expect(unlisted.contains("set ProfileImagePath of the entry to C:\\Users\\anna, and"))
    #expect(!unlisted.contains("deleted"))
    let temporary = try #require(own.first("profile-temporary")).advice
    #expect(temporary.contains("no entry of the user that ends with .bak, but Users/anna has"))
    let other = try check(classes: 1009)
    let foreign = try #require(other.first("profile-folder-unlisted")).advice
    #expect(!foreign.contains("own profile. To"))
    #expect(other.first("profile-temporary")?.advice.contains("but Users/anna") == false)
  }

  // MARK: - Folders of Windows itself

  @Test(arguments: [("defaultuser0", true), ("Default.migrated", true), ("defaultuserx", false)])
  func `what Windows' own setup leaves is no user's`(name: String, isOfSetup: Bool) throws {
    let check = try ProfileCheck(
      .changed {
        var left = VolumeUser(name, 1000)
        left.isListed = false
        $0.users.append(left)
      })
    #expect(check.ids == (isOfSetup ? [] : ["profile-folder-unlisted"]))
  }
}
