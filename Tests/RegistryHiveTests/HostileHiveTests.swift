// SPDX-License-Identifier: MIT

import HiveBuilder
import RegistryHive
import Testing

/// Hives that make libhivex read outside the file, when it is let at them unguarded.
///
/// Their size is a multiple of the page size, so that the memory behind a mapped file is not part
/// of the mapping.
@Suite struct HostileHiveTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// Opens a hive from a file and from memory, reads everything in it in every way there is, and
  /// gives back what a walk saw.
  @discardableResult
  private func readAll(
    _ built: BuiltHive, source: SourceLocation = #_sourceLocation
  ) throws -> (tree: [String], ids: [String]) {
    try #require(built.bytes.count % 4096 == 0, sourceLocation: source)
    let path = try folder.write(built.bytes, to: "hostile")
    var results: [(tree: [String], ids: [String])] = []
    for hive in [try Hive(path: path), try Hive(bytes: built.bytes)] {
      var ids = hive.findings.map(\.id)
      var walk = hive.root.walk()
      while let key = walk.next() {
        ids += walk.findings.map(\.id)
        for subkey in key.subkeys {
          _ = (subkey.parent, subkey.path, subkey.className, subkey.securityDescriptor)
          _ = key.subkey(named: subkey.name)
        }
        for value in key.values { _ = (key.value(named: value.name), value.data) }
        _ = (key.findings, key.subkey(named: "no such key"), key.value(named: "no such value"))
      }
      _ = hive.usage()
      results.append((hive.tree, ids))
    }
    #expect(results[0].tree == results[1].tree, sourceLocation: source)
    #expect(results[0].ids == results[1].ids, sourceLocation: source)
    return results[0]
  }

  private func paths(_ tree: [String]) -> [String] {
    tree.filter { $0.hasPrefix("[") }.map { String($0.dropFirst().prefix { $0 != "]" }) }
  }

  /// The list of segments of big data: 3 of them, in a cell that ends with the file.
  private func bigData(segments: [UInt8]) throws -> BuiltHive {
    var description = Fixture.sample()
    description["Beta"].values.append(
      .binary("big", Fixture.pattern(100, seed: 1), storage: .bigData()))
    var built = description.build()
    let list = try built.makeCellAtEnd(segments)
    let record = try #require(built.value("Beta", "big").data)
    built.put(UInt16.max, at: record + 6)
    built.put(built.relative(list), at: record + 8)
    built.setDataSize(of: "Beta", "big", to: 7_000_000)
    return built
  }

  @Test func `big data with more segments than their list, which ends with the file`() throws {
    var built = try bigData(segments: Array(repeating: 0, count: 12))
    let segment = built.value("Beta", "big").segments[0]
    built.put(built.relative(segment), at: built.binsEnd - 12)
    let (tree, ids) = try readAll(built)
    #expect(paths(tree) == ["", "Alpha", "Beta", "Gamma", "Gamma\\Delta"])
    // The first segment, then one that leads to the header of the first bin.
    #expect(ids == ["big-data-short", "cell-out-of-bounds", "cell-out-of-bounds"])
    let value = try #require(
      try Hive(bytes: built.bytes).key(at: "Beta")?.value(named: "big"))
    #expect(value.bytes.count == 16_344)
    #expect(value.bytes.starts(with: Fixture.pattern(100, seed: 1)))
  }

  @Test func `big data whose list has no room for a segment`() throws {
    let (tree, ids) = try readAll(try bigData(segments: [0xFF, 0xFF, 0xFF, 0xFF]))
    #expect(tree.contains("big REG_BINARY 7000000 []"))
    #expect(ids == ["big-data-short", "cell-out-of-bounds"])
  }

  @Test func `a key in a cell of 8 bytes, which ends with the file`() throws {
    let built = Fixture.named("damaged/tiny-key").build()
    let (tree, ids) = try readAll(built)
    #expect(paths(tree) == ["", "Beta", "Gamma", "Gamma\\Delta"])
    #expect(ids == ["cell-too-short"])
  }

  @Test func `a parent in a cell of 8 bytes`() throws {
    var built = Fixture.sample().build()
    let cell = try built.tinyCell("nk\u{20}\0")
    built.set(.parent, of: "Beta", to: built.relative(cell))
    let (tree, ids) = try readAll(built)
    #expect(paths(tree) == ["", "Alpha", "Beta", "Gamma", "Gamma\\Delta"])
    #expect(ids == [])
  }

  @Test func `a root in a cell of 8 bytes`() throws {
    var built = Fixture.sample().build()
    let cell = try built.tinyCell("nk\u{20}\0")
    built.set(.rootOffset, to: built.relative(cell))
    let (tree, ids) = try readAll(built)
    #expect(paths(tree) == ["", "Alpha", "Beta", "Gamma", "Gamma\\Delta"])
    #expect(ids == ["root-cell"])
  }

  @Test(arguments: ["vk\0\0", "vk\u{7F}\u{7F}"])
  func `a value in a cell of 8 bytes`(content: String) throws {
    var built = Fixture.sample().build()
    let cell = try built.tinyCell(content)
    built.redirectValue(of: "Beta", at: 0, to: built.relative(cell))
    let (tree, ids) = try readAll(built)
    #expect(tree.count == 5 + 3)
    #expect(ids == ["cell-too-short"])
  }

  @Test(arguments: ["lf", "lh", "li", "ri"])
  func `a list of subkeys in a cell of 8 bytes`(kind: String) throws {
    var built = Fixture.sample().build()
    let cell = try built.tinyCell(kind + "\u{7F}\u{7F}")
    built.set(.subkeyList, of: "", to: built.relative(cell))
    let (tree, ids) = try readAll(built)
    #expect(paths(tree) == [""])
    #expect(ids == ["list-overrun", "list-count"])
  }

  @Test(arguments: [3, 100, 200_000, .max] as [UInt32])
  func `a list of values in a cell of 8 bytes`(count: UInt32) throws {
    var built = Fixture.sample().build()
    let cell = try built.tinyCell("\0\0\0\0")
    built.put(built.relative(built.value("Beta", "text").record), at: cell + 4)
    built.set(.valueList, of: "Beta", to: built.relative(cell))
    built.set(.valueCount, of: "Beta", to: count)
    let (tree, ids) = try readAll(built)
    #expect(tree.count == 5 + 2)
    #expect(ids == ["list-overrun"])
  }

  @Test(arguments: ["sk\0\0", "\u{7F}\u{7F}\u{7F}\u{7F}"])
  func `a security descriptor, class name and data in a cell of 8 bytes`(content: String) throws {
    var built = Fixture.sample().build()
    let cell = try built.tinyCell(content)
    built.set(.security, of: "Beta", to: built.relative(cell))
    built.set(.className, of: "Beta", to: built.relative(cell))
    built.set(.classNameLength, of: "Beta", to: UInt16.max)
    built.set(.dataOffset, of: "Beta", "text", to: built.relative(cell))
    built.setDataSize(of: "Beta", "text", to: 0x7FFF_FFFF)
    let (tree, ids) = try readAll(built)
    #expect(tree.count == 5 + 4)
    #expect(
      ids == [
        content.hasPrefix("sk") ? "cell-too-short" : "signature", "class-name-overrun",
        "data-overrun", "data-reused",
      ])
  }

  @Test func `records that end with the file are read`() throws {
    var built = Fixture.sample().build()
    let node = built.key("Alpha").node
    let content = Array(built.bytes[node + 4..<node + 4 + 76])
    let cell = try built.makeCellAtEnd(content + [])
    built.put(UInt16(0), at: cell + 4 + 72)
    built.redirectSubkey(of: "", at: 0, to: built.relative(cell))
    let (tree, ids) = try readAll(built)
    #expect(paths(tree) == ["", "‹empty›", "Beta", "Gamma", "Gamma\\Delta"])
    #expect(ids == ["key-name-empty"])
  }
}

