// SPDX-License-Identifier: MIT

import EventLogBuilder
import Foundation
import HiveBuilder
import ProfileForensics
import RegistryHive
import Testing
import VolumeBuilder
import WindowsEvents

/// What is found on machines in order, and what each thing that is out of order leads to.
@Suite struct ProfileCheckTests {
  private static let anna = "S-1-5-21-1111111111-2222222222-3333333333-1001"

  private func volume(
    _ layout: VolumeDescription.Layout = .windows10, _ change: (inout VolumeDescription) -> Void
  ) -> VolumeDescription {
    var volume = VolumeDescription(layout)
    change(&volume)
    return volume
  }

  // MARK: - In order

  @Test(arguments: VolumeDescription.Layout.allCases)
  func `on a machine in order nothing is found`(layout: VolumeDescription.Layout) throws {
    let check = try ProfileCheck(VolumeDescription(layout))
    #expect(check.ids == [])
    #expect(check.facts.failures == [])
    #expect(check.remarks == [])
    let people = check.profiles.filter { $0.verdict != nil }
    #expect(people.map(\.subject) == [Self.anna])
    #expect(people.map(\.verdict?.outcome) == [.unloaded])
    #expect(people.first?.files?.name == "anna")
  }

  @Test func `a machine that was running is normal`() throws {
    let check = try ProfileCheck(
      volume {
        $0.isRunning = true
        $0.anna.isDirty = true
        $0.anna.unloaded = filetime(2024, 6, 20)
        $0.anna.referenceCount = 1
      })
    #expect(check.results.allSatisfy { $0.severity == .information })
    #expect(
      Set(check.ids) == ["hive-dirty", "profile-loaded-at-capture", "profile-refcount"])
    #expect(check.profiles.first { $0.verdict != nil }?.verdict?.outcome == .loaded)
    #expect(check.first("hive-dirty")?.basis?.text.contains("Since Windows 8.1") == true)
  }

  @Test func `all kinds of findings have a rule, with an identifier of its own`() {
    let rules = Set(ProfileRules.all.map(\.rule))
    #expect(Set(rules.map(\.id)).count == rules.count)
    #expect(rules.allSatisfy { $0.advice.hasSuffix(".") && !$0.title.hasSuffix(".") })
    #expect(ProfileRules.all.allSatisfy { !$0.source.isEmpty })
  }

  // MARK: - Profiles

  @Test func `a profile that was loaded when the machine was shut down`() throws {
    let check = try ProfileCheck(
      volume {
        $0.anna.isDirty = true
        $0.anna.unloaded = filetime(2024, 6, 20, 16)
        $0.systemEvents = [.machineStopped(at: filetime(2024, 6, 21, 18))]
      })
    let found = try #require(check.first("profile-loaded-at-capture"))
    #expect(found.severity == .problem)
    #expect(found.subject == Self.anna)
    #expect(
      found.evidence.map(\.fact) == [
        "loaded", "unloaded before that", "event 13: Windows shut down.",
      ])
    #expect(
      found.evidence.map { $0.time?.description } == [
        "2024-06-21T07:58:00.0000000Z", "2024-06-20T16:00:00.0000000Z",
        "2024-06-21T18:00:00.0000000Z",
      ])
    #expect(
      found.evidence.first?.source.description
        == "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList\\\(Self.anna)")
    #expect(found.evidence.first?.value == "LocalProfileLoadTimeHigh")
    let verdict = check.profiles.first { $0.verdict != nil }?.verdict
    #expect(
      verdict?.description
        == "not unloaded: loaded 2024-06-21 07:58:00 UTC and not unloaded since, and its hives are"
        + " dirty; it was loaded when Windows was shut down 2024-06-21 18:00:00 UTC")
    #expect(
      check.results.filter { $0.rule.id == "hive-dirty" }.map(\.severity) == [.warning, .warning])
  }

  @Test func `times and hives that contradict each other`() throws {
    let clean = try ProfileCheck(volume { $0.anna.unloaded = filetime(2024, 6, 20) })
    #expect(clean.profiles.compactMap(\.verdict).map(\.outcome) == [.loaded])
    #expect(clean.first("profile-loaded-at-capture")?.severity == .information)
    let running = try ProfileCheck(
      volume {
        $0.anna.unloaded = filetime(2024, 6, 20)
        $0.isRunning = true
      })
    #expect(running.profiles.compactMap(\.verdict).map(\.outcome) == [.loaded])
    let dirty = try ProfileCheck(
      volume {
        $0.anna.isDirty = true
        $0.systemEvents = [.machineStopped(at: filetime(2024, 6, 21, 18))]
      })
    #expect(dirty.profiles.compactMap(\.verdict).map(\.outcome) == [.unclear])
    #expect(dirty.first("hive-dirty")?.severity == .warning)
    #expect(
      dirty.first("hive-dirty")?.basis?.text.hasPrefix("The machine was shut down (") == true)
  }

  @Test func `before Windows 10 the hive and RefCount decide`() throws {
    for layout in [VolumeDescription.Layout.windowsXP, .windows7] {
      let dirty = try ProfileCheck(volume(layout) { $0.anna.isDirty = true })
      #expect(dirty.profiles.compactMap(\.verdict).map(\.outcome) == [.unclear], "\(layout)")
      let counted = try ProfileCheck(
        volume(layout) {
          $0.anna.isDirty = true
          $0.anna.referenceCount = 2
        })
      #expect(counted.first("profile-refcount")?.severity == .information)
      #expect(counted.profiles.compactMap(\.verdict).map(\.outcome) == [.loaded])
      #expect(counted.facts("profile-refcount") == ["2"])
      let stale = try ProfileCheck(volume(layout) { $0.anna.referenceCount = 1 })
      #expect(stale.profiles.compactMap(\.verdict).map(\.outcome) == [.loaded])
    }
  }

  @Test func `an entry that was set aside, alone and with one in its place`() throws {
    let alone = try ProfileCheck(
      volume {
        $0.anna.keyName = $0.anna.sid + ".bak"
        $0.anna.state = 0x8000
      })
    #expect(alone.first("profile-backup-key")?.severity == .warning)
    #expect(alone.first("profile-backup-key")?.subject == Self.anna)
    #expect(!alone.ids.contains("profile-folder-unlisted"))
    let both = try ProfileCheck(
      volume {
        var backup = $0.anna
        backup.keyName = backup.sid + ".bak"
        backup.state = 0x8000
        $0.anna.imagePath = "C:\\Users\\TEMP"
        $0.anna.state = 0x804
        $0.anna.hasFolder = false
        $0.users.append(backup)
      })
    #expect(both.first("profile-backup-key")?.severity == .problem)
    #expect(
      both.facts("profile-backup-key")
        == ["C:\\Users\\anna", "the entry that took its place: C:\\Users\\TEMP"])
    #expect(
      both.facts("profile-temporary")
        == ["0x804: new local profile, temporary profile loaded", "C:\\Users\\TEMP"])
  }

  @Test func `a user who is called temp has no temporary profile for that`() throws {
    let check = try ProfileCheck(
      volume {
        $0.anna.name = "temp"
      })
    #expect(check.first("profile-temporary")?.severity == .information)
  }

  @Test func `folders that are missing, on another volume, or in no list`() throws {
    let missing = try ProfileCheck(volume { $0.anna.hasFolder = false })
    #expect(missing.ids == ["profile-folder-missing"])
    #expect(missing.facts("profile-folder-missing") == ["C:\\Users\\anna"])
    #expect(missing.profiles.compactMap(\.verdict).map(\.outcome) == [.unloaded])
    let elsewhere = try ProfileCheck(
      volume {
        $0.anna.hasFolder = false
        $0.anna.imagePath = "D:\\Users\\anna"
      })
    #expect(elsewhere.ids == ["profile-on-other-drive"])
    #expect(elsewhere.first("profile-on-other-drive")?.severity == .information)
    let unlisted = try ProfileCheck(
      volume {
        var other = VolumeUser("bernd", 1002)
        other.isListed = false
        $0.users.append(other)
      })
    #expect(unlisted.ids == ["profile-folder-unlisted"])
    #expect(
      unlisted.first("profile-folder-unlisted")?.subject
        == "S-1-5-21-1111111111-2222222222-3333333333-1002")
  }

  @Test func `identifiers that do not agree`() throws {
    let other = "S-1-5-21-1111111111-2222222222-3333333333-1007"
    let check = try ProfileCheck(
      volume {
        $0.anna.classesSID = other
        $0.anna.storedSID = "S-1-5-21-1-2-3-4"
      })
    let found = try #require(check.first("profile-sid-mismatch"))
    #expect(found.severity == .problem)
    #expect(
      found.evidence.map(\.fact)
        == ["is S-1-5-21-1-2-3-4", "its root key is named after \(other)"])
    #expect(
      found.evidence.last?.source.description
        == "Users/anna/AppData/Local/Microsoft/Windows/UsrClass.dat")
  }

  @Test func `a roaming profile that keeps its local copy`() throws {
    let kept = try ProfileCheck(volume { $0.anna.centralProfile = "\\\\server\\profiles\\anna" })
    #expect(kept.ids == ["roaming-cache-kept"])
    #expect(kept.first("roaming-cache-kept")?.severity == .information)
    let deleted = try ProfileCheck(
      volume {
        $0.anna.centralProfile = "\\\\server\\profiles\\anna"
        $0.software.set(
          "Policies\\Microsoft\\Windows\\System", .dword("DeleteRoamingCache", 1))
      })
    #expect(deleted.ids == ["roaming-copy-not-deleted"])
    #expect(deleted.first("roaming-copy-not-deleted")?.severity == .warning)
  }

  @Test func `what is decoded of an entry`() throws {
    let check = try ProfileCheck(
      volume {
        $0.anna.state = 0x1_4304
        $0.anna.centralProfile = "\\\\server\\p\\anna"
      })
    let listed = try #require(check.profiles.first { $0.verdict != nil }?.listed)
    #expect(
      listed.state?.names == [
        "new local profile", "administrator", "default network profile ready",
        "0x4000 (of no known meaning)", "0x10000 (of no known meaning)",
      ])
    #expect(listed.state?.unknownBits == 0x1_4000)
    #expect(listed.storedIdentifier == listed.identifier)
    #expect(listed.unloadTime?.rawValue == filetime(2024, 6, 21, 17, 3, 44))
    #expect(listed.centralProfile == "\\\\server\\p\\anna")
    #expect(listed.isLoaded == false)
    #expect(!listed.isBackup)
    #expect(
      check.facts("profile-verdict").dropFirst() == [
        "C:\\Users\\anna",
        "0x14304: new local profile, administrator, default network profile ready, 0x4000 (of no"
          + " known meaning), 0x10000 (of no known meaning)",
        "\\\\server\\p\\anna", "loaded", "unloaded",
      ])
  }

  // MARK: - Hives

  @Test func `a dirty hive without its logs`() throws {
    let check = try ProfileCheck(
      volume {
        $0.anna.isDirty = true
        $0.anna.hasLogs = false
        $0.isRunning = true
      })
    let found = try #require(check.first("hive-logs-missing"))
    #expect(found.severity == .warning)
    #expect(found.advice.hasPrefix("The newest changes are not in this file: since Windows 8.1"))
    #expect(found.advice.contains("collect the .LOG1 and .LOG2 files"))
    #expect(found.evidence.first?.source == "Users/anna/NTUSER.DAT")
    #expect(
      found.evidence.first?.fact
        == "The hive is dirty (sequence numbers 8 and 7 differ) and not recoverable: there is no"
        + " transaction log.")
  }

  @Test func `a damaged hive, and one that is none`() throws {
    let folder = try TemporaryFolder()
    var built = VolumeUser("anna", 1001).hive.build()
    built.breakChecksum()
    try VolumeDescription(.windows10).write(to: folder)
    try folder.write(built.bytes, to: "Users/anna/NTUSER.DAT")
    try folder.write(
      [1, 2, 3], to: "Users/anna/AppData/Local/Microsoft/Windows/UsrClass.dat")
    let check = try ProfileCheck(path: folder.path)
    #expect(check.facts.failures.map(\.reason) == ["is too short to be a hive: a file of 3 bytes"])
    #expect(check.ids.contains("hive-damaged"))
    #expect(
      check.facts("hive-damaged").contains("The checksum of the header is wrong (checksum)"))
    #expect(check.facts("hive-damaged").contains("is too short to be a hive: a file of 3 bytes"))
    #expect(check.results.first?.severity == .problem)
  }

  @Test func `advice on a hive of the machine is not about profiles`() throws {
    let folder = try TemporaryFolder()
    try VolumeDescription(.windows10).write(to: folder)
    try folder.write([1, 2, 3], to: "Windows/System32/config/SYSTEM")
    let check = try ProfileCheck(path: folder.path)
    #expect(
      check.results.filter { $0.rule.id == "hive-damaged" }.map(\.advice) == [
        "What Windows keeps in Windows/System32/config/SYSTEM is not known. Collect the file again."
      ])
  }

  @Test(.disabled(if: geteuid() == 0, "the superuser may read every file"))
  func `a hive that may not be read is no damaged one`() throws {
    let folder = try TemporaryFolder()
    try VolumeDescription(.windows10).write(to: folder)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0],
      ofItemAtPath: folder.path + "/Windows/System32/config/SYSTEM")
    let check = try ProfileCheck(path: folder.path)
    #expect(check.facts.failures.map(\.code) == [.permissionDenied])
    #expect(!check.ids.contains("hive-damaged"))
  }

  @Test func `transaction files that piled up`() throws {
    let check = try ProfileCheck(
      volume {
        $0.anna.transactionFiles = 40
        $0.transactionFiles = 31
      })
    #expect(check.ids == ["transaction-files-piled-up", "transaction-files-piled-up"])
    #expect(
      check.facts("transaction-files-piled-up")
        == ["and 30 more, 15.5 KB in all", "and 39 more, 20 KB in all"])
  }
}
