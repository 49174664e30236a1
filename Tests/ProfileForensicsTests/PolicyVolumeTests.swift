// SPDX-License-Identifier: MIT

import HiveBuilder
import ProfileForensics
import RegistryHive
import Testing
import VolumeBuilder

@Suite struct PolicyVolumeTests {
  private static let config = "Windows/System32/config"
  private static let machinePolicy = "Windows/System32/GroupPolicy/Machine/Registry.pol"
  private static let userPolicy = "Windows/System32/GroupPolicy/User/Registry.pol"
  private static let system = "Software\\Policies\\Microsoft\\Windows\\System"
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func writeSoftware(_ values: ValueDescription...) throws {
    var hive = HiveDescription()
    hive["Policies\\Microsoft\\Windows\\System"].values = values
    try folder.write(hive.build().bytes, to: "\(Self.config)/SOFTWARE")
  }

  private func writePolicy(
    _ name: String = machinePolicy, _ describe: (inout PolicyFileDescription) -> Void
  ) throws {
    var file = PolicyFileDescription()
    describe(&file)
    try folder.write(file.build(), to: name)
  }

  private func survey(_ policies: [Policy] = [.dontForceUnloadHive]) throws -> PolicySurvey {
    try PolicySurvey(path: folder.path, policies: policies)
  }

  @Test func `without a policy file the hive alone is read`() throws {
    try writeSoftware(.dword("DisableForceUnload", 1))
    let survey = try survey()
    #expect(survey.readings.map(\.source) == [folder.path("\(Self.config)/SOFTWARE")])
    #expect(survey.readings[0].state == .enabled)
    #expect(survey.readings[0].warnings.isEmpty)
    #expect(survey.failures.isEmpty)
    #expect(survey.policyFiles.isEmpty)
  }

