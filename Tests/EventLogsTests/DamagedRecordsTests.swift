// SPDX-License-Identifier: MIT

import EventLogBuilder
import EventLogs
import HiveBuilder
import Testing
import WindowsEvents

/// Records of `.evtx` files that were made to be passed over, in files whose checksums are right.
@Suite(.enabled(if: EventLog.canBeRead, "libevtx or expat is not installed"))
struct DamagedRecordsTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private static let chunk = 65_536
  private static let whole = EvtxBuilder(someEvents).build()
  /// Where the records of ``whole`` begin.
  private static let starts = stride(from: 4096 + 512, to: whole.count - 8, by: 8).filter {
    whole[$0..<$0 + 4].elementsEqual([0x2A, 0x2A, 0, 0])
  }

  private func open(_ bytes: [UInt8], isChecked: Bool = true) throws -> EventLog {
    let bytes = isChecked ? EvtxBuilder.withRightChecksums(bytes) : bytes
    return try EventLog(path: folder.write(bytes, to: "log.evtx"))
  }

  private static func set<Number: FixedWidthInteger>(
    _ number: Number, at offset: Int, in file: inout [UInt8]
  ) {
    for index in 0..<MemoryLayout<Number>.size {
      file[offset + index] = UInt8(truncatingIfNeeded: number >> (8 * index))
    }
  }

  @Test func `the builder's log has nothing wrong`() throws {
    #expect(Self.starts.count == 5)
    #expect(try open(Self.whole, isChecked: false).faults == [])
    #expect(EvtxBuilder.withRightChecksums(Self.whole) == Self.whole)
  }

  @Test(
    "A record with a wrong size is read by where it ends",
    arguments: [0, 2, 4], [0, 24, 28, 0x1_0000, 0xFFFF_FFF0] as [UInt32])
  func size(record: Int, size: UInt32) throws {
    var bytes = Self.whole
    Self.set(size, at: Self.starts[record] + 4, in: &bytes)
    let log = try open(bytes)
    let records = log.records()
    #expect(records.map(\.number) == [1, 2, 3, 4, 5])
    #expect(records.allSatisfy { !$0.isRecovered && $0.strings.count == 3 })
    #expect(
      log.faults.map(\.description) == [
        "the record at offset \(Self.starts[record]) has a wrong size or signature; where a record"
          + " ends was found by what is left"
      ])
  }

  @Test func `so is one without its signature, or with neither size`() throws {
    var unsigned = Self.whole
    Self.set(0x7878 as UInt32, at: Self.starts[1], in: &unsigned)
    var sizeless = Self.whole
    Self.set(7 as UInt32, at: Self.starts[1] + 4, in: &sizeless)
    Self.set(9 as UInt32, at: Self.starts[2] - 4, in: &sizeless)
    var all = Self.whole
    for start in Self.starts { Self.set(24 as UInt32, at: start + 4, in: &all) }
    for bytes in [unsigned, sizeless, all] {
      let log = try open(bytes)
      #expect(log.records().map(\.number) == [1, 2, 3, 4, 5])
      #expect(log.faults.count == 1)
    }
    #expect(
      try open(all).faults.map(\.description) == [
        "5 records, the first at offset 4608, have a wrong size or signature; where a record ends"
          + " was found by what is left"
      ])
  }

  @Test func `a record that was overwritten leaves a gap, in bytes and in numbers`() throws {
    var bytes = Self.whole
    let gap = Self.starts[1]..<Self.starts[2]
    bytes.replaceSubrange(gap, with: [UInt8](repeating: 0x41, count: gap.count))
    let log = try open(bytes)
    #expect(log.records().map(\.number) == [1, 3, 4, 5])
    #expect(
      log.faults.map(\.description) == [
        "\(gap.count) bytes between records, the first at offset \(gap.lowerBound), hold none that"
          + " can be read",
        "the chunk at offset 4096 has 4 records, and its header says 5",
        "record 3 at offset \(gap.upperBound) follows record 1: those between them are missing",
      ])
  }

  @Test func `a record that was cut out is missed by its number`() throws {
    var bytes = Self.whole
    let gap = Self.starts[1]..<Self.starts[2]
    bytes.removeSubrange(gap)
    bytes += [UInt8](repeating: 0, count: gap.count)
    let free = bytes[4096 + 48..<4096 + 52].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    let last = bytes[4096 + 44..<4096 + 48].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    Self.set(free - UInt32(gap.count), at: 4096 + 48, in: &bytes)
    Self.set(last - UInt32(gap.count), at: 4096 + 44, in: &bytes)
    let faults = try open(bytes).faults.map(\.description)
    #expect(faults.contains("the chunk at offset 4096 has 4 records, and its header says 5"))
    // Who takes care of the header's count leaves the numbers.
    Self.set(4 as UInt64, at: 4096 + 16, in: &bytes)
    Self.set(4 as UInt64, at: 4096 + 32, in: &bytes)
    // Records that were moved lose their templates, which is a fault of its own.
    #expect(
      try open(bytes).faults.map(\.description).last
        == "record 3 at offset \(gap.lowerBound) follows record 1: those between them are missing")
  }

  @Test func `an export of some events may have gaps in its numbers`() throws {
    var bytes = Self.whole
    for (index, start) in Self.starts.enumerated() {
      Self.set(UInt64(10 + index * 3), at: start + 8, in: &bytes)
    }
    Self.set(10 as UInt64, at: 4096 + 24, in: &bytes)
    Self.set(22 as UInt64, at: 4096 + 32, in: &bytes)
    let log = try open(bytes)
    #expect(log.records().count == 5)
    #expect(log.faults == [])
  }

  @Test(
    "A header of a chunk that lies costs no records, of that chunk or of others",
    arguments: [(48, 0xFFFF_FFFF), (48, 3), (40, 0), (40, 0xFFFF)] as [(Int, UInt32)])
  func lie(offset: Int, number: UInt32) throws {
    var bytes = EvtxBuilder(someEvents, perChunk: 3).build()
    Self.set(number, at: 4096 + offset, in: &bytes)
    let log = try open(bytes)
    #expect(log.records().map(\.number) == [1, 2, 3, 4, 5])
    #expect(
      log.faults.map(\.description) == [
        "the header of the chunk at offset 4096 is wrong; its records were read without it"
      ])
  }

  @Test func `wrong checksums are reported, unless the file says that it has none`() throws {
    var bytes = Self.whole
    bytes[4096 + 124] ^= 1
    bytes[4096 + 52] ^= 1
    bytes[124] ^= 1
    // The sum of the records is part of what the header's sum is of.
    #expect(
      try open(bytes, isChecked: false).faults.map(\.description) == [
        "the header of the file has a wrong checksum",
        "the header of the chunk at offset 4096 has a wrong checksum",
        "the records of the chunk at offset 4096 have a wrong checksum",
      ])
    bytes[120] = 4
    #expect(try open(bytes, isChecked: false).faults == [])
  }

  @Test func `the last chunk of a log that was not closed may be newer than its header`() throws {
    var bytes = EvtxBuilder(someEvents, perChunk: 3, hidesLast: true).build()
    bytes[120] = 1
    let last = 4096 + Self.chunk
    bytes[last + 124] ^= 1
    let log = try open(bytes, isChecked: false)
    #expect(log.records().map(\.number) == [1, 2, 3, 4, 5])
    #expect(log.faults == [])
    // The chunk before it was written whole.
    bytes[4096 + 124] ^= 1
    #expect(
      try open(bytes, isChecked: false).faults.map(\.description) == [
        "the header of the chunk at offset 4096 has a wrong checksum"
      ])
  }

  @Test(.disabled(if: slowTestsAreLeftOut, "slow"))
  func `to look for the ends of damaged records takes time that grows with the file`() throws {
    var bytes = Self.whole
    for offset in stride(from: 4096 + 512, to: bytes.count, by: 28) where offset + 4 < bytes.count {
      Self.set(0x2A2A as UInt32, at: offset, in: &bytes)
    }
    Self.set(65_536 as UInt32, at: 4096 + 48, in: &bytes)
    var many = bytes
    for _ in 0..<40 { many += bytes[4096...] }
    _ = try open(many).records()
  }
}
