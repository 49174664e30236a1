// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import RegistryHive
import RegistryHiveFoundation
import Testing

/// Keys that are not there, and keys that damage may hide; and what Foundation makes of both.
@Suite struct MissingKeyTests {
  private func hive(_ name: String) throws -> Hive {
    try Hive(bytes: Fixture.named(name).build().bytes)
  }

  @Test func `a key that is there is found, whatever its case`() throws {
    let hive = try hive("NTUSER.DAT")
    #expect(try hive.existingKey(at: "control panel\\DESKTOP").name == "Desktop")
    #expect(try hive.existingKey(at: "").offset == hive.root.offset)
    let panel = try hive.existingKey(at: "Control Panel")
    #expect(try panel.existingKey(at: "Desktop").path == "Control Panel\\Desktop")
  }

  @Test func `a key that is absent is said to be, with the last key that is there`() throws {
    let error = try #require(throws: MissingKey.self) {
      try hive("NTUSER.DAT").existingKey(at: "Control Panel\\Desktpo\\Colors")
    }
    #expect(error.reason == .absent)
    #expect(error.path == "Control Panel\\Desktpo\\Colors")
    #expect(error.found == "Control Panel")
    #expect(error.name == "Desktpo")
    #expect(error.findings == [])
    #expect(error.description == "the key \"Control Panel\" has no subkey \"Desktpo\"")
    #expect((error as any Error).localizedDescription == error.description)
  }

  @Test func `a key that a damaged list may hold is not said to be absent`() throws {
    let hive = try hive("damaged/free-key")
    let error = try #require(throws: MissingKey.self) { try hive.existingKey(at: "Nowhere") }
    #expect(error.reason == .unreadable)
    #expect(error.found.isRoot)
    #expect(!error.findings.isEmpty)
    #expect(
      error.description.hasPrefix(
        "the root key shows no subkey \"Nowhere\", and its list of subkeys is damaged: at offset 0x"
      ))
    // What is there is found all the same.
    let readable = try #require(hive.root.subkeys.first)
    #expect(
      try hive.existingKey(at: RegistryPath(names: [readable.name])).offset == readable.offset)
  }

  @Test func `an error that opening throws says what is wrong in Foundation too`() throws {
    let error = try #require(throws: HiveError.self) { try Hive(data: Data([1, 2, 3])) }
    #expect((error as any Error).localizedDescription == error.description)
    #expect(error.description.contains("too short"))
  }

  @Test func `times are dates and dates are times`() throws {
    let time = try #require(FileTime("2024-06-21T17:03:44.5000000Z"))
    #expect(time.date.timeIntervalSince1970 == 1_718_989_424.5)
    #expect(FileTime(time.date) == time)
    #expect(FileTime(Date(timeIntervalSince1970: -11_644_473_600)) == FileTime(rawValue: 0))
    #expect(FileTime(Date(timeIntervalSince1970: -11_644_473_601)) == nil)
    #expect(FileTime(Date(timeIntervalSince1970: 1e15)) == nil)
    #expect(FileTime(Date(timeIntervalSince1970: .nan)) == nil)
    #expect(Date(FileTime(rawValue: 0)).timeIntervalSince1970 == -11_644_473_600)
  }

  @Test func `hives and values come from data and go to data`() throws {
    let bytes = Fixture.named("NTUSER.DAT").build().bytes
    let hive = try Hive(data: Data(bytes))
    let value = try #require(hive.key(at: "Control Panel\\Desktop")?.values.first)
    #expect(value.rawData == Data(value.bytes))
  }

  @Test func `a finding at a key prints with its key`() throws {
    let usage = try hive("damaged/data-size").usage()
    let found = try #require(usage.findings.first { $0.path != nil })
    let path = try #require(found.path)
    #expect(found.description == "key \(path): \(found.finding)")
  }
}
