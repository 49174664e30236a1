// SPDX-License-Identifier: MIT

import HiveBuilder
import RegistryHive
import Testing

@Suite struct DamagedUsageTests {
  private static let damaged = Fixture.all.map(\.name).filter { $0.hasPrefix("damaged/") }

  private func usage(_ name: String) throws -> HiveUsage {
    try Hive(bytes: Fixture.named("damaged/\(name)").build().bytes).usage()
  }

  @Test(arguments: damaged)
  func `the parts sum to the file, whatever is broken`(name: String) throws {
    let usage = try Hive(bytes: Fixture.named(name).build().bytes).usage()
    #expect(parts(of: usage.bytes).values.reduce(0, +) == usage.bytes.file)
    #expect(!usage.findings.map(\.finding.id).contains("sum-of-file"))
    #expect(!usage.findings.map(\.finding.id).contains("sum-of-cells"))
  }

  @Test func `a cell without a size has the size up to the next one`() throws {
    let whole = try Hive(bytes: Fixture.named("damaged/dirty").build().bytes).usage()
    let usage = try usage("cell-size-zero")
    #expect(usage.hive.findings.map(\.id) == ["cell-size"])
    #expect(usage.findings.map(\.finding.id) == [])
    #expect(parts(of: usage.bytes) == parts(of: whole.bytes))
    #expect(usage.counts.values == whole.counts.values)
  }

  @Test func `the cells of a bin without its signature are counted as ever`() throws {
    let usage = try usage("bin-signature")
    var intact = Fixture.named("damaged/bin-signature").build()
    intact.breakBin(1, signature: "hbin")
    let whole = try Hive(bytes: intact.bytes).usage()
    #expect(usage.hive.findings.map(\.id) == ["bin-signature"])
    #expect(usage.findings.isEmpty)
    #expect(usage.bytes == whole.bytes)
    #expect(usage.counts == whole.counts)
    #expect(whole.findings.isEmpty)
  }

  @Test func `a key listed twice counts once`() throws {
    let usage = try usage("subkey-twice")
    #expect(usage.findings.map(\.finding.id) == ["key-reused"])
    #expect(usage.findings.map(\.path) == [""])
    // Beta, its lists and values are there, but nothing leads to them.
    #expect(usage.bytes.unreferenced > 88)
    #expect(usage.root.keyCount == usage.counts.keys)
  }

  @Test func `a loop ends`() throws {
    let usage = try usage("subkey-loop")
    #expect(usage.findings.map(\.finding.id) == ["key-reused"])
    #expect(usage.findings.map(\.path) == ["Gamma"])
  }

  @Test func `a reference into a cell adds no bytes`() throws {
    var built = Fixture.named("damaged/dirty").build()
    let value = built.value("Beta", "text").record
    // Inside the record of a value, where an allocated cell of 8 bytes is made up.
    built.put(Int32(-8), at: value + 16)
    built.redirectValue(of: "Beta", at: 0, to: built.relative(value + 16))
    let usage = try Hive(bytes: built.bytes).usage()
    #expect(parts(of: usage.bytes).values.reduce(0, +) == usage.bytes.file)
  }

  @Test func `data count although their list of segments is lost`() throws {
    var built = Fixture.named("format/big-data").build()
    let whole = try Hive(bytes: built.bytes).usage()
    let value = try #require(built.keys[0].values.first { $0.segments.count > 1 })
    built.put(UInt32(0x7FFF_FFF8), at: try #require(value.data) + 8)
    let usage = try Hive(bytes: built.bytes).usage()
    #expect(usage.findings.map(\.finding.id) == ["cell-out-of-bounds"])
    let lost = value.segments.count * 16_352 + 16
    #expect(whole.bytes.data - usage.bytes.data == lost)
    #expect(usage.bytes.unreferenced == lost)
  }

  @Test func `bins that the base block does not count are behind the last bin`() throws {
    var built = Fixture.sample().build()
    var bin = Array(built.bytes[4096..<8192])
    bin.put(UInt32(built.bytes.count - 4096), at: 4)
    built.append(bin)
    let usage = try Hive(bytes: built.bytes).usage()
    #expect(usage.bytes.bins == built.binsEnd - 4096)
    #expect(usage.bytes.trailing == 4096)
    #expect(parts(of: usage.bytes).values.reduce(0, +) == usage.bytes.file)
  }

  @Test func `a deep tree does not exhaust the stack`() throws {
    var description = HiveDescription(root: "ROOT")
    var parent = HiveDescription.KeyID.root
    for _ in 0..<20_000 { parent = description.add("k", to: parent) }
    let usage = try Hive(bytes: description.build().bytes).usage()
    #expect(usage.counts.keys == 20_001)
    #expect(usage.root.keyCount == 20_001)
    #expect(usage.findings.map(\.finding.id) == ["key-depth"])
  }

  @Test(.disabled(if: slowTestsAreLeftOut, "slow"), arguments: 0..<40)
  func `random damage never breaks the sum`(seed: UInt64) throws {
    var random = SplitMix(state: seed)
    let intact = Fixture.named(seed % 2 == 0 ? "NTUSER.DAT" : "format/big-data").build().bytes
    for _ in 0..<25 {
      var bytes = intact
      for _ in 0..<Int.random(in: 1...30, using: &random) {
        let offset = Int.random(in: 4096..<bytes.count, using: &random)
        bytes[offset] = UInt8.random(in: 0...255, using: &random)
      }
      if Bool.random(using: &random) {
        bytes.removeLast(Int.random(in: 0..<bytes.count - 8192, using: &random))
      }
      guard let usage = try? Hive(bytes: bytes).usage() else { continue }
      #expect(parts(of: usage.bytes).values.reduce(0, +) == usage.bytes.file)
      #expect(parts(of: usage.bytes).values.allSatisfy { $0 >= 0 })
      #expect(usage.root.keyCount == usage.counts.keys)
    }
  }
}
