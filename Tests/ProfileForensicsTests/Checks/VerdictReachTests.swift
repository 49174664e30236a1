// SPDX-License-Identifier: MIT

import EventLogBuilder
import HiveBuilder
import ProfileForensics
import RegistryHive
import Testing
import VolumeBuilder
import WindowsEvents
import WindowsTypes

/// What a verdict says of how far the logs speak, and of how Windows stopped.
@Suite struct VerdictReachTests {
  private func reason(
    from oldest: UInt64?, to newest: UInt64?, log: String = "Application.evtx",
    _ change: (inout VolumeDescription) -> Void = { _ in }
  ) throws -> String {
    let folder = try TemporaryFolder()
    var volume = VolumeDescription(.windows10)
    change(&volume)
    try volume.write(to: folder)
    let machines = EvidenceCollection(paths: [folder.path]).machines
    let reach =
      oldest.map {
        [
          LogReach(
            log: log, oldest: FileTime(rawValue: $0),
            newest: newest.map { FileTime(rawValue: $0) }, recordCount: 2)
        ]
      } ?? []
    let check = ProfileCheck(
      machines[0], events: volume.events.compactMap { ProfileEvent($0) }, reach: reach)
    return check.verdict?.reason ?? ""
  }

  private let unload = filetime(2024, 6, 21, 17, 3, 44)

