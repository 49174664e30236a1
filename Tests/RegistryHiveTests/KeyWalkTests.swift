// SPDX-License-Identifier: MIT

import HiveBuilder
import HiveFormat
import RegistryHive
import Testing

@Suite struct KeyWalkTests {
  private func hive() throws -> Hive {
    try Hive {
      for path in ["b\\2\\x", "b\\1", "a", "c\\3\\y\\deep"] { $0.makeKey(path) }
    }
  }

  @Test func `parents come before their subkeys, in stored order`() throws {
    #expect(
      try hive().paths == [
        "", "a", "b", "b\\1", "b\\2", "b\\2\\x", "c", "c\\3", "c\\3\\y", "c\\3\\y\\deep",
      ])
  }

  @Test func `a walk counts how deep it is`() throws {
    var walk = try hive().root.walk()
    var depths: [Int] = []
    while walk.next() != nil { depths.append(walk.depth) }
    #expect(depths == [0, 1, 1, 2, 2, 3, 1, 2, 3, 4])
    #expect(walk.next() == nil)
  }

  @Test(arguments: [(0, 1), (1, 4), (2, 7), (3, 9), (4, 10), (.max, 10)])
  func `a walk goes no deeper than it may`(limit: Int, count: Int) throws {
    let hive = try hive()
    let walk = hive.root.walk(maximumDepth: limit)
    #expect(walk.reduce(0) { count, _ in count + 1 } == count)
  }

  @Test func `a walk may begin anywhere, and its paths still begin at the root`() throws {
    let hive = try hive()
    var walk = try #require(hive.key(at: "c\\3")).walk()
    var seen: [String] = []
    while walk.next() != nil { seen.append("\(walk.depth) \(walk.path)") }
    #expect(seen == ["0 c\\3", "1 c\\3\\y", "2 c\\3\\y\\deep"])
  }

  @Test func `a walk is a sequence of keys`() throws {
    let names = try hive().root.walk().map(\.name.description)
    #expect(names == ["ROOT", "a", "b", "1", "2", "x", "c", "3", "y", "deep"])
  }

  @Test(arguments: Fixture.all.map(\.name).filter { !$0.hasPrefix("damaged/") })
  func `a walk finds every key and value of an undamaged hive, and no fault`(name: String) throws {
    let built = Fixture.named(name).build()
    let hive = try Hive(bytes: built.bytes)
    var expected: Set<Int> = []
    var values: [Int: [Int]] = [:]
    for (key, place) in zip(built.description.keys, built.keys) {
      let isLive = key.parent.map { expected.contains(built.key($0).node) } ?? true
      guard isLive, !key.isDeleted else { continue }
      expected.insert(place.node)
      values[place.node] = zip(key.values, place.values).filter { !$0.0.isDeleted }.map(\.1.record)
    }
    var walk = hive.root.walk()
    var found: Set<Int> = []
    while let key = walk.next() {
      #expect(found.insert(key.offset).inserted)
      #expect(key.values.map(\.offset) == values[key.offset])
      // One of the names is one that no key of Windows has.
      #expect(walk.findings.map(\.id) == (hasBackslash(key.name) ? ["key-name-backslash"] : []))
      #expect(key.path == walk.path)
    }
    #expect(found == expected)
    #expect(hive.findings == [])
  }
}

private func hasBackslash(_ name: RegistryString) -> Bool { name.utf16.contains(0x5C) }

// MARK: - Loops, and things that belong to two places

