// SPDX-License-Identifier: MIT

import EventLogBuilder
import HiveBuilder
import ProfileForensics
import RegistryHive
import Testing
import VolumeBuilder
import WindowsEvents
import WindowsTypes

/// The policy as it stood at the time of an event, and programs that keep registries open.
@Suite struct PolicyRulesTests {
  private static let anna = VolumeUser("anna", 1001).sid
  private static let policies = "Policies\\Microsoft\\Windows\\System"
  private static let logOff = filetime(2024, 6, 21, 17, 3, 40)

  private func check(
    _ layout: VolumeDescription.Layout = .windows10, policySet: UInt64? = nil,
    image: String = "C:\\app.exe", key: String = "",
    _ change: (inout VolumeDescription) -> Void = { _ in }
  ) throws -> ProfileCheck {
    try ProfileCheck(
      .changed(layout) {
        if let policySet {
          $0.software.set(Self.policies, at: policySet, .dword("DisableForceUnload", 1))
        }
        $0.applicationEvents = [
          .handlesLeaked(by: Self.anna, at: Self.logOff, [(7, image, key)])
        ]
        change(&$0)
      })
  }

  @Test func `the policy is judged as it stood at the log-off`() throws {
    let off = try check()
    #expect(off.verdict?.reason.contains("by force: event 1530") == true)
    #expect(off.first("handles-leaked")?.advice.contains("unloads the registry by force") == true)

    let before = try check(policySet: filetime(2024, 6, 1))
    #expect(before.verdict?.reason.contains("Windows waited") == true)
    #expect(before.first("handles-leaked")?.advice.contains("by force") == false)

    let after = try check(policySet: filetime(2024, 6, 25))
    #expect(after.verdict?.reason.contains("probably by force") == true)
    #expect(
      after.first("handles-leaked")?.advice.contains("the remedy of KB 2287297 was probably")
        == true)
    #expect(
      after.first("force-unload-disabled")?.advice.contains("The one event 1530 is older") == true)
    for check in [before, after] {
      #expect(check.results.allSatisfy { !$0.advice.contains("Enable the policy") })
    }
  }

  @Test func `with a roaming profile, the policy has a caution`() throws {
    let caution = "keep a user from getting the newest copy"
    let roaming = try check(policySet: filetime(2024, 6, 1)) {
      $0.anna.centralProfile = "\\\\fs\\p\\anna"
    }
    #expect(roaming.first("force-unload-disabled")?.advice.contains(caution) == true)
    let local = try check(policySet: filetime(2024, 6, 1))
    #expect(local.first("force-unload-disabled")?.advice.contains(caution) == false)
    let mandatory = try check(policySet: filetime(2024, 6, 1)) {
      $0.anna.centralProfile = "\\\\fs\\p\\anna"
      $0.anna.state = 5
    }
    #expect(mandatory.first("force-unload-disabled")?.advice.contains(caution) == false)
    #expect(mandatory.first("handles-leaked")?.advice.contains("server") == false)
  }

  @Test func `a value of another type is a warning, 0 is nothing`() throws {
    let invalid = try check {
      $0.software.set(Self.policies, .string("DisableForceUnload", "1"))
    }
    #expect(invalid.first("force-unload-policy-invalid")?.severity == .warning)
    #expect(invalid.verdict?.reason.contains("by force") == true)
    let off = try check { $0.software.set(Self.policies, .dword("DisableForceUnload", 0)) }
    #expect(!off.ids.contains { $0.hasPrefix("force-unload") })
  }

  @Test(arguments: [
    "Microsoft\\Windows\\CurrentVersion\\Policies\\System", "Policies\\Microsoft\\Windows",
  ])
  func `keys where Windows does not look`(path: String) throws {
    let found = try check { $0.software.set(path, .dword("DisableForceUnload", 1)) }
    #expect(found.first("force-unload-policy-misplaced")?.severity == .warning)
    #expect(found.first("force-unload-disabled") == nil)
  }

  @Test(
    "The policy in any other key of SOFTWARE or SYSTEM is found, and where it is",
    arguments: [
      "Policies\\Microsoft\\Windows NT\\CurrentVersion\\System", "Policies\\Microsoft\\System",
      "Microsoft\\Windows\\System", "Policies\\Microsoft\\Windows\\System\\Audit",
      "Vendor\\A\\B\\C",
    ], [false, true])
  func anyKey(path: String, isSystem: Bool) throws {
    let time = filetime(2024, 6, 3)
    let found = try ProfileCheck(
      .changed {
        let key = isSystem ? "ControlSet001\\\(path)" : path
        let value = ValueDescription.dword("DisableForceUnload", 1)
        if isSystem {
          $0.system.set(key, at: time, value)
        } else {
          $0.software.set(key, at: time, value)
        }
      })
    #expect(found.ids == ["force-unload-policy-misplaced"])
    let misplaced = try #require(found.first("force-unload-policy-misplaced"))
    #expect(misplaced.severity == .warning)
    let hive = isSystem ? "SYSTEM\\ControlSet001" : "SOFTWARE"
    #expect(misplaced.evidence.map(\.source.description) == ["\(hive)\\\(path)"])
    #expect(misplaced.evidence.map(\.value) == ["DisableForceUnload"])
    #expect(misplaced.evidence.map(\.time) == [FileTime(rawValue: time)])
    #expect(misplaced.evidence.map(\.fact) == ["a key that does not have this policy"])
  }

  @Test func `the policy in the view of 32-bit programs is called that in every key`() throws {
    let found = try check {
      $0.software.set("Wow6432Node\\Vendor", .dword("DisableForceUnload", 1))
    }
    #expect(
      found.facts("force-unload-policy-misplaced") == ["a key in the view of 32-bit programs"])
  }

  @Test(
    "A value that is almost called like the policy is a warning in its key alone",
    arguments: [
      ("DisableForceUnload ", true), ("DisableForcedUnload", true), ("DisableForceUnlaod", true),
      ("DisableForceUnload_old", false), ("DisableUnload", false), ("DisableForceUnload", false),
    ])
  func oddName(name: String, isOdd: Bool) throws {
    func found(_ path: String) throws -> CheckResult? {
      try check { $0.software.set(path, .dword(NameDescription(name), 1)) }
        .first("force-unload-policy-misplaced")
    }
    let odd = try found(Self.policies)
    #expect((odd != nil) == isOdd)
    #expect(
      odd?.advice
        == (isOdd
          ? "It has no effect under this name. The value is to be called DisableForceUnload." : nil)
    )
    #expect(odd?.evidence.first?.value?.description == (isOdd ? name : nil))
    if name != "DisableForceUnload" { #expect(try found("Vendor") == nil) }
  }

  @Test func `a key that is called like the policy is a warning`() throws {
    let path = "\(Self.policies)\\DisableForceUnload"
    let found = try check { $0.software.set(path, .dword("DisableForceUnload", 1)) }
    let misplaced = try #require(found.first("force-unload-policy-misplaced"))
    #expect(misplaced.evidence.map(\.source.description) == ["SOFTWARE\\\(path)"])
    #expect(
      misplaced.evidence.map(\.fact) == [
        "a key of this name: the policy is a value, which Windows does not look for in it"
      ])
  }

  @Test func `a policy in a part of SOFTWARE that is lost is not known`() throws {
    func advice(cut: Bool) throws -> String {
      var volume = VolumeDescription(.windows10)
      volume.applicationEvents = [
        .handlesLeaked(by: Self.anna, at: Self.logOff, [(7, "a.exe", "")])
      ]
      let folder = try TemporaryFolder()
      for (path, bytes) in volume.files {
        let isCut = cut && path.hasSuffix("config/SOFTWARE")
        try folder.write(isCut ? [UInt8](bytes.prefix(4096 + 512)) : bytes, to: path)
      }
      return try ProfileCheck(
        path: folder.path, events: volume.events.compactMap { ProfileEvent($0) }
      ).first("handles-leaked")?.advice ?? ""
    }
    #expect(try advice(cut: true).contains("Unless DisableForceUnload was on, which is not known"))
    #expect(try advice(cut: false).contains("Windows unloads the registry by force"))
    #expect(!(try advice(cut: false).contains("Unless")))
  }

  // MARK: - Local Group Policy

  @Test(
    "Local Group Policy that is not in the registry is reported, and where they agree it is not",
    arguments: [
      ("DisableForceUnload", UInt32?.some(1), UInt32?.none, true),
      ("DisableForceUnload", 1, 1, false), ("DisableForceUnload", 1, 0, true),
      ("DisableForceUnload", nil, 1, true), ("DisableForceUnload", nil, nil, false),
      ("DeleteRoamingCache", 1, nil, true), ("CleanupProfiles", 30, nil, false),
    ])
  func localPolicy(name: String, ordered: UInt32?, value: UInt32?, isReported: Bool) throws {
    var file = PolicyFileDescription()
    if let ordered {
      file.set("Software\\\(Self.policies)", .dword(NameDescription(name), ordered))
    } else {
      file.delete(name, in: "Software\\\(Self.policies)")
    }
    var volume = VolumeDescription(.windows10)
    if let value {
      volume.software.set(Self.policies, .dword("DisableForceUnload", value))
    }
    let folder = try TemporaryFolder()
    try volume.write(to: folder)
    try folder.write(
      file.build(), to: "Windows/System32/GroupPolicy/Machine/Registry.pol")
    let check = try ProfileCheck(path: folder.path)
    let found = check.first("local-policy-not-applied")
    #expect((found != nil) == isReported)
    guard let found else { return }
    #expect(found.severity == .warning)
    #expect(found.evidence.count == 2)
    #expect(
      found.evidence[0].source.description == "Windows/System32/GroupPolicy/Machine/Registry.pol")
  }

  // MARK: - Programs

  @Test func `a program is called by its service and its product`() throws {
    let device = "\\Device\\HarddiskVolume3\\Program Files\\BackupCo\\agent.exe"
    func advice(_ change: (inout VolumeDescription) -> Void) throws -> String {
      try check(image: device, change).first("handles-leaked")?.advice ?? ""
    }
    let shown = "agent.exe (\\Program Files\\BackupCo\\agent.exe, process 7)"
    #expect(try advice { _ in }.hasPrefix("Update \(shown), or ask its maker."))
    let service = try advice {
      $0.system.set(
        "ControlSet001\\Services\\BcoAgent", .dword("Type", 0x10), .dword("Start", 2),
        .string("ObjectName", "LocalSystem"), .string("DisplayName", "Backup Agent"),
        .expandString("ImagePath", "\"%ProgramFiles%\\BackupCo\\agent.exe\" -service"))
    }
    #expect(
      service.hasPrefix("\(shown) is the program of the service Backup Agent (BcoAgent): update"))
    let product = try advice {
      $0.software.set(
        "Microsoft\\Windows\\CurrentVersion\\Uninstall\\{1}", .string("DisplayName", "BackupCo 7"),
        .string("InstallLocation", "C:\\Program Files\\BackupCo\\"))
    }
    #expect(product.hasPrefix("\(shown) belongs to BackupCo 7: update it"))
    let unrelated = try advice {
      $0.software.set(
        "Microsoft\\Windows\\CurrentVersion\\Uninstall\\{1}", .string("DisplayName", "Root"),
        .string("InstallLocation", "C:\\"))
    }
    #expect(!unrelated.contains("Root"))
  }

  @Test(
    "No program of Windows is told to run as somebody else",
    arguments: ["svchost.exe", "winlogon.exe", "lsass.exe", "spoolsv.exe", "dllhost.exe"])
  func programsOfWindows(name: String) throws {
    let advice = try check(
      image: "\\Device\\HarddiskVolume2\\Windows\\System32\\\(name)", key: "\\Printers\\DevModes2"
    ).first("handles-leaked")?.advice
    #expect(advice?.contains("as another user") == false)
    #expect(advice?.contains(name) == true)
    #expect(advice?.contains("points to a printer driver") == true)
  }

  @Test func `what a log-off means for a roaming profile depends on the Windows version`() throws {
    func advice(_ layout: VolumeDescription.Layout) throws -> String {
      try check(layout) {
        $0.anna.centralProfile = "\\\\fs\\p\\anna"
        if layout == .windowsXP {
          $0.applicationEvents = [
            EventDescription(
              time: Self.logOff, provider: "Userenv", event: 1517, level: 2,
              data: [("", "XP1\\anna")])
          ]
        }
      }.first("handles-leaked")?.advice ?? ""
    }
    #expect(try advice(.windowsXP).contains("from a copy of the registry even so"))
    #expect(try advice(.windowsXP).contains("UPHClean frees such registries"))
    #expect(try advice(.windows7).contains("A roaming profile is copied to its server after that."))
    #expect(!(try advice(.windows7).contains("UPHClean")))
  }

  @Test func `event 1516 settles event 1517`() throws {
    func severity(_ events: [UInt16]) throws -> CheckRule.Severity? {
      try check(.windowsXP) {
        $0.applicationEvents = events.enumerated().map { index, event in
          EventDescription(
            time: Self.logOff + UInt64(index) * 600_000_000, provider: "Userenv", event: event,
            level: 2, data: [("", "XP1\\anna")])
        }
      }.first("handles-leaked")?.severity
    }
    #expect(try severity([1517]) == .warning)
    #expect(try severity([1517, 1516]) == .information)
    #expect(try severity([1516, 1517]) == .warning)
  }

  // MARK: - UPHClean

  @Test(
    "UPHClean helps before Windows Vista on x86, and nowhere else",
    arguments: [
      (VolumeDescription.Layout.windowsXP, "x86", CheckRule.Severity.information, "It frees"),
      (.windowsXP, "AMD64", .warning, "does not work on this machine"),
      (.windows7, "AMD64", .warning, "Uninstall it"), (.windows10, "x86", .warning, "Uninstall it"),
    ])
  func uphclean(
    layout: VolumeDescription.Layout, processor: String, severity: CheckRule.Severity, text: String
  ) throws {
    let found = try #require(
      try ProfileCheck(
        .changed(layout) {
          $0.system.set(
            "ControlSet001\\Services\\UPHClean", .dword("Type", 0x10), .dword("Start", 2),
            .string("ObjectName", "LocalSystem"))
          $0.system.set(
            "ControlSet001\\Control\\Session Manager\\Environment",
            .string("PROCESSOR_ARCHITECTURE", processor))
        }
      ).first("uphclean-installed"))
    #expect(found.severity == severity)
    #expect(found.advice.contains(text))
  }

  // MARK: - What decides instead

  private static let controls =
    "Microsoft\\Windows\\CurrentVersion\\UserState\\UserStateTechnologies\\ConfigurationControls"

  @Test(arguments: [UInt32?.none, 0, 1])
  func `with settings of Configuration Manager, what Windows did is not known`(
    value: UInt32?
  ) throws {
    let found = try check {
      $0.software.set(Self.controls, .dword("RoamingUserProfile", 1))
      if let value { $0.software.set(Self.policies, .dword("DisableForceUnload", value)) }
    }
    let managed = try #require(found.first("roaming-settings-managed"))
    #expect(managed.severity == (value == nil ? .information : .warning))
    #expect(found.verdict?.reason.contains("by force unless DisableForceUnload was on") == true)
    #expect(found.first("force-unload-disabled") == nil)
    #expect(
      found.first("handles-leaked")?.advice.contains("Unless DisableForceUnload was on") == true)
  }

  @Test(
    "How the right place is written depends on the processor",
    arguments: [("x86", false), ("AMD64", true)])
  func placeOfPolicy(processor: String, isNamed: Bool) throws {
    let found = try check(.windows7) {
      $0.software.set("WOW6432Node\\" + Self.policies, .dword("DisableForceUnload", 1))
      $0.system.set(
        "ControlSet001\\Control\\Session Manager\\Environment",
        .string("PROCESSOR_ARCHITECTURE", processor))
    }
    let advice = try #require(found.first("force-unload-policy-misplaced")).advice
    #expect(advice.contains("64-bit") == isNamed)
  }

  @Test func `the programs that keep a copy from being deleted are named`() throws {
    func advice(_ image: String?) throws -> String? {
      try ProfileCheck(
        .changed {
          $0.anna.centralProfile = "\\\\fs\\p\\anna"
          $0.software.set(
            Self.policies, at: filetime(2024, 1, 1), .dword("DeleteRoamingCache", 1))
          if let image {
            $0.applicationEvents = [
              .handlesLeaked(by: Self.anna, at: Self.logOff, [(7, image, "")])
            ]
          }
        }
      ).first("roaming-copy-not-deleted")?.advice
    }
    #expect(
      try advice("C:\\x\\scan.exe")?.hasPrefix("scan.exe kept the user's registry open") == true)
    #expect(try advice(nil)?.contains("look for handles-leaked") == true)
  }

  // MARK: - Many programs, and programs without a name

  @Test func `programs of which the same is to be said share a sentence`() throws {
    func advice(_ handles: [(process: Int, image: String, key: String)]) throws -> String {
      try ProfileCheck(
        .changed {
          $0.applicationEvents = [.handlesLeaked(by: Self.anna, at: Self.logOff, handles)]
        }
      ).first("handles-leaked")?.advice ?? ""
    }
    let many = try advice(
      (0..<60).map { ($0, "\\Device\\HarddiskVolume2\\Apps\\p\($0).exe", "\\K\($0)") })
    #expect(
      many.hasPrefix(
        "Update p0.exe (\\Apps\\p0.exe, process 0), p1.exe (\\Apps\\p1.exe, process 1), p10.exe"
          + " (\\Apps\\p10.exe, process 10) and 57 more, or ask their makers."))
    #expect(many.utf8.count < 600)
    let unnamed = try advice([(5, "", "\\Software")])
    #expect(unnamed.hasPrefix("The event does not name a program (process 5)"))
    #expect(!unnamed.contains("Update ,"))
  }

  @Test func `a verdict names a few of many programs`() throws {
    let found = try ProfileCheck(
      .changed {
        $0.applicationEvents = [
          .handlesLeaked(
            by: Self.anna, at: Self.logOff, (0..<60).map { ($0, "C:\\p\($0).exe", "") })
        ]
      })
    let reason = try #require(found.verdict?.reason)
    #expect(
      reason.contains("says that p0.exe, p1.exe, p2.exe, p3.exe, p4.exe and 55 more programs"))
  }

  @Test(
    "Users and programs that UPHClean leaves out are named",
    arguments: [
      ("USER_EXCLUSION_LIST", "S-1-5-21-1111111111-2222222222-3333333333-1001", "names this user"),
      ("USER_EXCLUSION_LIST", "WS1\\anna", "names this user"),
      ("USER_EXCLUSION_LIST", "WS1\\berta", ""),
      ("PROCESS_EXCLUSION_LIST", "scan.exe", "leaves out scan.exe"),
      ("PROCESS_EXCLUSION_LIST", "scan.exe/rpcss.dll", "leaves out scan.exe"),
      ("PROCESS_EXCLUSION_LIST", "lsass.exe", ""),
    ])
  func exclusions(list: String, entry: String, text: String) throws {
    let found = try ProfileCheck(
      .changed(.windowsXP) {
        $0.system.set(
          "ControlSet001\\Services\\UPHClean", .dword("Type", 0x10), .dword("Start", 2))
        $0.system.set(
          "ControlSet001\\Services\\UPHClean\\Parameters",
          .multiString(NameDescription(list), [entry]))
        $0.applicationEvents = [
          EventDescription(
            time: Self.logOff, provider: "UPHClean", event: 1111, level: 3, computer: "WS1",
            data: [("", "User profile hive WS1\\anna (\(Self.anna)) failed to unload. Will retry.")]
          ),
          EventDescription(
            time: Self.logOff + 1, provider: "UPHClean", event: 1401, level: 4, computer: "WS1",
            data: [
              ("", "WS1\\anna (\(Self.anna))\r\n"),
              ("", "  scan.exe (7)\r\n    HKCU (0x10)\r\n"),
            ]),
        ]
      })
    let advice = try #require(found.first("handles-leaked")).advice
    if text.isEmpty {
      #expect(!advice.contains("EXCLUSION_LIST"))
    } else {
      #expect(advice.contains(text))
    }
    let installed = try #require(found.first("uphclean-installed"))
    #expect(installed.advice.contains("its lists leave out"))
    #expect(installed.evidence.last?.value?.description == list)
    #expect(installed.evidence.last?.fact == "it leaves alone \(entry)")
  }

  @Test(arguments: [(1501, true), (1511, true), (1401, false), (1201, false)])
  func `UPHClean only reports where its own events say so`(event: Int, reports: Bool) throws {
    let found = try ProfileCheck(
      .changed(.windowsXP) {
        $0.system.set(
          "ControlSet001\\Services\\UPHClean", .dword("Type", 0x10), .dword("Start", 2))
        $0.applicationEvents = [
          EventDescription(
            time: Self.logOff, provider: "UPHClean", event: UInt16(event), level: 4,
            computer: "WS1",
            data: [
              ("", "WS1\\anna (\(Self.anna))\r\n"),
              ("", "  scan.exe (7)\r\n    HKCU (0x10)\r\n"),
            ])
        ]
      })
    let advice = try #require(found.first("uphclean-installed")).advice
    #expect(advice.contains("frees nothing") == reports)
  }
}
