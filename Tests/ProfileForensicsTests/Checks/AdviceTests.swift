// SPDX-License-Identifier: MIT

import EventLogBuilder
import HiveBuilder
import ProfileForensics
import RegistryHive
import Testing
import VolumeBuilder
import WindowsEvents

/// Advice is given only where what it presupposes is known.
@Suite struct AdviceTests {
  private func advice(
    _ id: String, _ layout: VolumeDescription.Layout = .windows10,
    _ change: (inout VolumeDescription) -> Void
  ) throws -> String {
    try ProfileCheck(.changed(layout, change)).first(id)?.advice ?? ""
  }

  // MARK: - Folders

  @Test func `a folder that is gone means a temporary profile since Vista only`() throws {
    let later = try advice("profile-folder-missing") { $0.anna.hasFolder = false }
    #expect(later.contains("temporary profile (event 1511)."))
    #expect(later.contains("delete the entry"))
    let roaming = try advice("profile-folder-missing", .windowsXP) {
      $0.anna.hasFolder = false
      $0.anna.centralProfile = "\\\\fs\\p\\anna"
    }
    #expect(roaming.contains("makes the folder anew from the roaming profile"))
    #expect(!roaming.contains("delete"))
    let pool = try advice("profile-folder-missing") {
      $0.anna.hasFolder = false
      $0.anna.sid = "S-1-5-82-1-2-3-4-5"
    }
    #expect(!pool.contains("temporary"))
    #expect(!pool.contains("delete"))
  }

  @Test func `each product that keeps profiles elsewhere has its own place to look at`() throws {
    func text(_ path: String, _ value: String) throws -> String {
      try advice("profile-in-container") {
        $0.anna.hasFolder = false
        $0.software.set(path, .dword(NameDescription(value), 1))
      }
    }
    #expect(try text("FSLogix\\Profiles", "Enabled").contains("local_user"))
    let citrix = try text("Policies\\Citrix\\UserProfileManager", "ServiceActive")
    #expect(citrix.contains("store"))
    #expect(!citrix.contains("local_user"))
  }

  // MARK: - Entries that were set aside

  private func setAside(_ change: (inout VolumeDescription) -> Void) throws -> CheckResult? {
    try ProfileCheck(
      .changed { volume in
        var aside = VolumeUser("anna", 1001)
        aside.keyName = aside.sid + ".bak"
        aside.state = 0x8000
        aside.hasFolder = false
        volume.users.append(aside)
        change(&volume)
      }
    ).first("profile-backup-key")
  }

