// SPDX-License-Identifier: MIT

import HiveBuilder
import HiveFormat
import Testing

@Suite struct ValueListTests {
  private func hive(_ count: Int = 5) -> BuiltHive {
    var description = HiveDescription()
    description.root.values = (0..<count).map { .dword("value \($0)", UInt32($0)) }
    return description.build()
  }

  private func cells(_ hive: BuiltHive) -> [Int] { hive.key("").values.map(\.record) }

  @Test func `values come in stored order`() throws {
    let hive = hive()
    let (offsets, faults) = try hive.values(of: "")
    #expect(offsets == cells(hive))
    #expect(faults == [])
  }

  @Test func `a bad element costs one value`() throws {
    var hive = hive()
    hive.redirectValue(of: "", at: 1)
    hive.redirectValue(of: "", at: 3, to: hive.relative(hive.key("").node))
    let (offsets, faults) = try hive.values(of: "")
    #expect(offsets == [0, 2, 4].map { cells(hive)[$0] })
    #expect(
      faults == [
        .outOfBounds(nowhere, in: hive),
        FormatError(
          .signature, at: hive.key("").node + 4, expected: "the signature \"vk\"",
          found: "\"nk\""),
      ])
  }

  @Test(arguments: [6, 1_000_000, .max] as [UInt32])
  func `a key that counts more values than listed gets those`(count: UInt32) throws {
    var hive = hive()
    hive.set(.valueCount, of: "", to: count)
    let (offsets, faults) = try hive.values(of: "")
    #expect(offsets == cells(hive))
    #expect(
      faults == [
        FormatError(
          .listOverrun, at: hive.key("").node + 40,
          expected: "at most 5 values in a list cell of 24 bytes", found: "\(count)")
      ])
  }

  @Test func `a key that counts fewer values than listed gets as many`() throws {
    var hive = hive()
    hive.set(.valueCount, of: "", to: UInt32(2))
    let (offsets, faults) = try hive.values(of: "")
    #expect(offsets == Array(cells(hive).prefix(2)))
    #expect(faults == [])
  }

  @Test func `a list in a free cell is read where it leads to values`() throws {
    var hive = hive()
    hive.flipAllocation(of: try #require(hive.key("").valueList))
    let (offsets, faults) = try hive.values(of: "")
    #expect(offsets == cells(hive))
    #expect(
      faults == [
        FormatError(
          .cellFree, at: try #require(hive.key("").valueList), expected: "a cell in use",
          found: "a free cell")
      ])
  }

  @Test func `a list in a free cell that something else was written to costs all values`() throws {
    var hive = hive()
    hive.flipAllocation(of: try #require(hive.key("").valueList))
    hive.redirectValue(of: "", at: 0)
    let (offsets, faults) = try hive.values(of: "")
    #expect(offsets == [])
    #expect(
      faults == [
        FormatError(
          .cellFree, at: try #require(hive.key("").valueList), expected: "a cell in use",
          found: "a free cell")
      ])
  }

  @Test func `a list without values is not looked at`() throws {
    var hive = hive()
    hive.set(.valueCount, of: "", to: UInt32(0))
    hive.set(.valueList, of: "", to: UInt32(0x7FFF_FFF8))
    let (offsets, faults) = try hive.values(of: "")
    #expect(offsets == [])
    #expect(faults == [])
  }
}
