// SPDX-License-Identifier: MIT

import HiveBuilder
import ProfileForensics
import RegistryHive
import Testing

/// The catalogue, against a list of its own: every policy that is a number, with what it is when
/// enabled and when disabled.
@Suite struct PolicyCatalogueTests {
  private static let machine = "Policies\\Microsoft\\Windows\\System"
  private static let user = "Software\\Policies\\Microsoft\\Windows\\System"
  private static let userSystem =
    "Software\\Microsoft\\Windows\\CurrentVersion\\Policies\\System"

  struct Switch: Sendable, CustomTestStringConvertible {
    let policy: String
    let kind: HiveKind
    let key: String
    let value: String
    let on: UInt32
    let off: UInt32?

    init(
      _ policy: String, _ value: String, on: UInt32 = 1, off: UInt32? = 0,
      kind: HiveKind = .software, key: String = PolicyCatalogueTests.machine
    ) {
      self.policy = policy
      self.kind = kind
      self.key = key
      self.value = value
      self.on = on
      self.off = off
    }

    var testDescription: String { policy }
  }

  static let switches = [
    Switch("DontForceUnloadHive", "DisableForceUnload"),
    Switch("AddAdminGroupToRUP", "AddAdminGroupToRUP"),
    Switch("CompatibleRUPSecurity", "CompatibleRUPSecurity"),
    Switch("DeleteRoamingCachedProfiles", "DeleteRoamingCache"),
    Switch("LocalProfile", "LocalProfile"),
    Switch("Readonlyuserprofile", "ReadOnlyProfile"),
    Switch("UploadHive", "UploadHiveMethod", off: nil),
    Switch("UploadHive", "UploadHiveMethod", on: 2, off: nil),
    Switch("PrimaryComputer_RUP", "PrimaryComputerEnabledRUP"),
    Switch("EnableSlowLinkDetect", "SlowLinkDetectEnabled", on: 0, off: 1),
    Switch("EnableSlowLinkUI", "SlowLinkUIEnabled"),
    Switch("SlowLinkDefault", "SlowLinkProfileDefault"),
    Switch("SlowLinkTimeOut", "UserProfileMinTransferRate", on: 499, off: nil),
    Switch("SlowLinkTimeOut", "SlowLinkTimeOut", on: 119, off: nil),
    Switch("WaitForNetwork", "WaitForNetwork", on: 0, off: nil),
    Switch("CleanupProfiles", "CleanupProfiles", on: 99_999, off: nil),
    Switch("LeaveAppMgmtData", "LeaveAppMgmtData"),
    Switch("ProfileDlgTimeOut", "ProfileDlgTimeOut", on: 600, off: nil),
    Switch("ProfileErrorAction", "ProfileErrorAction"),
    Switch("ProfileUnloadTimeout", "ProfileUnloadTimeout", on: 0, off: nil),
    Switch("LimitSize", "EnableProfileQuota", kind: .ntuser, key: userSystem),
    Switch("Connect_HomeDir_ToRoot", "ConnectHomeDirToRoot", kind: .ntuser, key: userSystem),
    Switch("USER_HOME", "HomeDirLocation", on: 1, off: nil),
    Switch("USER_HOME", "HomeDirLocation", on: 0, off: nil),
    Switch("UserInfoAccessAction", "AllowUserInfoAccess", on: 1, off: nil),
    Switch("UserInfoAccessAction", "AllowUserInfoAccess", on: 2, off: nil),
    Switch(
      "DisableAdvertisingId", "DisabledByGroupPolicy",
      key: "Policies\\Microsoft\\Windows\\AdvertisingInfo"),
  ]

  private func read(
    _ item: Switch, _ values: [ValueDescription]
  ) throws -> PolicyReading {
    let folder = try TemporaryFolder()
    var hive = HiveDescription()
    hive.header.fileName = item.kind == .software ? "SOFTWARE" : "ntuser.dat"
    hive[item.key].values = values
    let path = try folder.write(hive.build().bytes, to: "hive")
    let survey = try PolicySurvey(path: path, policies: Policy.named(item.policy))
    return try #require(survey.readings.first { $0.policy.name == item.policy })
  }

  @Test(arguments: switches)
  func `a number enables or disables a policy`(item: Switch) throws {
    let name = NameDescription(item.value)
    let enabled = try read(item, [.dword(name, item.on)])
    #expect(enabled.state == .enabled)
    #expect(enabled.isInPlace)
    #expect(enabled.decidingSetting.setting.name.description == item.value)
    #expect(enabled.decidingSetting.key.description == item.key)
    #expect(enabled.decidingSetting.data == .dword(item.on))
    #expect(enabled.warnings.isEmpty)
    if let off = item.off {
      let disabled = try read(item, [.dword(name, off)])
      #expect(disabled.state == .disabled)
      #expect(disabled.effect != enabled.effect)
    }
    let missing = try read(item, [])
    #expect(missing.state == .notConfigured)
    #expect(missing.decidingSetting.data == nil)
    #expect(missing.effect != enabled.effect)
  }

