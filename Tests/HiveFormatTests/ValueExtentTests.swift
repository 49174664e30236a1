// SPDX-License-Identifier: MIT

import HiveBuilder
import HiveFormat
import Testing

@Suite struct ValueExtentTests {
  private func hive(
    _ count: Int, _ storage: ValueDescription.Storage = .automatic, minorVersion: UInt32 = 5
  ) -> BuiltHive {
    var description = HiveDescription(minorVersion: minorVersion)
    description.root.values = [
      .binary("data", Fixture.pattern(count, seed: 7), storage: storage)
    ]
    return description.build()
  }

  /// Where the data of the one value are, the data, and what is wrong with them.
  private func read(
    _ hive: BuiltHive
  ) throws -> (extent: ValueExtent, bytes: [UInt8], faults: [FormatError]) {
    var faults: [FormatError] = []
    let record = try hive.record("", "data")
    let extent = hive.image.extent(of: record, reporting: &faults)
    return (extent, hive.image.bytes(in: extent), faults)
  }

  @Test(arguments: 0...4)
  func `up to 4 bytes stand in the record`(count: Int) throws {
    let hive = hive(count)
    let (extent, bytes, faults) = try read(hive)
    #expect(extent == .run(offset: hive.value("", "data").record + 12, count: count))
    #expect(bytes == Fixture.pattern(count, seed: 7))
    #expect(faults == [])
  }

  @Test(arguments: [1, 4, 5, 100, 16_344])
  func `up to 16,344 bytes stand in a cell`(count: Int) throws {
    let hive = hive(count, .cell)
    let (extent, bytes, faults) = try read(hive)
    #expect(extent == .run(offset: try #require(hive.value("", "data").data) + 4, count: count))
    #expect(bytes == Fixture.pattern(count, seed: 7))
    #expect(faults == [])
  }

  @Test func `before version 1.4 any number of bytes stands in a cell`() throws {
    let (extent, bytes, faults) = try read(hive(50_000, minorVersion: 3))
    #expect(extent.count == 50_000)
    #expect(bytes == Fixture.pattern(50_000, seed: 7))
    #expect(faults == [])
  }

  @Test(arguments: [0, 4, .max] as [UInt32])
  func `no data are nowhere`(offset: UInt32) throws {
    let (extent, bytes, faults) = try read(hive(0, .raw(size: 0, offset: offset)))
    #expect(extent.count == 0)
    #expect(bytes == [])
    #expect(faults == [])
  }

  @Test(arguments: [5, 0x7FFF_FFFF] as [UInt32])
  func `a record holds 4 bytes of data, whatever it claims`(claimed: UInt32) throws {
    let hive = hive(0, .raw(size: 0x8000_0000 | claimed, offset: 0x0403_0201))
    let (_, bytes, faults) = try read(hive)
    #expect(bytes == [1, 2, 3, 4])
    #expect(
      faults == [
        FormatError(
          .dataInline, at: hive.value("", "data").record + 8,
          expected: "at most 4 bytes of data in the value itself", found: "\(claimed)")
      ])
  }

  @Test func `a claim past the cell ends with it`() throws {
    var hive = hive(100)
    hive.setDataSize(of: "", "data", to: 0x7FFF_FFFF)
    let (_, bytes, faults) = try read(hive)
    let cell = try #require(hive.value("", "data").data)
    #expect(bytes.count == -hive.cellSize(at: cell) - 4)
    #expect(bytes.starts(with: Fixture.pattern(100, seed: 7)))
    #expect(
      faults == [
        FormatError(
          .dataOverrun, at: hive.value("", "data").record + 8,
          expected: "at most \(bytes.count) bytes, as in the cell at \(hex(cell))",
          found: "2147483647")
      ])
  }

  @Test func `lost data are told, with the place they should have`() throws {
    var hive = hive(100)
    hive.set(.dataOffset, of: "", "data", to: UInt32(0x7FFF_FFF8))
    let (_, bytes, faults) = try read(hive)
    #expect(bytes == [])
    #expect(faults == [.outOfBounds(nowhere, in: hive)])
  }

  @Test func `data that begin with db in a cell of their own are no big data`() throws {
    var description = HiveDescription()
    let data = Array("db".utf8) + [2, 0, 0x20, 0, 0, 0]
    description.root.values = [.binary("data", data)]
    let (extent, bytes, faults) = try read(description.build())
    #expect(extent.count == 8)
    #expect(bytes == data)
    #expect(faults == [])
  }
}

