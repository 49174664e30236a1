// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import RegistryHive
import Testing

@Suite struct HiveOpeningTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test func `a file and its bytes give the same hive`() throws {
    let bytes = Fixture.named("NTUSER.DAT").build().bytes
    let path = try folder.write(bytes, to: "NTUSER.DAT")
    let file = try Hive(path: path)
    let memory = try Hive(bytes: bytes)
    #expect(file.path == path)
    #expect(memory.path == nil)
    #expect(file.fileSize == bytes.count)
    #expect(memory.fileSize == bytes.count)
    #expect(file.header == memory.header)
    #expect(file.findings == [])
    #expect(memory.findings == [])
    #expect(file.tree == memory.tree)
    #expect(file.tree.count > 100)
  }

  @Test func `a hive stays readable as long as one of its keys is there`() throws {
    func key() throws -> Key {
      let path = try folder.write(Fixture.sample().build().bytes, to: "hive")
      return try #require(try Hive(path: path).key(at: "Beta"))
    }
    let key = try key()
    #expect(key.values.map(\.name.description) == ["one", "text", "two"])
  }

  @Test func `the header says what the base block holds`() throws {
    let built = Fixture.named("format/header").build()
    let header = try Hive(bytes: built.bytes).header
    #expect(header.primarySequence == 4_242)
    #expect(header.secondarySequence == 4_242)
    #expect(header.lastWritten.description == "2024-03-15T10:00:00.0000000Z")
    #expect(header.version == "1.6")
    #expect(header.minorVersion == 6)
    #expect(header.fileName.description == "emRoot\\System32\\Config\\SECURITY")
    #expect(header.binsSize == 4096)
    #expect(header.rootOffset == built.key("").node)
    #expect(header.flags == 3)
    #expect(header.lastReorganized?.description == "2024-03-10T03:00:00.0000000Z")
    #expect(header.savedOffline?.description == "2024-03-14T18:30:00.0000000Z")
    #expect(header.isChecksumValid)
    #expect(!header.isDirty)
  }

  @Test(arguments: 0...3 as ClosedRange<UInt64>)
  func `an order to reorganize is no time`(order: UInt64) throws {
    let hive = try Hive { $0.header.lastReorganized = order }
    #expect(hive.header.lastReorganized == nil)
    #expect(hive.header.savedOffline == nil)
  }

  @Test func `bytes behind the bins are no fault`() throws {
    let intact = try Hive(bytes: Fixture.sample().build().bytes)
    for more in [1, 511, 4095, 4096, 300_000] {
      var built = Fixture.sample().build()
      built.append(Fixture.pattern(more, seed: 3))
      let hive = try Hive(bytes: built.bytes)
      #expect(hive.findings == [])
      #expect(hive.tree == intact.tree)
      #expect(hive.fileSize == built.bytes.count)
    }
  }

  @Test func `versions that libhivex does not know are read`() throws {
    let intact = try Hive(bytes: Fixture.sample().build().bytes)
    for version in [(1, 0), (1, 7), (2, 0), (0, 0), (UInt32.max, UInt32.max)] as [(UInt32, UInt32)]
    {
      var built = Fixture.sample().build()
      built.set(.majorVersion, to: version.0)
      built.set(.minorVersion, to: version.1)
      let hive = try Hive(bytes: built.bytes)
      #expect(hive.header.version == "\(version.0).\(version.1)")
      #expect(hive.tree == intact.tree)
      #expect(hive.findings == [])
    }
  }
}

// MARK: - Mends

extension HiveOpeningTests {
  /// Opens a hive from a file and from memory, and expects the file to stay as it is.
  private func open(_ built: BuiltHive) throws -> Hive {
    let path = try folder.write(built.bytes, to: "damaged")
    let file = try Hive(path: path)
    let memory = try Hive(bytes: built.bytes)
    #expect(file.findings == memory.findings)
    #expect(file.tree == memory.tree)
    #expect(try [UInt8](Data(contentsOf: URL(filePath: path))) == built.bytes)
    return file
  }

  private func binsSize(_ expected: Int, found: UInt32) -> Finding {
    Finding(
      id: "bins-size", offset: 40,
      expected: "the size of the bins, \(expected) bytes by their own headers", found: "\(found)")
  }

