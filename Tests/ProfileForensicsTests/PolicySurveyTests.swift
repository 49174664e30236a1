// SPDX-License-Identifier: MIT

import HiveBuilder
import ProfileForensics
import RegistryHive
import Testing

@Suite struct PolicySurveyTests {
  private static let machine = "Policies\\Microsoft\\Windows\\System"
  private static let user = "Software\\Policies\\Microsoft\\Windows\\System"
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func software(_ values: ValueDescription..., key: String = machine) -> HiveDescription {
    var hive = HiveDescription()
    hive.header.fileName = "SOFTWARE"
    hive[key].values = values
    return hive
  }

  private func survey(
    _ hive: HiveDescription, _ policies: [Policy] = [.dontForceUnloadHive],
    as name: String = "hive"
  ) throws -> PolicySurvey {
    try PolicySurvey(path: folder.write(hive.build().bytes, to: name), policies: policies)
  }

  private func reading(
    _ hive: HiveDescription, _ policy: Policy = .dontForceUnloadHive, as name: String = "hive"
  ) throws -> PolicyReading {
    try #require(try survey(hive, [policy], as: name).readings.first)
  }

  // MARK: - Hives

  @Test func `key and value are found in any case, with the time of the key`() throws {
    var hive = HiveDescription()
    hive.header.fileName = "SOFTWARE"
    hive.set(
      "POLICIES\\microsoft\\Windows\\SYSTEM", at: filetime(2024, 5, 6),
      .dword("disableFORCEunload", 1))
    let reading = try reading(hive)
    #expect(reading.state == .enabled)
    #expect(reading.keyLastWritten?.rawValue == filetime(2024, 5, 6))
    #expect(reading.source == folder.path("hive"))
  }

  @Test func `a missing key, a missing value and 0 are three things`() throws {
    let none = try reading(software(key: "Microsoft\\Windows\\CurrentVersion"))
    #expect(none.state == .notConfigured)
    #expect(none.keyLastWritten == nil)
    let empty = try reading(software())
    #expect(empty.state == .notConfigured)
    #expect(empty.keyLastWritten != nil)
    let zero = try reading(software(.dword("DisableForceUnload", 0)))
    #expect(zero.state == .disabled)
    #expect(zero.effect == empty.effect)
  }

  @Test func `a user's hive is not where a machine policy lives`() throws {
    let sentence = "This is a user's hive; a machine policy lives in the SOFTWARE hive."
    var hive = HiveDescription()
    hive.header.fileName = "ntuser.dat"
    hive.makeKey("Software")
    let absent = try reading(hive)
    #expect(absent.state == .notConfigured)
    #expect(absent.isInPlace == false)
    #expect(absent.warnings == [sentence])
    #expect(absent.effect == "This file does not determine what Windows does.")
    hive[Self.user].values = [.dword("DisableForceUnload", 1)]
    let present = try reading(hive)
    #expect(present.state == .enabled)
    #expect(present.isInPlace == false)
    #expect(present.warnings == [sentence])
    #expect(present.effect == "None: Windows does not read it here.")
  }

