// SPDX-License-Identifier: MIT

import EventLogBuilder
import HiveBuilder
import ProfileForensics
import RegistryHive
import Testing
import VolumeBuilder
import WindowsEvents

/// No advice to delete what may be the only or the newest copy, and faults that are over since.
@Suite struct KeptFolderTests {
  @Test func `a folder that could not be deleted and is gone since is a note`() throws {
    func found(_ name: String) throws -> CheckResult? {
      try ProfileCheck(
        .changed {
          var left = VolumeUser("left", 1002)
          left.isListed = false
          $0.users.append(left)
          $0.applicationEvents = [
            .profileService(
              1533, at: filetime(2024, 6, 1), level: 2, ("Folder", "C:\\Users\\\(name)"),
              ("Error", "145"))
          ]
        }
      ).first("profile-folder-not-deleted")
    }
    let gone = try #require(try found("gone"))
    #expect(gone.severity == .information)
    #expect(
      gone.advice
        == "The folder is not on the volume any more, and the profile list does not have it: nothing is "
        + "left to delete.")
    #expect(try found("left")?.severity == .warning)
    #expect(try found("anna")?.severity == .warning)
  }

  private static let anna = VolumeUser("", 1001).sid
  private static let policies = "Policies\\Microsoft\\Windows\\System"

  // MARK: - Copies of roaming profiles

  private func copy(
    _ policies: [NameDescription] = [], _ events: [EventDescription] = []
  ) throws -> ProfileCheck {
    try ProfileCheck(
      .changed {
        $0.anna.centralProfile = "\\\\fs\\p\\anna.V6"
        $0.software.makeKey(Self.policies)
        $0.software[Self.policies].values = (["DeleteRoamingCache"] + policies).map {
          .dword($0, 1)
        }
        $0.software[Self.policies].lastWritten = filetime(2024, 1, 1)
        $0.applicationEvents = events
      })
  }

  @Test func `where profiles are local only, nothing should have been deleted`() throws {
    let found = try #require(try copy(["LocalProfile"]).first("roaming-copy-not-deleted"))
    #expect(found.severity == .information)
    #expect(found.advice.contains("may be the user's only profile: keep it"))
    #expect(try copy().first("roaming-copy-not-deleted")?.severity == .warning)
  }

  @Test func `a copy that may be the newest is saved first`() throws {
    func advice(
      _ policies: [NameDescription] = [], _ events: [EventDescription] = []
    ) throws -> String {
      try #require(try copy(policies, events).first("roaming-copy-not-deleted")).advice
    }
    let time = filetime(2024, 6, 21, 17, 3, 40)
    let failed = EventDescription.profileService(1504, at: time, level: 2, user: Self.anna)
    let leak = EventDescription.handlesLeaked(
      by: Self.anna, at: time, [(7, "C:\\a\\app.exe", "")])
    let stale = [
      try advice(["ReadOnlyProfile"]), try advice([], [failed]),
      try advice(["DisableForceUnload"], [leak]),
    ]
    for text in stale {
      #expect(text.contains("The copy on the server may not be the newest: "))
      #expect(text.contains("Save the folder before anything in it is deleted."))
    }
    for text in [try advice(), try advice([], [leak])] {
      #expect(!text.contains("may not be the newest"))
      #expect(text.contains("See that the copy on the server is as new as the folder"))
    }
  }

  // MARK: - Folders that Windows could not delete

  @Test func `the folder of a profile that is in the list is not to be deleted by hand`() throws {
    func advice(_ path: String, _ change: (inout VolumeDescription) -> Void) throws -> String {
      try #require(
        try ProfileCheck(
          .changed {
            $0.applicationEvents = [
              .profileService(
                1533, at: filetime(2024, 6, 20), level: 2, ("Folder", path), ("Error", "x"))
            ]
            change(&$0)
          }
        ).first("profile-folder-not-deleted")
      ).advice
    }
    let living = try advice("C:\\Users\\anna") { _ in }
    #expect(
      living.hasPrefix(
        "The profile is in the list, and was in use after that, 2024-06-21 17:03:44 UTC"))
    #expect(!living.contains("delete what is left"))
    let left = try advice("C:\\Users\\left") {
      var left = VolumeUser("left", 1009)
      left.isListed = false
      $0.users.append(left)
    }
    #expect(left.contains("delete what is left"))
  }

  // MARK: - Faults that are over

  @Test func `a load that failed is over after a load in order, days later`() throws {
    func found(
      _ day: Int, _ error: String? = nil, _ change: (inout VolumeDescription) -> Void = { _ in }
    ) throws -> CheckResult? {
      try ProfileCheck(
        .changed {
          let time = filetime(2024, 6, day, 7)
          $0.applicationEvents = [
            .profileService(1511, at: time, level: 2, user: Self.anna)
          ]
          if let error {
            $0.applicationEvents = [
              .profileService(1508, at: time, level: 2, user: Self.anna, ("Error", error))
            ]
          }
          change(&$0)
        }
      ).first("profile-load-failed")
    }
    let over = try found(10)
    #expect(over?.severity == .information)
    #expect(
      over?.advice == "Since then the profile was loaded from C:\\Users\\anna, "
        + "2024-06-21 07:58:00 UTC, and unloaded in order, 2024-06-21 17:03:44 UTC: it is over.")
    #expect(try found(21)?.severity == .warning)
    #expect(try found(22)?.severity == .warning)
    #expect(
      try found(10, "Insufficient system resources exist to complete the requested service.")?
        .severity == .warning)
    #expect(try found(10) { $0.anna.unloaded = filetime(2024, 6, 20) }?.severity == .warning)
  }

  private typealias Event = (event: UInt16, day: Int, data: [String])

  private func roaming(_ events: [Event]) throws -> CheckResult? {
    try ProfileCheck(
      .changed {
        $0.anna.centralProfile = "\\\\fs\\p\\anna.V6"
        $0.applicationEvents = events.map { event, day, data in
          EventDescription(
            time: filetime(2024, 6, day, 17), provider: "Microsoft-Windows-User Profiles Service",
            event: event, level: 2, computer: "WS1", user: sidBytes(Self.anna),
            data: data.map { ("", $0) })
        }
      }
    ).first("roaming-not-updated")
  }

  @Test func `a profile that was synchronized since is a note that says so`() throws {
    let up = ["C:\\Users\\anna", "\\\\fs\\p\\anna.V6", "0"]
    let failure: Event = (1504, 10, ["x"])
    let over = try roaming([failure, (7, 11, up)])
    #expect(over?.severity == .information)
    #expect(over?.advice.hasPrefix("The last synchronization that is known, 2024-06-11") == true)
    #expect(over?.evidence.count == 2)
    #expect(try roaming([failure])?.severity == .warning)
    #expect(try roaming([(7, 9, up), failure])?.severity == .warning)
    // What was copied from the server shows nothing of the other way, nor does a failure.
    let down = ["\\\\fs\\p\\anna.V6", "C:\\Users\\anna", "0"]
    #expect(try roaming([failure, (7, 11, down)])?.severity == .warning)
    let denied = [up[0], up[1], "5"]
    #expect(try roaming([failure, (7, 11, up), (7, 12, denied)])?.severity == .warning)
  }

  @Test func `a synchronization at the level of a fault with an unknown result is a note`() throws {
    let found = try roaming([(7, 10, ["C:\\Users\\anna", "\\\\fs\\p", "Odmowa dostępu."])])
    #expect(found?.severity == .information)
    #expect(found?.advice.contains("read it") == true)
    #expect(try roaming([(7, 10, ["C:\\Users\\anna", "\\\\fs\\p", "0"])]) == nil)
  }
}
