// SPDX-License-Identifier: MIT

import RegistryHive
import Testing
import WindowsEvents

/// What the texts of events say: of whom they are, what failed, and which process stood in the way.
@Suite struct EventDetailsTests {
  private static let anna = SecurityIdentifier("S-1-5-21-1-2-3-1001")

  private func event(_ record: EventRecord) throws -> ProfileEvent {
    try #require(ProfileEvent(record))
  }

  @Test(
    "Events that SYSTEM writes name the user by the folder of the profile",
    arguments: [
      (
        Providers.service, 1508,
        ["Insufficient system resources exist.", "C:\\Users\\anna\\ntuser.dat"]
      ),
      (Providers.service, 1508, ["5", "\\??\\C:\\Users\\anna\\NTUSER.DAT"]),
      (Providers.service, 1533, ["C:\\Users\\anna", "The directory is not empty."]),
      (Providers.service, 1533, ["\"C:\\Users\\anna\"", ""]),
      (Providers.service, 5, ["C:\\Users\\anna\\ntuser.dat", "S-1-5-21-1-2-3-1001"]),
      (
        Providers.service, 1509,
        ["C:\\Users\\anna\\AppData\\Local\\Microsoft\\Windows\\\\UsrClass.dat", "1", "", ""]
      ),
      (Providers.service, 67, ["Regular", "C:\\Users\\anna", "Regular"]),
      (Providers.service, 7, ["\\\\fs\\prof\\anna.V6", "C:\\Users\\anna", "Access is denied."]),
      (Providers.service, 7, ["C:\\Users\\anna", "\\\\fs\\prof\\anna.V6", "0"]),
      (
        Providers.general, 1509,
        [
          "\\\\?\\C:\\Users\\anna\\AppData\\Roaming\\x.ost", "\\\\?\\UNC\\fs\\prof\\anna.V6\\x.ost",
          "5",
        ]
      ),
      ("Userenv", 1000, ["RegLoadKey failed with error 1450 for 'C:\\Users\\anna\\ntuser.dat'."]),
      ("Userenv", 1000, ["RegLoadKey failed with error 1450 for C:\\Users\\anna\\ntuser.dat. "]),
    ])
  func profilePaths(provider: String, number: Int, strings: [String]) throws {
    let path = try event(.test(provider, number, strings)).profilePath
    #expect(path.map { $0.hasSuffix("\\") ? String($0.dropLast()) : $0 } == "C:\\Users\\anna")
  }

  @Test(
    "Paths that are no profile's are none",
    arguments: [
      (Providers.service, 1508, ["5", "\\\\fs\\prof\\anna.V6\\ntuser.dat"]),
      (Providers.service, 1508, ["5", "C:"]), (Providers.service, 1508, ["5", ""]),
      (Providers.service, 1533, ["anna", "x"]), (Providers.service, 1530, ["C:\\Windows\\x.exe"]),
      (Providers.com, 10006, ["5", "PC", "C:\\Users\\anna\\ntuser.dat"]),
      (Providers.service, 1508, ["5", "\\Device\\HarddiskVolume3\\Users\\anna\\app.exe"]),
    ])
  func noPaths(provider: String, number: Int, strings: [String]) throws {
    #expect(try event(.test(provider, number, strings)).profilePath == nil)
  }

  @Test(
    "A hive or folder on a device keeps the device",
    arguments: [
      (1508, ["5", "\\\\?\\GLOBALROOT\\Device\\HarddiskVolume3\\Users\\anna\\ntuser.dat"]),
      (1508, ["5", "'\\Device\\HarddiskVolume3\\Users\\anna\\NTUSER.DAT'."]),
      (1533, ["\\Device\\HarddiskVolume3\\Users\\anna", "145"]),
    ])
  func devicePaths(number: Int, strings: [String]) throws {
    let path = try event(.test(Providers.service, number, strings)).profilePath
    #expect(path == "\\Device\\HarddiskVolume3\\Users\\anna")
  }

  @Test func `profiles of older releases, and of the classes`() throws {
    let old = try event(
      .test(
        "Userenv", 1508,
        [
          "x",
          "C:\\Documents and Settings\\anna.PC1\\Local Settings\\Application Data\\Microsoft\\Windows\\UsrClass.dat",
        ]))
    #expect(old.profilePath == "C:\\Documents and Settings\\anna.PC1")
    #expect(old.isAbout("anna"))
    #expect(old.isAbout("PC1\\anna"))
    #expect(!old.isAbout("PC2\\anna"))
    #expect(!old.isAbout("ann"))
    let nt4 = try event(
      .test("Userenv", 1508, ["x", "C:\\WINNT\\Profiles\\anna\\ntuser.dat"]))
    #expect(nt4.profilePath == "C:\\WINNT\\Profiles\\anna")
  }