  @Test func `a SOFTWARE hive is not where a user policy lives`() throws {
    let policy = try #require(Policy.named("ExcludeDirectories").first)
    let reading = try reading(software(.string("ExcludeProfileDirs", "x")), policy)
    #expect(reading.state == .enabled)
    #expect(reading.isInPlace == false)
    #expect(
      reading.warnings == [
        "This is a SOFTWARE hive; a user policy lives in the user's own hive, NTUSER.DAT."
      ])
  }

  @Test func `the hive of the local system account is a user's hive`() throws {
    let policy = try #require(Policy.named("LimitSize").first)
    var hive = HiveDescription()
    hive.header.fileName = "emRoot\\System32\\Config\\DEFAULT"
    hive["Software\\Microsoft\\Windows\\CurrentVersion\\Policies\\System"].values = [
      .dword("EnableProfileQuota", 1), .dword("MaxProfileSize", 50_000),
    ]
    let reading = try reading(hive, policy)
    #expect(reading.isInPlace)
    #expect(reading.effect == "The profile may have up to 50000 KB.")
    #expect(reading.settings.map(\.state).prefix(3) == [.enabled, .enabled, .notConfigured])
  }

  @Test func `a hive without a name is known by its keys`() throws {
    var hive = HiveDescription()
    hive[Self.machine].values = [.dword("DisableForceUnload", 1)]
    #expect(try reading(hive).isInPlace)
    var other = HiveDescription()
    other.makeKey("Nothing")
    #expect(
      try reading(other).warnings == [
        "This is another hive; a machine policy lives in the SOFTWARE hive."
      ])
  }

  @Test func `the value below WOW6432Node is reported, and does not count`() throws {
    let hive = software(.dword("DisableForceUnload", 1), key: "WOW6432Node\\" + Self.machine)
    let reading = try reading(hive)
    #expect(reading.state == .notConfigured)
    #expect(
      reading.warnings == [
        "WOW6432Node\\Policies\\Microsoft\\Windows\\System holds DisableForceUnload = 1, which"
          + " Windows does not read there."
      ])
  }

  @Test func `a roaming profile is a warning where the policy is enabled`() throws {
    for (value, isWarned) in [(1, true), (0, false)] as [(UInt32, Bool)] {
      var hive = software(.dword("DisableForceUnload", value))
      hive["Microsoft\\Windows NT\\CurrentVersion\\ProfileList\\S-1-5-21-1"].values = [
        .string("CentralProfile", "\\\\server\\p")
      ]
      #expect(
        try reading(hive).warnings
          == (isWarned
            ? [
              "With a roaming profile (S-1-5-21-1 has \\\\server\\p) this can keep the user from"
                + " getting the newest copy of it, for as long as programs hold the registry open."
            ] : []))
    }
    let path = software(
      .dword("DisableForceUnload", 1), .expandString("MachineProfilePath", "\\\\s\\%USERNAME%"))
    #expect(
      try reading(path).warnings.first?.hasPrefix(
        "With a roaming profile (MachineProfilePath is \\\\s\\%USERNAME%)") == true)
  }

  @Test func `the settings of Configuration Manager replace the policy`() throws {
    for (number, count) in [(0, 0), (1, 1)] as [(UInt32, Int)] {
      var hive = software()
      hive[
        "Microsoft\\Windows\\CurrentVersion\\UserState\\UserStateTechnologies"
          + "\\ConfigurationControls"
      ].values = [.dword("RoamingUserProfile", number)]
      let warnings = try reading(hive).warnings
      #expect(warnings.count == count)
      #expect(
        warnings.allSatisfy { $0.hasPrefix("Configuration Manager sets roaming profiles up") })
      let other = try #require(Policy.named("LeaveAppMgmtData").first)
      #expect(try reading(hive, other).warnings.isEmpty)
    }
  }

  @Test func `a policy that this Windows does not know is reported`() throws {
    func warnings(version: String, _ policy: Policy, _ value: String) throws -> [String] {
      var hive = software(.dword(NameDescription(value), 1))
      hive["Microsoft\\Windows NT\\CurrentVersion"].values = [
        .string("CurrentVersion", version), .string("ProductName", "Windows X"),
      ]
      return try reading(hive, policy).warnings
    }
    let old = try #require(Policy.named("ProfileUnloadTimeout").first)
    #expect(try warnings(version: "5.2", old, "ProfileUnloadTimeout").isEmpty)
    #expect(
      try warnings(version: "6.0", old, "ProfileUnloadTimeout") == [
        "This is Windows X; the policy ended with Windows Server 2003."
      ])
    #expect(try warnings(version: "6.0", .dontForceUnloadHive, "DisableForceUnload").isEmpty)
    #expect(
      try warnings(version: "5.1", .dontForceUnloadHive, "DisableForceUnload") == [
        "This is Windows X; the policy came with Windows Vista or Server 2008."
      ])
  }

  @Test func `a damaged key may have lost the value`() throws {
    var built = software(.dword("Other", 1), .dword("DisableForceUnload", 1)).build()
    built.redirectValue(of: Self.machine, at: 1, to: 0x00FF_FFF0)
    let path = try folder.write(built.bytes, to: "hive")
    let survey = try PolicySurvey(path: path, policies: [.dontForceUnloadHive])
    let reading = try #require(survey.readings.first)
    #expect(reading.state == .notConfigured)
    #expect(
      reading.warnings == [
        "Policies\\Microsoft\\Windows\\System cannot be read in full: values that seem to be"
          + " missing may be lost."
      ])
    #expect(survey.findings.map(\.key) == ["Policies\\Microsoft\\Windows\\System"])
  }

  // MARK: - UPHClean

  @Test func `UPHClean is read from the control set that is in use`() throws {
    var hive = HiveDescription()
    hive.header.fileName = "SYSTEM"
    hive["Select"].values = [.dword("Current", 2)]
    hive["ControlSet001\\Services\\UPHClean"].values = [.dword("Start", 4)]
    hive["ControlSet002\\Services\\UPHClean"].values = [.dword("Start", 2)]
    hive["ControlSet002\\Services\\UPHClean\\Parameters"].values = [
      .dword("REPORT_ONLY", 1), .dword("CALLSTACK_LOG", 0),
      .multiString("PROCESS_EXCLUSION_LIST", ["a.exe", "b.exe"]),
      .string("USER_EXCLUSION_LIST", "x"),
    ]
    let reading = try reading(hive, .uphClean)
    #expect(reading.state == .enabled)
    #expect(reading.isInPlace)
    #expect(reading.decidingSetting.key.description == "ControlSet002\\Services\\UPHClean")
    #expect(
      reading.settings.map(\.state) == [
        .enabled, .enabled, .disabled, .notConfigured, .enabled, .invalid, .notConfigured,
      ])
    #expect(
      reading.settings[1].key.description == "ControlSet002\\Services\\UPHClean\\Parameters")
    #expect(reading.effect.hasSuffix("Windows Vista and later do that themselves."))
  }

  @Test func `a service that does not start is disabled, one that is not there not configured`()
    throws
  {
    var hive = HiveDescription()
    hive.header.fileName = "SYSTEM"
    hive["Select"].values = [.dword("Current", 1)]
    hive.makeKey("ControlSet001\\Services")
    #expect(try reading(hive, .uphClean).state == .notConfigured)
    hive["ControlSet001\\Services\\UPHClean"].values = [.dword("Start", 4)]
    #expect(try reading(hive, .uphClean).state == .disabled)
    #expect(
      try reading(software(), .uphClean).warnings == [
        "This is a SOFTWARE hive; services live in the SYSTEM hive."
      ])
  }

  // MARK: - Policy files

  private func fileReading(
    _ name: String = "Registry.pol", _ policy: Policy = .dontForceUnloadHive,
    _ describe: (inout PolicyFileDescription) -> Void
  ) throws -> PolicyReading {
    var file = PolicyFileDescription()
    describe(&file)
    let path = try folder.write(file.build(), to: name)
    return try #require(try PolicySurvey(path: path, policies: [policy]).readings.first)
  }

  @Test func `a policy file sets, deletes, or says nothing`() throws {
    let set = try fileReading { $0.set(Self.user.uppercased(), .dword("DISABLEFORCEUNLOAD", 1)) }
    #expect(set.state == .enabled)
    #expect(set.decidingSetting.data == .dword(1))
    #expect(set.keyLastWritten == nil)
    #expect(set.decidingSetting.key.description == Self.user)
    let deleted = try fileReading { $0.delete("disableforceunload", in: Self.user) }
    #expect(deleted.state == .disabled)
    #expect(deleted.decidingSetting.data == nil)
    let listed = try fileReading {
      $0.set(Self.user, .string("**DeleteValues", "Other;DisableForceUnload"))
    }
    #expect(listed.state == .disabled)
    let silent = try fileReading { $0.set(Self.user, .dword("Other", 1)) }
    #expect(silent.state == .notConfigured)
    #expect(silent.effect == "None: this file leaves the setting as it is.")
    let wrong = try fileReading { $0.set(Self.user, .string("DisableForceUnload", "1")) }
    #expect(wrong.state == .invalid)
  }

  @Test func `what clears a whole key is reported`() throws {
    let values = try fileReading { $0.deleteValues(in: Self.user) }
    let keys = try fileReading {
      $0.set("Software\\Policies\\Microsoft", .string("**DeleteKeys", "Other;Windows"))
    }
    for reading in [values, keys] {
      #expect(reading.state == .notConfigured)
      #expect(
        reading.warnings == [
          "All values of \(Self.user) are to be deleted, and with them this one."
        ])
    }
    let other = try fileReading {
      $0.set("Software\\Policies\\Microsoft", .string("**DeleteKeys", "Other;Win"))
    }
    #expect(other.warnings.isEmpty)
  }

  @Test func `the last entry counts`() throws {
    let set = try fileReading {
      $0.deleteValues(in: Self.user)
      $0.delete("DisableForceUnload", in: Self.user)
      $0.set(Self.user, .dword("DisableForceUnload", 1))
    }
    #expect(set.state == .enabled)
    let deleted = try fileReading {
      $0.set(Self.user, .dword("DisableForceUnload", 1))
      $0.delete("DisableForceUnload", in: Self.user)
    }
    #expect(deleted.state == .disabled)
    let keys = ValueDescription.string("**DeleteKeys", "System")
    let parent = "Software\\Policies\\Microsoft\\Windows"
    let cleared = try fileReading {
      $0.set(Self.user, .dword("DisableForceUnload", 1))
      $0.set(parent, keys)
    }
    #expect(cleared.decidingSetting.content == .cleared)
    let setAgain = try fileReading {
      $0.set(parent, keys)
      $0.set(Self.user, .dword("DisableForceUnload", 1))
    }
    #expect(setAgain.state == .enabled)
  }

  @Test func `a file for users does not hold machine policies`() throws {
    let reading = try fileReading("User/Registry.pol") {
      $0.set(Self.user, .dword("DisableForceUnload", 1))
    }
    #expect(reading.isInPlace == false)
    #expect(
      reading.warnings == [
        "This file is for users; a machine policy lives in Machine\\Registry.pol."
      ])
  }

  @Test func `WOW6432Node in a policy file is reported`() throws {
    let reading = try fileReading {
      $0.set(
        "Software\\Wow6432Node\\Policies\\Microsoft\\Windows\\System",
        .dword("DisableForceUnload", 1))
    }
    #expect(reading.state == .notConfigured)
    #expect(
      reading.warnings == [
        "Software\\WOW6432Node\\Policies\\Microsoft\\Windows\\System holds DisableForceUnload = 1,"
          + " which Windows does not read there."
      ])
  }

  @Test func `a damaged policy file may have lost the value`() throws {
    let reading = try fileReading { $0.add([1, 2, 3]) }
    #expect(reading.warnings.count == 1)
    #expect(reading.warnings[0].hasSuffix("values that seem to be missing may be lost."))
  }
}
