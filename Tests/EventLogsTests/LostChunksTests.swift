// SPDX-License-Identifier: MIT

import EventLogBuilder
import EventLogs
import HiveBuilder
import Testing
import WindowsEvents

/// Chunks of `.evtx` files that were overwritten, cut off or cut out, and what only looks like it.
@Suite(.enabled(if: EventLog.canBeRead, "libevtx or expat is not installed"))
struct LostChunksTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private static let chunk = 65_536
  /// Three chunks, with the records 1 and 2, 3 and 4, and 5.
  private static let whole = EvtxBuilder(someEvents, perChunk: 2).build()

  private static func start(_ chunk: Int) -> Int { 4096 + chunk * Self.chunk }

  private static func set<Number: FixedWidthInteger>(
    _ number: Number, at offset: Int, in file: inout [UInt8]
  ) {
    for index in 0..<MemoryLayout<Number>.size {
      file[offset + index] = UInt8(truncatingIfNeeded: number >> (8 * index))
    }
  }

  /// What is read of a log whose checksums are right, and what is wrong with it.
  private func read(
    _ bytes: [UInt8], isChecked: Bool = true
  ) throws -> (numbers: [UInt64], faults: [String]) {
    let bytes = isChecked ? EvtxBuilder.withRightChecksums(bytes) : bytes
    let log = try EventLog(path: folder.write(bytes, to: "log.evtx"))
    let numbers = log.records().map(\.number)
    return (numbers, log.faults.map(\.description))
  }

  /// The log with zeros over the first bytes of some chunks.
  private static func wiped(_ chunks: [Int], count: Int = Self.chunk) -> [UInt8] {
    var bytes = whole
    for chunk in chunks {
      let range = start(chunk)..<start(chunk) + count
      bytes.replaceSubrange(range, with: [UInt8](repeating: 0, count: count))
    }
    return bytes
  }

  private static func lost(_ chunk: Int, _ records: String) -> String {
    "the chunk at offset \(start(chunk)) is damaged: it does not begin with ElfChnk, and \(records)"
      + " found in it"
  }

  private static let missingEnd =
    "by its header the log has records up to 5; those that were found end with "

  @Test func `a chunk that was overwritten is reported, and the others are read`() throws {
    let first = try read(Self.wiped([0]))
    #expect(first.numbers == [3, 4, 5])
    #expect(first.faults == [Self.lost(0, "no record was")])
    let middle = try read(Self.wiped([1]))
    #expect(middle.numbers == [1, 2, 5])
    #expect(
      middle.faults == [
        Self.lost(1, "no record was"),
        "2 records are missing: the chunk at offset 135168 begins with record 5, and the one before"
          + " it by its numbers ends with 2",
      ])
    let last = try read(Self.wiped([2]))
    #expect(last.numbers == [1, 2, 3, 4])
    #expect(last.faults == [Self.lost(2, "no record was"), Self.missingEnd + "4"])
    let most = try read(Self.wiped([1, 2]))
    #expect(most.numbers == [1, 2])
    #expect(
      most.faults == [
        "2 chunks from offset 69632 on are damaged: they do not begin with ElfChnk, and no record"
          + " was found in them",
        Self.missingEnd + "2",
      ])
  }

  @Test(
    "What is left of a chunk is read where its beginning was overwritten",
    arguments: [0, 1, 2], [8, 128, 512, 516])
  func beginning(chunk: Int, count: Int) throws {
    let found = try read(Self.wiped([chunk], count: count))
    #expect(found.numbers == [1, 2, 3, 4, 5])
    let mended = "the record at offset \(Self.start(chunk) + 512) has a wrong size or signature;"
    let others = found.faults.filter { !$0.hasPrefix(mended) }
    #expect(others == [Self.lost(chunk, chunk == 2 ? "1 record was" : "2 records were")])
  }

  @Test func `of a chunk whose first record is gone too, the others are read`() throws {
    let found = try read(Self.wiped([1], count: 600))
    #expect(found.numbers == [1, 2, 4, 5])
    #expect(
      found.faults == [
        Self.lost(1, "2 records were"),
        "1 record is missing: the chunk at offset 69632 begins with record 4, and the one before it"
          + " by its numbers ends with 2",
        "record 3 of 5 cannot be read",
      ])
  }

  @Test(arguments: [1, 2])
  func `a file that ends before its last chunk is cut short`(count: Int) throws {
    let found = try read(Array(Self.whole[..<Self.start(count)]))
    #expect(found.numbers == Array(1...UInt64(count * 2)))
    #expect(
      found.faults == [
        "the file is cut short: by its header it has 3 chunks, of which \(count)"
          + " \(count == 1 ? "is" : "are") there",
        Self.missingEnd + "\(count * 2)",
      ])
  }

  @Test func `a chunk that was cut out is missed by the numbers of the others`() throws {
    var bytes = Self.whole
    bytes.removeSubrange(Self.start(1)..<Self.start(2))
    Self.set(2 as UInt16, at: 42, in: &bytes)
    let found = try read(bytes)
    #expect(found.numbers == [1, 2, 5])
    #expect(
      found.faults == [
        "2 records are missing: the chunk at offset 69632 begins with record 5, and the one before"
          + " it by its numbers ends with 2"
      ])
  }

  @Test func `in an export of some events, chunks are compared by their places in it`() throws {
    var bytes = Self.whole
    for (chunk, range) in [(0, 10...13), (1, 16...19), (2, 22...22)] as [(Int, ClosedRange<UInt64>)]
    {
      let start = Self.start(chunk)
      Self.set(range.lowerBound, at: start + 24, in: &bytes)
      Self.set(range.upperBound, at: start + 32, in: &bytes)
      let records = stride(from: start + 512, to: start + Self.chunk, by: 8).filter {
        bytes[$0..<$0 + 4].elementsEqual([0x2A, 0x2A, 0, 0])
      }
      for (index, record) in records.enumerated() {
        Self.set(range.lowerBound + UInt64(3 * index), at: record + 8, in: &bytes)
      }
    }
    Self.set(23 as UInt64, at: 24, in: &bytes)
    #expect(try read(bytes).faults == [])
    bytes.replaceSubrange(
      Self.start(1)..<Self.start(2), with: [UInt8](repeating: 0, count: Self.chunk))
    #expect(try EventLog(path: folder.path("log.evtx")).isSelection)
    let found = try read(bytes)
    #expect(found.numbers == [10, 13, 22])
    #expect(
      found.faults == [
        Self.lost(1, "no record was"),
        "2 records are missing: the chunk at offset 135168 begins with record 22, and the one"
          + " before it by its numbers ends with 13",
      ])
  }

  @Test(arguments: [0, 1])
  func `other numbers in a header make no export of a log that lost a chunk`(chunk: Int) throws {
    var bytes = Self.whole
    bytes.removeSubrange(Self.start(1)..<Self.start(2))
    Self.set(2 as UInt16, at: 42, in: &bytes)
    for offset in [8, 16] {
      let number = bytes[Self.start(chunk) + offset]
      Self.set(UInt64(number) + 2, at: Self.start(chunk) + offset, in: &bytes)
    }
    let missing =
      "2 records are missing: the chunk at offset 69632 begins with record 5, and the one before"
      + " it by its numbers ends with 2"
    let found = try read(bytes)
    #expect(found.numbers == [1, 2, 5])
    #expect(found.faults == [missing])
    #expect(try !EventLog(path: folder.path("log.evtx")).isSelection)
    Self.set(9 as UInt64, at: Self.start(0) + 32, in: &bytes)
    #expect(
      try read(bytes).faults == [
        "the numbers in the header of the chunk at offset 4096 are those of an export of some"
          + " events, and its records have no gaps", missing,
      ])
  }

  @Test func `a log that went round has its oldest chunk anywhere`() throws {
    let (first, last) = (Self.start(0), Self.start(2))
    var bytes = Array(Self.whole[..<first] + Self.whole[last...] + Self.whole[first..<last])
    Self.set(1 as UInt64, at: 8, in: &bytes)
    Self.set(0 as UInt64, at: 16, in: &bytes)
    let found = try read(bytes)
    #expect(Set(found.numbers) == [1, 2, 3, 4, 5])
    #expect(found.faults == [])
  }

  @Test func `the header of a log in use may be old, and the end of its file unused`() throws {
    var bytes = Self.whole + [UInt8](repeating: 0, count: 2 * Self.chunk)
    Self.set(1 as UInt32, at: 120, in: &bytes)
    Self.set(1 as UInt16, at: 42, in: &bytes)
    Self.set(2 as UInt64, at: 24, in: &bytes)
    let found = try read(bytes, isChecked: false)
    #expect(found.numbers == [1, 2, 3, 4, 5])
    #expect(found.faults == [])
    // Its next chunk may be counted before anything is in it.
    Self.set(4 as UInt16, at: 42, in: &bytes)
    Self.set(6 as UInt64, at: 24, in: &bytes)
    #expect(try read(bytes, isChecked: false).faults == [])
    Self.set(7 as UInt64, at: 24, in: &bytes)
    #expect(
      try read(bytes, isChecked: false).faults == [
        Self.lost(3, "no record was"),
        "by its header the log has records up to 6; those that were found end with 5",
      ])
  }

  @Test func `a log that was cleared begins anew, and may have no record`() throws {
    var bytes = EvtxBuilder([]).build() + [UInt8](repeating: 0, count: Self.chunk)
    Self.set(4711 as UInt64, at: 24, in: &bytes)
    #expect(try read(bytes).faults == [])
  }
}