  @Test func `hive and policy file stand together, and agree`() throws {
    try writeSoftware(.dword("DisableForceUnload", 1))
    try writePolicy { $0.set(Self.system, .dword("DisableForceUnload", 1)) }
    let readings = try survey().readings
    #expect(
      readings.map(\.source)
        == ["\(Self.config)/SOFTWARE", Self.machinePolicy].map { folder.path($0) })
    #expect(readings.map(\.state) == [.enabled, .enabled])
    #expect(readings.allSatisfy { $0.warnings.isEmpty })
  }

  @Test func `a policy that was not applied yet is reported`() throws {
    try writeSoftware()
    try writePolicy { $0.set(Self.system, .dword("DisableForceUnload", 1)) }
    let readings = try survey().readings
    #expect(readings.map(\.state) == [.notConfigured, .enabled])
    #expect(
      readings[0].warnings == [
        "DisableForceUnload is not set here, but local Group Policy (Registry.pol) sets it to 1:"
          + " not applied yet, or overruled by the domain, or changed without Group Policy."
      ])
    #expect(readings[1].warnings.isEmpty)
  }

  @Test func `a value that local Group Policy does not know is reported`() throws {
    try writeSoftware(.dword("DisableForceUnload", 1))
    try writePolicy { $0.set(Self.system, .dword("Other", 1)) }
    let readings = try survey().readings
    #expect(readings.map(\.state) == [.enabled, .notConfigured])
    #expect(
      readings[0].warnings == [
        "DisableForceUnload is 1 here, and local Group Policy (Registry.pol) says nothing about it:"
          + " it comes from Group Policy of the domain, or was set without Group Policy."
      ])
  }

  @Test func `a deleted value is as good as one that is not there`() throws {
    try writeSoftware()
    try writePolicy { $0.delete("DisableForceUnload", in: Self.system) }
    let agreeing = try survey().readings
    #expect(agreeing.map(\.state) == [.notConfigured, .disabled])
    #expect(agreeing[0].warnings.isEmpty)
    try writeSoftware(.dword("DisableForceUnload", 1))
    #expect(
      try survey().readings[0].warnings == [
        "DisableForceUnload is 1 here, but local Group Policy (Registry.pol) deletes it: not"
          + " applied yet, or overruled by the domain, or changed without Group Policy."
      ])
  }

  @Test func `a difference in a further value is reported, too`() throws {
    try writeSoftware(.dword("UploadHiveMethod", 1), .dword("UploadHiveInterval", 6))
    try writePolicy {
      $0.set(Self.system, .dword("UploadHiveMethod", 1))
      $0.set(Self.system, .dword("UploadHiveInterval", 12))
    }
    let warnings = try survey(Policy.named("UploadHive")).readings[0].warnings
    #expect(warnings.count == 1)
    #expect(warnings.first?.hasPrefix("UploadHiveInterval is 6 here, but") == true)
  }

  @Test func `user policies are read from every user's hive`() throws {
    try writeSoftware()
    for (user, value) in [("anna", "Videos"), ("bernd", "Music")] {
      var hive = HiveDescription()
      hive[Self.system].values = [.string("ExcludeProfileDirs", value)]
      try folder.write(hive.build().bytes, to: "Users/\(user)/NTUSER.DAT")
    }
    try writePolicy(Self.userPolicy) {
      $0.set(Self.system, .string("ExcludeProfileDirs", "Music"))
    }
    let readings = try survey(Policy.named("ExcludeDirectories")).readings
    #expect(
      readings.map(\.source)
        == ["Users/anna/NTUSER.DAT", "Users/bernd/NTUSER.DAT", Self.userPolicy].map {
          folder.path($0)
        })
    #expect(
      readings.map { $0.decidingSetting.data } == ["Videos", "Music", "Music"].map { .string($0) })
    #expect(readings.map(\.warnings.count) == [1, 0, 0])
    #expect(readings.allSatisfy { $0.isInPlace })
  }

  @Test func `policies of the wrong class are shown only where they are set`() throws {
    try writeSoftware(.string("ExcludeProfileDirs", "x"))
    var hive = HiveDescription()
    hive[Self.system].values = [.dword("DisableForceUnload", 1)]
    try folder.write(hive.build().bytes, to: "Users/anna/NTUSER.DAT")
    let readings = try survey(Policy.userProfiles).readings.filter { !$0.isInPlace }
    #expect(readings.map(\.policy.name) == ["DontForceUnloadHive", "ExcludeDirectories"])
    #expect(readings.allSatisfy { $0.state == .enabled })
  }

  @Test func `UPHClean comes from the SYSTEM hive of the volume`() throws {
    try writeSoftware()
    var hive = HiveDescription()
    hive["Select"].values = [.dword("Current", 1)]
    hive["ControlSet001\\Services\\UPHClean"].values = [.dword("Start", 2)]
    try folder.write(hive.build().bytes, to: "\(Self.config)/SYSTEM")
    let readings = try survey([.uphClean]).readings
    #expect(readings.map(\.source) == [folder.path("\(Self.config)/SYSTEM")])
    #expect(readings[0].state == .enabled)
  }

  @Test func `what should be there and is not, or cannot be read, is reported`() throws {
    try folder.write([], to: "\(Self.config)/SOFTWARE")
    try folder.write(Array("PRe".utf8), to: Self.machinePolicy)
    let survey = try survey([.dontForceUnloadHive, .uphClean])
    #expect(survey.readings.isEmpty)
    #expect(
      survey.failures.map(\.description) == [
        folder.path("\(Self.config)/SOFTWARE") + ": is empty (0 bytes), not a hive",
        folder.path(Self.machinePolicy)
          + ": is not a policy file: it does not begin with \"PReg\"",
        folder.path + ": has no SYSTEM hive",
      ])
  }

  @Test func `a folder that is no volume is refused`() throws {
    let error = #expect(throws: ForensicsError.self) { try survey() }
    #expect(error?.code == .notAVolume)
  }

  @Test(arguments: [
    ("Microsoft\\Windows NT\\CurrentVersion\\Winlogon", true),
    ("WOW6432Node\\Microsoft\\Windows\\CurrentVersion\\Policies\\System", true),
    ("Microsoft\\Windows\\CurrentVersion\\Policies\\System", true),
    ("Policies\\Microsoft\\Windows\\System", false), ("Vendor", true),
  ])
  func `the policy in a key where Windows does not read it is a warning`(
    path: String, isWarned: Bool
  ) throws {
    let folder = try TemporaryFolder()
    var volume = VolumeDescription(.windows10)
    volume.software.set(path, .dword("DisableForceUnload", 1))
    try volume.write(to: folder)
    let survey = try PolicySurvey(path: folder.path, policies: [.dontForceUnloadHive])
    let reading = try #require(survey.readings.first)
    #expect(reading.state == (path.hasPrefix("Policies") ? .enabled : .notConfigured))
    #expect(
      reading.warnings.contains { $0.hasPrefix("\(path) holds DisableForceUnload") } == isWarned)
    #expect(reading.warnings.count == (isWarned ? 1 : 0))
  }

  @Test func `the policy under another name, as a key, and in SYSTEM is a warning`() throws {
    let folder = try TemporaryFolder()
    var volume = VolumeDescription(.windows10)
    let path = "Policies\\Microsoft\\Windows\\System"
    volume.software.set(
      path, .dword("DisableForceUnload ", 1), .dword("DisableForcedUnloads", 1),
      .dword("DisableForceUnload_old", 1))
    volume.software.set("\(path)\\DisableForceUnload", .dword("DisableForceUnload", 1))
    volume.system.set("ControlSet001\\Services\\ProfSvc", .dword("disableforceunload", 1))
    try volume.write(to: folder)
    let survey = try PolicySurvey(path: folder.path, policies: [.dontForceUnloadHive])
    #expect(survey.readings.map(\.state) == [.notConfigured])
    #expect(
      survey.readings.first?.warnings == [
        "In \(path), \"DisableForceUnload \" is not the name of the policy, which is "
          + "DisableForceUnload.",
        "In \(path), \"DisableForcedUnloads\" is not the name of the policy, which is "
          + "DisableForceUnload.",
        "\(path)\\DisableForceUnload is a key of this name: the policy is a value, which Windows does "
          + "not look for in it.",
        "SYSTEM\\ControlSet001\\Services\\ProfSvc holds DisableForceUnload too, which Windows does not "
          + "read there: it is a key that does not have this policy.",
      ])
  }

  @Test func `the policy in a user's hive is a warning`() throws {
    let folder = try TemporaryFolder()
    var volume = VolumeDescription(.windows10)
    volume.anna.hive.set(
      "Software\\Policies\\Microsoft\\Windows\\System", .dword("DisableForceUnload", 1))
    try volume.write(to: folder)
    let survey = try PolicySurvey(path: folder.path, policies: [.dontForceUnloadHive])
    #expect(
      survey.readings.first?.warnings == [
        "Users/anna/NTUSER.DAT holds Software\\Policies\\Microsoft\\Windows\\System\\"
          + "DisableForceUnload, which Windows does not read there: the policy is the machine's."
      ])
  }
}
