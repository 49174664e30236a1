// SPDX-License-Identifier: MIT

import HiveBuilder
import ProfileForensics
import RegistryHive
import Testing

private let megabyte = 1 << 20

@Suite struct `The registry size limit` {
  /// What is said about every limit on all hives of a machine.
  private let scope =
    "Only loaded hives count: those of the machine, and of users who are logged on. [KB 124594]"

  /// The limit on all hives of a machine with these settings, and what else is said about it.
  private func limit(
    _ settings: RegistrySizeLimit.Settings, _ generation: WindowsRelease.Generation?, used: Int = 0
  ) -> (bytes: Int?, source: String, notes: [String]) {
    let model = RegistrySizeLimit(settings, release: generation.map { WindowsRelease($0) })
    let applied = model.appliedToMachine(bins: used)
    #expect(applied.kind == .registrySizeLimit)
    #expect(applied.used == used)
    let notes = applied.notes.map(\.description)
    #expect(notes.filter { $0 == scope }.count == 1)
    return (applied.bytes, applied.source, notes.filter { $0 != scope })
  }

  private func read(_ values: ValueDescription...) throws -> RegistrySizeLimit.Settings {
    RegistrySizeLimit.Settings(system: try Hive(bytes: systemHive(values).build().bytes))
  }

  // MARK: Set

  @Test func `a limit within the bounds holds as it is`() throws {
    let settings = try read(.dword("RegistrySizeLimit", 64 << 20))
    let (bytes, source, notes) = limit(settings.replacing(pagedPool: 128 * megabyte), .nt4)
    #expect(bytes == 64 * megabyte)
    #expect(source == "ControlSet002\\Control\\RegistrySizeLimit; KB 124594")
    #expect(notes == ["RegistrySizeLimit is 64 MB (0x4000000). [ControlSet002\\Control]"])
  }

