// SPDX-License-Identifier: MIT

import EventLogBuilder
import HiveBuilder
import ProfileForensics
import RegistryHive
import Testing
import VolumeBuilder
import WindowsEvents

/// What is found of the machine: limits, policies, identities; and what events add.
@Suite struct MachineRulesTests {
  private static let anna = "S-1-5-21-1111111111-2222222222-3333333333-1001"
  private static let control = "ControlSet001\\Control"

  private func volume(
    _ layout: VolumeDescription.Layout = .windows10, _ change: (inout VolumeDescription) -> Void
  ) -> VolumeDescription {
    var volume = VolumeDescription(layout)
    change(&volume)
    return volume
  }

  // MARK: - The registry size limit

  @Test(
    "A limit that is set matters from XP to 7, is not known to matter later",
    arguments: [
      (VolumeDescription.Layout.windowsXP, CheckRule.Severity.warning), (.windows7, .warning),
      (.windows10, .information),
    ])
  func limitSet(layout: VolumeDescription.Layout, severity: CheckRule.Severity) throws {
    let check = try ProfileCheck(
      volume(layout) { $0.system.set(Self.control, .dword("RegistrySizeLimit", 200 << 20)) })
    #expect(check.ids == ["registry-size-limit-set"])
    #expect(check.first("registry-size-limit-set")?.severity == severity)
    #expect(check.facts("registry-size-limit-set") == ["200 MB (0xC800000)"])
    #expect(check.first("registry-size-limit-set")?.evidence.first?.value == "RegistrySizeLimit")
  }

