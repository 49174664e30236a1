// SPDX-License-Identifier: MIT

import HiveBuilder
import RegistryHive
import Testing

@Suite struct HiveUsageTests {
  /// The fixtures whose bytes the builder knows, because nothing was broken in them afterwards.
  private static let intact = Fixture.all.map(\.name).filter { !$0.hasPrefix("damaged/") }

  @Test(arguments: intact)
  func `every part is what the builder wrote`(name: String) throws {
    let built = Fixture.named(name).build()
    let bytes = try Hive(bytes: built.bytes).usage().bytes
    #expect(parts(of: bytes) == parts(of: built.usage))
    #expect(bytes.file == built.bytes.count)
    #expect(bytes.bins == built.binsEnd - 4096)
  }

  @Test(arguments: intact)
  func `an intact hive has no findings, and its keys sum to the parts they own`(
    name: String
  ) throws {
    let usage = try Hive(bytes: Fixture.named(name).build().bytes).usage()
    // One of its keys has a name that no key of Windows has.
    let expected = name == "format/names" ? ["key-name-backslash"] : []
    #expect(usage.findings.map(\.finding.id) == expected)
    #expect(usage.findingCount == expected.count)
    let bytes = usage.bytes
    #expect(
      usage.root.bytes
        == bytes.keys + bytes.subkeyLists + bytes.valueLists + bytes.values + bytes.data
        + bytes.classNames)
    #expect(bytes.bins == 32 * usage.counts.bins + bytes.allocated + bytes.free)
    #expect(
      bytes.allocated == usage.root.bytes + bytes.security + bytes.unreferenced)
    #expect(usage.root.keyCount == usage.counts.keys)
    #expect(usage.root.valueCount == usage.counts.values)
  }

  @Test func `cells are counted whole, and each for the key that leads to it`() throws {
    let usage = try hive().usage()
    let alpha = try #require(usage.key(at: "ALPHA"))
    // Node 4+76+5 → 88; list 4+4·3 → 16; records 4+20+1 → 32 each; data 4+6 → 16 and 4+20,000.
    #expect(alpha.ownValueBytes == 32 * 3 + 16 + 20_008)
    #expect(alpha.ownBytes == 88 + 16 + alpha.ownValueBytes)
    #expect(alpha.bytes == alpha.ownBytes)
    #expect(alpha.ownValueCount == 3)
    #expect(alpha.keyCount == 1)
    let beta = try #require(usage.key(at: "Beta"))
    // Node 4+76+4 → 88; list of one 4+4+8 → 16; class name 4+10 → 16.
    #expect(beta.ownBytes == 88 + 16 + 16)
    #expect(beta.bytes == beta.ownBytes + 88)
    #expect(beta.keyCount == 2)
    #expect(beta.subkeys.map(\.name) == ["Gamma"])
    #expect(beta.subkeys.map(\.path) == ["Beta\\Gamma"])
    // Node 4+76+4 → 88; list of two 4+4+16 → 24.
    #expect(usage.root.ownBytes == 88 + 24)
    #expect(usage.root.bytes == usage.root.ownBytes + alpha.bytes + beta.bytes)
    #expect(usage.key(at: "Beta\\Nothing") == nil)
  }

  /// Two keys, one with values, one with a class name and a subkey; version 1.3 has no big data.
  private func hive() throws -> Hive {
    var description = HiveDescription(root: "ROOT", minorVersion: 3)
    description.set(
      "Alpha", .dword("a", 1), .binary("b", [1, 2, 3, 4, 5, 6]),
      .binary("c", [UInt8](repeating: 7, count: 20_000)))
    description["Beta"].className = Array("Shell".utf16)
    description.makeKey("Beta\\Gamma")
    return try Hive(bytes: description.build().bytes)
  }

  @Test func `big data count with their record, list and segments`() throws {
    var description = HiveDescription(root: "ROOT", minorVersion: 5)
    description.set("Alpha", .binary("b", [UInt8](repeating: 7, count: 20_000)))
    let usage = try Hive(bytes: description.build().bytes).usage()
    // Record 4+8 → 16, list 4+2·4 → 16, two segments of 16,352.
    #expect(usage.bytes.data == 16 + 16 + 2 * 16_352)
    #expect(usage.key(at: "Alpha")?.ownValueBytes == 32 + usage.bytes.data)
  }

  @Test func `the latest write below a key is known, and its own`() throws {
    var description = HiveDescription(root: "ROOT")
    description.set("A\\B", at: filetime(2024, 5, 1))
    description["A"].lastWritten = filetime(2023, 1, 1)
    let key = try #require(try Hive(bytes: description.build().bytes).usage().key(at: "A"))
    #expect(key.lastWritten.description == "2023-01-01T00:00:00.0000000Z")
    #expect(key.latestWritten.description == "2024-05-01T00:00:00.0000000Z")
  }

  @Test func `history sorts own bytes by month, and sums to all keys`() throws {
    var description = HiveDescription(root: "ROOT")
    description.root.lastWritten = filetime(2024, 2, 29, 23, 59, 59)
    description.set("A", at: filetime(2024, 3, 1))
    description.set("B", at: filetime(2019, 12, 31))
    let usage = try Hive(bytes: description.build().bytes).usage()
    #expect(usage.root.history().map(\.description) == ["2019-12", "2024-02", "2024-03"])
    #expect(usage.root.history().map(\.keys) == [1, 1, 1])
    #expect(usage.root.history().map(\.bytes) == [88, usage.root.ownBytes, 88])
    #expect(usage.key(at: "A")?.history().map(\.description) == ["2024-03"])
  }

  @Test func `free runs join neighbours, and empty bins are counted`() throws {
    var description = HiveDescription(root: "ROOT")
    description.extraCells = [
      .free([UInt8](repeating: 0, count: 20)), .free([UInt8](repeating: 0, count: 12)),
    ]
    let usage = try Hive(bytes: description.build().bytes).usage()
    #expect(usage.largestFreeRuns.count == 1)
    #expect(usage.largestFreeRuns.first?.size == usage.bytes.free)
    #expect(usage.counts.freeCells > 1)
    #expect(usage.counts.emptyBins == 0)
    #expect(usage.reclaimableBytes == usage.bytes.free)
  }
}

/// The parts by name, for comparisons that say which one differs.
func parts(of bytes: HiveBytes) -> [String: Int] {
  [
    "baseBlock": bytes.baseBlock, "binHeaders": bytes.binHeaders, "keys": bytes.keys,
    "subkeyLists": bytes.subkeyLists, "valueLists": bytes.valueLists, "values": bytes.values,
    "data": bytes.data, "security": bytes.security, "classNames": bytes.classNames,
    "unreferenced": bytes.unreferenced, "free": bytes.free, "trailing": bytes.trailing,
  ]
}

private func parts(of bytes: BuiltUsage) -> [String: Int] {
  [
    "baseBlock": bytes.baseBlock, "binHeaders": bytes.binHeaders, "keys": bytes.keys,
    "subkeyLists": bytes.subkeyLists, "valueLists": bytes.valueLists, "values": bytes.values,
    "data": bytes.data, "security": bytes.security, "classNames": bytes.classNames,
    "unreferenced": bytes.unreferenced, "free": bytes.free, "trailing": bytes.trailing,
  ]
}
