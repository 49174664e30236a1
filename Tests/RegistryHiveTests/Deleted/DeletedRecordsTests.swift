// SPDX-License-Identifier: MIT

import HiveBuilder
import RegistryHive
import Testing

@Suite struct DeletedRecordsTests {
  private func records(of built: BuiltHive) throws -> DeletedRecords {
    try Hive(bytes: built.bytes).deletedRecords()
  }

  /// A hive with the keys `live`, `gone` (deleted) and `gone\below`, each with values.
  private func sample(_ change: (inout HiveDescription) -> Void = { _ in }) -> BuiltHive {
    var hive = HiveDescription()
    hive["live"].values = [
      .string("kept", "still here"), .string("removed", "not any more").deleted,
    ]
    let gone = hive.makeKey("gone")
    hive[gone].isDeleted = true
    hive[gone].values = [.string("secret", "in a free cell"), .dword("number", 7)]
    hive.add("below", to: gone, values: [.binary("data", Fixture.pattern(40, seed: 1))])
    change(&hive)
    return hive.build()
  }

  @Test func `keys have their paths, their times and their values`() throws {
    let records = try records(of: sample())
    #expect(records.keys.map(\.path) == ["gone", "gone\\below"])
    #expect(records.keys.allSatisfy { $0.isPathComplete && $0.place == .freeCell })
    #expect(records.keys.map(\.name) == ["gone", "below"])
    #expect(records.keys[0].lastWritten.description == "2024-03-15T10:00:00.0000000Z")
    #expect(records.keys[0].values.map(\.name) == ["secret", "number"])
    #expect(
      records.keys[0].values.map(\.data) == [.string("in a free cell"), .dword(7)])
    #expect(records.keys[1].values.map(\.bytes) == [Fixture.pattern(40, seed: 1)])
    #expect(records.values.map(\.name) == ["removed"])
    #expect(records.values.map(\.data) == [.string("not any more")])
    #expect(records.values.map(\.place) == [.freeCell])
  }

  @Test func `what is live is not among them`() throws {
    let hive = try Hive(bytes: sample().bytes)
    #expect(hive.root.subkeys.map(\.name) == ["live"])
    #expect(hive.key(at: "live")?.values.map(\.name) == ["kept"])
    let offsets = Set(hive.deletedRecords().keys.map(\.offset))
    #expect(offsets.isDisjoint(with: [hive.root.offset] + hive.root.subkeys.map(\.offset)))
  }

  @Test(
    arguments: Fixture.all.filter { !$0.name.hasPrefix("damaged/") })
  func `in a sound hive there is what was deleted, and nothing else`(fixture: Fixture) throws {
    let built = fixture.build()
    let description = built.description
    var isDeleted: [Bool] = []
    var (keys, values) = (0, 0)
    for key in description.keys {
      isDeleted.append(key.isDeleted || key.parent.map { isDeleted[$0.index] } ?? false)
      let isKeyDeleted = isDeleted[isDeleted.count - 1]
      if isKeyDeleted { keys += 1 }
      values += key.values.filter { isKeyDeleted || $0.isDeleted }.count
    }
    let records = try records(of: built)
    #expect(records.keys.count == keys)
    #expect(records.keys.flatMap(\.values).count + records.values.count == values)
  }

  @Test func `a value whose data cell is used again has no data`() throws {
    var built = sample()
    let other = built.value("live", "kept")
    built.set(
      .dataOffset, of: "gone", "secret", to: built.relative(try #require(other.data)))
    let values = try records(of: built).keys[0].values
    #expect(values.map(\.name) == ["secret", "number"])
    #expect(values.map(\.data) == [nil, .dword(7)])
    #expect(values[0].size == 30)
  }

  @Test func `data that a free cell begins in are lost`() throws {
    var built = sample()
    let data = try #require(built.value("gone", "secret").data)
    let size = built.cellSize(at: data)
    built.put(Int32(16), at: data)
    built.put(Int32(size - 16), at: data + 16)
    #expect(try records(of: built).keys[0].values.map(\.data) == [nil, .dword(7)])
  }

  @Test func `a value that was used again is not the deleted key's`() throws {
    var built = sample()
    // The list of the deleted key names the cell of a live value.
    let list = try #require(built.key("gone").valueList)
    built.put(built.relative(built.value("live", "kept").record), at: list + 4)
    let records = try records(of: built)
    #expect(records.keys[0].values.map(\.name) == ["number"])
    #expect(records.values.map(\.name) == ["secret", "removed"])
  }

  @Test func `a key whose parent is gone has only a part of its path`() throws {
    var built = sample()
    built.put([0, 0], at: built.key("gone").node + 4)
    let records = try records(of: built)
    #expect(records.keys.map(\.path) == ["below"])
    #expect(records.keys.map(\.isPathComplete) == [false])
    #expect(records.values.map(\.name) == ["secret", "number", "removed"])
  }

  @Test func `keys that are their own ancestors end`() throws {
    var built = sample()
    built.set(.parent, of: "gone", to: built.relative(built.key("gone\\below").node))
    let records = try records(of: built)
    #expect(records.keys.count == 2)
    #expect(records.keys.allSatisfy { !$0.isPathComplete })
  }

  @Test func `a deleted key of the same name as a live one is kept apart`() throws {
    var hive = HiveDescription()
    hive.add("same", values: [.dword("old", 1)])
    hive[.init(index: 1)].isDeleted = true
    hive.add("same", values: [.dword("new", 2)])
    let built = hive.build()
    let opened = try Hive(bytes: built.bytes)
    #expect(opened.key(at: "same")?.values.map(\.name) == ["new"])
    let records = opened.deletedRecords()
    #expect(records.keys.map(\.path) == ["same"])
    #expect(records.keys.flatMap(\.values).map(\.name) == ["old"])
  }

  @Test func `used cells that nothing leads to are looked through`() throws {
    var built = Fixture.sample().build()
    built.set(.subkeyCount, of: "Gamma", to: UInt32(0))
    let records = try records(of: built)
    #expect(records.keys.map(\.path) == ["Gamma\\Delta"])
    #expect(records.keys.map(\.place) == [.unreferencedCell])
  }

  @Test func `what is left of a cell behind a shorter record is looked through`() throws {
    var hive = Fixture.sample()
    hive["Beta"].values.append(.binary("long", [UInt8](repeating: 1, count: 200)))
    var built = hive.build()
    let data = try #require(built.value("Beta", "long").data)
    let record = built.value("Alpha", "text").record
    built.put(Array(built.bytes[record..<record + 32]), at: data + 104)
    built.put(Array("past".utf8), at: data + 104 + 24)
    #expect(try records(of: built).values.isEmpty)
    built.setDataSize(of: "Beta", "long", to: 100)
    let records = try records(of: built)
    #expect(records.values.map(\.name) == ["past"])
    #expect(records.values.map(\.place) == [.slack])
    // The data are those of a live value now.
    #expect(records.values.map(\.bytes) == [nil])
  }

  @Test func `big data are read from their segments`() throws {
    let data = Fixture.pattern(20_000, seed: 3)
    let built = sample { $0["live"].values.append(.binary("big", data).deleted) }
    let value = try #require(try records(of: built).values.last)
    #expect(value.name == "big")
    #expect(value.bytes == data)
  }

  @Test(arguments: [12, 72])
  func `bytes that only look like a key are left out`(field: Int) throws {
    var built = sample()
    let node = built.key("gone").node
    switch field {
    case 12: built.put(filetime(1980, 1, 1), at: node + 8)
    default: built.put(UInt16(0), at: node + 4 + 72)
    }
    #expect(try records(of: built).keys.map(\.name) == ["below"])
  }

  @Test func `the same bytes cannot be read without end`() throws {
    var hive = HiveDescription()
    for number in 0..<600 {
      hive["live"].values.append(
        .binary(NameDescription("v\(number)"), Fixture.pattern(3_000, seed: 1)).deleted)
    }
    var built = hive.build()
    let data = built.relative(try #require(built.keys[1].values[0].data))
    for value in built.keys[1].values { built.put(data, at: value.record + 12) }
    let records = try records(of: built)
    #expect(records.values.count == 600)
    #expect(records.values.compactMap(\.bytes).reduce(0) { $0 + $1.count } <= built.bytes.count)
  }
}