  @Test func `a wrong checksum is told, and costs nothing`() throws {
    let intact = Fixture.sample().build()
    let stored = intact.number(UInt32.self, at: 508)
    var built = intact
    built.breakChecksum()
    let hive = try open(built)
    #expect(
      hive.findings == [
        Finding(
          id: "checksum", offset: 508,
          expected: "the checksum 0x\(String(stored, radix: 16))",
          found: "0x\(String(stored ^ 0xFF, radix: 16))")
      ])
    #expect(!hive.header.isChecksumValid)
    #expect(hive.header.isDirty)
    #expect(hive.tree == (try Hive(bytes: intact.bytes).tree))
  }

  @Test func `sequence numbers that differ cost nothing where there are no logs`() throws {
    let hive = try open(Fixture.named("damaged/dirty").build())
    #expect(hive.findings == [])
    #expect(hive.header.isDirty)
    #expect(hive.header.primarySequence == 2)
    #expect(hive.tree == (try Hive(bytes: Fixture.sample().build().bytes).tree))
  }

  @Test(arguments: [0, 1, 4095, 4097, 12288, 0x8000_0000, 0xFFFF_F000, .max] as [UInt32])
  func `an impossible size of the bins is told, and costs nothing`(size: UInt32) throws {
    let intact = Fixture.wideSample().build()
    try #require(intact.binsEnd - 4096 == 8192)
    var built = intact
    built.set(.binsSize, to: size)
    let hive = try open(built)
    #expect(hive.findings == [binsSize(8192, found: size)])
    #expect(hive.header.binsSize == size)
    #expect(hive.tree == (try Hive(bytes: intact.bytes).tree))
  }

  @Test func `too small a size of the bins hides no bin that keys lead to`() throws {
    let intact = Fixture.wideSample().build()
    var built = intact
    built.set(.binsSize, to: 4096)
    let tree = try Hive(bytes: intact.bytes).tree
    let right = try open(built)
    #expect(right.findings == [binsSize(8192, found: 4096)])
    #expect(right.tree == tree)
    built.breakChecksum()
    let wrong = try open(built)
    #expect(wrong.findings.first == binsSize(8192, found: 4096))
    #expect(wrong.findings.map(\.id) == ["bins-size", "checksum"])
    #expect(wrong.tree == tree)
  }

  @Test(arguments: [false, true])
  func `a damaged bin after too small a size of the bins hides none after it`(isSumRight: Bool)
    throws
  {
    var built = BigHive.describe(keys: 600, values: 2).build()
    built.breakBin(2, signature: "hbix")
    let tree = try Hive(bytes: built.bytes).tree
    let size = built.binsEnd - 4096
    built.set(.binsSize, to: 4096)
    if !isSumRight { built.breakChecksum() }
    let hive = try open(built)
    #expect(hive.tree == tree)
    #expect(hive.findings.first == binsSize(size, found: 4096))
  }

  @Test func `older bins, which nothing leads to, are no fault`() throws {
    let intact = Fixture.sample().build()
    var built = intact
    var bin = Array(intact.bytes[4096..<8192])
    bin.put(UInt32(intact.bytes.count - 4096), at: 4)
    built.append(bin)
    let hive = try Hive(bytes: built.bytes)
    #expect(hive.findings == [])
    #expect(hive.tree == (try Hive(bytes: intact.bytes).tree))
  }

  @Test func `several mends are told one by one`() throws {
    var built = Fixture.sample().build()
    built.set(.binsSize, to: 0)
    built.breakChecksum()
    #expect(try open(built).findings.map(\.id) == ["bins-size", "checksum"])
  }

  @Test func `a file cut behind a bin has the keys of the bins before`() throws {
    let built = Fixture.named("damaged/truncated").build()
    let hive = try open(built)
    #expect(hive.findings == [binsSize(4096, found: 8192)])
    #expect(hive.paths.prefix(5) == ["", "Alpha", "Beta", "Gamma", "Gamma\\Delta"])
    let intact = try Hive(bytes: Fixture.wideSample().build().bytes)
    let there = built.keys.filter { $0.node < 8192 }.count
    #expect(hive.paths.count == there)
    #expect(there > 10)
    #expect(there < intact.paths.count)
    let lost = hive.walkFindings["Many"]?.filter { $0.id == "cell-out-of-bounds" }
    #expect(lost?.count == intact.paths.count - there)
  }

  @Test func `a file cut anywhere has the keys before the cut`() throws {
    let intact = Fixture.wideSample().build()
    for end in stride(from: 5_000, to: intact.bytes.count, by: 513) {
      func fits(_ cell: Int) -> Bool { cell + abs(intact.cellSize(at: cell)) <= end }
      var readable: [Bool] = []
      for (key, place) in zip(intact.description.keys, intact.keys) {
        let isListed = key.parent.map {
          readable[$0.index] && fits(intact.key($0).subkeyLists[0])
        }
        readable.append(isListed != false && fits(place.node))
      }
      var built = intact
      built.truncate(to: end)
      let hive = try open(built)
      #expect(hive.findings.first?.id == "bins-size")
      #expect(hive.paths.count == readable.count { $0 })
    }
  }

  @Test func `a bin without its signature loses nothing`() throws {
    let hive = try open(Fixture.named("damaged/bin-signature").build())
    #expect(
      hive.findings == [
        Finding(
          id: "bin-signature", offset: 8192, expected: "the signature \"hbin\"",
          found: "\"gbin\"")
      ])
    #expect(hive.tree == (try Hive(bytes: Fixture.wideSample().build().bytes).tree))
  }

  @Test(arguments: [(4, 0x5000, "bin-offset"), (8, 0, "bin-size"), (8, 0x7000, "bin-size")])
  func `a bin with a broken header loses nothing`(
    field: Int, number: UInt32, id: String
  ) throws {
    var built = Fixture.wideSample().build()
    built.put(number, at: built.bins[1] + field)
    let hive = try open(built)
    #expect(hive.findings.map(\.id) == [id])
    #expect(hive.findings.map(\.offset) == [built.bins[1] + field])
    #expect(hive.tree == (try Hive(bytes: Fixture.wideSample().build().bytes).tree))
  }

  @Test func `the first bin may be the broken one`() throws {
    var built = Fixture.wideSample().build()
    built.breakBin(0)
    let hive = try open(built)
    #expect(hive.findings.map(\.id) == ["bin-signature"])
    #expect(hive.tree == (try Hive(bytes: Fixture.wideSample().build().bytes).tree))
  }

  @Test func `a cell without a size is read up to the next one`() throws {
    let built = Fixture.named("damaged/cell-size-zero").build()
    let hive = try open(built)
    let cell = built.value("Beta", "one").record
    #expect(hive.findings.map(\.id) == ["cell-size"])
    #expect(hive.findings.map(\.offset) == [cell])
    #expect(hive.paths == ["", "Alpha", "Beta", "Gamma", "Gamma\\Delta"])
    #expect(hive.key(at: "Beta")?.values.map(\.name.description) == ["one", "text", "two"])
  }
}
