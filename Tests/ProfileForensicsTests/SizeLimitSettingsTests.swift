// SPDX-License-Identifier: MIT

import HiveBuilder
import ProfileForensics
import RegistryHive
import Testing

@Suite struct `What a SYSTEM hive sets the registry size limit to` {
  private func settings(
    _ values: ValueDescription..., change: (inout HiveDescription) -> Void = { _ in }
  ) throws -> RegistrySizeLimit.Settings {
    var system = systemHive(values)
    change(&system)
    return RegistrySizeLimit.Settings(system: try Hive(bytes: system.build().bytes))
  }

  @Test func `a value that is missing is absent`() throws {
    let settings = try settings()
    #expect(settings.limit == .absent)
    #expect(settings.limitKey == "ControlSet002\\Control")
    #expect(settings.pagedPool == nil)
    #expect(settings.architecture == nil)
    #expect(settings.notes.isEmpty)
  }

  @Test func `a REG_DWORD of 4 bytes is a number`() throws {
    #expect(try settings(.dword("RegistrySizeLimit", 200 << 20)).limit == .number(200 << 20))
    #expect(try settings(.dword("registrysizelimit", 0)).limit == .number(0))
  }

  @Test func `another type or length is ignored`() throws {
    let name: NameDescription = "RegistrySizeLimit"
    #expect(try settings(.string(name, "200")).limit == .ignored(.string, size: 8))
    #expect(try settings(.qword(name, 9)).limit == .ignored(.qword, size: 8))
    #expect(
      try settings(.binary(name, [0, 0, 0, 16])).limit == .ignored(.binary, size: 4))
    #expect(
      try settings(ValueDescription(name, type: 4, data: [0, 0, 16])).limit
        == .ignored(.dword, size: 3))
  }

  @Test func `a number whose data are lost is unreadable`() throws {
    let value = ValueDescription(
      "RegistrySizeLimit", type: 4, data: [], storage: .raw(size: 4, offset: 0x00FF_FFF0))
    #expect(try settings(value).limit == .unreadable)
  }

  @Test func `the control set that Select names is read`() throws {
    let settings = try settings(.dword("RegistrySizeLimit", 64 << 20)) {
      $0.set("ControlSet001\\Control", .dword("RegistrySizeLimit", 8 << 20))
    }
    #expect(settings.limit == .number(64 << 20))
    #expect(settings.notes.isEmpty)
  }

  @Test func `without Current the default control set is taken`() throws {
    let settings = try settings(.dword("RegistrySizeLimit", 64 << 20)) {
      $0.set("ControlSet001\\Control", .dword("RegistrySizeLimit", 8 << 20))
      $0.set("Select", .dword("Default", 2))
    }
    #expect(settings.limit == .number(64 << 20))
    #expect(
      settings.notes.map(\.description) == [
        "Select\\Current is missing or not a REG_DWORD: ControlSet002 is taken, by Select\\Default; "
          + "Windows itself may have used another one. [Select; unconfirmed]"
      ])
  }

  @Test func `without a usable Select the lowest control set is taken`() throws {
    let wrong = try settings {
      $0.set("ControlSet001\\Control", .dword("RegistrySizeLimit", 8 << 20))
      $0.set("Select", .dword("Current", 7), .dword("Default", 9))
    }
    #expect(wrong.limit == .number(8 << 20))
    #expect(
      wrong.notes.map(\.text) == [
        "Select\\Current names control set 7, which is not in the hive: ControlSet001 is taken, by "
          + "the lowest number; Windows itself may have used another one."
      ])

    var bare = HiveDescription(root: "ROOT")
    bare.set("ControlSet003\\Control", .dword("RegistrySizeLimit", 0))
    bare.makeKey("ControlSetX")
    let missing = RegistrySizeLimit.Settings(system: try Hive(bytes: bare.build().bytes))
    #expect(missing.limit == .number(0))
    #expect(missing.limitKey == "ControlSet003\\Control")
    #expect(
      missing.notes.map(\.text) == [
        "The key Select is missing: ControlSet003 is taken, by the lowest number; Windows itself "
          + "may have used another one."
      ])
  }

  @Test func `a hive without control sets shows nothing`() throws {
    let hive = try Hive(bytes: HiveDescription(root: "ROOT").build().bytes)
    let settings = RegistrySizeLimit.Settings(system: hive)
    #expect(settings.limit == .unknown)
    #expect(settings.limitKey == nil)
    #expect(
      settings.notes.map(\.description) == [
        "The SYSTEM hive has no control set to read settings from."
      ])
  }

  @Test(arguments: [(0, nil), (.max, nil), (96 << 20, 96 << 20)] as [(UInt32, Int?)])
  func `the paged pool is known only where it is set`(stored: UInt32, size: Int?) throws {
    let settings = try settings {
      $0.set(
        "ControlSet002\\Control\\Session Manager\\Memory Management",
        .dword("PagedPoolSize", stored))
    }
    #expect(settings.pagedPool == size)
    #expect(settings.isPagedPoolRead == (size != nil))
  }

  @Test(
    arguments: [
      ("x86", .x86), ("AMD64", .x64), ("amd64", .x64), ("IA64", .itanium), ("ARM64", nil),
    ] as [(String, RegistrySizeLimit.Settings.Architecture?)])
  func `the processor comes from the environment`(
    name: String, architecture: RegistrySizeLimit.Settings.Architecture?
  ) throws {
    let settings = try settings {
      $0.set(
        "ControlSet002\\Control\\Session Manager\\Environment",
        .string("PROCESSOR_ARCHITECTURE", name))
    }
    #expect(settings.architecture == architecture)
  }

  @Test func `given numbers take the place of those read`() throws {
    let read = try settings(.dword("RegistrySizeLimit", 64 << 20)) {
      $0.set(
        "ControlSet002\\Control\\Session Manager\\Memory Management",
        .dword("PagedPoolSize", 96 << 20))
    }
    let limit = read.replacing(limit: 32 << 20)
    #expect(limit.limit == .number(32 << 20))
    #expect(limit.limitKey == nil)
    #expect(limit.pagedPool == 96 << 20)
    let pool = read.replacing(pagedPool: 1 << 40)
    #expect(pool.limit == .number(64 << 20))
    #expect(pool.limitKey == "ControlSet002\\Control")
    #expect(pool.pagedPool == 1 << 40)
    #expect(!pool.isPagedPoolRead)
  }
}

/// A SYSTEM hive whose current control set is the second one, with these values in `Control`.
func systemHive(_ control: [ValueDescription]) -> HiveDescription {
  var hive = HiveDescription(root: "ROOT")
  hive.set("Select", .dword("Current", 2), .dword("Default", 1))
  hive.makeKey("ControlSet001")
  hive["ControlSet002\\Control"].values = control
  return hive
}
