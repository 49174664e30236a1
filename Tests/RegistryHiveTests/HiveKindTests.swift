// SPDX-License-Identifier: MIT

import HiveBuilder
import RegistryHive
import Testing

@Suite struct HiveKindTests {
  @Test(
    "The hives of users and machines are recognised from their bytes alone",
    arguments: [
      ("NTUSER.DAT", .ntuser), ("NTUSER-earlier.DAT", .ntuser), ("UsrClass.dat", .usrClass),
      ("SOFTWARE", .software), ("SOFTWARE-unset", .software), ("SYSTEM", .system),
      // By the name in their header.
      ("format/header", .security), ("format/version-1.3", .ntuser),
    ] as [(String, HiveKind)])
  func fixtures(name: String, kind: HiveKind) throws {
    #expect(try Hive(bytes: Fixture.named(name).build().bytes).kind == kind)
  }

  @Test(
    arguments: Fixture.all.map(\.name).filter {
      $0.contains("/") && !["format/header", "format/version-1.3"].contains($0)
    })
  func `a hive of no known kind is another`(name: String) throws {
    #expect(try Hive(bytes: Fixture.named(name).build().bytes).kind == .other)
  }

  @Test(
    "Keys decide",
    arguments: [
      (["Select", "ControlSet001"], .system), (["Select"], .other),
      (["Microsoft\\Windows\\CurrentVersion"], .software),
      (["Software", "Control Panel"], .ntuser), (["SOFTWARE", "Environment"], .ntuser),
      (["Software"], .other), (["SAM\\Domains"], .sam), (["Policy\\PolAdtEv"], .security),
      (["Policy\\Secrets"], .security), (["Policy\\PolRevision"], .security),
      (["Objects", "Description"], .bcd), (["Root\\InventoryApplication"], .amcache),
      (["Root\\File"], .amcache), (["Root\\Programs"], .amcache),
      (["Local Settings\\Software\\Microsoft"], .usrClass), ([], .other),
    ] as [([String], HiveKind)])
  func content(keys: [String], kind: HiveKind) throws {
    let hive = try Hive { description in
      for key in keys { description.makeKey(key) }
    }
    #expect(hive.kind == kind)
  }

  @Test func `the root of a user's classes is named after the user`() throws {
    var description = HiveDescription(root: "\(Fixture.userSID)_classes")
    description.header.fileName = "\\??\\C:\\Users\\anna\\ntuser.dat"
    #expect(try Hive(bytes: description.build().bytes).kind == .usrClass)
  }

  @Test(
    "A hive with too few keys is known by the name in its header",
    arguments: [
      ("\\??\\C:\\Users\\anna\\ntuser.dat", .ntuser),
      ("a\\AppData\\Local\\UsrClass.dat", .usrClass),
      ("emRoot\\System32\\Config\\SOFTWARE", .software), ("\\SystemRoot\\config\\system", .system),
      ("SAM", .sam), ("SECURITY", .security), ("config\\DEFAULT", .default),
      ("\\Device\\HarddiskVolume1\\Boot\\BCD", .bcd), ("Programs\\Amcache.hve", .amcache),
      ("NTUSER.MAN", .ntuser), ("NTUSER.DAT.bak", .other), ("", .other),
    ] as [(String, HiveKind)])
  func names(name: String, kind: HiveKind) throws {
    #expect(try Hive { $0.header.fileName = name }.kind == kind)
  }

  @Test func `the name of the file itself comes last`() throws {
    let folder = try TemporaryFolder()
    var description = HiveDescription()
    let path = try folder.write(description.build().bytes, to: "sam")
    #expect(try Hive(path: path).kind == .sam)
    description.header.fileName = "SECURITY"
    #expect(
      try Hive(path: folder.write(description.build().bytes, to: "SAM")).kind == .security)
  }

  @Test func `the hive of the system account is a user's, but for its name`() throws {
    let hive = try Hive { description in
      description.makeKey("Software")
      description.makeKey("Control Panel")
      description.header.fileName = "temRoot\\System32\\Config\\DEFAULT"
    }
    #expect(hive.kind == .default)
  }

  @Test(
    "Real hives are recognised",
    .enabled(if: Corpus.folder != nil, "set REGISTRY_HIVE_CORPUS to the folder that holds hives/"),
    arguments: [
      ("NTUSER.DAT", .ntuser), ("NTUSER_modified.DAT", .ntuser), ("NTUSER-XP.DAT", .ntuser),
      ("NTUSER-WSL.DAT", .ntuser), ("NTUSER_BAGMRU.DAT", .ntuser),
      ("dirty-ntuser/NTUSER.DAT", .ntuser), ("dirty-usrclass/UsrClass.dat", .usrClass),
      ("SYSTEM_2", .system), ("SECURITY", .security), ("BCD", .bcd),
      ("damaged/SAMBadHBinHeader", .sam), ("damaged/corrupted_system_hive", .system),
      ("special", .other),
      // Called DEFAULT in its header.
      ("minimal", .default),
    ] as [(String, HiveKind)])
  func corpus(name: String, kind: HiveKind) throws {
    #expect(try Hive(path: Corpus.path(name), logs: .none).kind == kind)
  }
}
