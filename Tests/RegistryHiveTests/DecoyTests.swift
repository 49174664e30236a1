// SPDX-License-Identifier: MIT

import HiveBuilder
import HiveFormat
import RegistryHive
import Testing

/// Keys that come first in a hive, and are made to hide what other keys have.
@Suite struct DecoyTests {
  private let secret = Fixture.pattern(500, seed: 3)

  /// Two keys, of which the first has eaten up what may be read again: many values share data.
  private func hungry() throws -> BuiltHive {
    var description = HiveDescription()
    description.add("AAA")
    description["AAA"].values = [.binary("0", Fixture.pattern(3_000, seed: 1))]
    description["AAA"].values += (1..<40).map {
      .binary("\($0)", [], storage: .raw(size: 3_000, offset: 0))
    }
    description["AAA"].values += (0..<3).map {
      .binary("decoy \($0)", [], storage: .raw(size: 5, offset: 0))
    }
    description["AAA"].values.append(.binary("pad", Fixture.pattern(100, seed: 2)))
    description.makeKey("Services\\Evil")
    description["Services\\Evil"].values = (0..<3).map { .binary("Path \($0)", secret) }
    var built = description.build()
    let shared = try #require(built.value("AAA", "0").data)
    for number in 1..<40 {
      built.set(.dataOffset, of: "AAA", "\(number)", to: built.relative(shared))
    }
    built.set(.dataSize, of: "AAA", "pad", to: UInt32(0))
    // Most data have no decoy: these are set where a test wants them.
    for number in 0..<3 { built.set(.dataSize, of: "AAA", "decoy \(number)", to: UInt32(0)) }
    return built
  }

  /// The data of the second key's values, as a command shows them.
  private func shownData(_ built: BuiltHive) throws -> [Int] {
    var walk = try Hive(bytes: built.bytes).root.walk()
    while let key = walk.next() {
      if key.name == "Evil" { return walk.values.map(\.extent.count) }
    }
    return []
  }

  @Test func `values that read a few bytes of others' data leave the rest to them`() throws {
    var built = try hungry()
    for number in 0..<3 {
      let name: NameDescription = "decoy \(number)"
      built.set(.dataSize, of: "AAA", name, to: UInt32(5))
      let data = try #require(built.value("Services\\Evil", "Path \(number)").data)
      built.set(.dataOffset, of: "AAA", name, to: built.relative(data))
    }
    #expect(try shownData(built) == [500, 500, 500])
  }

  @Test func `what follows a broken chain of cells is read for the first time too`() throws {
    var built = try hungry()
    let data = try #require(built.value("Services\\Evil", "Path 0").data)
    let pad = try #require(built.value("AAA", "pad").data)
    try #require(pad < data)
    built.setCellSize(at: pad, to: -12)
    #expect(try shownData(built) == [500, 500, 500])
  }

  @Test func `what lies inside another cell is read for the first time too`() throws {
    var built = try hungry()
    let data = try #require(built.value("Services\\Evil", "Path 0").data)
    let pad = try #require(built.value("AAA", "pad").data)
    let end = built.bins.first { $0 > pad } ?? built.binsEnd
    try #require(pad < data && data < end)
    built.setCellSize(at: pad, to: Int32(pad - end))
    #expect(try shownData(built) == [500, 500, 500])
  }

  @Test func `text that ends with its first NUL leaves what is behind that to other values`()
    throws
  {
    var built = try hungry()
    let data = try #require(built.value("Services\\Evil", "Path 0").data)
    built.put([UInt8](repeating: 0, count: 2), at: data + 4)
    built.set(.dataSize, of: "AAA", "decoy 0", to: UInt32(500))
    built.set(.type, of: "AAA", "decoy 0", to: UInt32(1))
    built.set(.dataOffset, of: "AAA", "decoy 0", to: built.relative(data))
    #expect(try shownData(built) == [500, 500, 500])
  }

  @Test func `of a long list that others had before, the first values are read again`() throws {
    var description = HiveDescription()
    description.add("AAA")
    for number in 0..<1_200 { description.add("B\(1_000 + number)") }
    description.add("Run")
    description["Run"].values = (0..<20).map { .dword(NameDescription("\($0)"), 1) }
    description["B1000"].values = (0..<40).map { .dword(NameDescription("\($0)"), 1) }
    var built = description.build()
    let shared = try #require(built.key("B1000").valueList)
    for number in 1..<1_200 {
      built.set(.valueList, of: "B\(1_000 + number)", to: built.relative(shared))
      built.set(.valueCount, of: "B\(1_000 + number)", to: UInt32(40))
    }
    let list = try #require(built.key("Run").valueList)
    built.set(.valueList, of: "AAA", to: built.relative(list))
    built.set(.valueCount, of: "AAA", to: UInt32(20))
    var walk = try Hive(bytes: built.bytes).root.walk()
    var counts: [Int] = []
    while let key = walk.next() {
      if ["AAA", "Run"].contains(key.name) { counts.append(walk.values.count) }
    }
    #expect(counts == [20, 16])
  }