// MARK: - Big data

extension ValueExtentTests {
  private func runs(_ extent: ValueExtent, in hive: BuiltHive) -> [[Int]] {
    guard case .segments = extent else { return [] }
    var runs: [[Int]] = []
    hive.image.forEachRun(of: extent) { runs.append([$0 ?? 0, $1]) }
    return runs
  }

  @Test(
    arguments: [100, 16_344, 16_345, 16_348, 32_688, 32_689, 40_000, 81_725], [false, true])
  func `big data are their segments, one behind the other`(count: Int, isExact: Bool) throws {
    let hive = hive(count, .bigData(exactLastSegment: isExact))
    let (extent, bytes, faults) = try read(hive)
    let expected = hive.value("", "data").segments.enumerated().map { index, cell in
      [cell + 4, min(16_344, count - index * 16_344)]
    }
    #expect(runs(extent, in: hive) == expected)
    #expect(extent.count == count)
    #expect(bytes == Fixture.pattern(count, seed: 7))
    #expect(faults == [])
  }

  @Test(arguments: [4, 0xFFFF] as [UInt16])
  func `more segments than needed are not looked at`(count: UInt16) throws {
    var hive = hive(40_000, .bigData())
    hive.setSegmentCount(of: "", "data", to: count)
    let (_, bytes, faults) = try read(hive)
    #expect(bytes == Fixture.pattern(40_000, seed: 7))
    #expect(faults == [])
  }

