// SPDX-License-Identifier: MIT

import HiveBuilder
import ProfileForensics
import RegistryHive
import Testing

@Suite struct `The release of Windows that a SOFTWARE hive belongs to` {
  private func release(_ values: ValueDescription...) throws -> WindowsRelease? {
    var hive = HiveDescription(root: "ROOT")
    hive["Microsoft\\Windows NT\\CurrentVersion"].values = values
    return WindowsRelease(software: try Hive(bytes: hive.build().bytes))
  }

  @Test(
    arguments: [
      ("3.51", .nt3), ("4.0", .nt4), ("5.0", .windows2000), ("5.1", .xp), ("5.2", .server2003),
      ("6.0", .vista), ("6.1", .windows7), ("6.3", .windows8), ("10.0", .windows8),
    ] as [(String, WindowsRelease.Generation)])
  func `the version decides about the rules`(
    version: String, generation: WindowsRelease.Generation
  ) throws {
    let release = try #require(try release(.string("CurrentVersion", version)))
    #expect(release == WindowsRelease(generation))
    #expect(release.name == generation.description)
  }

  @Test func `the service pack and the name are read`() throws {
    let release = try release(
      .string("CurrentVersion", "5.2"), .string("CSDVersion", "Service Pack 2"),
      .string("ProductName", "Microsoft Windows Server 2003"))
    #expect(
      release
        == WindowsRelease(.server2003, servicePack: 2, name: "Microsoft Windows Server 2003"))
  }

  @Test(arguments: ["", "5", "5.x", "five.one", "2.0", "5.1.2600", "-6.-1"])
  func `a version that is none leaves the release unknown`(version: String) throws {
    #expect(try release(.string("CurrentVersion", version)) == nil)
  }

  @Test func `a hive without the key leaves the release unknown`() throws {
    let hive = try Hive(bytes: HiveDescription(root: "ROOT").build().bytes)
    #expect(WindowsRelease(software: hive) == nil)
    #expect(try release(.dword("CurrentVersion", 5)) == nil)
  }
}
