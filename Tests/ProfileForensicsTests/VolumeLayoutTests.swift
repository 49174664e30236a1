// SPDX-License-Identifier: MIT

import HiveBuilder
import ProfileForensics
import RegistryHive
import Testing

@Suite struct VolumeLayoutTests {
  @Test func `a volume of Windows Vista or later shows hives, policies and profiles`() throws {
    let folder = try TemporaryFolder()
    for name in ["SOFTWARE", "SYSTEM", "SAM", "SECURITY", "DEFAULT"] {
      try folder.write([1, 2, 3], to: "Windows/System32/config/\(name)")
    }
    try folder.write(to: "Windows/System32/GroupPolicy/Machine/Registry.pol")
    try folder.write(to: "Windows/System32/GroupPolicy/User/Registry.pol")
    try folder.write(to: "Windows/ServiceProfiles/LocalService/NTUSER.DAT")
    try folder.write(
      to: "Windows/System32/config/systemprofile/AppData/Local/Microsoft/Windows/UsrClass.dat")
    try folder.write(to: "Users/anna/NTUSER.DAT")
    try folder.write(to: "Users/anna/AppData/Local/Microsoft/Windows/UsrClass.dat")
    try folder.write(to: "Users/kiosk.man/NTUSER.MAN")
    try folder.write(to: "Users/Public/desktop.ini")

    let volume = try Capture(path: folder.path)
    #expect(
      volume.machineHives.mapValues(\.path)
        == [
          .software: folder.path("Windows/System32/config/SOFTWARE"),
          .system: folder.path("Windows/System32/config/SYSTEM"),
          .sam: folder.path("Windows/System32/config/SAM"),
          .security: folder.path("Windows/System32/config/SECURITY"),
          .default: folder.path("Windows/System32/config/DEFAULT"),
        ])
    #expect(volume.machineHives[.software]?.size == 3)
    let policies = folder.path("Windows/System32/GroupPolicy")
    #expect(volume.machinePolicy?.path == policies + "/Machine/Registry.pol")
    #expect(volume.userPolicy?.path == policies + "/User/Registry.pol")
    #expect(volume.profiles.map(\.name) == ["anna", "kiosk.man", "LocalService", "systemprofile"])
    #expect(
      volume.profiles.map(\.place) == [.users, .users, .serviceProfiles, .systemProfile])
    #expect(volume.profiles[0].userHive?.path == folder.path("Users/anna/NTUSER.DAT"))
    #expect(
      volume.profiles[0].classesHive?.path
        == folder.path("Users/anna/AppData/Local/Microsoft/Windows/UsrClass.dat"))
    #expect(volume.profiles[0].mandatoryHive == nil)
    #expect(volume.profiles[1].mandatoryHive?.path == folder.path("Users/kiosk.man/NTUSER.MAN"))
    #expect(volume.profiles[1].userHive == nil)
    #expect(volume.notes.isEmpty)
  }

  @Test func `names are found in any case, and in the places of older Windows`() throws {
    let folder = try TemporaryFolder()
    try folder.write(to: "winnt/SYSTEM32/Config/software")
    try folder.write(to: "winnt/system32/GROUPPOLICY/machine/REGISTRY.POL")
    try folder.write(to: "winnt/PROFILES/old/ntuser.dat")
    try folder.write(to: "DOCUMENTS AND SETTINGS/Bernd/ntuser.dat")
    try folder.write(
      to: "DOCUMENTS AND SETTINGS/Bernd/local settings/application data/microsoft/windows/"
        + "USRCLASS.DAT")
    let volume = try Capture(path: folder.path + "/")
    #expect(volume.machineHives.keys.map(\.rawValue) == ["SOFTWARE"])
    #expect(volume.machinePolicy != nil)
    #expect(volume.userPolicy == nil)
    #expect(volume.profiles.map(\.name) == ["Bernd", "old"])
    #expect(volume.profiles.map(\.place) == [.documentsAndSettings, .windowsProfiles])
    #expect(volume.profiles[0].classesHive != nil)
  }

  @Test(
    "The classes of a user of Windows XP are found in folders of any language",
    arguments: [
      ("Lokale Einstellungen/Anwendungsdaten/Microsoft/Windows", true),
      ("Lokala inställningar/Application Data/Microsoft/Windows", true),
      ("Microsoft/Windows", false), ("a/b/c/Microsoft/Windows", false), ("a/b/Microsoft", false),
    ])
  func translatedFolders(path: String, isFound: Bool) throws {
    let folder = try TemporaryFolder()
    try folder.write(to: "WINDOWS/system32/config/software")
    try folder.write(to: "Documents and Settings/Bernd/NTUSER.DAT")
    try folder.write(to: "Documents and Settings/Bernd/\(path)/UsrClass.dat")
    let profile = try #require(try Capture(path: folder.path).profiles.first)
    #expect((profile.classesHive != nil) == isFound)
  }

  @Test func `a copy split over two spellings of a folder is one volume`() throws {
    let folder = try TemporaryFolder()
    try folder.write(to: "WINDOWS/system32/config/SYSTEM")
    try folder.write(to: "Windows/System32/config/SOFTWARE")
    try folder.write(to: "Windows/system32/GroupPolicy/Machine/Registry.pol")
    let volume = try Capture(path: folder.path)
    #expect(Set(volume.machineHives.keys) == [.software, .system])
    #expect(volume.machinePolicy != nil)
  }

  @Test func `logs and transaction files stand beside their hive`() throws {
    let folder = try TemporaryFolder()
    try folder.write(to: "Windows/System32/config/SOFTWARE")
    try folder.write([0], to: "Users/anna/NTUSER.DAT")
    try folder.write([0, 0], to: "Users/anna/ntuser.dat.LOG1")
    try folder.write([0, 0, 0], to: "Users/anna/NTUSER.DAT{016888bd}.TM.blf")
    try folder.write(to: "Users/anna/NTUSER.DATA")
    try folder.write(to: "Users/anna/NTUSER.ini")
    let volume = try Capture(path: folder.path)
    let hive = try #require(volume.profiles.first?.userHive)
    #expect(
      hive.companions.map(\.path)
        == ["NTUSER.DAT{016888bd}.TM.blf", "ntuser.dat.LOG1"].map {
          folder.path("Users/anna/\($0)")
        })
    #expect(hive.companions.map(\.size) == [3, 2])
  }

  @Test func `no symbolic link is followed`() throws {
    let outside = try TemporaryFolder()
    try outside.write(to: "SYSTEM")
    try outside.write(to: "eve/NTUSER.DAT")
    let folder = try TemporaryFolder()
    try folder.write(to: "Windows/System32/config/SOFTWARE")
    try folder.link("Windows/System32/config/SYSTEM", to: outside.path("SYSTEM"))
    try folder.link("Users/eve", to: outside.path("eve"))
    try folder.write(to: "Users/anna/NTUSER.DAT")
    let volume = try Capture(path: folder.path)
    #expect(volume.machineHives[.system] == nil)
    #expect(volume.profiles.map(\.name) == ["anna"])
    #expect(
      volume.notes.map(\.description)
        == ["Windows/System32/config/SYSTEM", "Users/eve"].map {
          folder.path($0)
            + ": is a symbolic link, which could lead off the volume, and was not followed"
        })
  }

  @Test func `links that Windows itself keeps are no news, but not followed either`() throws {
    let folder = try TemporaryFolder()
    try folder.write(to: "Windows/System32/config/SOFTWARE")
    try folder.write(to: "Users/Default/NTUSER.DAT")
    try folder.link("Users/Default User", to: "Default")
    try folder.link("Users/All Users", to: "/ProgramData")
    try folder.link("Documents and Settings", to: "Users")
    try folder.link("Users/Default/Local Settings", to: "AppData/Local")
    let volume = try Capture(path: folder.path)
    #expect(volume.profiles.map(\.name) == ["Default"])
    #expect(volume.notes.isEmpty)
  }

  @Test func `the root itself may be reached by a link`() throws {
    let folder = try TemporaryFolder()
    try folder.write(to: "image/Windows/System32/config/SOFTWARE")
    try folder.link("mnt", to: "image")
    let volume = try Capture(path: folder.path("mnt"))
    #expect(
      volume.machineHives[.software]?.path == folder.path("mnt/Windows/System32/config/SOFTWARE"))
  }

  @Test func `a folder without Windows is not a volume`() throws {
    let folder = try TemporaryFolder()
    try folder.write(to: "Windows/explorer.exe")
    let error = #expect(throws: ForensicsError.self) { try Capture(path: folder.path) }
    #expect(error?.code == .notAVolume)
    #expect(
      error?.description == folder.path + ": has no registry hive in it, and no event log")
  }

  @Test func `a volume whose Windows is a link says so`() throws {
    let folder = try TemporaryFolder()
    try folder.write(to: "elsewhere/System32/config/SOFTWARE")
    try folder.link("Windows", to: "elsewhere")
    let error = #expect(throws: ForensicsError.self) { try Capture(path: folder.path) }
    #expect(error?.code == .notAVolume)
    #expect(error?.reason.contains("Windows: is a symbolic link") == true)
  }

  @Test func `a path that leads nowhere, or to a file, is reported apart`() throws {
    let folder = try TemporaryFolder()
    try folder.write(to: "file")
    let missing = #expect(throws: ForensicsError.self) {
      try Capture(path: folder.path("missing"))
    }
    #expect(missing?.code == .noSuchFile)
  }
}