extension KeyWalkTests {
  @Test func `a key among its own descendants is visited once`() throws {
    let built = Fixture.named("damaged/subkey-loop").build()
    let hive = try Hive(bytes: built.bytes)
    #expect(hive.paths == ["", "Alpha", "Beta", "Gamma"])
    #expect(
      hive.walkFindings == ["Gamma": [.reused("key-reused", built.key("").node, "key")]])
  }

  @Test func `a key that lists itself is visited once`() throws {
    var built = Fixture.sample().build()
    built.closeLoop(from: "Gamma", to: "Gamma")
    let hive = try Hive(bytes: built.bytes)
    #expect(hive.paths == ["", "Alpha", "Beta", "Gamma"])
    #expect(
      hive.walkFindings == ["Gamma": [.reused("key-reused", built.key("Gamma").node, "key")]])
  }

  @Test func `a key listed twice is visited once, where it stands first`() throws {
    var built = Fixture.sample().build()
    built.redirectSubkey(of: "", at: 2, to: built.relative(built.key("Alpha").node))
    let hive = try Hive(bytes: built.bytes)
    #expect(hive.paths == ["", "Alpha", "Beta"])
    #expect(hive.walkFindings == ["": [.reused("key-reused", built.key("Alpha").node, "key")]])
  }

  @Test func `findings come in the order of the list`() throws {
    var description = HiveDescription()
    for number in 0..<6 { description.add("key \(number)") }
    var built = description.build()
    built.redirectSubkey(of: "", at: 1, to: built.relative(built.keys[1].node))
    built.redirectSubkey(of: "", at: 4, to: built.relative(built.keys[3].node))
    let hive = try Hive(bytes: built.bytes)
    #expect(hive.paths == ["", "key 0", "key 2", "key 3", "key 5"])
    #expect(
      hive.walkFindings == [
        "": [1, 3].map { .reused("key-reused", built.keys[$0].node, "key") }
      ])
  }

  @Test func `a key of two parents belongs to the one that it names`() throws {
    var built = Fixture.sample().build()
    built.redirectSubkey(of: "", at: 0, to: built.relative(built.key("Gamma\\Delta").node))
    let hive = try Hive(bytes: built.bytes)
    #expect(hive.paths == ["", "Beta", "Gamma", "Gamma\\Delta"])
    #expect(
      hive.walkFindings == [
        "": [.reused("key-reused", built.key("Gamma\\Delta").node, "key")]
      ])
  }

  @Test func `a key that its own parent does not list belongs to the first that does`() throws {
    var built = Fixture.sample().build()
    let delta = built.key("Gamma\\Delta").node
    built.redirectSubkey(of: "", at: 0, to: built.relative(delta))
    built.redirectSubkey(of: "", at: 1, to: built.relative(delta))
    built.set(.parent, of: "Gamma\\Delta", to: built.relative(built.key("Alpha").node))
    let hive = try Hive(bytes: built.bytes)
    #expect(hive.paths == ["", "Delta", "Gamma"])
    let reused = Finding.reused("key-reused", delta, "key")
    #expect(hive.walkFindings == ["": [reused], "Gamma": [reused]])
  }

  @Test func `a key whose parent is below it belongs to the one that lists it`() throws {
    var built = Fixture.sample().build()
    // Gamma names Delta as its parent, and Delta lists nothing.
    built.set(.parent, of: "Gamma", to: built.relative(built.key("Gamma\\Delta").node))
    let hive = try Hive(bytes: built.bytes)
    #expect(hive.paths == ["", "Alpha", "Beta", "Gamma", "Gamma\\Delta"])
    #expect(hive.walkFindings == [:])
  }

  @Test(arguments: [HiveBuilder.SubkeyList.leaf(.lh), .index(.lh, leafSize: 2)])
  func `a list of subkeys belongs to one key`(list: HiveBuilder.SubkeyList) throws {
    var description = HiveDescription()
    for path in ["a\\1", "a\\2", "a\\3", "b\\1", "b\\2", "b\\3"] { description.makeKey(path) }
    for path in ["a", "b"] { description[path].list = list }
    var built = description.build()
    let lists = built.key("a").subkeyLists
    built.set(.subkeyList, of: "b", to: built.relative(lists[0]))
    let hive = try Hive(bytes: built.bytes)
    #expect(hive.paths == ["", "a", "a\\1", "a\\2", "a\\3", "b"])
    let reused = Finding(
      id: "list-reused", offset: lists[0],
      expected: "a list of subkeys that belongs to one place only",
      found: "a second reference to it")
    #expect(
      hive.walkFindings["b"]
        == [
          reused,
          Finding(
            id: "list-count", offset: built.key("b").node + 24, expected: "0 subkeys, as listed",
            found: "3"),
        ])
    #expect(hive.walkFindings.count == 1)
  }

  @Test func `a list of lists in itself ends`() throws {
    let built = Fixture.named("damaged/list-in-itself").build()
    let hive = try Hive(bytes: built.bytes)
    #expect(hive.paths == ["", "Gamma", "Gamma\\Delta"])
    #expect(hive.walkFindings[""]?.map(\.id) == ["list-nesting", "list-count"])
    #expect(hive.root.subkey(named: "gamma")?.name == "Gamma")
    #expect(hive.root.subkey(named: "alpha") == nil)
  }

  @Test func `a list of values belongs to one key`() throws {
    var built = Fixture.sample().build()
    let list = try #require(built.key("Alpha").valueList)
    built.set(.valueList, of: "Beta", to: built.relative(list))
    built.set(.valueCount, of: "Beta", to: UInt32(1))
    let hive = try Hive(bytes: built.bytes)
    #expect(hive.walkFindings == ["Beta": [.reused("list-reused", list, "list of values")]])
  }

  @Test func `a value belongs to one place`() throws {
    var built = Fixture.sample().build()
    let value = built.value("Alpha", "text").record
    built.redirectValue(of: "Beta", at: 1, to: built.relative(value))
    var hive = try Hive(bytes: built.bytes)
    #expect(hive.walkFindings == ["Beta": [.reused("value-reused", value, "value")]])
    built = Fixture.sample().build()
    let own = built.value("Beta", "one").record
    built.redirectValue(of: "Beta", at: 2, to: built.relative(own))
    hive = try Hive(bytes: built.bytes)
    #expect(hive.walkFindings == ["Beta": [.reused("value-reused", own, "value")]])
    // Asked by itself, a key gives what its list has.
    #expect(hive.key(at: "Beta")?.values.map(\.name) == ["one", "text", "one"])
  }

  @Test func `a value that a key lists over and over is given a few times`() throws {
    var description = Fixture.sample()
    description.add("Many")
    description["Many"].values = [.dword("last", 1)]
    description.set("Zulu", .dword("one", 1), .dword("two", 2))
    description.extraCells = [.unreferenced([UInt8](repeating: 0, count: 80_000))]
    var built = description.build()
    let list = built.extraCells[0]
    let one = built.relative(built.value("Zulu", "one").record)
    for index in 0..<19_999 { built.put(one, at: list + 4 + 4 * index) }
    let last = built.value("Many", "last").record
    built.put(built.relative(last), at: list + 80_000)
    built.set(.valueList, of: "Many", to: built.relative(list))
    built.set(.valueCount, of: "Many", to: UInt32(20_000))
    var walk = try Hive(bytes: built.bytes).root.walk()
    var counts: [String: Int] = [:]
    while let key = walk.next() {
      counts[key.name.description] = walk.values.count
      guard key.name == "Many" else { continue }
      #expect(walk.findings.contains { $0.id == "repeated-bytes" && $0.offset == list })
      #expect(walk.values.last?.record.cell.offset == last)
    }
    // A reference counts as much as a value takes up in a file.
    let room = built.bytes.count / 28
    #expect(try #require(counts["Many"]) > 16)
    #expect(try #require(counts["Many"]) < room + 20)
    // Whose value it is has it still.
    #expect(counts["Zulu"] == 2)
  }

  @Test func `data that two values share are reported`() throws {
    let built = twoTexts()
    let hive = try Hive(bytes: built.bytes)
    let cell = try #require(built.value("key", "first").data)
    #expect(hive.walkFindings == ["key": [.reused("data-reused", cell, "value's data")]])
    #expect(hive.key(at: "key")?.value(named: "second")?.data == .string("the first text"))
  }

  /// A key with two values of which the second refers to the data of the first.
  private func twoTexts() -> BuiltHive {
    var description = HiveDescription()
    description["key"].values = [
      .string("first", "the first text"), .string("second", "another text."),
    ]
    var built = description.build()
    let cell = built.value("key", "first").data ?? 0
    built.set(.dataOffset, of: "key", "second", to: built.relative(cell))
    built.setDataSize(of: "key", "second", to: 30)
    return built
  }
}

