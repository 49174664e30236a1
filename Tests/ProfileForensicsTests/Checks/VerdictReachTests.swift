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
    #expect(text.hasSuffix("and its hives are clean; no log is at hand that names programs"))
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
    #expect(try reason([other]).hasSuffix("no log is at hand that names programs"))
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
      ("ForwardedEvents.evtx", "SRV-X", "no log of this machine is at hand that names programs"),
      ("ForwardedEvents.evtx", nil, "no log of this machine is at hand that names programs"),
      ("saved.evtx", "WS10", "no log of this machine is at hand that names programs"),
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
}