  @Test(arguments: [0, 1, 2] as [UInt16])
  func `fewer segments than needed give what they hold`(count: UInt16) throws {
    var hive = hive(40_000, .bigData())
    hive.setSegmentCount(of: "", "data", to: count)
    let (_, bytes, faults) = try read(hive)
    #expect(bytes == Array(Fixture.pattern(40_000, seed: 7).prefix(Int(count) * 16_344)))
    #expect(
      faults == [
        FormatError(
          .bigDataShort, at: try #require(hive.value("", "data").data) + 6,
          expected: "3 segments for 40000 bytes", found: "\(count)")
      ])
  }

  @Test func `a list of segments is read up to the end of its cell`() throws {
    var hive = hive(40_000, .bigData(exactLastSegment: true))
    hive.setSegmentCount(of: "", "data", to: 0xFFFF)
    hive.setDataSize(of: "", "data", to: 0x7FFF_FFFF)
    let value = hive.value("", "data")
    let (_, bytes, faults) = try read(hive)
    let rest = -hive.cellSize(at: value.segments[2]) - 4
    #expect(bytes.count == 2 * 16_344 + rest)
    #expect(bytes.starts(with: Fixture.pattern(40_000, seed: 7)))
    #expect(
      faults == [
        FormatError(
          .bigDataShort, at: try #require(value.data) + 6,
          expected: "131393 segments for 2147483647 bytes", found: "3"),
        FormatError(
          .bigDataShort, at: value.segments[2], expected: "a segment of 16344 bytes",
          found: "\(rest)"),
      ])
  }

  @Test func `a segment listed twice is read twice`() throws {
    var hive = hive(40_000, .bigData())
    let value = hive.value("", "data")
    let slot = try #require(value.segmentList) + 4 + 4
    hive.put(hive.relative(value.segments[0]), at: slot)
    let (_, bytes, faults) = try read(hive)
    let data = Fixture.pattern(40_000, seed: 7)
    #expect(bytes == Array(data[..<16_344] + data[..<16_344]) + data[32_688...])
    #expect(
      faults == [
        FormatError(
          .bigDataReused, at: slot, expected: "a segment not listed before",
          found: "a second reference to \(hex(value.segments[0]))")
      ])
  }

  @Test func `zeros stand for what a segment is too short for, and the next follows`() throws {
    var hive = hive(40_000, .bigData(exactLastSegment: true))
    let value = hive.value("", "data")
    let list = try #require(value.segmentList)
    hive.put(hive.relative(value.segments[2]), at: list + 4)
    hive.put(hive.relative(value.segments[0]), at: list + 12)
    let (extent, bytes, faults) = try read(hive)
    let room = -hive.cellSize(at: value.segments[2]) - 4
    let data = Fixture.pattern(40_000, seed: 7)
    #expect(bytes.count == 40_000)
    #expect(bytes[..<7_312] == data[32_688...])
    #expect(bytes[7_312..<16_344].allSatisfy { $0 == 0 })
    #expect(bytes[16_344..<32_688] == data[16_344..<32_688])
    #expect(bytes[32_688...] == data[..<7_312])
    #expect(extent.count == 40_000)
    #expect(
      faults == [
        FormatError(
          .bigDataShort, at: value.segments[2], expected: "a segment of 16344 bytes",
          found: "\(room)")
      ])
  }

  @Test func `zeros stand for a segment that cannot be read`() throws {
    var hive = hive(40_000, .bigData())
    let value = hive.value("", "data")
    let slot = try #require(value.segmentList) + 4 + 4
    hive.put(UInt32(0x7FFF_FFF0), at: slot)
    let (_, bytes, faults) = try read(hive)
    let data = Fixture.pattern(40_000, seed: 7)
    let zeros = [UInt8](repeating: 0, count: 16_344)
    #expect(bytes == Array(data[..<16_344]) + zeros + data[32_688...])
    #expect(faults.map(\.code) == [.cellOutOfBounds])
  }

  @Test func `a lost list of segments loses the data`() throws {
    var hive = hive(40_000, .bigData())
    hive.put(UInt32(0x7FFF_FFF8), at: try #require(hive.value("", "data").data) + 8)
    let (_, bytes, faults) = try read(hive)
    #expect(bytes == [])
    #expect(faults == [.outOfBounds(nowhere, in: hive)])
  }

  @Test func `a record of big data needs 8 bytes`() throws {
    var description = HiveDescription()
    description.extraCells = [.unreferenced(Array("db".utf8) + [1, 0])]
    description.root.values = [.binary("data", Fixture.pattern(100, seed: 7))]
    var hive = description.build()
    hive.set(.dataOffset, of: "", "data", to: hive.relative(hive.extraCells[0]))
    let (_, bytes, faults) = try read(hive)
    // What is no such record may be data that begin like one.
    #expect(bytes == Array("db".utf8) + [1, 0])
    #expect(faults.map(\.code) == [.dataOverrun])
    hive.setDataSize(of: "", "data", to: 16_345)
    let (_, long, longFaults) = try read(hive)
    #expect(long == [])
    #expect(
      longFaults == [
        FormatError(
          .cellTooShort, at: hive.extraCells[0], expected: "a cell with 8 bytes of content",
          found: "4 bytes")
      ])
  }

  @Test func `segments that overlap give no more bytes than the file has`() throws {
    // Every 8 bytes of a field begin with the size of a cell of 16,352 bytes.
    let cells = 4_000
    var description = HiveDescription()
    let field = (0..<cells).flatMap { _ -> [UInt8] in numberBytes(Int32(-16_352)) + [0, 0, 0, 0] }
    description.extraCells = [
      .unreferenced([0, 0, 0, 0] + field + Array(repeating: 0, count: 16_352))
    ]
    let references = Array(repeating: UInt8(0), count: 4 * cells)
    description.extraCells.append(.unreferenced(references))
    description.root.values = [.binary("data", Array("db".utf8) + Array(repeating: 0, count: 8))]
    var hive = description.build()
    for index in 0..<cells {
      hive.put(
        hive.relative(hive.extraCells[0] + 8 + 8 * index), at: hive.extraCells[1] + 4 + 4 * index)
    }
    let record = try #require(hive.value("", "data").data)
    hive.put(UInt16(cells), at: record + 6)
    hive.put(hive.relative(hive.extraCells[1]), at: record + 8)
    hive.setDataSize(of: "", "data", to: UInt32(cells * 16_344))
    let (extent, bytes, faults) = try read(hive)
    #expect(extent.count == hive.bytes.count)
    #expect(bytes.count == extent.count)
    let claimed = cells * 16_344
    #expect(
      faults == [
        FormatError(
          .repeatedBytes, at: hive.extraCells[1], expected: "bytes that are referred to once",
          found: "\(claimed) more that were read before, of which \(claimed - extent.count) are "
            + "left out")
      ])
  }
}