  @Test func `an entry that was set aside is judged by its folder and the other entry`() throws {
    let temporary = try #require(
      try setAside {
        $0.anna.state = 0x800
        $0.anna.imagePath = "C:\\Users\\TEMP"
      })
    #expect(temporary.severity == .problem)
    #expect(
      temporary.advice.contains(
        "delete the entry without .bak (C:\\Users\\TEMP, a temporary profile)"))
    let same = try #require(try setAside { _ in })
    #expect(same.severity == .warning)
    #expect(same.advice.contains("Both entries name the same folder"))
    #expect(!same.advice.contains("delete the entry without"))
    let other = try #require(
      try setAside {
        $0.anna.name = "anna.PC1"
        var first = VolumeUser("anna", 1099)
        first.isListed = false
        $0.users.append(first)
      })
    #expect(other.severity == .problem)
    #expect(other.advice.contains("save what is needed from it first"))
    let gone = try #require(
      try setAside {
        $0.users[1].imagePath = "C:\\Users\\bob"
        $0.anna.imagePath = "C:\\Users\\TEMP"
        $0.anna.state = 0x800
      })
    #expect(gone.severity == .warning)
    #expect(gone.advice.contains("there is no profile to give back"))
  }

  // MARK: - Roaming profiles

  @Test(
    "What a roaming event means for the copy depends on its kind",
    arguments: [
      (UInt16(1504), "on one side only", "mandatory"),
      (1526, "worked with a local copy", "one side"),
      (1519, "mandatory profile was not found", "one side"),
      (1525, "offline caching", "one side"),
    ])
  func roamingEvents(event: UInt16, said: String, unsaid: String) throws {
    let text = try advice("roaming-not-updated") {
      $0.anna.centralProfile = "\\\\fs\\p\\anna"
      $0.applicationEvents = [
        .profileService(event, at: filetime(2024, 6, 20), user: $0.anna.sid, ("Error", "x"))
      ]
    }
    #expect(text.contains(said))
    #expect(!text.contains(unsaid))
  }

  // MARK: - The policy

  @Test func `by force is said only where the policy is known to be off`() throws {
    func text(_ values: ValueDescription...) throws -> String {
      try advice("handles-leaked") {
        $0.software.set("Policies\\Microsoft\\Windows\\System", at: filetime(2024, 7, 1))
        for value in values { $0.software.set("Policies\\Microsoft\\Windows\\System", value) }
        $0.software["Policies\\Microsoft\\Windows\\System"].lastWritten = filetime(2024, 7, 1)
        $0.applicationEvents = [
          .handlesLeaked(
            by: $0.anna.sid, at: filetime(2024, 6, 21, 17, 3, 40), [(1, "C:\\a\\app.exe", "")])
        ]
      }
    }
    #expect(try text().contains("Windows unloads the registry by force: what"))
    let invalid = try text(.string("DisableForceUnload", "1"))
    #expect(invalid.contains("Unless DisableForceUnload was on, which is not known here"))
    let later = try text(.dword("DisableForceUnload", 0))
    #expect(later.contains("Unless DisableForceUnload was on, which is not known here"))
  }

  @Test func `a Windows that does not know the policy is reported so`() throws {
    func ids(_ layout: VolumeDescription.Layout, _ number: UInt32) throws -> [String] {
      try ProfileCheck(
        .changed(layout) {
          $0.software.set(
            "Policies\\Microsoft\\Windows\\System", .dword("DisableForceUnload", number))
        }
      ).ids
    }
    #expect(try ids(.windowsXP, 1) == ["force-unload-policy-unsupported"])
    #expect(try ids(.windowsXP, 0) == [])
    #expect(try ids(.windows7, 1) == ["force-unload-disabled"])
    let odd = try ProfileCheck(
      .changed {
        $0.software.set(
          "Policies\\Microsoft\\Windows\\System", .dword("DisableForceUnload", 2))
      })
    #expect(
      odd.facts("force-unload-disabled") == [
        "2, in the key since this time at the latest",
        "DisableForceUnload is 2, where Group Policy writes 1 or 0.",
      ])
  }

  @Test func `a policy on cached copies of another type is a warning`() throws {
    func ids(_ value: ValueDescription) throws -> [String] {
      try ProfileCheck(
        .changed { $0.software.set("Policies\\Microsoft\\Windows\\System", value) }
      ).ids
    }
    #expect(try ids(.string("DeleteRoamingCache", "1")) == ["roaming-cache-policy-invalid"])
    #expect(try ids(.dword("DeleteRoamingCache", 1)) == [])
    #expect(try ids(.dword("DeleteRoamingCache", 0)) == [])
  }

  @Test func `with the policy on, event 1530 is no fault since the change`() throws {
    func conclusion(_ number: UInt32) throws -> String? {
      try ProfileCheck(
        .changed {
          $0.software.set(
            "Policies\\Microsoft\\Windows\\System", at: filetime(2024, 6, 1),
            .dword("DisableForceUnload", number))
          $0.applicationEvents = [
            .handlesLeaked(
              by: $0.anna.sid, at: filetime(2024, 6, 21, 17, 3, 40), [(1, "C:\\a\\app.exe", "")])
          ]
        }, since: filetime(2024, 6, 2)
      ).first("log-offs-since")?.conclusion
    }
    #expect(try conclusion(1) == "over")
    #expect(try conclusion(0) == "not-over")
  }

  // MARK: - Profiles

  @Test func `a folder in its short form is that of the longer name`() throws {
    let check = try ProfileCheck(
      .changed(.windowsXP) {
        $0.anna.name = "Anna Berg"
        $0.anna.imagePath = "C:\\DOCUME~1\\ANNABE~1"
      })
    #expect(check.ids == [])
    #expect(check.profiles.filter { $0.verdict != nil }.count == 1)
    let other = try ProfileCheck(
      .changed(.windowsXP) {
        $0.anna.name = "Bert Berg"
        $0.anna.imagePath = "C:\\DOCUME~1\\ANNABE~1"
      })
    #expect(other.ids == ["profile-folder-moved"])
    let slashes = try ProfileCheck(.changed { $0.anna.imagePath = "%SystemDrive%/Users/anna" })
    #expect(slashes.ids == [])
  }

  @Test func `a listed folder without NTUSER.DAT`() throws {
    let folder = try TemporaryFolder()
    for (path, bytes) in VolumeDescription(.windows10).files
    where !path.hasPrefix("Users/anna/NTUSER.DAT") {
      try folder.write(bytes, to: path)
    }
    #expect(try ProfileCheck(path: folder.path).ids == ["profile-hive-missing"])
    #expect(try ProfileCheck(VolumeDescription(.windows10)).ids == [])
  }

  @Test func `a product that keeps profiles elsewhere is named where they are here too`() throws {
    func ids(_ number: UInt32) throws -> [String] {
      try ProfileCheck(
        .changed {
          $0.software.set(
            "Policies\\Citrix\\UserProfileManager", .dword("ServiceActive", number))
        }
      ).ids
    }
    #expect(try ids(1) == ["profile-store"])
    #expect(try ids(0) == [])
  }

  // MARK: - COM

  private static let orderClass = "{0F0A3C4E-1B2D-4C5E-8F90-123456789ABC}"

  private func lost(
    runAs: String = ".\\anna", holder: String = "C:\\Windows\\System32\\dllhost.exe",
    _ event: EventDescription
  ) throws -> ProfileCheck {
    let application = "{5C3E8B10-2D1F-4A6B-9E77-0A1B2C3D4E5F}"
    return try ProfileCheck(
      .changed {
        $0.software.set(
          "Classes\\CLSID\\\(Self.orderClass)", .string("AppID", application))
        $0.software.set("Classes\\AppID\\\(application)", .string("RunAs", runAs))
        $0.applicationEvents = [
          .handlesLeaked(
            by: $0.anna.sid, at: filetime(2024, 6, 21, 17, 3, 40),
            [(1, holder, "")])
        ]
        $0.systemEvents = [event]
      })
  }

  @Test func `what unloaded the registry of a server that another program held is named`() throws {
    func reason(hour: Int, day: Int = 21) throws -> String? {
      try lost(
        holder: "C:\\Agent\\agent.exe",
        .comServerFailed(class: Self.orderClass, at: filetime(2024, 6, day, hour, 5))
      ).first("com-server-lost-profile")?.basis?.text
    }
    let start = "A class of an application that runs as a user failed with 0x800703FA; "
    #expect(
      try reason(hour: 17) == start
        + "the user's registry had been unloaded 2024-06-21 17:03:44 UTC, and the programs "
        + "that had it open at a log-off before that (agent.exe) are not known to "
        + "host the application.")
    #expect(
      try reason(hour: 17, day: 20) == start
        + "no event shows that the user's registry was unloaded before that.")
  }

  @Test(arguments: [
    "Unbekannter Fehler", "Ospecificerat fel", "Erreur non spécifiée", "Unspecified error",
    "2147943418", "0x800703FA",
    "Ein Registrierungsschlüssel, der zum Löschen markiert wurde, …",
    "En registernyckel som har markerats för borttagning …",
  ])
  func `the error of KB 2287297 is known in several languages`(text: String) throws {
    let event = EventDescription(
      time: filetime(2024, 6, 21, 17, 5), provider: "Microsoft-Windows-DistributedCOM",
      event: 10006, level: 2, computer: "WS1",
      data: [("param1", text), ("param2", "WS1"), ("param3", Self.orderClass)])
    let found = try #require(try lost(event).first("com-server-lost-profile"))
    #expect(found.severity == .problem)
    #expect(found.count == 1)
  }

  @Test(arguments: ["Access is denied.", "Zugriff verweigert", "The RPC server is unavailable."])
  func `another error is no sign of it`(text: String) throws {
    let event = EventDescription(
      time: filetime(2024, 6, 21, 17, 5), provider: "Microsoft-Windows-DistributedCOM",
      event: 10006, level: 2, computer: "WS1",
      data: [("param1", text), ("param2", "WS1"), ("param3", Self.orderClass)])
    #expect(try lost(event).first("com-server-lost-profile") == nil)
  }

  @Test func `a server that does not answer in time may have another cause`() throws {
    let event = EventDescription(
      time: filetime(2024, 6, 21, 17, 5), provider: "Microsoft-Windows-DistributedCOM",
      event: 10010, level: 2, computer: "WS1", data: [("param1", Self.orderClass)])
    let found = try #require(try lost(event).first("com-server-lost-profile"))
    #expect(found.severity == .warning)
    #expect(found.advice.hasPrefix("Event 10010 gives no error"))
  }

  @Test func `nobody logs on with a managed service account`() throws {
    let event = EventDescription.machineStarted(at: filetime(2024, 6, 1))
    let found = try #require(try lost(runAs: "CORP\\gmsa$", event).first("com-runs-as-user"))
    #expect(found.severity == .information)
    #expect(try lost(event).first("com-runs-as-user")?.severity == .warning)
  }

  // MARK: - Events of nobody

  @Test func `an event about a profile that is in no list is reported all the same`() throws {
    func subjects(_ event: EventDescription) throws -> [String] {
      try ProfileCheck(.changed { $0.applicationEvents = [event] }).results
        .filter { $0.rule.id != "profile-verdict" }.map(\.subject)
    }
    let time = filetime(2024, 6, 20)
    #expect(
      try subjects(
        .profileService(1533, at: time, ("Folder", "C:\\Users\\old"), ("Error", "in use"))) == [
          "C:\\Users\\old"
        ])
    #expect(try subjects(.profileService(1531, at: time)) == [])
  }

  // MARK: - Keys that grow

  @Test func `a vendor's key of redirected printers is known by its place`() throws {
    func facts(_ path: String) throws -> [String] {
      try ProfileCheck(
        .changed {
          $0.anna.hive.set(path, .binary("x", [UInt8](repeating: 7, count: 200_000)))
        }
      ).facts("hive-large-key")
    }
    #expect(try facts("Software\\Vendor\\CSR\\Printer").first?.contains("Vendor\\CSR: ") == true)
    #expect(try facts("Software\\Vendor\\Other\\Printer") == [])
  }

  // MARK: - Loads that failed

  private func loadFailure(
    _ error: String, _ event: UInt16 = 1508, limitMinutes: UInt64? = nil
  ) throws -> String {
    let time = filetime(2024, 6, 21, 8, 0)
    let check = try ProfileCheck(
      .changed {
        $0.applicationEvents = [
          .profileService(
            event, at: time, ("Error", error), ("File", "C:\\Users\\anna\\ntuser.dat"))
        ]
        if let limitMinutes {
          $0.systemEvents = [
            EventDescription(
              time: time - limitMinutes * 600_000_000, provider: "Application Popup", event: 333,
              level: 2, computer: "WS1")
          ]
        }
      })
    return try #require(check.first("profile-load-failed")).advice
  }

  @Test(arguments: [
    "Insufficient system resources exist to complete the requested service.",
    "Nicht genügend Systemressourcen, um den angeforderten Dienst auszuführen.",
    "Det finns inte tillräckligt med systemresurser för tjänsten.",
    "Ressources système insuffisantes pour terminer le service demandé.", "0x800705aa", "1450",
  ])
  func `a load that failed for want of space points to the registry's size`(error: String) throws {
    #expect(try loadFailure(error).hasPrefix("Insufficient system resources at the load"))
  }

  @Test func `an error in words that are not known is explained by events of that time`() throws {
    let error = "Risorse di sistema insufficienti."
    #expect(try loadFailure(error, limitMinutes: 5).contains("event 333 of"))
    #expect(!(try loadFailure(error, limitMinutes: 50).contains("event 333 of")))
    #expect(!(try loadFailure("Access is denied.", limitMinutes: 5).contains("event 333 of")))
  }

  @Test func `a path that is too long is to be made shorter`() throws {
    #expect(try loadFailure("", 1514).contains("give the profile a shorter path"))
  }

  @Test func `each error that the events give has its advice`() throws {
    let time = filetime(2024, 6, 21, 8, 0)
    let check = try ProfileCheck(
      .changed {
        $0.applicationEvents = [("1450", 0), ("32", 1), ("1009", 2)].map { error, second in
          .profileService(
            1508, at: time + second * 10_000_000, ("Error", error),
            ("File", "C:\\Users\\anna\\ntuser.dat"))
        }
      })
    let advice = try #require(check.first("profile-load-failed")).advice
    for part in ["Insufficient system resources", "Another process was using", "the hive itself"] {
      #expect(advice.contains(part))
    }
  }

  @Test(arguments: [("5.0", false), ("5.1", true)])
  func `an entry that was set aside is looked for where Windows makes such`(
    version: String, isNamed: Bool
  ) throws {
    let check = try ProfileCheck(
      .changed(.windowsXP) {
        $0.software.set(
          "Microsoft\\Windows NT\\CurrentVersion", .string("CurrentVersion", version),
          .string("SystemRoot", "C:\\WINDOWS"))
        $0.applicationEvents = [
          EventDescription(
            time: filetime(2024, 6, 21, 8, 0), provider: "Userenv", event: 1000, level: 2,
            computer: "WS1", user: sidBytes($0.anna.sid),
            data: [("", "Windows has logged you on with a temporary profile.")])
        ]
      })
    let advice = try #require(check.first("profile-load-failed")).advice
    #expect(advice.contains("look whether the folder"))
    #expect(advice.contains(".bak") == isNamed)
  }
}