  @Test(arguments: switches)
  func `the wrong type or size is invalid`(item: Switch) throws {
    let name = NameDescription(item.value)
    for value in [
      ValueDescription.string(name, "1"), .qword(name, 1), .dwordBigEndian(name, 1),
      .binary(name, [1, 0, 0, 0]), ValueDescription(name, type: 4, data: [1]),
      ValueDescription(name, type: 4, data: [1, 0, 0, 0, 0]),
      ValueDescription(name, type: 4, data: []),
    ] {
      let reading = try read(item, [value])
      #expect(reading.state == .invalid, "\(value)")
      #expect(
        reading.warnings == [
          "\(item.value) is stored as \(ValueType(rawValue: value.type)) of \(value.data.count)"
            + " bytes, where Windows expects REG_DWORD of 4 bytes; what it makes of that is not"
            + " documented."
        ])
    }
  }

  @Test(arguments: [
    ("MachineProfilePath", "MachineProfilePath", HiveKind.software, machine),
    ("ExcludeDirectories", "ExcludeProfileDirs", .ntuser, user),
    ("CscSuspendDirectories", "CscSuspendDirs", .ntuser, user),
  ])
  func `a text enables a policy`(
    policy: String, value: String, kind: HiveKind, key: String
  ) throws {
    let item = Switch(policy, value, kind: kind, key: key)
    let name = NameDescription(value)
    for text in [ValueDescription.string(name, "a;b"), .expandString(name, "a;b")] {
      let reading = try read(item, [text])
      #expect(reading.state == .enabled)
      #expect(reading.effect.contains("a;b"))
      #expect(reading.warnings.isEmpty)
    }
    #expect(try read(item, [.dword(name, 1)]).state == .invalid)
    #expect(try read(item, [.multiString(name, ["a"])]).state == .invalid)
    #expect(try read(item, [.string(name, "")]).warnings == ["\(value) is empty."])
  }

  @Test func `numbers outside of what Group Policy allows are reported`() throws {
    let cases: [(String, String, UInt32, String)] = [
      ("CleanupProfiles", "CleanupProfiles", 0, "1 to 99999 days"),
      ("WaitForNetwork", "WaitForNetwork", 301, "0 to 300 seconds"),
      ("ProfileDlgTimeOut", "ProfileDlgTimeOut", 601, "0 to 600 seconds"),
      ("SlowLinkTimeOut", "SlowLinkTimeOut", 20_001, "0 to 20000 milliseconds"),
      ("UploadHive", "UploadHiveInterval", 721, "1 to 720 hours"),
      ("UploadHive", "UploadHiveTime", 24, "0 to 23 o'clock"),
    ]
    for (policy, value, number, range) in cases {
      let reading = try read(
        Switch(policy, value), [.dword(NameDescription(value), number)])
      #expect(
        reading.warnings == [
          "\(value) is \(number), outside of what Group Policy allows: \(range)."
        ])
    }
  }

  @Test func `another number than on and off is on where it is not 0`() throws {
    let on = try read(Self.switches[0], [.dword("DisableForceUnload", 2)])
    #expect(on.state == .enabled)
    #expect(on.warnings == ["DisableForceUnload is 2, where Group Policy writes 1 or 0."])
    let inverted = try read(
      Switch("EnableSlowLinkDetect", "SlowLinkDetectEnabled"),
      [.dword("SlowLinkDetectEnabled", 2)])
    #expect(inverted.state == .disabled)
  }

  @Test func `a number that stands for nothing is invalid`() throws {
    let reading = try read(
      Switch("UploadHive", "UploadHiveMethod"), [.dword("UploadHiveMethod", 3)])
    #expect(reading.state == .invalid)
    #expect(
      reading.warnings == [
        "UploadHiveMethod is 3, which is not one of the defined numbers (1, 2)."
      ])
  }

  @Test func `effects name what is set, and what holds otherwise`() throws {
    let both = try read(
      Switch("SlowLinkTimeOut", "SlowLinkTimeOut"), [.dword("SlowLinkTimeOut", 250)])
    #expect(
      both.effect
        == "A link is slow below 500 kbit/s, or where an answer takes 250 milliseconds.")
    let upload = try read(
      Switch("UploadHive", "UploadHiveMethod"),
      [.dword("UploadHiveMethod", 1), .dword("uploadhiveinterval", 12)])
    #expect(
      upload.effect
        == "NTUSER.DAT is copied to the profile's server every 12 hours while the user is logged"
        + " on.")
    let home = try read(
      Switch("USER_HOME", "HomeDirLocation"),
      [.dword("HomeDirLocation", 1), .string("HomeDir", "\\\\server\\{HomeDirDrive}")])
    #expect(
      home.effect
        == "The home folder is \\\\server\\{HomeDirDrive}, on a server, as drive"
        + " (HomeDirDrive is not set).")
  }

  @Test func `policies are found by their own names and by those of their values`() {
    #expect(Policy.named("dontforceunloadhive").map(\.name) == ["DontForceUnloadHive"])
    #expect(Policy.named("disableFORCEunload").map(\.name) == ["DontForceUnloadHive"])
    #expect(Policy.named("MaxProfileSize").map(\.name) == ["LimitSize"])
    #expect(Policy.named("REPORT_ONLY").map(\.name) == ["UPHClean"])
    #expect(Policy.named("nothing").isEmpty)
  }

  @Test func `the catalogue lists every policy of the administrative template once`() {
    let names = Policy.userProfiles.map(\.name)
    #expect(names.count == 26)
    #expect(Set(names).count == 26)
    #expect(names.first == "DontForceUnloadHive")
    let listed = Set(Self.switches.map(\.policy)).union([
      "MachineProfilePath", "ExcludeDirectories", "CscSuspendDirectories",
    ])
    #expect(Set(names) == listed)
    #expect(
      Policy.userProfiles.filter { $0.scope == .user }.map(\.name) == [
        "ExcludeDirectories", "CscSuspendDirectories", "LimitSize", "Connect_HomeDir_ToRoot",
      ])
  }
}
