// SPDX-License-Identifier: MIT

import HiveBuilder
import Testing

/// The builder itself: what it writes must hold together before a reader can be judged by it.
@Suite struct HiveBuilderTests {
  private static let undamaged = Fixture.all.map(\.name).filter { !$0.hasPrefix("damaged/") }

  /// Walks all cells by their sizes alone; nil where they do not fill the bins exactly.
  private func walk(_ hive: BuiltHive) -> [(offset: Int, size: Int, isFree: Bool)]? {
    var cells: [(offset: Int, size: Int, isFree: Bool)] = []
    for (index, bin) in hive.bins.enumerated() {
      let end = index + 1 < hive.bins.count ? hive.bins[index + 1] : hive.binsEnd
      guard hive.bytes[bin..<bin + 4].elementsEqual("hbin".utf8),
        hive.number(UInt32.self, at: bin + 4) == hive.relative(bin),
        Int(hive.number(UInt32.self, at: bin + 8)) == end - bin, (end - bin) % 4096 == 0
      else { return nil }
      var offset = bin + 32
      while offset < end {
        let size = hive.cellSize(at: offset)
        guard size != 0, size % 8 == 0, offset + abs(size) <= end else { return nil }
        cells.append((offset, abs(size), size > 0))
        offset += abs(size)
      }
    }
    return cells
  }

  @Test(arguments: undamaged)
  func `cells fill the bins, and the bookkeeping accounts for every byte`(name: String) throws {
    let hive = Fixture.named(name).build()
    let cells = try #require(walk(hive))
    #expect(hive.usage.total == hive.bytes.count)
    #expect(cells.filter(\.isFree).reduce(0) { $0 + $1.size } == hive.usage.free)
    #expect(hive.number(UInt32.self, at: 508) == headerChecksum(of: hive.bytes))
    #expect(Int(hive.number(UInt32.self, at: 40)) == hive.binsEnd - 4096)
  }

  @Test(arguments: undamaged)
  func `security descriptors form a ring and count the keys that use them`(name: String) {
    let hive = Fixture.named(name).build()
    var users: [Int: UInt32] = [:]
    var free: Set<HiveDescription.KeyID> = []
    for (index, key) in hive.description.keys.enumerated() {
      // A parent is always before its subkeys.
      if key.isDeleted || key.parent.map(free.contains) == true {
        free.insert(HiveDescription.KeyID(index: index))
      } else {
        users[hive.keys[index].security, default: 0] += 1
      }
    }
    var cell = hive.securityCells[0]
    var ring: [Int] = []
    for _ in hive.securityCells {
      ring.append(cell)
      let next = hive.absolute(hive.number(UInt32.self, at: cell + 8))
      #expect(hive.absolute(hive.number(UInt32.self, at: next + 12)) == cell)
      #expect(hive.number(UInt32.self, at: cell + 16) == users[cell, default: 0])
      cell = next
    }
    #expect(cell == hive.securityCells[0])
    #expect(ring == hive.securityCells)
  }

  @Test(.disabled(if: slowTestsAreLeftOut, "slow"))
  func `a tree may be 60,000 keys deep`() {
    var description = HiveDescription()
    var key = HiveDescription.KeyID.root
    for _ in 0..<60_000 {
      key = description.add("k", to: key)
    }
    let hive = description.build()
    #expect(walk(hive) != nil)
    // From the deepest key up, by the parent fields alone.
    var node = hive.key(key).node
    var depth = 0
    while node != hive.key(.root).node {
      node = hive.absolute(hive.number(UInt32.self, at: node + 4 + 16))
      depth += 1
    }
    #expect(depth == 60_000)
  }

  @Test(.disabled(if: slowTestsAreLeftOut, "slow"))
  func `a key may have 150,000 values`() {
    var description = HiveDescription()
    description.root.values = (0..<150_000).map { .dword("\($0)", UInt32($0)) }
    let hive = description.build()
    #expect(walk(hive) != nil)
    let last = hive.number(UInt32.self, at: hive.valueElement(of: "", at: 149_999))
    #expect(hive.absolute(last) == hive.key(.root).values[149_999].record)
  }

  @Test(.disabled(if: slowTestsAreLeftOut, "slow"))
  func `a key may have 100,000 subkeys, in leaves below an index root`() {
    var description = HiveDescription()
    for number in 0..<100_000 {
      description.add("\(1_000_000 + number)")
    }
    let hive = description.build()
    #expect(walk(hive) != nil)
    #expect(hive.key("").subkeyLists.count == 1 + 198)
    let last = hive.number(UInt32.self, at: hive.subkeyElement(of: "", at: 99_999))
    #expect(hive.absolute(last) == hive.keys[100_000].node)
  }

  @Test func `subkeys are listed by their names in upper case`() {
    var description = HiveDescription()
    let names: [NameDescription] = ["b", "_", "A", "é", "Z", "a1", "É1"]
    let keys = names.map { description.add($0) }
    let hive = description.build()
    let order = (0..<names.count).map { index in
      hive.absolute(hive.number(UInt32.self, at: hive.subkeyElement(of: "", at: index)))
    }
    let expected = ["A", "a1", "b", "Z", "_", "é", "É1"].map { name in
      hive.key(keys[names.firstIndex(of: NameDescription(name)) ?? 0]).node
    }
    #expect(order == expected)
  }

  @Test func `times count from 1601`() {
    #expect(filetime(1601, 1, 1) == 0)
    #expect(filetime(1970, 1, 1) == 116_444_736_000_000_000)
    #expect(filetime(2024, 3, 15, 10, 0, 1, ticks: 7) == 133_549_704_010_000_007)
  }

  @Test func `a SID has its authority in big-endian and its parts in little-endian order`() {
    #expect(
      sidBytes("S-1-5-21-1-1001")
        == [1, 3, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 1, 0, 0, 0, 0xE9, 3, 0, 0])
  }
}