// MARK: - Bins, lists and files

extension HostileHiveTests {
  @Test(arguments: [4096, 8192, 12288])
  func `a file that ends where a bin goes on`(size: UInt32) throws {
    var built = Fixture.wideSample().build()
    built.put(built.number(UInt32.self, at: built.bins[1] + 8) + size, at: built.bins[1] + 8)
    built.set(.binsSize, to: 8192 + size)
    let (tree, ids) = try readAll(built)
    #expect(ids == ["bins-size", "bin-size"])
    #expect(tree == (try Hive(bytes: Fixture.wideSample().build().bytes).tree))
  }

  @Test func `a file that ends with a bin without its signature`() throws {
    var built = Fixture.wideSample().build()
    built.breakBin(1)
    built.set(.binsSize, to: 0x7FFF_F000)
    let (tree, ids) = try readAll(built)
    #expect(ids == ["bins-size", "bin-signature"])
    #expect(tree == (try Hive(bytes: Fixture.wideSample().build().bytes).tree))
  }

  @Test func `a file that ends in the middle of the bins`() throws {
    var built = Fixture.wideSample().build()
    built.truncate(to: 8192)
    #expect(try readAll(built).ids.first == "bins-size")
  }

  @Test(.disabled(if: slowTestsAreLeftOut, "slow"))
  func `lists of lists 31 deep, each naming two`() throws {
    var description = Fixture.sample()
    let levels = 31
    let list = Array("ri".utf8) + [2, 0] + Array(repeating: UInt8(0), count: 8)
    description.extraCells = Array(repeating: .unreferenced(list), count: levels)
    var built = description.build()
    for level in 0..<levels {
      let next =
        level + 1 < levels ? built.extraCells[level + 1] : built.key("").subkeyLists[0]
      for element in 0..<2 {
        built.put(built.relative(next), at: built.extraCells[level] + 8 + 4 * element)
      }
    }
    built.set(.subkeyList, of: "", to: built.relative(built.extraCells[0]))
    for count in [1, 3, .max] as [UInt32] {
      built.set(.subkeyCount, of: "", to: count)
      let (tree, ids) = try readAll(built)
      #expect(paths(tree) == [""])
      #expect(ids == ["list-nesting", "list-nesting", "list-count"])
    }
  }

