// SPDX-License-Identifier: MIT

import HiveBuilder
import ProfileForensics
import RegistryHive
import Testing

private let megabyte = 1 << 20

@Suite struct `The limit that a hive meets first` {
  private func applied(
    _ kind: HiveKind = .ntuser, _ settings: RegistrySizeLimit.Settings = .init(),
    _ release: WindowsRelease? = nil, quota: ProfileQuota? = nil
  ) -> RegistrySizeLimit.Applied {
    RegistrySizeLimit(settings, release: release).applied(
      to: kind, bins: megabyte, file: 2 * megabyte, quota: quota)
  }

  @Test func `nothing known leaves the 2 GB on a hive`() {
    let applied = applied()
    #expect(applied.kind == .hiveSize)
    #expect(applied.bytes == 2 << 30)
    #expect(applied.used == megabyte)
    #expect(applied.share == 1.0 / 2048)
    #expect(applied.source == "Win32 documentation, Registry Storage Space")
    #expect(
      applied.notes.map(\.description) == [
        "No hive but SYSTEM may be larger than 2 GB, from Windows Server 2003 with Service Pack 2 "
          + "on. [Win32 documentation, Registry Storage Space]",
        "Whether RegistrySizeLimit is set is not known without the machine's SYSTEM hive. "
          + "[unconfirmed]",
      ])
  }

  @Test func `a registry size limit is on all hives together`() {
    let applied = applied(.usrClass, .init(limit: 64 << 20))
    #expect(applied.kind == .registrySizeLimit)
    #expect(applied.bytes == 64 * megabyte)
    #expect(applied.share == 1.0 / 64)
    #expect(
      applied.notes.last?.description
        == "The limit is on all loaded hives together: this hive is a part of what counts. "
        + "[KB 124594]")
  }

  @Test func `the smaller limit comes first`() {
    let pool = RegistrySizeLimit.Settings(limit: 0, pagedPool: 9 << 30)
    #expect(applied(.software, pool, .init(.windows7)).kind == .hiveSize)
    #expect(
      applied(.software, pool.replacing(pagedPool: 3 << 30), .init(.windows7)).bytes == 1 << 30)
  }

  @Test func `before Windows XP there is no limit on a hive`() {
    let applied = applied(.ntuser, .init(), .init(.windows2000))
    #expect(applied.kind == .registrySizeLimit)
    #expect(applied.bytes == nil)
    #expect(applied.share == nil)
    #expect(!applied.notes.contains { $0.text.contains("2 GB") })
  }

  @Test func `the 2 GB on a hive begin with Server 2003 SP2`() {
    #expect(applied(.ntuser, .init(), .init(.server2003, servicePack: 2)).bytes == 2 << 30)
    #expect(applied(.ntuser, .init(), .init(.vista)).bytes == 2 << 30)
    let before = applied(.ntuser, .init(), .init(.server2003, servicePack: 1))
    #expect(before.kind == .registrySizeLimit)
    #expect(before.bytes == nil)
    let note =
      "A limit of 2 GB on a hive is documented from Windows Server 2003 with Service Pack 2 on; "
      + "for this Windows no limit on a hive is. [Win32 documentation, Registry Storage Space]"
    #expect(before.notes.map(\.description).contains(note))
    let xp = applied(.ntuser, .init(), .init(.xp, servicePack: 3))
    #expect(xp.notes.map(\.description).contains(note))
  }

  // MARK: The SYSTEM hive

  @Test(
    arguments: [
      (.x86, .windows2000, 0, 16), (.x86, .xp, 2, 200), (.x86, .vista, 0, 400),
      (.x86, .windows8, 0, 400), (.x64, .server2003, 1, 32), (.x64, .server2003, 2, 200),
      (.x64, .vista, 0, 1536), (.x64, .windows8, 0, 1536), (.itanium, .server2003, 2, 32),
      (.itanium, .vista, 2, 32), (.itanium, .windows7, 1, 1024),
    ] as [(RegistrySizeLimit.Settings.Architecture, WindowsRelease.Generation, Int, Int)])
  func `the SYSTEM hive has limits of its own`(
    architecture: RegistrySizeLimit.Settings.Architecture, generation: WindowsRelease.Generation,
    servicePack: Int, megabytes: Int
  ) {
    let applied = applied(
      .system, .init(limit: 0, architecture: architecture),
      .init(generation, servicePack: servicePack))
    #expect(applied.kind == .systemHiveSize)
    #expect(applied.bytes == megabytes * megabyte)
  }

  @Test func `how much memory there is decides about the SYSTEM hive`() {
    let applied = applied(.system, .init(limit: 0, architecture: .x64), .init(.windows7))
    #expect(
      applied.notes.prefix(2).map(\.description) == [
        "The SYSTEM hive of this Windows may have 50 % of the machine's memory, at most 1.5 GB. "
          + "[Win32 documentation, Registry Storage Space]",
        "No hive records how much memory the machine has: with less, the limit is lower. "
          + "[Win32 documentation, Registry Storage Space]",
      ])
  }

  @Test func `for an unknown Windows all rules about the SYSTEM hive are reported`() {
    let applied = applied(.system, .init(limit: 0, architecture: .x86))
    #expect(applied.bytes == 400 * megabyte)
    #expect(
      applied.notes.prefix(4).map(\.description) == [
        "The SYSTEM hive of Windows Vista and later may have 50 % of the machine's memory, at most "
          + "400 MB. [Win32 documentation, Registry Storage Space]",
        "No hive records how much memory the machine has: with less, the limit is lower. "
          + "[Win32 documentation, Registry Storage Space]",
        "Windows XP and Server 2003: 25 % of the machine's memory, at most 200 MB. "
          + "[Win32 documentation, Registry Storage Space]",
        "Windows NT and 2000, the kernel and the drivers of the start included: at most 16 MB. "
          + "[KB 122793, KB 306038]",
      ])
  }

  @Test func `for an unknown processor no limit of the SYSTEM hive is known`() {
    let applied = applied(.system, .init(limit: 0), .init(.windows8))
    #expect(applied.kind == .registrySizeLimit)
    #expect(applied.bytes == nil)
    let note =
      "The SYSTEM hive may have 50 % of the machine's memory: at most 400 MB on x86, 1.5 GB on x64, "
      + "1 GB on Itanium; older releases less. Which processor this machine has is not known, or no "
      + "limit is documented for it. [Win32 documentation, Registry Storage Space]"
    #expect(applied.notes.map(\.description).contains(note))
  }

  // MARK: The profile quota

  private func quota(_ values: ValueDescription...) throws -> ProfileQuota? {
    var hive = HiveDescription(root: "ROOT")
    hive["Software\\Microsoft\\Windows\\CurrentVersion\\Policies\\System"].values = values
    return ProfileQuota(user: try Hive(bytes: hive.build().bytes))
  }

  private let path = "Software\\Microsoft\\Windows\\CurrentVersion\\Policies\\System"

  @Test func `a profile quota that counts the registry is a limit on files`() throws {
    let quota = try #require(
      try quota(
        .dword("EnableProfileQuota", 1), .dword("MaxProfileSize", 10240),
        .dword("IncludeRegInProQuota", 1)))
    #expect(
      quota == ProfileQuota(isEnabled: true, bytes: 10 * megabyte, includesRegistry: true))
    let applied = applied(.ntuser, .init(), .init(.windows7), quota: quota)
    #expect(applied.kind == .profileQuota)
    #expect(applied.bytes == 10 * megabyte)
    #expect(applied.used == 2 * megabyte)
    #expect(applied.share == 0.2)
    #expect(applied.source == path + "\\MaxProfileSize")
    #expect(
      applied.notes.prefix(3).map(\.description) == [
        "The profile may have 10 MB, registry files included. [\(path)]",
        "The quota is on the whole profile: this file is a part of what counts. "
          + "[TechNet cc959451, UserProfiles.admx]",
        "Since Windows Vista a roaming profile above the quota is not copied to its server. "
          + "[TechNet cc959451, UserProfiles.admx]",
      ])
    #expect(applied.notes.contains { $0.text == "No hive but SYSTEM may be larger than 2 GB." })
  }

  @Test func `a profile quota that leaves the registry out is no limit on a hive`() throws {
    let quota = try #require(
      try quota(.dword("EnableProfileQuota", 1), .dword("MaxProfileSize", 10240)))
    let applied = applied(quota: quota)
    #expect(applied.kind == .hiveSize)
    #expect(
      applied.notes.map(\.description).contains(
        "The profile may have 10 MB, registry files not counted. [\(path)]"))
  }

  @Test func `a profile quota that is off is reported`() throws {
    let quota = try #require(
      try quota(.dword("EnableProfileQuota", 0), .dword("MaxProfileSize", 10240)))
    #expect(quota.notes.map(\.description) == ["The profile quota is off. [\(path)]"])
    #expect(applied(quota: quota).kind == .hiveSize)
  }

  @Test func `a profile quota without a usable size leaves the size open`() throws {
    let quota = try #require(
      try quota(.dword("EnableProfileQuota", 1), .string("MaxProfileSize", "10240")))
    #expect(quota.bytes == nil)
    #expect(
      quota.notes.map(\.description) == [
        "The profile quota is on, but MaxProfileSize is missing or no REG_DWORD. The policy's "
          + "dialog proposes 30000 KB; what Windows takes is not known. "
          + "[UserProfiles.admx; unconfirmed]"
      ])
  }

  @Test(arguments: [(299, 2), (300, 1), (30_000_000, 1), (30_000_001, 2), (.max, 2)])
  func `a size outside of the policy's range is reported`(kilobytes: UInt32, notes: Int) throws {
    let quota = try #require(
      try quota(.dword("EnableProfileQuota", 1), .dword("MaxProfileSize", kilobytes)))
    #expect(quota.bytes == Int(kilobytes) * 1024)
    #expect(quota.notes.count == notes)
  }

  @Test func `without any of its values there is no quota`() throws {
    #expect(try quota(.dword("WarnUser", 1)) == nil)
    #expect(
      ProfileQuota(user: try Hive(bytes: HiveDescription(root: "ROOT").build().bytes)) == nil)
  }
}