  @Test(
    "Errors are numbers or texts, in several languages",
    arguments: [
      // KB 2287297.
      ("2147943418", EventError.Kind.keyDeleted, 0x8007_03FA as UInt32?),
      ("%%2147943418", .keyDeleted, 0x8007_03FA), ("0x800703FA", .keyDeleted, 0x8007_03FA),
      ("-2147023878", .keyDeleted, 0x8007_03FA), ("1018", .keyDeleted, 1018),
      (
        "Illegal operation attempted on a registry key that has been marked for deletion.",
        .keyDeleted, 1018
      ),
      ("2147500037", .unspecified, 0x8000_4005), ("Unspecified error ", .unspecified, 0x8000_4005),
      ("0x80004005", .unspecified, 0x8000_4005),
      ("Access is denied. ", .accessDenied, 5), ("5", .accessDenied, 5),
      ("0x80070005", .accessDenied, 0x8007_0005), ("Åtkomst nekad.", .accessDenied, 5),
      ("Zugriff verweigert", .accessDenied, 5), ("Accès refusé.", .accessDenied, 5),
      ("0x800705AA", .noSystemResources, 0x8007_05AA),
      (
        "Insufficient system resources exist to complete the requested service.",
        .noSystemResources, 1450
      ),
      ("The directory is not empty.", .folderNotEmpty, 145),
      (
        "The process cannot access the file because it is being used by another process.",
        .fileInUse, 32
      ),
      ("1722", .other, 1722), ("Etwas anderes", .other, nil), ("+5", .other, nil),
      ("99999999999", .other, nil),
    ])
  func errors(text: String, kind: EventError.Kind, code: UInt32?) throws {
    let error = try #require(EventError(text))
    #expect(error.kind == kind)
    #expect(error.code == code)
  }

  @Test(arguments: ["", "  ", "0", "0x0", "The operation completed successfully. "])
  func `no error is none`(text: String) {
    #expect(EventError(text) == nil)
  }

  @Test func `errors stand in the events that have one`() throws {
    let com = try event(
      .test(Providers.com, 10006, ["2147943418", "SRV9", "{0F0A3C4E-1B2D-4C5E-8F90-123456789ABC}"]))
    #expect(com.error?.kind == .keyDeleted)
    #expect(com.server == "SRV9")
    #expect(com.classID == "{0F0A3C4E-1B2D-4C5E-8F90-123456789ABC}")
    #expect(try event(.test(Providers.service, 1508, ["5", "f"])).error?.kind == .accessDenied)
    #expect(try event(.test(Providers.service, 7, ["a", "b", "Access is denied."])).error != nil)
    #expect(try event(.test(Providers.service, 1530, ["Access is denied."])).error == nil)
    #expect(try event(.test(Providers.com, 10010, ["{x}"])).server == nil)
    let unload = try event(
      .test(
        "Userenv", 1000, ["Windows cannot unload your registry file. DETAIL - Access is denied. "]))
    #expect(unload.error?.kind == .accessDenied)
  }

  @Test func `the process that locks a hive, and the one that asked for a shutdown`() throws {
    let locked = try event(
      .test(Providers.service, 1552, ["C:\\Program Files\\BackupCo\\agent.exe", "4711", "1200"]))
    #expect(locked.process?.imageName == "agent.exe")
    #expect(locked.process?.number == 4711)
    #expect(locked.leaks == nil)
    let shutdown = try event(
      .test(
        "User32", 1074,
        [
          "C:\\Windows\\System32\\RuntimeBroker.exe (SRV1)", "SRV1", "Other (Planned)",
          "0x85000000",
          "shutdown", "", "CONTOSO\\admin",
        ]))
    #expect(shutdown.process?.image == "C:\\Windows\\System32\\RuntimeBroker.exe")
    #expect(shutdown.account == "CONTOSO\\admin")
    #expect(try event(.test(Providers.service, 1545, [])).process == nil)
  }

  @Test func `a log-off takes from its notification to its end`() throws {
    func step(_ number: Int, _ time: UInt64, _ session: String = "2") throws -> ProfileEvent {
      try event(.test(Providers.service, number, [session], user: Self.anna, time: time))
    }
    let events = try [
      step(1, 10), step(3, 100), step(3, 110, "3"), step(4, 150), step(4, 170, "3"), step(4, 180),
      step(3, 200), step(1, 210), step(4, 220),
    ]
    #expect(events[1].session == 2)
    let spans = LogOffSpan.all(in: events)
    #expect(spans.map(\.ticks) == [50, 60])
    #expect(spans.map(\.began.rawValue) == [100, 110])
    #expect(spans.allSatisfy { $0.user == Self.anna })
  }

  @Test(
    "Texts of Windows NT 4.0 and 2000 that later have numbers of their own",
    arguments: [
      (
        "Windows cannot delete the profile directory C:\\Documents and Settings\\x. This error may be "
          + "caused by files in this directory being used by another program. DETAIL - The directory "
          + "is not empty.", EventKind.folderNotDeleted
      ),
      (
        "Your profile was not successfully loaded, but you have been logged on with the default "
          + "system profile.", .defaultProfile
      ),
      ("Windows cannot unload your registry file. DETAIL - Access is denied.", .unloadFailed),
    ])
  func textsOf1000(text: String, kind: EventKind) throws {
    #expect(try event(.test("Userenv", 1000, [text])).kind == kind)
  }

  @Test(arguments: [(["0"], false), (["5"], true), (["\\\\fs\\p", "C:\\Users\\anna", "5"], true)])
  func `the result of a synchronization is read, also where it stands alone`(
    strings: [String], isFailure: Bool
  ) throws {
    let event = try event(.test(Providers.service, 7, strings))
    #expect((event.error != nil) == isFailure)
    #expect(event.meaning.fields(of: event.record).last == "Result")
    #expect(event.meaning.fields(of: event.record).count == strings.count)
  }
}
