// SPDX-License-Identifier: MIT

import RegistryHive
import Testing
import WindowsEvents

/// What is understood of records.
@Suite struct ProfileEventTests {
  private static let service = "Microsoft-Windows-User Profiles Service"
  private static let com = "Microsoft-Windows-DistributedCOM"
  private static let system = SecurityIdentifier("S-1-5-18")

  private static func record(
    _ provider: String, _ event: Int, _ strings: [String] = [], level: EventLevel = .information,
    user: SecurityIdentifier? = system, time: UInt64 = 0
  ) -> EventRecord {
    EventRecord(
      time: FileTime(rawValue: time), log: "log", number: 1, provider: provider, event: event,
      level: level, user: user, strings: strings)
  }

  @Test func `the level of a record makes no difference`() {
    for level in EventLevel.allCases {
      #expect(EventMeaning(of: Self.record(Self.service, 1530, level: level)) != nil)
    }
  }

  @Test func `events of others, and other events of the same, do not matter`() {
    #expect(ProfileEvent(Self.record("Microsoft-Windows-Winlogon", 1530)) == nil)
    #expect(ProfileEvent(Self.record(Self.service, 9999)) == nil)
    #expect(ProfileEvent(Self.record("Userenv", 1030)) == nil)
    #expect(ProfileEvent(Self.record("userenv", 1517)) != nil)
  }

  @Test func `the subject is the user that the text names, else the one of the record`() throws {
    let user = "S-1-5-21-1-2-3-1004"
    let leak = try #require(
      ProfileEvent(
        Self.record(
          Self.service, 1530,
          ["1 user registry handles leaked from \\Registry\\User\\\(user)_Classes:\n"])))
    #expect(leak.subject?.description == user)
    #expect(leak.leaks?.declared == 1)
    let other = try #require(ProfileEvent(Self.record(Self.service, 1524)))
    #expect(other.subject == Self.system)
    let permission = try #require(
      ProfileEvent(
        Self.record(
          Self.com, 10016,
          [
            "application-specific", "Local", "Activation", "{0F0A3C4E-1B2D-4C5E-8F90-123456789ABC}",
            "{11111111-1B2D-4C5E-8F90-123456789ABC}", "CORP", "anna", "S-1-5-21-9-9-9-1001",
            "LocalHost (Using LRPC)", "Unavailable", "S-1-15-2-1",
          ])))
    #expect(permission.subject?.description == "S-1-5-21-9-9-9-1001")
    #expect(permission.account == "CORP\\anna")
    #expect(permission.classID == "{0F0A3C4E-1B2D-4C5E-8F90-123456789ABC}")
    let noUser = try #require(ProfileEvent(Self.record("Userenv", 1524, user: nil)))
    #expect(noUser.subject == nil)
  }

  @Test func `classes and accounts of COM's events`() throws {
    let server = try #require(
      ProfileEvent(
        Self.record(
          Self.com, 10006,
          ["2147944442", "SRV1", "{0F0A3C4E-1B2D-4C5E-8F90-123456789ABC}"])))
    #expect(server.classID == "{0F0A3C4E-1B2D-4C5E-8F90-123456789ABC}")
    let logon = try #require(
      ProfileEvent(Self.record(Self.com, 10004, ["1326", "CORP", "orders", "{x}"])))
    #expect(logon.account == "CORP\\orders")
    #expect(logon.classID == nil)
  }

  @Test func `users are found by identifier, name, and name with domain`() throws {
    let event = try #require(ProfileEvent(Self.record("Userenv", 1517, ["XP1\\joe"])))
    #expect(event.account == "XP1\\joe")
    #expect(event.isAbout("JOE"))
    #expect(event.isAbout("xp1\\Joe"))
    // Windows wrote it, and it is about joe.
    #expect(!event.isAbout("S-1-5-18"))
    #expect(!event.isAbout("SYSTEM"))
    #expect(!event.isAbout("xp2\\joe"))
    #expect(!event.isAbout("jo"))
    #expect(!event.isAbout("S-1-5-19"))
  }

  @Test(arguments: [
    "SYSTEM", "system", "S-1-5-18", "NT AUTHORITY\\SYSTEM", "NT INSTANS\\SYSTEM", "LocalSystem",
    "NT-AUTORITÄT\\SYSTEM",
  ])
  func systemIsFound(name: String) throws {
    let service = "Microsoft-Windows-User Profiles Service"
    let own = try #require(ProfileEvent(Self.record(service, 1531, [])))
    #expect(own.isAbout(name))
    let ofAnna = try #require(
      ProfileEvent(Self.record(service, 1533, ["C:\\Users\\anna", "The directory is not empty."])))
    #expect(!ofAnna.isAbout(name))
    #expect(ofAnna.isAbout("anna"))
    #expect(ofAnna.isAbout("CONTOSO\\anna"))
    #expect(!own.isAbout("CONTOSO\\SYSTEM"))
  }

  @Test func `handles are summed up by program, most first`() throws {
    func leak(_ time: UInt64, _ user: String, _ lines: [(Int, String, String)]) -> ProfileEvent? {
      let root = "\\REGISTRY\\USER\\\(user)"
      let detail =
        "\(lines.count) user registry handles leaked from \(root):\n"
        + lines.map { "Process \($0.0) (\($0.1)) has opened key \(root)\($0.2)\n" }.joined()
      return ProfileEvent(Self.record(Self.service, 1530, [detail], time: time))
    }
    let first = "S-1-5-21-1-2-3-1001"
    let second = "S-1-5-21-1-2-3-1002"
    let events = [
      leak(10, first, [(1, "C:\\a.exe", ""), (2, "C:\\B.exe", "\\Printers")]),
      leak(20, second, [(3, "c:\\b.EXE", "\\printers"), (4, "C:\\B.exe", "\\Software")]),
    ].compactMap(\.self)
    let unread = HandleTable(
      [ProfileEvent(Self.record("UPHClean", 1201, ["what\never"]))].compactMap(\.self))
    #expect(unread.rows.isEmpty)
    #expect(unread.otherLineCount == 2)
    let table = HandleTable(events)
    #expect(table.rows.map(\.image) == ["C:\\B.exe", "C:\\a.exe"])
    #expect(table.rows.map(\.handleCount) == [3, 1])
    #expect(table.rows.map(\.eventCount) == [2, 1])
    #expect(table.rows[0].users.map(\.description) == [first, second])
    #expect(table.rows[0].keys.map(\.key) == ["HKCU\\Printers", "HKCU\\Software"])
    #expect(table.rows[0].keys.map(\.count) == [2, 1])
    #expect(table.otherLineCount == 0)
    #expect(table.rows[0].first.rawValue == 10)
    #expect(table.rows[0].last.rawValue == 20)
  }
}