  @Test func `a second root that has subkeys is a finding`() throws {
    var built = Fixture.sample().build()
    built.set(.flags, of: "Gamma", to: UInt16(0x2C))
    built.set(.parent, of: "Gamma", to: built.relative(built.key("").node))
    // In the tree, it is a key like others.
    #expect(try Hive(bytes: built.bytes).findings == [])
    built.set(.rootOffset, to: built.relative(built.key("Beta").node))
    let hive = try Hive(bytes: built.bytes)
    #expect(hive.findings.map(\.id) == ["second-root"])
    #expect(hive.findings.map(\.offset) == [built.key("").node + 6])
    #expect(hive.check().first { $0.rule.id == "second-root" }?.severity == .problem)
    #expect(
      hive.paths == ["", "ROOT", "ROOT\\Alpha", "ROOT\\Gamma", "ROOT\\Gamma\\Delta"])
  }

  @Test func `a key's own list is read although others had it, and much more, before`() throws {
    var description = HiveDescription()
    description.add("AAA")
    for number in 0..<1_200 { description.add("B\(1_000 + number)") }
    description.add("Run")
    description["Run"].values = [.binary("Malware", secret)]
    description["B1000"].values = [.dword("v", 1)]
    var built = description.build()
    let shared = try #require(built.key("B1000").valueList)
    // Each of these keys repeats one value, until no more may be repeated.
    for number in 1..<1_200 {
      built.set(.valueList, of: "B\(1_000 + number)", to: built.relative(shared))
      built.set(.valueCount, of: "B\(1_000 + number)", to: UInt32(1))
    }
    let list = try #require(built.key("Run").valueList)
    built.set(.valueList, of: "AAA", to: built.relative(list))
    built.set(.valueCount, of: "AAA", to: UInt32(1))
    var walk = try Hive(bytes: built.bytes).root.walk()
    var names: [String] = []
    while let key = walk.next() {
      if key.name == "Run" {
        names = walk.values.map { Value(hive: key.hive, record: $0.record).name.description }
      }
    }
    #expect(names == ["Malware"])
  }

  /// A list, and a list before it that has the same elements.
  private func overlappingLists(_ decoy: String, _ list: String) throws -> BuiltHive {
    var description = HiveDescription()
    for path in ["AAA", "Services\\Evil", "Services\\Evil2"] { description.makeKey(path) }
    description["Services"].list = .leaf(list == "lf" ? .lf : .li)
    let head = { (size: Int32, kind: String, count: UInt16) in
      numberBytes(size) + Array(kind.utf8) + numberBytes(count)
    }
    let room = Array(repeating: UInt8(0), count: 16)
    description.extraCells = [
      .unreferenced([0, 0, 0, 0] + head(-32, decoy, 6) + head(-24, list, 2) + room)
    ]
    var built = description.build()
    let first = built.extraCells[0] + 24
    let lists = built.key("Services").subkeyLists
    let evil = ["Services\\Evil", "Services\\Evil2"].map { built.relative(built.key($0).node) }
    switch list {
    case "ri":
      for index in 0..<2 { built.put(built.relative(lists[0]), at: first + 4 * index) }
    case "lf":
      for index in 0..<2 { built.put(evil[index], at: first + 8 * index) }
    default:
      for index in 0..<2 { built.put(evil[index], at: first + 4 * index) }
    }
    built.set(.subkeyList, of: "AAA", to: built.relative(built.extraCells[0] + 8))
    built.set(.subkeyCount, of: "AAA", to: UInt32(6))
    built.set(.subkeyList, of: "Services", to: built.relative(built.extraCells[0] + 16))
    return built
  }

  @Test(arguments: [("li", "ri"), ("ri", "li"), ("ri", "lf")])
  func `a list of another kind over a list takes no subkeys from it`(
    decoy: String, list: String
  ) throws {
    let hive = try Hive(bytes: try overlappingLists(decoy, list).bytes)
    #expect(hive.paths == ["", "AAA", "Services", "Services\\Evil", "Services\\Evil2"])
  }
}
