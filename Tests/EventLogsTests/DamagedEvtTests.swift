// SPDX-License-Identifier: MIT

import EventLogBuilder
import EventLogs
import HiveBuilder
import Testing
import WindowsEvents
import WindowsTypes

/// `.evt` files: the forms that Windows writes, and what was made to be passed over.
@Suite(.enabled(if: EventLog.canBeRead, "libevtx or expat is not installed"))
struct DamagedEvtTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private static let whole = EvtBuilder(someEvents).build()
  /// Where the records of ``whole`` begin.
  private static let starts = stride(from: 48, to: whole.count - 8, by: 4).filter {
    whole[$0 + 4..<$0 + 8].elementsEqual("LfLe".utf8)
  }

  private func open(_ bytes: [UInt8]) throws -> EventLog {
    try EventLog(path: folder.write(bytes, to: "AppEvent.Evt"))
  }

  private static func set(_ number: UInt32, at offset: Int, in file: inout [UInt8]) {
    for index in 0..<4 { file[offset + index] = UInt8(truncatingIfNeeded: number >> (8 * index)) }
  }

  /// What the records of a log have in common with those that were written.
  private func expectAll(_ log: EventLog, from first: UInt64 = 1) {
    let records = log.records()
    #expect(records.map(\.number) == (0..<5).map { first + $0 })
    #expect(records.map(\.event) == someEvents.map { Int($0.event) })
    #expect(records.map(\.computer) == someEvents.map(\.computer))
    #expect(records.map(\.strings) == someEvents.map { $0.data.map(\.text) })
    #expect(records.allSatisfy { $0.provider == "Userenv" && $0.user?.description == "S-1-5-18" })
    #expect(records.allSatisfy { !$0.isRecovered })
  }

  @Test("A log that has gone round is sound", arguments: [0, 56, 100])
  func wrapped(split: Int) throws {
    for isDirty in [false, true] {
      let log = try open(EvtBuilder(someEvents).buildWrapped(split: split, isDirty: isDirty))
      expectAll(log, from: 101)
      #expect(log.faults == [])
    }
  }

  @Test(
    "A record with a wrong size is read by where it ends",
    arguments: [0, 2, 4], [0, 56, 57, 0x7FFF_FFFF] as [UInt32])
  func size(record: Int, size: UInt32) throws {
    var bytes = Self.whole
    Self.set(size, at: Self.starts[record], in: &bytes)
    let log = try open(bytes)
    expectAll(log)
    #expect(
      log.faults.map(\.description) == [
        "the record at offset \(Self.starts[record]) has a wrong size or signature; where a record"
          + " ends was found by what is left"
      ])
  }

  @Test func `in a log that has gone round, too`() throws {
    var bytes = EvtBuilder(someEvents).buildWrapped(split: 56)
    // The record in the middle begins 56 bytes before the end of the file.
    Self.set(3, at: bytes.count - 56, in: &bytes)
    let log = try open(bytes)
    expectAll(log, from: 101)
    #expect(
      log.faults.map(\.description) == [
        "the record at offset \(bytes.count - 56) has a wrong size or signature; where a record"
          + " ends was found by what is left"
      ])
  }

  @Test func `a log without its header is read, by the mark of its end or without`() throws {
    var bytes = Self.whole
    bytes.replaceSubrange(..<48, with: [UInt8](repeating: 0xAA, count: 48))
    let log = try open(bytes)
    #expect(log.format == .evt)
    expectAll(log)
    #expect(
      log.faults.map(\.description) == [
        "the header is damaged; the records were looked for without it"
      ])
    let end = Self.starts[4] + (Self.starts[1] - Self.starts[0])
    bytes.replaceSubrange(end..<end + 40, with: [UInt8](repeating: 0, count: 40))
    expectAll(try open(bytes))
    var wrapped = EvtBuilder(someEvents).buildWrapped(split: 56)
    wrapped.replaceSubrange(..<48, with: [UInt8](repeating: 0, count: 48))
    expectAll(try open(wrapped), from: 101)
  }

  @Test func `a header that leads elsewhere is reported`() throws {
    var bytes = Self.whole
    Self.set(0xFF_FFFF, at: 16, in: &bytes)
    Self.set(0xFF_FFF0, at: 20, in: &bytes)
    let log = try open(bytes)
    expectAll(log)
    #expect(
      log.faults.map(\.description) == [
        "the header leads to no mark of the end; another is used"
      ])
  }

  @Test func `records that are missing are reported by their numbers`() throws {
    var bytes = Self.whole
    // The first record is no longer led to.
    Self.set(UInt32(Self.starts[1]), at: 16, in: &bytes)
    let log = try open(bytes)
    let records = log.records()
    #expect(records.map(\.number) == [2, 3, 4, 5, 1])
    #expect(records.map(\.isRecovered) == [false, false, false, false, true])
    #expect(
      log.faults.map(\.description) == [
        "by its header the log has the records 1 to 5; those that were found are 2 to 5"
      ])
    var gap = Self.whole
    gap.replaceSubrange(
      Self.starts[1]..<Self.starts[2],
      with: [UInt8](repeating: 0x41, count: Self.starts[2] - Self.starts[1]))
    let holed = try open(gap)
    #expect(holed.records().map(\.number) == [1, 3, 4, 5])
    #expect(
      holed.faults.map(\.description) == [
        "\(Self.starts[2] - Self.starts[1]) bytes between records, the first at offset"
          + " \(Self.starts[1]), hold none that can be read",
        "record 3 at offset \(Self.starts[2]) follows record 1: those between them are missing",
      ])
  }

  @Test("Texts that are not where a record says are found", arguments: [0xFFFF_FFF0, 4, 56])
  func texts(offset: UInt32) throws {
    var bytes = Self.whole
    for start in Self.starts { Self.set(offset, at: start + 36, in: &bytes) }
    let log = try open(bytes)
    expectAll(log)
    #expect(
      log.faults.map(\.description) == [
        "5 records, the first at offset 48, have a wrong number or place of texts"
      ])
  }

  @Test func `also those of a single record, which libevt reads without its texts`() throws {
    var bytes = Self.whole
    Self.set(0xFFFF_FFF0, at: Self.starts[3] + 36, in: &bytes)
    let log = try open(bytes)
    expectAll(log)
    #expect(
      log.faults.map(\.description) == [
        "the record at offset \(Self.starts[3]) has a wrong number or place of texts"
      ])
  }

  @Test func `a hive with such a record in it is no log`() throws {
    let hive = [UInt8]("regf".utf8) + [UInt8](repeating: 0, count: 5000) + Self.whole[48..<4000]
    #expect(throws: EventLogError.self) { try open(hive) }
    #expect(!EventLog.isLog(path: folder.path("AppEvent.Evt")))
  }
}
