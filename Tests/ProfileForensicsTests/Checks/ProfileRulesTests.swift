// SPDX-License-Identifier: MIT

import EventLogBuilder
import HiveBuilder
import ProfileForensics
import RegistryHive
import Testing
import VolumeBuilder
import WindowsEvents

/// What is found of profiles: their folders, copies, and the events about their users.
@Suite struct ProfileRulesTests {
  private static let anna = VolumeUser("anna", 1001)

  // MARK: - Folders

  @Test func `of two entries with one folder, the one whose classes are in it has it`() throws {
    func shared(owner: Int) throws -> ProfileCheck {
      try ProfileCheck(
        .changed {
          var newer = VolumeUser("anna", 1107)
          newer.hasFolder = false
          $0.anna.classesSID = VolumeUser("", owner).sid
          $0.users.append(newer)
        })
    }
    for owner in [1001, 1107] {
      let check = try shared(owner: owner)
      #expect(check.ids == ["profile-folder-shared"])
      let found = try #require(check.first("profile-folder-shared"))
      #expect(found.subject.hasSuffix("-\(owner)"))
      #expect(found.evidence.last?.fact.contains("-\(owner): the folder is this user's") == true)
      let withFiles = check.profiles.filter { $0.files?.name == "anna" }
      #expect(withFiles.map(\.subject) == [found.subject])
    }
    let apart = try ProfileCheck(
      .changed { $0.users.append(VolumeUser("bernd", 1107)) })
    #expect(apart.ids == [])
  }