  @Test(.disabled(if: slowTestsAreLeftOut, "slow"))
  func `a list of lists that names one leaf 65,535 times`() throws {
    var description = Fixture.sample()
    let list = Array("ri".utf8) + [0xFF, 0xFF] + Array(repeating: UInt8(0), count: 4 * 65_535)
    description.extraCells = [.unreferenced(list)]
    var built = description.build()
    for element in 0..<65_535 {
      built.put(
        built.relative(built.key("").subkeyLists[0]), at: built.extraCells[0] + 8 + 4 * element)
    }
    built.set(.subkeyList, of: "", to: built.relative(built.extraCells[0]))
    let hive = try Hive(bytes: built.bytes)
    #expect(hive.paths == ["", "Alpha", "Beta", "Gamma", "Gamma\\Delta"])
    let findings = try #require(hive.walkFindings[""])
    #expect(findings.dropLast().allSatisfy { $0.id == "list-reused" })
    #expect(findings.count == 1_001)
    #expect(findings.last?.found == "64534 more")
  }

  @Test(arguments: [4, 70_001, 0x7FFF_FFFF, .max] as [UInt32])
  func `counts that call for more memory than there is`(count: UInt32) throws {
    var built = Fixture.sample().build()
    built.set(.subkeyCount, of: "", to: count)
    built.set(.valueCount, of: "Alpha", to: count)
    let (tree, ids) = try readAll(built)
    #expect(tree.count == 5 + 4)
    #expect(ids == ["list-count", "list-overrun"])
  }

  @Test func `cells whose size has no positive counterpart`() throws {
    for target in 0..<3 {
      var built = Fixture.sample().build()
      let cells = [
        built.key("Beta").node, built.value("Beta", "text").record,
        try #require(built.value("Beta", "text").data),
      ]
      built.setCellSize(at: cells[target], to: .min)
      #expect(try readAll(built).ids.contains("cell-size"))
    }
  }
}

extension BuiltHive {
  fileprivate mutating func tinyCell(_ content: String) throws -> Int {
    let cell = makeTinyCellAtEnd(content)
    return try #require(cell)
  }

  /// Makes an allocated cell that ends with the last bin, of the space free there.
  fileprivate mutating func makeCellAtEnd(_ content: [UInt8]) throws -> Int {
    let size = content.count + 4
    var cell = try #require(bins.last) + 32
    while cell + abs(cellSize(at: cell)) < binsEnd { cell += abs(cellSize(at: cell)) }
    try #require(size % 8 == 0 && cellSize(at: cell) >= size + 8)
    put(Int32(cellSize(at: cell) - size), at: cell)
    put(Int32(-size), at: binsEnd - size)
    put(content, at: binsEnd - size + 4)
    return binsEnd - size
  }
}
