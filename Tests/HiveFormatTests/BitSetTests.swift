// SPDX-License-Identifier: MIT

import HiveBuilder
@testable import HiveFormat
import Testing

/// The sets that keep account of what was handed out.
@Suite struct BitSetTests {
  @Test(arguments: [1, 2, 3] as [UInt64])
  func `a row gives what no row before gave`(seed: UInt64) {
    var random = SplitMix(state: seed)
    let size = 40_000
    // A set has whole words of 64 elements.
    let end = (size >> 8 + 1) << 8
    var set = BitSet(covering: size, stride: 4)
    var expected: Set<Int> = []
    for _ in 0..<400 {
      let start = 4 * Int(random.next() % UInt64(size / 4))
      let count = 1 + Int(random.next() % 3_000)
      let distance = random.next() % 2 == 0 ? 4 : 8
      var fresh: [Int] = []
      set.insertRow(at: start, count: count, distance: distance, into: &fresh)
      let row = (0..<count).map { start + $0 * distance }.filter { $0 < end }
      #expect(fresh == row.filter { !expected.contains($0) })
      expected.formUnion(row)
    }
  }

  @Test(arguments: [7, 8, 9] as [UInt64])
  func `a short row is added as a whole or not at all`(seed: UInt64) {
    var random = SplitMix(state: seed)
    let size = 40_000
    var set = BitSet(covering: size, stride: 4)
    var expected: Set<Int> = []
    var added = 0
    for _ in 0..<2_000 {
      let start = 4 * Int(random.next() % UInt64(size / 4))
      let count = Int(random.next() % 70)
      let row = (0..<count).map { start + $0 * 4 }
      let isAdded = set.insertIfNew(from: start, count: count)
      if isAdded {
        #expect(count > 0 && expected.isDisjoint(with: row))
        expected.formUnion(row)
        added += 1
      }
    }
    #expect(added > 100)
    for offset in stride(from: 0, to: size, by: 4) {
      #expect(set.contains(offset) == expected.contains(offset))
    }
    let isAddedBehind = set.insertIfNew(from: size + 4_096, count: 1)
    #expect(!isAddedBehind)
  }

  @Test(arguments: [10, 11, 12] as [UInt64])
  func `short bytes are read as a whole or not at all`(seed: UInt64) {
    var random = SplitMix(state: seed)
    let size = 40_000
    var read = ReadBytes(covering: size)
    var expected: Set<Int> = []
    var added = 0
    for _ in 0..<2_000 {
      let start = 8 * Int(random.next() % UInt64(size / 8))
      let end = start + Int(random.next() % 1_200)
      let units = Set((start..<end).map { $0 >> 3 })
      if read.insertIfNew(from: start, to: end) {
        #expect(!units.isEmpty && expected.isDisjoint(with: units))
        expected.formUnion(units)
        added += 1
      }
    }
    #expect(added > 30)
    for offset in stride(from: 0, to: size, by: 8) {
      #expect(read.contains(offset) == expected.contains(offset >> 3))
    }
    let isAddedBehind = read.insertIfNew(from: size + 4_096, to: size + 4_104)
    #expect(!isAddedBehind)
  }

  @Test(arguments: [4, 5, 6] as [UInt64])
  func `elements that are reopened are taken once more`(seed: UInt64) {
    var random = SplitMix(state: seed)
    var left = Set((0..<500).map { _ in 4 * Int(random.next() % 2_000) })
    var reopened = ReopenedElements(Array(left))
    for _ in 0..<300 {
      let start = 4 * Int(random.next() % 2_000)
      let count = Int(random.next() % 50)
      let distance = random.next() % 2 == 0 ? 4 : 8
      var taken: [Int] = []
      reopened.take(
        from: start, to: start + count * distance, distance: distance, into: &taken)
      let row = (0..<count).map { start + $0 * distance }
      #expect(Set(taken) == Set(row.filter(left.contains)))
      #expect(taken.count == Set(taken).count)
      left.subtract(taken)
    }
  }
}