  @Test func `a limit of another type, or outside of what Windows takes`() throws {
    let ignored = try ProfileCheck(
      volume { $0.system.set(Self.control, .qword("RegistrySizeLimit", 200 << 20)) })
    #expect(ignored.ids == ["registry-size-limit-ignored"])
    #expect(ignored.facts("registry-size-limit-ignored") == ["REG_QWORD of 8 bytes"])
    let low = try ProfileCheck(
      volume(.windows7) { $0.system.set(Self.control, .dword("RegistrySizeLimit", 1 << 20)) })
    #expect(Set(low.ids) == ["registry-size-limit-set", "registry-size-limit-clamped"])
    let high = try ProfileCheck(
      volume(.windows7) {
        $0.system.set(Self.control, .dword("RegistrySizeLimit", 200 << 20))
        $0.system.set(
          Self.control + "\\Session Manager\\Memory Management",
          .dword("PagedPoolSize", 100 << 20))
      })
    #expect(
      high.facts("registry-size-limit-clamped")
        == ["200 MB (0xC800000), for which Windows takes 80 MB"])
    #expect(
      try ProfileCheck(volume { $0.system.set(Self.control, .dword("RegistrySizeLimit", 0)) }).ids
        == [])
  }

  @Test(
    "The profile quota is about log-offs before Windows Vista, and about roaming profiles since",
    arguments: [
      (VolumeDescription.Layout.windowsXP, false, UInt32(9), CheckRule.Severity.warning),
      (.windowsXP, false, 8, .problem), (.windows10, false, 8, .information),
      (.windows10, true, 8, .warning),
    ])
  func quota(
    layout: VolumeDescription.Layout, isRoaming: Bool, kilobytes: UInt32,
    severity: CheckRule.Severity
  ) throws {
    let check = try ProfileCheck(
      volume(layout) {
        $0.anna.centralProfile = isRoaming ? "\\\\fs\\p\\anna" : nil
        $0.anna.hive.set(
          "Software\\Microsoft\\Windows\\CurrentVersion\\Policies\\System",
          .dword("EnableProfileQuota", 1), .dword("MaxProfileSize", kilobytes),
          .dword("IncludeRegInProQuota", 1))
      })
    let found = try #require(check.first("profile-near-quota"))
    #expect(found.severity == severity)
    let share = kilobytes == 9 ? 88 : 100
    #expect(
      found.evidence.first?.fact.hasPrefix(
        "8 KB, \(share) % of the \(kilobytes) KB that the whole profile may have") == true)
    #expect(found.advice.contains("cannot log off") == (layout == .windowsXP))
    #expect(found.advice.contains("not copied to its server") == (layout == .windows10))
    // The quota keeps no hive from being loaded.
    #expect(check.first("hive-near-limit") == nil)
  }

  // MARK: - Policies and UPHClean

  private static let policies = "Policies\\Microsoft\\Windows\\System"

  @Test func `DisableForceUnload in its place, and in others`() throws {
    let inPlace = try ProfileCheck(
      volume { $0.software.set(Self.policies, .dword("DisableForceUnload", 1)) })
    #expect(inPlace.ids == ["force-unload-disabled"])
    #expect(inPlace.first("force-unload-disabled")?.severity == .information)
    #expect(
      try ProfileCheck(
        volume { $0.software.set(Self.policies, .dword("DisableForceUnload", 0)) }
      ).ids == [])
    let misplaced = try ProfileCheck(
      volume {
        $0.software.set("WOW6432Node\\" + Self.policies, .dword("DisableForceUnload", 1))
        $0.anna.hive.set("Software\\" + Self.policies, .dword("DisableForceUnload", 1))
      })
    #expect(misplaced.ids == ["force-unload-policy-misplaced"])
    #expect(
      misplaced.facts("force-unload-policy-misplaced") == [
        "the view of 32-bit programs", "a user's hive, but the policy is the machine's",
      ])
  }

  @Test func `UPHClean by its service, and by where it leads handles to`() throws {
    let check = try ProfileCheck(
      volume(.windowsXP) {
        $0.system.set(
          "ControlSet001\\Services\\UPHClean", .dword("Type", 0x10), .dword("Start", 2),
          .string("ObjectName", "LocalSystem"))
        $0.system.set(
          "ControlSet001\\Services\\UPHClean\\Parameters", .dword("REPORT_ONLY", 1))
        $0.defaultHive.makeKey("UPHClean")
      })
    #expect(check.ids == ["uphclean-installed"])
    #expect(
      check.facts("uphclean-installed") == [
        "the service, which only reports (REPORT_ONLY)",
        "where UPHClean 1.6f and later redirect handles to",
      ])
  }

  // MARK: - Identities

  private static let application = "{5C3E8B10-2D1F-4A6B-9E77-0A1B2C3D4E5F}"
  private static let orderClass = "{0F0A3C4E-1B2D-4C5E-8F90-123456789ABC}"

  private func addApplication(_ volume: inout VolumeDescription, runAs: String = ".\\anna") {
    volume.software.set(
      "Classes\\AppID\\\(Self.application)", .string("", "Order entry"), .string("RunAs", runAs))
    volume.software.set(
      "Classes\\CLSID\\\(Self.orderClass)", .string("", "Orders.Entry"))
    volume.software.set(
      "Classes\\CLSID\\\(Self.orderClass)\\LocalServer32",
      .string("", "dllhost.exe /Processid:\(Self.application)"))
  }

  @Test func `a COM application that runs as a user with a profile`() throws {
    let check = try ProfileCheck(
      volume {
        addApplication(&$0)
        $0.security = HiveDescription()
        $0.security?.makeKey("Policy\\Secrets\\SCM:\(Self.application)")
        $0.security?.makeKey("Policy\\PolRevision")
      })
    #expect(check.ids == ["com-runs-as-user"])
    let found = try #require(check.first("com-runs-as-user"))
    #expect(found.severity == .warning)
    #expect(
      found.evidence.map(\.fact) == [
        "\"Order entry\" runs as anna",
        "the class \"Orders.Entry\": dllhost.exe /Processid:\(Self.application)",
        "a password is kept for the account",
        "by its name, the profile of anna: \(Self.anna)",
      ])
    #expect(found.basis?.text.contains("applications may be missing") == true)
  }

  @Test func `the policy, and older Windows, take the danger from it`() throws {
    let withPolicy = try ProfileCheck(
      volume {
        addApplication(&$0)
        $0.software.set(Self.policies, .dword("DisableForceUnload", 1))
      })
    #expect(withPolicy.first("com-runs-as-user")?.severity == .information)
    let old = try ProfileCheck(volume(.windowsXP) { addApplication(&$0) })
    #expect(old.first("com-runs-as-user")?.severity == .information)
  }

  @Test(arguments: [
    "Interactive User", "nt authority\\localservice", "NT AUTHORITY\\Network Service",
    "LocalSystem",
    "NT SERVICE\\Sense", "IIS APPPOOL\\Web", "", ".\\LocalSystem",
  ])
  func `accounts of Windows itself are no users`(runAs: String) throws {
    #expect(try ProfileCheck(volume { addApplication(&$0, runAs: runAs) }).ids == [])
  }

  @Test(
    "Users are told by their names",
    arguments: [
      ("anna", "anna"), (".\\anna", "anna"), ("CORP\\anna", "CORP\\anna"),
      ("anna@corp.example", "anna@corp.example"), ("CORP\\svc$", "CORP\\svc$"),
    ])
  func users(text: String, account: String) {
    #expect(RunAsAccount(text).userName != nil)
    #expect(RunAsAccount(text).description == account)
  }

  @Test func `folders are named after users`() {
    let account = RunAsAccount("CORP\\Anna")
    #expect(account.isNameOf(folder: "anna"))
    #expect(account.isNameOf(folder: "anna.CORP"))
    #expect(account.isNameOf(folder: "ANNA.CORP.000"))
    #expect(!account.isNameOf(folder: "annabel"))
    #expect(!account.isNameOf(folder: "an"))
    #expect(!RunAsAccount("LocalSystem").isNameOf(folder: "localsystem"))
  }

  @Test func `an application that a service hosts, and a service that runs as a user`() throws {
    let check = try ProfileCheck(
      volume {
        $0.software.set(
          "Classes\\AppID\\\(Self.application)", .string("", "Hosted"),
          .string("LocalService", "orderd"), .string("RunAs", "Interactive User"))
        $0.system.set(
          "ControlSet001\\Services\\OrderD", .dword("Type", 0x10), .dword("Start", 4),
          .string("ObjectName", "CORP\\anna"), .string("ImagePath", "C:\\orderd.exe"))
      })
    #expect(Set(check.ids) == ["com-runs-as-user", "service-runs-as-user"])
    #expect(
      check.facts("com-runs-as-user").first
        == "\"Hosted\" is hosted by the service orderd, which runs as CORP\\anna")
    #expect(check.first("com-runs-as-user")?.evidence.first?.value == "LocalService")
    #expect(
      check.facts("service-runs-as-user").first
        == "CORP\\anna (the service is disabled): C:\\orderd.exe")
  }

  @Test func `a class is looked up`() throws {
    let known = try ProfileCheck(
      volume { addApplication(&$0) }, classes: [Self.orderClass.lowercased()])
    #expect(
      known.facts("com-class") == [
        "\"Orders.Entry\": dllhost.exe /Processid:\(Self.application)",
        "the application \"Order entry\" runs as anna",
        "by its name, the profile of anna: \(Self.anna)",
      ])
    let unknown = try ProfileCheck(
      VolumeDescription(.windows10), classes: [String(Self.orderClass.dropFirst().dropLast())])
    #expect(unknown.ids == ["com-class"])
    #expect(
      unknown.facts("com-class") == [
        "there is no class \(Self.orderClass.dropFirst().dropLast())"
      ])
  }

  // MARK: - Events

  private static let dllhost = "\\Device\\HarddiskVolume2\\Windows\\System32\\dllhost.exe"

  @Test func `an event that agrees with the list, one that is older, one that contradicts`() throws
  {
    func reason(_ time: UInt64) throws -> ProfileVerdict? {
      try ProfileCheck(
        volume {
          $0.applicationEvents = [
            .handlesLeaked(by: Self.anna, at: time, [(7, "C:\\app.exe", "\\Printers")])
          ]
        }
      ).profiles.compactMap(\.verdict).first
    }
    let forced = try reason(filetime(2024, 6, 21, 17, 3, 40))
    #expect(forced?.outcome == .unloaded)
    #expect(
      forced?.reason
        == "2024-06-21 17:03:44 UTC by the profile list, and its hives are clean; by force: event 1530 of"
        + " 2024-06-21 17:03:40 UTC says that app.exe kept it open, and DisableForceUnload was not on"
    )
    let earlier = try reason(filetime(2024, 6, 1))
    #expect(earlier?.outcome == .unloaded)
    #expect(earlier?.reason.hasSuffix("is about an earlier log-off") == true)
    let later = try reason(filetime(2024, 6, 22))
    #expect(later?.outcome == .unclear)
    #expect(later?.reason.contains("contradicts it: app.exe kept it open") == true)
  }

  @Test func `open handles of a profile, with the programs and keys`() throws {
    let check = try ProfileCheck(
      volume {
        $0.applicationEvents = [
          .handlesLeaked(
            by: Self.anna, at: filetime(2024, 6, 21, 17, 3, 40), suffix: "_Classes",
            [(7, "C:\\Program Files (x86)\\app.exe", "\\CLSID"), (8, "C:\\b.exe", "")]),
          .profileService(1524, at: filetime(2024, 6, 21, 17, 3, 41), user: Self.anna),
          .profileService(
            1508, at: filetime(2024, 6, 22), level: 2, user: Self.anna,
            ("Error", "Insufficient system resources"), ("File", "C:\\Users\\anna\\ntuser.dat")),
        ]
      })
    #expect(check.ids == ["handles-leaked", "profile-load-failed"])
    #expect(
      check.facts("handles-leaked") == [
        "event 1530: C:\\Program Files (x86)\\app.exe (process 7) had open"
          + " HKCU\\Software\\Classes\\CLSID; C:\\b.exe (process 8) had open HKCU\\Software\\Classes",
        "event 1524: The user's classes (UsrClass.dat) were still in use by programs at log-off.",
      ])
    #expect(
      check.first("handles-leaked")?.advice.hasPrefix(
        "Update app.exe (C:\\Program Files (x86)\\app.exe, process 7), b.exe (C:\\b.exe, process 8), or"
          + " ask their makers.") == true)
    #expect(
      check.facts("profile-load-failed") == [
        "event 1508: Windows could not load the user's registry file. [Insufficient system resources;"
          + " C:\\Users\\anna\\ntuser.dat]"
      ])
  }

  @Test func `a COM server that lost its profile, proven by its class or not`() throws {
    func check(_ failed: Bool) throws -> ProfileCheck {
      try ProfileCheck(
        volume {
          addApplication(&$0)
          $0.applicationEvents = [
            .handlesLeaked(
              by: Self.anna, at: filetime(2024, 6, 21, 17, 3, 40), [(7, Self.dllhost, "")])
          ]
          if failed {
            $0.systemEvents = [
              .comServerFailed(class: Self.orderClass, at: filetime(2024, 6, 21, 18))
            ]
          }
        })
    }
    let exposed = try check(false)
    #expect(exposed.first("com-server-lost-profile") == nil)
    #expect(
      exposed.facts("com-runs-as-user").last
        == "event 1530: \(Self.dllhost) (process 7) had open HKCU")
    let proven = try #require(try check(true).first("com-server-lost-profile"))
    #expect(proven.severity == .problem)
    #expect(
      proven.evidence.prefix(2).map(\.fact) == [
        "event 1530: \(Self.dllhost) (process 7) had open HKCU",
        "event 10006: A COM server returned an error when Windows asked it for an object of a"
          + " class. [2147943418; WS1; \(Self.orderClass)]",
      ])
    let failedAlone = try ProfileCheck(
      volume {
        addApplication(&$0)
        $0.systemEvents = [.comServerFailed(class: Self.orderClass, at: filetime(2024, 6, 21, 18))]
      })
    #expect(failedAlone.first("com-server-lost-profile")?.severity == .warning)
    let reason = try #require(failedAlone.first("com-server-lost-profile")?.basis?.text)
    #expect(reason.contains("the user's registry had been unloaded 2024-06-21 17:03:44 UTC"))
    // Another program, or nobody's application: nothing of the kind.
    let other = try ProfileCheck(
      volume {
        $0.applicationEvents = [
          .handlesLeaked(
            by: Self.anna, at: filetime(2024, 6, 21, 17, 3, 40), [(7, Self.dllhost, "")])
        ]
      })
    #expect(other.ids == ["handles-leaked"])
  }

  @Test func `open handles of log-offs long past are information`() throws {
    func severity(_ change: (inout VolumeDescription) -> Void) throws -> CheckRule.Severity? {
      try ProfileCheck(
        volume {
          $0.applicationEvents = [
            .handlesLeaked(by: Self.anna, at: filetime(2024, 6, 1), [(7, "C:\\app.exe", "")])
          ]
          change(&$0)
        }
      ).first("handles-leaked")?.severity
    }
    #expect(try severity { _ in } == .information)
    #expect(try severity { $0.anna.centralProfile = "\\\\server\\anna" } == .warning)
    #expect(try severity { $0.anna.isDirty = true } == .warning)
  }

  @Test(.disabled(if: slowTestsAreLeftOut, "slow"))
  func `many users, each with an application and an event`() throws {
    let count = 300
    let check = try ProfileCheck(
      volume {
        for number in 0..<count {
          var user = VolumeUser("user\(number)", 2_000 + number)
          user.hasFolder = false
          $0.users.append(user)
          $0.software.set(
            "Classes\\AppID\\{\(number)}", .string("RunAs", ".\\user\(number)"))
        }
        $0.applicationEvents = (0..<count).map {
          .handlesLeaked(
            by: "S-1-5-21-1111111111-2222222222-3333333333-\(2_000 + $0)",
            at: filetime(2024, 6, 21), [(7, Self.dllhost, "")])
        }
      })
    #expect(check.results.filter { $0.rule.id == "com-runs-as-user" }.count == count)
    #expect(check.results.filter { $0.rule.id == "handles-leaked" }.count == count)
    #expect(check.results.filter { $0.rule.id == "profile-folder-missing" }.count == count)
  }

  @Test func `events of Windows XP, which name the user`() throws {
    let check = try ProfileCheck(
      volume(.windowsXP) {
        $0.applicationEvents = [
          EventDescription(
            time: filetime(2024, 6, 21, 17, 0), provider: "Userenv", event: 1517, level: 2,
            data: [("", "XP1\\anna")]),
          EventDescription(
            time: filetime(2024, 6, 21, 17, 1), provider: "UPHClean", event: 1401,
            data: [
              ("", "XP1\\anna (\(Self.anna))\r\n"),
              ("", "  spoolsv.exe (1234)\r\n    HKCU\\Printers (0x3c)\r\n"),
            ]),
        ]
      })
    #expect(check.ids == ["handles-leaked"])
    #expect(check.first("handles-leaked")?.count == 1)
    #expect(
      check.facts("handles-leaked").last
        == "event 1401: spoolsv.exe (process 1234) had open HKCU\\Printers")
  }

  @Test func `events about users without a profile here are reported too`() throws {
    let other = "S-1-5-21-9-9-9-1009"
    let check = try ProfileCheck(
      volume {
        $0.applicationEvents = [
          .handlesLeaked(by: other, at: filetime(2024, 6, 21), [(7, "C:\\app.exe", "")])
        ]
      })
    #expect(check.first("handles-leaked")?.subject == other)
  }
}