// MARK: - Data that many values share

extension KeyWalkTests {
  /// How many bytes of data a walk returns in all, and what it finds wrong.
  private func readAll(_ built: BuiltHive) throws -> (bytes: Int, ids: [String: Int]) {
    var walk = try Hive(bytes: built.bytes).root.walk()
    var bytes = 0
    var ids: [String: Int] = [:]
    while walk.nextNode() != nil {
      for record in walk.records { bytes += walk.extent(of: record).count }
      for fault in walk.faults { ids[fault.code.rawValue, default: 0] += 1 }
    }
    return (bytes, ids)
  }

  private func sharing(_ data: [UInt8], _ storage: ValueDescription.Storage, count: Int) throws
    -> BuiltHive
  {
    var description = HiveDescription()
    description.root.values = [.binary("0", data, storage: storage)]
    for number in 1..<count {
      description.root.values.append(
        .binary("\(number)", [], storage: .raw(size: UInt32(data.count), offset: 0)))
    }
    var built = description.build()
    let cell = try #require(built.value("", "0").data)
    for number in 1..<count {
      built.set(.dataOffset, of: "", "\(number)", to: built.relative(cell))
    }
    return built
  }

  @Test(arguments: [ValueDescription.Storage.cell, .bigData(exactLastSegment: true)])
  func `data that are shared are read again, up to the size of the file`(
    storage: ValueDescription.Storage
  ) throws {
    let few = try readAll(sharing(Fixture.pattern(16_000, seed: 1), storage, count: 2))
    #expect(few.bytes == 32_000)
    #expect(few.ids == ["data-reused": 1])
    let built = try sharing(Fixture.pattern(16_000, seed: 1), storage, count: 500)
    let many = try readAll(built)
    // What is cut keeps 64 bytes.
    #expect(many.bytes <= 2 * built.bytes.count + 500 * 64)
    #expect(many.bytes > built.bytes.count)
    #expect(many.ids["data-reused"] == 499)
    #expect(try #require(many.ids["repeated-bytes"]) > 490)
  }