  @Test func `a temporary profile and the one set aside are one story`() throws {
    let check = try ProfileCheck(
      .changed {
        var backup = $0.anna
        backup.keyName = backup.sid + ".bak"
        backup.state = 0x8000
        $0.anna.imagePath = "C:\\Users\\TEMP"
        $0.anna.state = 0x804
        $0.anna.hasFolder = false
        $0.users.append(backup)
        $0.applicationEvents = [
          .profileService(1511, at: filetime(2024, 6, 21, 8), level: 2, user: Self.anna.sid),
          .profileService(1515, at: filetime(2024, 6, 21, 8, 1), level: 2, user: Self.anna.sid),
        ]
      })
    #expect(
      check.ids == ["profile-backup-key", "profile-temporary", "profile-load-failed"])
    #expect(check.profiles.filter { $0.verdict != nil }.map(\.name) == ["anna"])
    #expect(check.first("profile-load-failed")?.evidence.count == 2)
    #expect(check.first("profile-load-failed")?.count == 1)
    #expect(check.profiles.flatMap(\.events).count == 2)
  }

  @Test func `profiles in containers are called so, and are not missing`() throws {
    func ids(_ change: (inout VolumeDescription) -> Void) throws -> [String] {
      try ProfileCheck(
        .changed {
          $0.anna.hasFolder = false
          change(&$0)
        }
      ).ids
    }
    #expect(try ids { _ in } == ["profile-folder-missing"])
    #expect(
      try ids { $0.software.set("FSLogix\\Profiles", .dword("Enabled", 1)) }
        == ["profile-in-container"])
    #expect(
      try ids { $0.software.set("FSLogix\\Profiles", .dword("Enabled", 0)) }
        == ["profile-folder-missing"])
    #expect(
      try ids {
        $0.software.set("Policies\\Citrix\\UserProfileManager", .dword("ServiceActive", 1))
      } == ["profile-in-container"])
    #expect(
      try ids {
        $0.system.set(
          "ControlSet001\\Control\\Terminal Server\\ClusterSettings", .dword("UvhdEnabled", 1))
      } == ["profile-in-container"])
  }

  @Test func `a folder without a hive is not missing`() throws {
    let folder = try TemporaryFolder()
    try VolumeDescription.changed { $0.anna.hasFolder = false }.write(to: folder)
    try folder.write([1], to: "Users/anna/Documents/note.txt")
    let found = try #require(
      try ProfileCheck(path: folder.path).first("profile-folder-missing"))
    #expect(found.evidence.first?.fact.hasSuffix("the folder is there, without a hive") == true)
    #expect(!found.advice.contains("delete the entry"))
  }

  @Test func `a volume without its main hives could not be read in full`() throws {
    let folder = try TemporaryFolder()
    let volume = VolumeDescription(.windows10)
    for (path, bytes) in volume.files where !path.hasSuffix("/SYSTEM") {
      try folder.write(bytes, to: path)
    }
    let check = try ProfileCheck(path: folder.path)
    #expect(check.facts.failures.map(\.code) == [.noSuchFile])
    #expect(check.facts.failures.first?.reason.hasPrefix("has no SYSTEM hive: ") == true)
  }

  @Test func `scheduled tasks that name a user are a note`() throws {
    let tasks = "Microsoft\\Windows NT\\CurrentVersion\\Schedule\\TaskCache\\Tasks"
    func ids(_ sid: String) throws -> [String] {
      try ProfileCheck(
        .changed {
          $0.software.set(
            "\(tasks)\\{1}", .string("Path", "\\Backup\\Nightly"),
            .binary("Triggers", [23, 0, 0, 0, 7] + sidBytes(sid) + [0, 0]))
        }
      ).ids
    }
    #expect(try ids(Self.anna.sid) == ["task-names-user"])
    #expect(try ids("S-1-5-21-9-9-9-1009") == [])
    #expect(try ids("S-1-5-18") == [])
  }

  @Test func `a folder local_user is FSLogix's where FSLogix is, else it belongs to nobody`() throws
  {
    func ids(_ change: (inout VolumeDescription) -> Void) throws -> [String] {
      try ProfileCheck(
        .changed {
          var local = VolumeUser("local_bernd", 1002)
          local.isListed = false
          $0.users.append(local)
          change(&$0)
        }
      ).ids
    }
    #expect(try ids { _ in } == ["profile-folder-unlisted"])
    #expect(
      try ids { $0.software.set("FSLogix\\Profiles", .dword("Enabled", 1)) }
        == ["profile-in-container"])
    // What its setup leaves, and its services, show that it is there.
    #expect(
      try ids { $0.software.set("FSLogix\\Apps", .string("InstallVersion", "2.9")) }
        == ["profile-in-container"])
    #expect(
      try ids {
        $0.system.set("ControlSet001\\Services\\frxsvc", .dword("Type", 0x10), .dword("Start", 2))
      } == ["profile-in-container"])
    #expect(
      try ids {
        $0.users[1].name = "LOCAL_bernd"
        $0.system.set("ControlSet001\\Services\\frxdrvvt", .dword("Type", 2))
      } == ["profile-in-container"])
  }

  // MARK: - Copies of roaming profiles

  @Test func `a copy that should be gone, by the policy or by Winlogon`() throws {
    func severity(
      _ layout: VolumeDescription.Layout = .windows10,
      path: String = "Policies\\Microsoft\\Windows\\System", at time: UInt64? = nil,
      _ change: (inout VolumeDescription) -> Void = { _ in }
    ) throws -> CheckRule.Severity? {
      try ProfileCheck(
        .changed(layout) {
          $0.anna.centralProfile = "\\\\fs\\p\\anna"
          $0.software.set(path, at: time, .dword("DeleteRoamingCache", 1))
          change(&$0)
        }
      ).first("roaming-copy-not-deleted")?.severity
    }
    #expect(try severity() == .warning)
    // Later Windows does not look there.
    let winlogon = "Microsoft\\Windows NT\\CurrentVersion\\Winlogon"
    #expect(try severity(.windowsXP, path: winlogon) == .warning)
    #expect(try severity(path: winlogon) == nil)
    #expect(try severity(at: filetime(2024, 7, 1)) == .information)
    #expect(
      try severity(at: filetime(2024, 7, 1)) {
        $0.applicationEvents = [
          .profileService(
            1533, at: filetime(2024, 7, 2), level: 2, ("Folder", "C:\\Users\\anna"),
            ("Error", "The directory is not empty."))
        ]
      } == .warning)
    #expect(try severity { $0.anna.centralProfile = nil } == nil)
    #expect(try severity { $0.anna.state = 1 } == nil)
    #expect(try severity { $0.anna.hasFolder = false } == nil)
    #expect(try severity { $0.anna.unloaded = filetime(2024, 6, 20) } == nil)
  }

  // MARK: - Events

  @Test(
    "Events by SYSTEM belong to the profile that their text names",
    arguments: [
      (UInt16(1508), "profile-load-failed", "C:\\Users\\anna\\ntuser.dat"),
      (1508, "profile-load-failed", "C:\\USERS\\ANNA\\NTUSER.DAT"),
      (1533, "profile-folder-not-deleted", "C:\\Users\\anna"),
    ])
  func writtenBySystem(event: UInt16, id: String, path: String) throws {
    func subject(_ path: String) throws -> String? {
      try ProfileCheck(
        .changed {
          $0.users.append(VolumeUser("annabel", 1009))
          $0.applicationEvents = [
            .profileService(
              event, at: filetime(2024, 6, 22), level: 2,
              (event == 1508 ? "Error" : "Folder", event == 1508 ? "in use" : path),
              (event == 1508 ? "File" : "Error", event == 1508 ? path : "in use"))
          ]
        }
      ).first(id)?.subject
    }
    #expect(try subject(path) == Self.anna.sid)
    let other = path.replacing("anna", with: "nobody").replacing("ANNA", with: "NOBODY")
    #expect(try subject(other)?.lowercased() == "c:\\users\\nobody")
  }

  @Test func `a process that holds the hive at log-on is named, and was no log-off`() throws {
    let check = try ProfileCheck(
      .changed {
        $0.applicationEvents = [1552, 1545].map {
          .profileService(
            $0, at: filetime(2024, 6, 21, 8), level: 2, user: Self.anna.sid,
            ("InterferingImageName", "C:\\Scan\\scan.exe"), ("InterferingPID", "7"),
            ("ProfsvcPID", "8"))
        }
      })
    #expect(check.ids == ["profile-locked-at-load"])
    #expect(check.facts("profile-locked-at-load").allSatisfy { $0.contains("scan.exe") })
    #expect(check.verdict?.outcome == .unloaded)
  }

  @Test func `records count once, and only those of the machine`() throws {
    let volume = VolumeDescription.changed {
      $0.system.set(
        "ControlSet001\\Control\\ComputerName\\ComputerName", .string("ComputerName", "WS1"))
      $0.applicationEvents = [
        .handlesLeaked(by: Self.anna.sid, at: filetime(2024, 6, 21, 17), [(7, "C:\\a.exe", "")])
      ]
    }
    let folder = try TemporaryFolder()
    try volume.write(to: folder)
    let events = volume.events.compactMap { ProfileEvent($0) }
    let copies = volume.events.compactMap { record in
      var copy = record
      copy.log = "Archive-Application-1.evtx"
      return ProfileEvent(copy)
    }
    let twice = try ProfileCheck(path: folder.path, events: events + copies)
    #expect(twice.first("handles-leaked")?.count == 1)
    let foreign = volume.events.compactMap { record in
      var other = record
      other.computer = "OTHER.example.org"
      other.log = "ForwardedEvents.evtx"
      other.number += 100
      return ProfileEvent(other)
    }
    let both = try ProfileCheck(path: folder.path, events: events + foreign)
    #expect(both.first("handles-leaked")?.count == 1)
    #expect(both.remarks.contains("1 event of other machines did not count"))
    #expect(try ProfileCheck(path: folder.path, events: foreign).ids == [])
  }

  @Test func `the order of events makes no difference`() throws {
    let folder = try TemporaryFolder()
    let volume = VolumeDescription.documented
    try volume.write(to: folder)
    let events = volume.events.compactMap { ProfileEvent($0) }
    func found(_ events: [ProfileEvent]) throws -> [String] {
      let check = try ProfileCheck(path: folder.path, events: events)
      return check.results.map {
        "\($0.rule.id) \($0.subject) \($0.severity) \($0.advice) \($0.evidence.map(\.fact))"
      } + check.profiles.flatMap { $0.dated.map(\.fact) }
    }
    let expected = try found(events)
    #expect(try found(events.reversed()) == expected)
    #expect(try found(events + events) == expected)
    for shift in 1..<events.count {
      #expect(try found(Array(events[shift...] + events[..<shift])) == expected)
    }
  }

  @Test func `histories are dated and in order`() throws {
    let check = try ProfileCheck(VolumeDescription.documented)
    let history = try #require(check.profiles.first { $0.name == "bernd" }?.dated)
    #expect(history.map(\.kind) == [.unloaded, .loaded, .inUse, .inUse])
    #expect(history.map(\.time) == history.map(\.time).sorted { $0! < $1! })
    #expect(history.last?.source == "Application.evtx, record 4")
  }

  // MARK: - Limits

  @Test func `only loaded hives count against the registry size limit`() throws {
    func ids(loaded: Bool) throws -> [String] {
      try ProfileCheck(
        .changed(.windowsXP) {
          $0.system.set("ControlSet001\\Control", .dword("RegistrySizeLimit", 4 << 20))
          $0.anna.referenceCount = loaded ? 1 : 0
          for number in 0..<4 {
            $0.anna.hive.set(
              "Software\\Vendor\\\(number)",
              .binary("Data", [UInt8](repeating: 7, count: 900_000)))
          }
        }
      ).ids
    }
    #expect(try ids(loaded: true).contains("hive-near-limit"))
    #expect(!(try ids(loaded: false).contains("hive-near-limit")))
  }

  @Test func `hives that could not be unloaded may count against the registry size limit`() throws {
    func found(_ events: [UInt16]) throws -> CheckResult? {
      try ProfileCheck(
        .changed(.windowsXP) {
          $0.system.set("ControlSet001\\Control", .dword("RegistrySizeLimit", 4 << 20))
          $0.anna.loaded = filetime(2024, 6, 21, 8)
          for number in 0..<5 {
            $0.anna.hive.set(
              "Software\\Vendor\\\(number)",
              .binary("Data", [UInt8](repeating: 7, count: 900_000)))
          }
          $0.applicationEvents = events.enumerated().map { index, event in
            EventDescription(
              time: filetime(2024, 6, 21, 17, index), provider: "Userenv", event: event, level: 2,
              computer: "WS1", data: [("", "WS1\\anna")])
          }
        }
      ).first("hive-near-limit")
    }
    let held = try #require(try found([1517]))
    #expect(held.severity == .warning)
    #expect(held.advice.hasPrefix("It is so if the hives that could not be unloaded are still"))
    #expect(
      held.evidence.first?.fact.hasPrefix(
        "all loaded hives together, with those that could not be unloaded: 4.") == true)
    // Event 1516 says that it was unloaded later.
    #expect(try found([1517, 1516]) == nil)
    #expect(try found([]) == nil)
  }

  @Test(
    "Near a limit that a Windows may not keep to is a note",
    arguments: [
      (VolumeDescription.Layout.windows7, CheckRule.Severity.problem), (.windows10, .information),
    ])
  func limitOfLaterWindows(
    layout: VolumeDescription.Layout, severity: CheckRule.Severity
  ) throws {
    let check = try ProfileCheck(
      .changed(layout) {
        $0.system.set("ControlSet001\\Control", .dword("RegistrySizeLimit", 4 << 20))
        $0.anna.referenceCount = 1
        $0.anna.unloaded = filetime(2024, 6, 20)
        for number in 0..<5 {
          $0.anna.hive.set(
            "Software\\Vendor\\\(number)", .binary("Data", [UInt8](repeating: 7, count: 900_000)))
        }
      })
    let found = check.results.filter { $0.rule.id == "hive-near-limit" }
    #expect(!found.isEmpty)
    #expect(found.allSatisfy { $0.severity == severity })
    #expect(
      found.contains { $0.advice.hasPrefix("It matters only if this Windows keeps to the limit.") }
        == (severity == .information))
  }

  @Test func `a key that is known to grow is named where it fills a third of a hive`() throws {
    func facts(_ path: String) throws -> [String] {
      try ProfileCheck(
        .changed {
          $0.anna.hive.set(path, .binary("Data", [UInt8](repeating: 7, count: 200_000)))
        }
      ).facts("hive-large-key")
    }
    let path = "Software\\Microsoft\\Windows\\CurrentVersion\\UFH\\SHC"
    #expect(try facts(path).first?.hasPrefix("\(path): ") == true)
    #expect(try facts("Software\\Vendor\\Cache") == [])
  }

  @Test func `events of the registry size limit and the paged pool`() throws {
    let check = try ProfileCheck(
      .changed(.windowsXP) {
        $0.systemEvents = [
          EventDescription(
            time: filetime(2024, 6, 21), provider: "Application Popup", event: 26,
            data: [("", "Windows - Low On Registry Space"), ("", "The system has reached…")]),
          EventDescription(time: filetime(2024, 6, 22), provider: "Srv", event: 2020, level: 2),
          EventDescription(
            time: filetime(2024, 6, 23), provider: "Application Popup", event: 26,
            data: [("", "Setup"), ("", "Done.")]),
        ]
      })
    #expect(check.ids == ["registry-space-low"])
    #expect(check.first("registry-space-low")?.count == 2)
  }

  // MARK: - Since a change

  @Test func `whether it is over since a change`() throws {
    let volume = VolumeDescription.changed {
      $0.applicationEvents = [
        .handlesLeaked(by: Self.anna.sid, at: filetime(2024, 6, 1), [(7, "C:\\a.exe", "")])
      ]
    }
    let over = try ProfileCheck(volume, since: filetime(2024, 6, 10))
    #expect(over.first("log-offs-since")?.conclusion == "over")
    #expect(over.first("handles-leaked") == nil)
    let before = try ProfileCheck(volume, since: filetime(2024, 5, 1))
    #expect(before.first("log-offs-since")?.conclusion == "not-over")
    #expect(before.first("log-offs-since")?.severity == .warning)
    let nothing = try ProfileCheck(volume, since: filetime(2024, 7, 1))
    #expect(nothing.first("log-offs-since")?.conclusion == "no-log-offs")
    #expect(nothing.results.allSatisfy { $0.severity == .information })
    #expect(try ProfileCheck(volume).first("log-offs-since") == nil)
  }

  // MARK: - COM

  private static let application = "{5C3E8B10-2D1F-4A6B-9E77-0A1B2C3D4E5F}"
  private static let orderClass = "{0F0A3C4E-1B2D-4C5E-8F90-123456789ABC}"

  private func lost(
    leak: UInt64 = filetime(2024, 6, 21, 17), failure: UInt64, runAs: String? = ".\\anna",
    image: String = "C:\\Windows\\System32\\dllhost.exe",
    _ change: (inout VolumeDescription) -> Void = { _ in }
  ) throws -> CheckResult? {
    try ProfileCheck(
      .changed {
        $0.software.set(
          "Classes\\CLSID\\\(Self.orderClass)", .string("AppID", Self.application))
        if let runAs {
          $0.software.set("Classes\\AppID\\\(Self.application)", .string("RunAs", runAs))
        }
        $0.applicationEvents = [.handlesLeaked(by: Self.anna.sid, at: leak, [(7, image, "")])]
        $0.systemEvents = [.comServerFailed(class: Self.orderClass, at: failure)]
        change(&$0)
      }
    ).first("com-server-lost-profile")
  }

  @Test func `a server failed soon after the log-off of its user`() throws {
    #expect(try lost(failure: filetime(2024, 6, 21, 17, 5))?.severity == .problem)
    #expect(try lost(failure: filetime(2024, 6, 22, 8))?.severity == .problem)
    // Days later, or before: the error alone is a sign, the event of the log-off is none.
    let later = try lost(failure: filetime(2024, 6, 25))
    #expect(later?.severity == .warning)
    #expect(later?.evidence.first?.source == "System.evtx, record 1")
    #expect(try lost(failure: filetime(2024, 6, 20))?.severity == .warning)
    // Another program says nothing of the server.
    #expect(
      try lost(failure: filetime(2024, 6, 21, 17, 5), image: "C:\\a.exe")?.severity == .warning)
  }

  @Test func `a class without an application`() throws {
    let catalogue = try lost(failure: filetime(2024, 6, 21, 17, 5), runAs: nil)
    #expect(catalogue?.severity == .warning)
    #expect(catalogue?.subject == Self.anna.sid)
  }

  @Test func `a client's event names the machine that the server runs on`() throws {
    let check = try ProfileCheck(
      .changed {
        $0.systemEvents = [
          .comServerFailed(class: Self.orderClass, at: filetime(2024, 6, 21), server: "SRV9")
        ]
      })
    let found = try #require(check.first("com-server-lost-profile"))
    #expect(found.severity == .warning)
    #expect(found.advice.contains("the server runs on SRV9"))
  }

  // MARK: - Names of accounts

  @Test(
    "Accounts of Windows itself have other names in other languages",
    arguments: [
      "NT INSTANS\\LOKAL TJÄNST", "NT-AUTORITÄT\\NETZWERKDIENST", "AUTORITE NT\\SERVICE LOCAL",
      "AUTORITÀ NT\\SERVIZIO DI RETE", "NT TJENESTE\\Foo", "NT-MYNDIGHET\\SYSTEM",
      "ZARZĄDZANIE NT\\USŁUGA LOKALNA", "Interaktiver Benutzer",
      "Utilisateur interactif",
    ])
  func accounts(name: String) {
    #expect(RunAsAccount(name).userName == nil)
  }

  @Test(arguments: ["NT-LAB\\anna", "NTCORP\\anna", "anna", "nt\\anna"])
  func `names of users that only look like these`(name: String) {
    #expect(RunAsAccount(name).userName == "anna")
  }
}