/// Records that the size of the one before them covers.
@Suite(.enabled(if: EventLog.canBeRead, "libevtx or expat is not installed"))
struct CoveredRecordsTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private static func set(_ number: UInt32, at offset: Int, in file: inout [UInt8]) {
    for index in 0..<4 { file[offset + index] = UInt8(truncatingIfNeeded: number >> (8 * index)) }
  }

  private static func number(at offset: Int, in file: [UInt8]) -> UInt32 {
    file[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }

  @Test(arguments: [1, 2])
  func `records that another one covers are read`(count: Int) throws {
    var bytes = EvtxBuilder(someEvents).build()
    let starts = stride(from: 4096 + 512, to: bytes.count - 8, by: 8).filter {
      bytes[$0..<$0 + 4].elementsEqual([0x2A, 0x2A, 0, 0])
    }
    let size = UInt32(starts[1 + count + 1] - starts[1])
    Self.set(size, at: starts[1] + 4, in: &bytes)
    Self.set(size, at: starts[1] + Int(size) - 4, in: &bytes)
    let log = try EventLog(
      path: folder.write(EvtxBuilder.withRightChecksums(bytes), to: "log.evtx"))
    let records = log.records()
    #expect(records.map(\.number) == [1, 2, 3, 4, 5])
    #expect(records.allSatisfy { !$0.isRecovered && $0.strings.count == 3 })
    #expect(
      log.faults.map(\.description) == [
        "2 records, the first at offset \(starts[1]), have a wrong size or signature; where a record"
          + " ends was found by what is left",
        "the size of the record at offset \(starts[1]) covers the one at offset \(starts[2]); both"
          + " were read",
      ])
  }

  @Test(arguments: [[0, 0, 0, 0], [0x2A, 0x2A, 0, 0, 0, 0, 0, 0]] as [[UInt8]])
  func `bytes behind the contents of a record are reported`(start: [UInt8]) throws {
    var bytes = EvtxBuilder(someEvents).build()
    let starts = stride(from: 4096 + 512, to: bytes.count - 8, by: 8).filter {
      bytes[$0..<$0 + 4].elementsEqual([0x2A, 0x2A, 0, 0])
    }
    let last = starts[4]
    let size = Int(Self.number(at: last + 4, in: bytes))
    let both = UInt32(last + size - starts[3])
    bytes.replaceSubrange(last..<last + start.count, with: start)
    Self.set(both, at: starts[3] + 4, in: &bytes)
    Self.set(both, at: last + size - 4, in: &bytes)
    Self.set(UInt32(starts[3] - 4096), at: 4096 + 44, in: &bytes)
    bytes[4096 + 16] = 4
    bytes[4096 + 32] = 4
    bytes[24] = 5
    let log = try EventLog(
      path: folder.write(EvtxBuilder.withRightChecksums(bytes), to: "log.evtx"))
    #expect(log.records().map(\.number) == [1, 2, 3, 4])
    let faults = log.faults.map(\.description)
    let beginning = "the record at offset \(starts[3]) has "
    let end = " bytes after its contents, which may be another record"
    #expect(faults.count == 1)
    #expect(faults.first?.hasPrefix(beginning) == true)
    #expect(faults.first?.hasSuffix(end) == true)
    let count = faults.first.flatMap { Int($0.dropFirst(beginning.count).dropLast(end.count)) }
    #expect((size - 4...size + 12).contains(count ?? 0))
  }

  @Test func `so are those of an evt log`() throws {
    var bytes = EvtBuilder(someEvents).build()
    let first = Int(Self.number(at: 48, in: bytes))
    let second = Int(Self.number(at: 48 + first, in: bytes))
    Self.set(UInt32(first + second), at: 48, in: &bytes)
    Self.set(UInt32(first + second), at: 48 + first + second - 4, in: &bytes)
    let log = try EventLog(path: folder.write(bytes, to: "AppEvent.Evt"))
    #expect(log.records().map(\.number) == [1, 2, 3, 4, 5])
    #expect(
      log.faults.map(\.description) == [
        "2 records, the first at offset 48, have a wrong size or signature; where a record ends was"
          + " found by what is left",
        "the size of the record at offset 48 covers the one at offset \(48 + first); both were read",
      ])
  }
}