  @Test func `a limit below 4 MB is raised`() {
    let given = RegistrySizeLimit.Settings(limit: 1, pagedPool: 128 * megabyte)
    let (bytes, source, notes) = limit(given, .nt4)
    #expect(bytes == 4 * megabyte)
    #expect(source == "given; KB 124594")
    #expect(
      notes == [
        "RegistrySizeLimit is 1 byte (0x1). [given]",
        "That is below 4 MB: Windows raises it to 4 MB. [KB 124594]",
      ])
  }

  @Test func `Windows 2000 may not take less than 16 MB`() {
    let given = RegistrySizeLimit.Settings(limit: 4 << 20, pagedPool: 128 * megabyte)
    let (bytes, _, notes) = limit(given, .windows2000)
    #expect(bytes == 4 * megabyte)
    #expect(
      notes == [
        "RegistrySizeLimit is 4 MB (0x400000). [given]",
        "The reference of Windows 2000 gives 16 MB as the least it takes. "
          + "[TechNet cc963194; Microsoft's documents disagree]",
      ])
    #expect(
      limit(.init(limit: 16 << 20, pagedPool: 128 * megabyte), .windows2000).notes == [
        "RegistrySizeLimit is 16 MB (0x1000000). [given]"
      ])
  }

  @Test func `a limit above 80 % of the paged pool is lowered`() {
    let given = RegistrySizeLimit.Settings(limit: 100 << 20, pagedPool: 100 * megabyte)
    let (bytes, _, notes) = limit(given, .nt4)
    #expect(bytes == 80 * megabyte)
    #expect(
      notes == [
        "RegistrySizeLimit is 100 MB (0x6400000). [given]",
        "That is above about 80 % of the paged pool of 100 MB: Windows lowers it to 80 MB. "
          + "[KB 124594, Win32 documentation, Registry Storage Space]",
      ])
    #expect(limit(.init(limit: 80 << 20, pagedPool: 100 * megabyte), .nt4).notes.count == 1)
    // The lower bound is the stronger one.
    #expect(limit(.init(limit: 8 << 20, pagedPool: megabyte), .nt4).bytes == 4 * megabyte)
  }

  @Test func `where the paged pool is not known a limit may be lower`() {
    let (bytes, _, notes) = limit(.init(limit: 200 << 20), .nt4)
    // 80 % of 192 MB.
    #expect(bytes == 161_061_273)
    #expect(
      notes == [
        "RegistrySizeLimit is 200 MB (0xC800000). [given]",
        "Windows lowers a limit above about 80 % of the paged pool to that; the size of the pool is "
          + "not known, so the limit may be lower. "
          + "[KB 124594, Win32 documentation, Registry Storage Space]",
        "Windows NT 4.0 cannot have a limit above 153.6 MB, with the largest paged pool it "
          + "supports. [KB 124594]",
      ])
  }

  @Test func `the greatest number asks for 80 % of the paged pool`() {
    let given = RegistrySizeLimit.Settings(limit: .max, pagedPool: 100 * megabyte)
    let (bytes, _, notes) = limit(given, .nt4)
    #expect(bytes == 80 * megabyte)
    #expect(
      notes == [
        "RegistrySizeLimit is 0xFFFFFFFF. [given]",
        "That number asks for as much as possible, about 80 % of the paged pool. [KB 124594]",
        "It is also said to mean 25 %. [JSI tip 0279; not from Microsoft]",
      ])
    #expect(limit(.init(limit: .max), .windows7).bytes == nil)
    let ceiling = limit(.init(limit: .max), .windows2000)
    #expect(ceiling.bytes == 376 * megabyte)
    #expect(
      ceiling.notes.suffix(2) == [
        "Windows 2000 cannot have a limit above 376 MB, with the largest paged pool it supports. "
          + "[Win32 documentation, Registry Storage Space]",
        "Started with /3GB it cannot have one above 153.6 MB. "
          + "[Win32 documentation, Registry Storage Space]",
      ])
    #expect(limit(.init(limit: .max), .nt3).bytes == 107_374_182)
  }

  // MARK: Left to Windows

  @Test func `without the value NT takes a quarter of the paged pool`() throws {
    let (bytes, source, notes) = limit(try read().replacing(pagedPool: 100 * megabyte), .nt4)
    #expect(bytes == 25 * megabyte)
    #expect(source == "KB 124594")
    #expect(
      notes == [
        "RegistrySizeLimit is not set, which leaves the limit to Windows. "
          + "[ControlSet002\\Control, KB 124594]",
        "Left to itself, Windows takes 25 % of the paged pool, 25 MB. [KB 124594]",
      ])
  }

  @Test func `about the share that Windows 2000 takes the documents disagree`() {
    let (bytes, _, notes) = limit(.init(limit: 0, pagedPool: 96 * megabyte), .windows2000)
    #expect(bytes == 24 * megabyte)
    #expect(
      notes == [
        "RegistrySizeLimit is 0, which leaves the limit to Windows. [KB 124594]",
        "Left to itself, Windows takes 25 % of the paged pool, 24 MB. [KB 124594, Win32 "
          + "documentation, Registry Storage Space; Microsoft's documents disagree]",
        "By other documents it takes one third of the paged pool, 32 MB. "
          + "[TechNet cc963194, KB 2567018; Microsoft's documents disagree]",
      ])
  }

  @Test func `later releases take one third`() throws {
    let (bytes, source, notes) = limit(try read(.dword("RegistrySizeLimit", 0)), .windows7)
    #expect(bytes == nil)
    #expect(source == "KB 2567018")
    #expect(
      notes == [
        "RegistrySizeLimit is 0, which leaves the limit to Windows. "
          + "[ControlSet002\\Control, KB 124594]",
        "Left to itself, Windows takes one third of the paged pool. "
          + "[KB 2567018; Microsoft's documents disagree]",
        "Windows works out the size of the paged pool from the memory it finds; no hive records "
          + "it. [Win32 documentation, Registry Storage Space]",
      ])
    #expect(limit(.init(limit: 0, pagedPool: 96 * megabyte), .windows7).bytes == 32 * megabyte)
  }

  @Test func `a value of another type or length counts as none`() throws {
    let settings = try read(.string("RegistrySizeLimit", "64M")).replacing(pagedPool: 400)
    let (bytes, source, notes) = limit(settings, .nt4)
    #expect(bytes == 100)
    #expect(source == "KB 124594")
    #expect(
      notes.first
        == "RegistrySizeLimit is a REG_SZ of 8 bytes; Windows ignores all but a REG_DWORD of 4 "
        + "bytes and chooses the limit itself. [ControlSet002\\Control, KB 124594, KB 94993]")
    let short = try read(ValueDescription("RegistrySizeLimit", type: 4, data: [9]))
    #expect(
      limit(short, .nt4).notes[0].hasPrefix("RegistrySizeLimit is a REG_DWORD of 1 byte; "))
  }

  @Test func `a value that cannot be read is said to be so`() throws {
    let lost = ValueDescription(
      "RegistrySizeLimit", type: 4, data: [], storage: .raw(size: 4, offset: 0x00FF_FFF0))
    let (bytes, _, notes) = limit(try read(lost), .nt4)
    #expect(bytes == nil)
    #expect(
      notes.first
        == "The data of RegistrySizeLimit cannot be read, because the hive is damaged. "
        + "[ControlSet002\\Control]")
  }

  @Test func `a paged pool that is set counts`() {
    var system = systemHive([])
    system.set(
      "ControlSet002\\Control\\Session Manager\\Memory Management",
      .dword("PagedPoolSize", 96 << 20))
    let hive = try? Hive(bytes: system.build().bytes)
    let settings = hive.map { RegistrySizeLimit.Settings(system: $0) } ?? .init()
    let (bytes, _, notes) = limit(settings, .vista)
    #expect(bytes == 32 * megabyte)
    #expect(
      notes.suffix(2) == [
        "The paged pool is set to 96 MB. "
          + "[Control\\Session Manager\\Memory Management\\PagedPoolSize]",
        "Whether Windows Vista or Server 2008 holds to that setting is not known. [unconfirmed]",
      ])
    #expect(limit(settings, .nt4).notes.count == 3)
  }

  // MARK: Releases

  private let honoured =
    "Windows XP to 7 and Server 2003 to 2008 R2 hold to a RegistrySizeLimit other than 0; "
    + "Microsoft advises to delete it or to set it to 0. [KB 2567018]"
  private let noQuota =
    "Windows XP and Server 2003 are also said to have no registry quota. "
    + "[Win32 documentation, Determining the Registry Size; Microsoft's documents disagree]"
  private let open =
    "Whether Windows 8 and later have this limit is not known: the article that says so for 7 and "
    + "Server 2008 R2 names later versions only in its header. "
    + "[KB 2567018; unconfirmed]"

  @Test func `what a release makes of a limit that is set is reported`() {
    func notes(_ generation: WindowsRelease.Generation?) -> [String] {
      Array(
        limit(.init(limit: 64 << 20, pagedPool: 1 << 30), generation).notes.dropFirst())
    }
    #expect(notes(.nt3) == [])
    #expect(notes(.nt4) == [])
    #expect(notes(.windows2000) == [])
    #expect(notes(.xp) == [honoured, noQuota])
    #expect(notes(.server2003) == [honoured, noQuota])
    #expect(notes(.vista) == [honoured])
    #expect(notes(.windows7) == [honoured])
    #expect(notes(.windows8) == [honoured, open])
    #expect(
      notes(nil) == [
        "Which Windows the hive belongs to is not known. NT 4.0 and 2000 hold to this limit "
          + "always. [KB 124594]", honoured, noQuota, open,
      ])
  }

  @Test func `near the limit its warning is reported, and above it when it is enforced`() {
    let settings = RegistrySizeLimit.Settings(limit: 100 << 20, pagedPool: 1 << 30)
    let warning =
      "From 95 % of the limit on, Windows warns once per start that registry space is low. "
      + "[KB 176083]"
    #expect(limit(settings, .nt4, used: 95 * megabyte - 1).notes.count == 1)
    #expect(limit(settings, .nt4, used: 95 * megabyte).notes.last == warning)
    #expect(
      limit(settings, .nt4, used: 100 * megabyte + 1).notes.suffix(2) == [
        warning,
        "Windows enforces the limit only after it has loaded the first user's hive, so that a "
          + "limit that is too low can be corrected. [KB 94993, TechNet cc963194]",
      ])
  }

  @Test func `more than 2 GB of hives may keep Windows 8 from starting`() {
    let warning =
      "With more than 2 GB of hives, Windows 8, 8.1, Server 2012 and 2012 R2 for x64 may not start "
      + "again without an update. [KB 2978366]"
    #expect(limit(.init(), .windows8, used: (2 << 30) + 1).notes.last == warning)
    #expect(!limit(.init(), .windows8, used: 2 << 30).notes.contains(warning))
    #expect(!limit(.init(), .windows7, used: 3 << 30).notes.contains(warning))
  }
}
