// SPDX-License-Identifier: MIT

import HiveBuilder
import RegistryHive
import Testing

/// Hives beyond what libhivex takes: they must be read whole, and without a finding.
@Suite struct LargeHiveTests {
  private static let depth = 60_000
  private static let subkeys = 100_000
  private static let values = 150_000

  private static let deep = {
    var description = HiveDescription()
    var key = HiveDescription.KeyID.root
    for _ in 0..<depth { key = description.add("k", to: key) }
    return description.build().bytes
  }()

  private static let wide = {
    var description = HiveDescription()
    let parent = description.add("parent")
    for number in 0..<subkeys { description.add("\(1_000_000 + number)", to: parent) }
    let owner = description.add("owner")
    description[owner].values = (0..<values).map { .dword("\($0)", UInt32($0)) }
    return description.build()
  }()

  @Test(.disabled(if: slowTestsAreLeftOut, "slow")) func `a tree 60,000 keys deep`() throws {
    let hive = try Hive(bytes: Self.deep)
    #expect(hive.findings == [])
    var walk = hive.root.walk()
    var last: Key?
    var count = 0
    while let key = walk.next() {
      #expect(walk.depth == count)
      #expect(key.values.isEmpty)
      count += 1
      last = key
      #expect(walk.findings.map(\.id) == (count == 514 ? ["key-depth"] : []))
    }
    #expect(count == Self.depth + 1)
    let path = RegistryPath(names: Array(repeating: "k", count: Self.depth))
    #expect(last?.path == path)
    #expect(hive.key(at: path)?.offset == last?.offset)
    #expect(hive.key(at: path.appending("k")) == nil)
  }

  @Test func `a walk in a deep tree goes no deeper than it may`() throws {
    let hive = try Hive(bytes: Self.deep)
    #expect(hive.root.walk(maximumDepth: 40_000).reduce(0) { count, _ in count + 1 } == 40_001)
  }

  @Test(.disabled(if: slowTestsAreLeftOut, "slow")) func `a key with 100,000 subkeys`() throws {
    let built = Self.wide
    let hive = try Hive(bytes: built.bytes)
    #expect(hive.findings == [])
    let parent = try #require(hive.key(at: "parent"))
    #expect(parent.subkeys.map(\.offset) == built.keys[2..<(2 + Self.subkeys)].map(\.node))
    #expect(parent.findings == [])
    for number in stride(from: 0, to: Self.subkeys, by: 997) {
      let name = RegistryString("\(1_000_000 + number)")
      #expect(parent.subkey(named: name)?.offset == built.keys[2 + number].node)
    }
    #expect(parent.subkey(named: "1100000") == nil)
    #expect(parent.subkey(named: "999999") == nil)
  }

  @Test(.disabled(if: slowTestsAreLeftOut, "slow")) func `a key with 150,000 values`() throws {
    let built = Self.wide
    let owner = try #require(try Hive(bytes: built.bytes).key(at: "owner"))
    #expect(owner.values.map(\.offset) == built.key("owner").values.map(\.record))
    #expect(owner.findings == [])
    #expect(owner.value(named: "149999")?.data == .dword(149_999))
    #expect(owner.value(named: "150000") == nil)
  }

  @Test(.disabled(if: slowTestsAreLeftOut, "slow")) func `a walk over both`() throws {
    var walk = try Hive(bytes: Self.wide.bytes).root.walk()
    var keys = 0
    var values = 0
    while walk.nextNode() != nil {
      keys += 1
      values += walk.records.count
      #expect(walk.faults == [])
    }
    #expect(keys == Self.subkeys + 3)
    #expect(values == Self.values)
  }

  @Test(.disabled(if: slowTestsAreLeftOut, "slow"), arguments: [3, 5] as [UInt32])
  func `a value of 9 MB, in one cell or as big data`(minorVersion: UInt32) throws {
    let data = Fixture.pattern(9_000_001, seed: minorVersion)
    var description = HiveDescription(minorVersion: minorVersion)
    description.root.values = [.binary("large", data), .dword("behind", 1)]
    let built = description.build()
    #expect(built.value("", "large").segments.isEmpty == (minorVersion == 3))
    let hive = try Hive(bytes: built.bytes)
    let value = try #require(hive.root.value(named: "large"))
    #expect(value.size == 9_000_001)
    #expect(value.bytes == data)
    #expect(value.findings == [])
    #expect(hive.root.findings == [])
    #expect(hive.root.value(named: "behind")?.data == .dword(1))
  }
}