  @Test func `a log that covers the unload, begins after it, or ends before it`() throws {
    #expect(
      try reason(from: filetime(2024, 6, 1), to: filetime(2024, 6, 30)).hasSuffix(
        "no event shows that it was kept open then, and Application.evtx (2024-06-01 to"
          + " 2024-06-30) covers that time"))
    #expect(
      try reason(from: filetime(2024, 6, 22), to: filetime(2024, 6, 30)).hasSuffix(
        "the log begins 2024-06-22 00:00:00 UTC, after that unload: what happened then is not in it"
      ))
    #expect(
      try reason(from: filetime(2024, 5, 1), to: filetime(2024, 5, 2)).hasSuffix(
        "the log ends 2024-05-02 00:00:00 UTC, before that unload"))
  }

  @Test func `of a loaded profile, the log is measured by the load, not by an earlier unload`()
    throws
  {
    func text(from oldest: UInt64, to newest: UInt64) throws -> String {
      try reason(from: oldest, to: newest) {
        $0.anna.loaded = filetime(2024, 6, 22, 8)
        $0.anna.unloaded = filetime(2024, 6, 20, 17)
      }
    }
    #expect(
      try text(from: filetime(2024, 6, 22, 7), to: filetime(2024, 6, 30)).hasSuffix(
        "no event shows a log-off since at which it was kept open, in Application.evtx (2024-06-22"
          + " to 2024-06-30)"))
    #expect(
      try text(from: filetime(2024, 6, 1), to: filetime(2024, 6, 21)).hasSuffix(
        "the log ends 2024-06-21 00:00:00 UTC, before that load"))
    #expect(
      try text(from: filetime(2024, 6, 23), to: filetime(2024, 6, 24)).hasSuffix(
        "the log begins 2024-06-23 00:00:00 UTC, after that load: what happened then is not in it"))
  }

  @Test func `the System log does not speak of profiles`() throws {
    let text = try reason(
      from: filetime(2024, 6, 1), to: filetime(2024, 6, 30), log: "System.evtx")
    #expect(text.hasSuffix("and its hives are clean; no log that names programs was found"))
  }

  @Test func `an event of this log-off needs no such sentence, one of an earlier log-off does`()
    throws
  {
    func text(at time: UInt64) throws -> String {
      try reason(from: filetime(2024, 6, 1), to: filetime(2024, 6, 30)) {
        $0.applicationEvents = [
          .handlesLeaked(by: $0.anna.sid, at: time, [(1, "C:\\a\\app.exe", "")])
        ]
      }
    }
    #expect(
      try text(at: unload).hasSuffix("app.exe kept it open, and DisableForceUnload was not on"))
    let earlier = try text(at: filetime(2024, 6, 2))
    #expect(earlier.contains("is about an earlier log-off; no event shows"))
  }

  @Test func `a profile that was never unloaded has the time of its load alone`() throws {
    var volume = VolumeDescription(.windows10)
    volume.anna.unloaded = 0
    let check = try ProfileCheck(volume)
    #expect(check.verdict?.outcome == .loaded)
    #expect(check.verdict?.reason.contains("and the list has no time of an unload") == true)
    #expect(check.facts("profile-loaded-at-capture") == ["loaded"])
    // A count of loads says more than a time that is missing.
    volume.anna.referenceCount = 0
    #expect(try ProfileCheck(volume).verdict?.outcome == .unloaded)
  }

  @Test func `a verdict says how Windows stopped since, and whether it started again`() throws {
    func text(_ events: [EventDescription]) throws -> String {
      var volume = VolumeDescription(.windows10)
      volume.anna.loaded = filetime(2024, 6, 22, 8)
      volume.systemEvents = events
      return try ProfileCheck(volume).verdict?.reason ?? ""
    }
    let stop = EventDescription.machineStopped(at: filetime(2024, 6, 22, 18))
    let start = EventDescription.machineStarted(at: filetime(2024, 6, 23, 7))
    #expect(
      try text([stop]).contains("it was loaded when Windows was shut down 2024-06-22 18:00:00 UTC"))
    #expect(try text([stop, start]).contains(", and was not loaded again after the next start"))
    #expect(!(try text([stop]).contains("loaded again")))
    #expect(
      try text([start, .machineCrashed(at: filetime(2024, 6, 23, 7, 0, 1))]).contains(
        "Windows stopped after that without a shutdown"))
    #expect(!(try text([.machineStopped(at: filetime(2024, 6, 22, 7))]).contains("shut down")))
  }

  @Test func `a shutdown before the load is given as what is known`() throws {
    var volume = VolumeDescription(.windows10)
    volume.anna.loaded = filetime(2024, 6, 22, 8)
    volume.systemEvents = [.machineStopped(at: filetime(2024, 6, 22, 7))]
    let found = try #require(try ProfileCheck(volume).first("profile-loaded-at-capture"))
    #expect(found.severity == .information)
    #expect(found.advice.hasPrefix("The last shutdown that is known is older than the load"))
    #expect(found.evidence.last?.source.description == "System.evtx, record 1")
  }

  // MARK: - What could not be read

  private func reason(
    _ reach: [LogReach], files: [(path: String, bytes: [UInt8])] = []
  ) throws -> String {
    let folder = try TemporaryFolder()
    try VolumeDescription(.windows10).write(to: folder)
    for file in files { try folder.write(file.bytes, to: file.path) }
    let machines = EvidenceCollection(paths: [folder.path]).machines
    return ProfileCheck(machines[0], reach: reach).verdict?.reason ?? ""
  }

  @Test func `a log that cannot be read, or in part, is named`() throws {
    let whole = LogReach(
      log: "Application.evtx", oldest: FileTime(rawValue: unload - 1),
      newest: FileTime(rawValue: unload + 1), recordCount: 2)
    var cut = whole
    cut.loss = "the file is cut short"
    let lost = LogReach(log: "Application.evtx", loss: "is empty")
    let other = LogReach(
      log: "Microsoft-Windows-User Profile Service%4Operational.evtx",
      oldest: FileTime(rawValue: unload - 1), newest: FileTime(rawValue: unload + 1), recordCount: 2
    )
    #expect(
      try reason([lost]).hasSuffix(
        "clean; Application.evtx cannot be read: what happened then is not known"))
    // The operational log has no event that names programs.
    #expect(
      try reason([lost, other]).hasSuffix(
        "clean; Application.evtx cannot be read: what happened then is not known"))
    #expect(try reason([other]).hasSuffix("no log that names programs was found"))
    let part = try reason([cut])
    #expect(part.contains("covers that time"))
    #expect(part.hasSuffix("can be read in part only: what stood in the rest is not known"))
    #expect(!(try reason([whole]).contains("read")))
    // A System log that is damaged has nothing to do with it.
    #expect(
      !(try reason([whole, LogReach(log: "System.evtx", loss: "is empty")]).contains("read")))
  }

  @Test(
    "A log covers a time only with records of the machine itself",
    arguments: [
      ("ForwardedEvents.evtx", "SRV-X", "no log of this machine that names programs was found"),
      ("ForwardedEvents.evtx", nil, "no log of this machine that names programs was found"),
      ("saved.evtx", "WS10", "no log of this machine that names programs was found"),
      ("ForwardedEvents.evtx", "WS1", "and ForwardedEvents.evtx (2024-06-21) covers that time"),
      ("saved.evtx", "WS1", "and saved.evtx (2024-06-21) covers that time"),
      ("saved.evtx", nil, "and saved.evtx (2024-06-21) covers that time"),
    ] as [(String, String?, String)])
  func whoseLog(log: String, host: String?, ending: String) throws {
    let folder = try TemporaryFolder()
    var volume = VolumeDescription(.windows10)
    volume.computerName = "WS1"
    try volume.write(to: folder)
    let machines = EvidenceCollection(paths: [folder.path]).machines
    let reach = LogReach(
      log: log, host: host, oldest: FileTime(rawValue: unload - 1),
      newest: FileTime(rawValue: unload + 1), recordCount: 2)
    let own = LogReach(
      log: "Application.evtx", host: "WS1", oldest: FileTime(rawValue: filetime(2024, 6, 20)),
      newest: FileTime(rawValue: filetime(2024, 6, 21, 7)), recordCount: 2)
    #expect(ProfileCheck(machines[0], reach: [reach]).verdict?.reason.hasSuffix(ending) == true)
    let both = ProfileCheck(machines[0], reach: [own, reach]).verdict?.reason
    #expect(
      both?.hasSuffix(
        ending.hasPrefix("no log")
          ? "the log ends 2024-06-21 07:00:00 UTC, before that unload" : ending) == true)
  }

  @Test func `one log in two places is named once`() throws {
    let log = LogReach(
      log: "Application.evtx", oldest: FileTime(rawValue: unload - 1),
      newest: FileTime(rawValue: unload + 1), recordCount: 2)
    #expect(try reason([log, log]).hasSuffix("and Application.evtx (2024-06-21) covers that time"))
  }

  @Test func `nothing is said of the state of a hive that was not read`() throws {
    let hive = "Users/anna/NTUSER.DAT"
    let classes = "Users/anna/AppData/Local/Microsoft/Windows/UsrClass.dat"
    let zeros = [UInt8](repeating: 0, count: 8192)
    #expect(
      try reason([], files: [(hive, zeros)]).contains(
        "and its UsrClass.dat is clean; NTUSER.DAT cannot be read: whether it was clean is not known"
      ))
    #expect(
      try reason([], files: [(classes, zeros)]).contains(
        "and its own hive is clean; UsrClass.dat cannot be read"))
    let both = try reason([], files: [(hive, zeros), (classes, zeros)])
    #expect(both.contains("; its hives cannot be read"))
    #expect(!both.contains("clean,") && !both.contains("are clean"))
    let cut = Array(HiveDescription().build().bytes.prefix(4096 + 600))
    #expect(try reason([], files: [(hive, cut)]).contains("NTUSER.DAT is damaged"))
    #expect(!(try reason([]).contains("damaged")))
  }

  @Test func `of a hive without its base block it is not known whether it was clean`() throws {
    func headless(_ bytes: [UInt8]) -> [UInt8] {
      [UInt8](repeating: 0x55, count: 4096) + bytes.dropFirst(4096)
    }
    let user = VolumeUser("anna", 1001)
    var large = user.hive
    for number in 0..<40 { large.makeKey("Key \(number)") }
    let hive = ("Users/anna/NTUSER.DAT", headless(large.build().bytes))
    let one = try reason([], files: [hive])
    #expect(
      one.contains(
        "and its UsrClass.dat is clean; the base block of NTUSER.DAT is lost: whether it was clean is "
          + "not known"))
    var classes = HiveDescription(root: NameDescription("\(user.sid)_Classes"))
    for number in 0..<40 { classes.makeKey("Key \(number)") }
    let both = try reason(
      [],
      files: [
        hive,
        (
          "Users/anna/AppData/Local/Microsoft/Windows/UsrClass.dat",
          headless(classes.build().bytes)
        ),
      ])
    #expect(
      both.contains(
        "by the profile list; whether its hives were clean is not known, because the base block of "
          + "NTUSER.DAT, UsrClass.dat is lost"))
    #expect(!both.contains("dirty"))
  }

  // MARK: - What the list and other events say

  @Test func `a list with the time of the load alone is called that`() throws {
    let folder = try TemporaryFolder()
    try VolumeDescription.changed(.windowsXP) {
      $0.anna.loaded = filetime(2009, 2, 3, 8)
      $0.anna.unloaded = 0
    }.write(to: folder)
    var software = HiveDescription()
    let list = "Microsoft\\Windows NT\\CurrentVersion\\ProfileList"
    let time = filetime(2009, 2, 3, 8)
    software.set("Microsoft\\Windows NT\\CurrentVersion", .string("CurrentVersion", "5.1"))
    software.set(
      "\(list)\\\(VolumeUser("", 1001).sid)",
      .expandString("ProfileImagePath", "%SystemDrive%\\Documents and Settings\\anna"),
      .dword("ProfileLoadTimeLow", UInt32(truncatingIfNeeded: time)),
      .dword("ProfileLoadTimeHigh", UInt32(time >> 32)))
    try folder.write(software.build().bytes, to: "WINDOWS/System32/config/SOFTWARE")
    let check = try ProfileCheck(path: folder.path)
    #expect(check.verdict?.outcome == .unclear)
    #expect(
      check.verdict?.reason.contains(
        "the profile list has the time of the last load (2009-02-03 08:00:00 UTC) alone, and no "
          + "RefCount") == true)
  }

  @Test func `a folder that could not be deleted at the log-off is in the verdict`() throws {
    func reason(at time: UInt64, _ error: String) throws -> String {
      try ProfileCheck(
        .changed {
          $0.applicationEvents = [
            .profileService(
              1533, at: time, level: 2, ("Folder", "C:\\Users\\anna"), ("Error", error))
          ]
        }
      ).verdict?.reason ?? ""
    }
    #expect(
      try reason(
        at: unload,
        "The process cannot access the file because it is being used by another process."
      )
      .hasSuffix(
        "event 1533 of 2024-06-21 17:03:44 UTC says that its folder could not be deleted, because a "
          + "program used a file in it; no event names a program that kept it open"))
    #expect(
      try reason(at: unload, "145").contains(
        "could not be deleted; no event names a program that kept it open"))
    #expect(!(try reason(at: unload - 864_000_000_000, "145").contains("deleted")))
  }

  @Test func `events of accounts without a profile are named, unless the user's hive has the name`()
    throws
  {
    func check(logOnName: String?) throws -> ProfileCheck {
      try ProfileCheck(
        .changed(.windowsXP) {
          if let logOnName {
            $0.anna.hive.set(
              "Software\\Microsoft\\Windows\\CurrentVersion\\Explorer",
              .string("Logon User Name", logOnName))
          }
          $0.applicationEvents = [
            EventDescription(
              time: filetime(2024, 6, 21, 17), provider: "Userenv", event: 1517, level: 2,
              computer: "WS1", data: [("", "CONTOSO\\anna.meier")])
          ]
        })
    }
    let apart = try check(logOnName: nil)
    #expect(apart.first("handles-leaked")?.subject == "CONTOSO\\anna.meier")
    #expect(
      apart.verdict?.reason.hasSuffix(
        "events of registries in use are about CONTOSO\\anna.meier, whose profile is not known")
        == true)
    let joined = try check(logOnName: "Anna.Meier")
    #expect(joined.first("handles-leaked")?.subject == VolumeUser("", 1001).sid)
    #expect(joined.verdict?.reason.contains("whose profile is not known") == false)
  }

  @Test func `a hive whose owner is not known may be in the profile list`() throws {
    let folder = try TemporaryFolder()
    var other = HiveDescription()
    other.set("Control Panel\\Desktop", .string("Wallpaper", ""))
    other.makeKey("Software\\Microsoft\\Windows\\CurrentVersion\\Run")
    for (path, bytes) in VolumeDescription(.windows10).files {
      for name in ["SOFTWARE", "SYSTEM"] where path.hasSuffix("config/\(name)") {
        try folder.write(bytes, to: name)
      }
    }
    try folder.write(other.build().bytes, to: "1001.dat")
    try folder.write(other.build().bytes + [0], to: "1002.dat")
    let unknown = try ProfileCheck(path: folder.path).profiles.compactMap { history in
      history.listed == nil ? history.verdict?.reason : nil
    }
    #expect(unknown.count == 2)
    #expect(unknown.allSatisfy { $0.contains("whose profile it is, is not known") })
  }

  @Test(arguments: ["\\\\?\\GLOBALROOT\\Device\\HarddiskVolume3", "\\Device\\HarddiskVolume12"])
  func `a hive on a device is the profile's at that place`(device: String) throws {
    let found = try ProfileCheck(
      .changed {
        $0.applicationEvents = [
          .profileService(
            1508, at: unload, level: 2, ("Error", "5"),
            ("File", "\(device)\\Users\\anna\\ntuser.dat"))
        ]
      })
    #expect(found.first("profile-load-failed")?.subject == VolumeUser("", 1001).sid)
  }
}
