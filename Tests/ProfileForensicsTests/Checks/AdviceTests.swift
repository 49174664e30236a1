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
    #expect(temporary.advice.contains("delete the entry without .bak if there is one"))
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
}
