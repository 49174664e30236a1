// SPDX-License-Identifier: MIT

import Foundation
import RegistryHive
import Testing

/// Usage of real hives, against what an independent reader found.
@Suite(
  .enabled(
    if: ProcessInfo.processInfo.environment["REGISTRY_HIVE_CORPUS"] != nil,
    "set REGISTRY_HIVE_CORPUS to the folder that holds hives/"))
struct UsageCorpusTests {
  /// What another reader found in a hive.
  private struct Expectation: Decodable {
    let damaged: Bool?
    let fileSize: Int?
    let binHeaders: Int?
    let allocated: Int?
    let free: Int?
    let bins: Int?
    let allocatedCells: Int?
    let freeCells: Int?
    let unreferenced: Int?
    let keys: Int?
    let values: Int?
    let kinds: [String: Int]?
  }

  private static let folder =
    (ProcessInfo.processInfo.environment["REGISTRY_HIVE_CORPUS"] ?? "") + "/hives/"
  private static let expectations: [String: Expectation] = {
    guard let data = try? Data(contentsOf: URL(filePath: folder + "expected.json")) else {
      return [:]
    }
    return (try? JSONDecoder().decode([String: Expectation].self, from: data)) ?? [:]
  }()

  private func usage(_ name: String) throws -> HiveUsage {
    // From memory, so that no logs are looked for.
    try Hive(bytes: [UInt8](Data(contentsOf: URL(filePath: Self.folder + name)))).usage()
  }

  @Test(arguments: expectations.keys.filter { !$0.hasPrefix("damaged/") }.sorted())
  func `bytes and counts are those of the independent reader`(name: String) throws {
    let expected = try #require(Self.expectations[name])
    let usage = try usage(name)
    let (bytes, counts) = (usage.bytes, usage.counts)
    #expect(bytes.file == expected.fileSize)
    #expect(bytes.binHeaders == expected.binHeaders)
    #expect(bytes.allocated == expected.allocated)
    #expect(bytes.free == expected.free)
    #expect(bytes.unreferenced == expected.unreferenced)
    #expect(
      [
        "key": bytes.keys, "subkeyList": bytes.subkeyLists, "valueList": bytes.valueLists,
        "value": bytes.values, "data": bytes.data, "security": bytes.security,
        "className": bytes.classNames,
      ] == expected.kinds)
    #expect(counts.keys == expected.keys)
    #expect(counts.values == expected.values)
    #expect(counts.bins == expected.bins)
    #expect(counts.allocatedCells == expected.allocatedCells)
    #expect(counts.freeCells == expected.freeCells)
    #expect(usage.findings.isEmpty)
  }

  @Test(arguments: expectations.keys.sorted())
  func `the parts sum to the file`(name: String) throws {
    let bytes = try usage(name).bytes
    #expect(parts(of: bytes).values.reduce(0, +) == bytes.file)
  }

  @Test func `the growth between two copies is what the two usages say`() throws {
    let before = try usage("NTUSER_modified.DAT")
    let after = try usage("NTUSER.DAT")
    let growth = HiveGrowth(from: before, to: after)
    #expect(growth.allocatedBytes == 704)
    #expect(growth.unreferencedBytes == -96)
    #expect(growth.securityBytes == 0)
    #expect(growth.keyBytes == 800)
    for depth in 0...8 {
      let changes = growth.changes(depth: depth)
      #expect(changes.reduce(0) { $0 + $1.delta } == 800)
      for change in changes {
        let old = before.key(at: change.path)
        let new = after.key(at: change.path)
        #expect(change.before == (change.coversSubkeys ? old?.bytes : old?.ownBytes))
        #expect(change.after == (change.coversSubkeys ? new?.bytes : new?.ownBytes))
      }
    }
    #expect(
      growth.changes.map { "\($0.path) \($0.change) \($0.delta)" } == [
        "Software grown 32",
        "Software\\Microsoft\\legitimate_subkey removed -192",
        "Software\\Microsoft\\Windows\\CurrentVersion\\Run shrunk -112",
        "Software\\WinRAR added 1072",
      ])
    let run = try #require(growth.changes.first { $0.path.names.last == "Run" })
    #expect(
      run.values.map { "\($0.name) \($0.change) \($0.delta)" } == ["not_a_malware removed -104"])
  }
}
