// SPDX-License-Identifier: MIT

import HiveBuilder
import ProfileForensics
import RegistryHive
import Testing
import VolumeBuilder
import WindowsTypes

/// Which users' hives were loaded, by the profile list and the state of hives.
@Suite struct LoadedProfilesTests {
  /// For each folder with hives, whether it was loaded.
  private func loaded(
    _ layout: VolumeDescription.Layout = .windows10, isDirty: Bool = false, hasList: Bool = true,
    held: Set<SecurityIdentifier> = [], _ change: (inout VolumeDescription) -> Void = { _ in }
  ) throws -> [String: Bool?] {
    var volume = VolumeDescription(layout)
    change(&volume)
    let folder = try TemporaryFolder()
    try volume.write(to: folder)
    let capture = try Capture(path: folder.path)
    let file = try #require(capture.machineHives[.software])
    let list = hasList ? ProfileList(software: try Hive(path: file.path)) : nil
    let profiles = LoadedProfiles(capture, list: list, held: held)
    var found: [String: Bool?] = [:]
    for profile in capture.profiles {
      found[profile.name] = .some(profiles.isLoaded(profile, user: nil, isDirty: isDirty))
    }
    return found
  }

  @Test func `the times of the profile list decide`() throws {
    #expect(try loaded() == ["anna": false, "Default": false])
    let since = try loaded { $0.anna.unloaded = filetime(2024, 6, 20) }
    #expect(since == ["anna": true, "Default": false])
    // What the list says goes before what hives look like.
    #expect(try loaded(isDirty: true)["anna"] == false)
  }

  @Test func `without times RefCount decides`() throws {
    #expect(try loaded(.windows7)["anna"] == false)
    #expect(try loaded(.windows7) { $0.anna.referenceCount = 2 }["anna"] == true)
    #expect(try loaded(.windowsXP)["anna"] == false)
    #expect(try loaded(.windowsXP) { $0.anna.referenceCount = 1 }["anna"] == true)
  }

  @Test func `of hives that programs may still keep loaded it is not known`() throws {
    let anna = try #require(SecurityIdentifier(VolumeUser("", 1001).sid))
    let other = try #require(SecurityIdentifier(VolumeUser("", 1002).sid))
    #expect(try loaded(.windowsXP, held: [anna])["anna"] == Bool??.some(nil))
    #expect(try loaded(.windowsXP, held: [other])["anna"] == false)
    #expect(try loaded(.windowsXP, held: [anna]) { $0.anna.referenceCount = 1 }["anna"] == true)
  }

  @Test func `without a list only a dirty hive shows that it was loaded`() throws {
    #expect(try loaded(hasList: false)["anna"] == Bool??.some(nil))
    #expect(try loaded(isDirty: true, hasList: false)["anna"] == true)
  }

  @Test func `a profile that was set aside for a temporary one was not loaded`() throws {
    let found = try loaded { volume in
      volume.anna.keyName = volume.anna.sid + ".bak"
      var temporary = VolumeUser("TEMP", 1001)
      temporary.state = 0x800
      temporary.unloaded = filetime(2024, 6, 20)
      volume.users.append(temporary)
    }
    #expect(found == ["anna": false, "TEMP": true, "Default": false])
  }

  @Test func `the profiles of the service accounts are loaded all the time`() throws {
    let folder = try TemporaryFolder()
    let bytes = HiveDescription().build().bytes
    try VolumeDescription(.windows10).write(to: folder)
    try folder.write(bytes, to: "Windows/ServiceProfiles/LocalService/NTUSER.DAT")
    let capture = try Capture(path: folder.path)
    let profile = try #require(capture.profiles.first { $0.name == "LocalService" })
    let profiles = LoadedProfiles(capture, list: nil)
    #expect(profiles.isLoaded(profile, user: nil, isDirty: false) == true)
  }
}