  @Test func `data that overlap are read up to the size of the file`() throws {
    let count = 1_000
    var description = HiveDescription()
    let cells = [[UInt8]](repeating: numberBytes(Int32(-16_000)) + [0, 0, 0, 0], count: count)
    description.extraCells = [
      .unreferenced([0, 0, 0, 0] + cells.joined() + Array(repeating: 0, count: 16_000))
    ]
    description.root.values = (0..<count).map {
      .binary("\($0)", [], storage: .raw(size: 15_996, offset: 0))
    }
    var built = description.build()
    for number in 0..<count {
      let cell = built.extraCells[0] + 8 + 8 * number
      built.put(built.relative(cell), at: built.key("").values[number].record + 4 + 8)
    }
    let (bytes, ids) = try readAll(built)
    // Each cell has 8 bytes of its own, and sixteen times as many that were read before.
    #expect(bytes <= 2 * built.bytes.count + count * 8 * 17)
    #expect(bytes > built.bytes.count)
    #expect(Set(ids.keys) == ["cell-overlap", "repeated-bytes", "more-faults"])
  }

  @Test func `lists that overlap give no more than the file has room for`() throws {
    // Every 8 bytes of a field are the beginning of lists with 1,000 elements, all of them bad.
    let keys = 100
    let list = numberBytes(Int32(-4_008)) + Array("li".utf8) + numberBytes(UInt16(1_000))
    var description = HiveDescription()
    for number in 0..<keys { description.add("key \(1_000 + number)") }
    let field = [[UInt8]](repeating: list, count: keys).joined()
    description.extraCells = [
      .unreferenced([0, 0, 0, 0] + field + Array(repeating: 0, count: 4_008))
    ]
    var built = description.build()
    for number in 0..<keys {
      let path = "key \(1_000 + number)"
      let place = built.relative(built.extraCells[0] + 8 + 8 * number)
      // The lists of even keys are their subkeys, those of odd ones their values.
      built.set(number % 2 == 0 ? .subkeyList : .valueList, of: path, to: place)
      built.set(number % 2 == 0 ? .subkeyCount : .valueCount, of: path, to: UInt32(1_000))
    }
    let (_, ids) = try readAll(built)
    let hive = try Hive(bytes: built.bytes)
    #expect(hive.paths.count == keys + 1)
    #expect(ids.values.reduce(0, +) < built.bytes.count / 2 + 1_001 + 2 * keys)
    #expect(try #require(ids["cell-overlap"]) > keys / 2)
    let usage = hive.usage()
    #expect(usage.root.keyCount == keys + 1)
    #expect(usage.findings.contains { $0.finding.id == "cell-overlap" })
  }
}
