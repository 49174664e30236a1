// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import RegistryHive
import Testing

/// Logs are found beside a hive, in a folder that is listed no more often than it changes.
@Suite struct FolderLogsTests {
  private let folder: TemporaryFolder
  private let hive: BuiltHive
  private let logs: [[UInt8]]

  init() throws {
    folder = try TemporaryFolder()
    let fixture = Fixture.named("damaged/dirty-new-format")
    hive = fixture.build()
    logs = fixture.buildLogs()
  }

  private func logNames(_ name: String = "NTUSER.DAT") throws -> [String] {
    try Hive(path: folder.path(name)).state.logs.map(\.name)
  }

  private static let longAgo = Date(timeIntervalSince1970: 1_700_000_000)

  private func setTime(_ date: Date) throws {
    try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: folder.path)
  }

  @Test func `logs are found in any case, in the order of their endings`() throws {
    try folder.write(hive.bytes, to: "NTUSER.DAT")
    try folder.write(logs[1], to: "ntuser.dat.log2")
    try folder.write(logs[0], to: "NTUSER.dat.LOG1")
    try folder.write(logs[0], to: "NTUSER.DAT.LOG3")
    try folder.write(logs[0], to: "XNTUSER.DAT.LOG1")
    #expect(try logNames() == ["NTUSER.dat.LOG1", "ntuser.dat.log2"])
  }

  @Test(arguments: [Date(), longAgo])
  func `a log that comes later is found`(changed: Date) throws {
    try folder.write(hive.bytes, to: "NTUSER.DAT")
    try setTime(changed)
    #expect(try logNames() == [])
    try folder.write(logs[0], to: "NTUSER.DAT.LOG1")
    // Set back as tools that unpack archives do.
    try setTime(changed)
    #expect(try logNames() == ["NTUSER.DAT.LOG1"])
  }
}
