// SPDX-License-Identifier: MIT

import EventLogBuilder
import EventLogs
import Foundation
import HiveBuilder
import RegistryHive
import Testing
import WindowsEvents

extension EventLog {
  /// All records of a log.
  func records() -> [EventRecord] {
    Array(sequence(state: ()) { _ in self.next() })
  }
}

/// Five events, a minute apart.
let someEvents = (0..<5).map { number in
  EventDescription(
    time: filetime(2024, 5, 6, 9, number), provider: "Userenv", event: UInt16(1500 + number),
    level: UInt8(1 + number % 4), computer: "PC\(number)",
    data: [("Detail", "line one\nline \(number)"), ("Empty", ""), ("Text", "Bücher")])
}

/// Logs that the builders wrote, as libevtx and libevt read them.
@Suite(.enabled(if: EventLog.canBeRead, "libevtx or expat is not installed"))
struct BinaryLogTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func open(_ bytes: [UInt8], as name: String = "Application.evtx") throws -> EventLog {
    try EventLog(path: folder.write(bytes, to: name))
  }

  @Test func `every field of an evtx record`() throws {
    let user: [UInt8] = [1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0]
    let event = EventDescription(
      time: filetime(2024, 5, 6, 9, 15, 30, ticks: 1_234_567), provider: "Some Provider",
      event: 1530, level: 3, computer: "PC1.example", user: user,
      data: [("Detail", "a\nb"), ("Error", "5")])
    let log = try open(EvtxBuilder([event]).build())
    #expect(log.format == .evtx)
    #expect(
      log.records() == [
        EventRecord(
          time: FileTime(rawValue: event.time), log: "Application.evtx", number: 1,
          provider: "Some Provider", event: 1530, level: .warning, computer: "PC1.example",
          user: SecurityIdentifier("S-1-5-32-544"), strings: ["a\nb", "5"])
      ])
    #expect(log.faults == [])
    #expect(log.next() == nil)
  }

  @Test func `every field of an evt record`() throws {
    let event = EventDescription(
      time: filetime(2006, 5, 1, 12, 0, 1), provider: "UPHClean", event: 1401, level: 3,
      computer: "XP1", data: [("", "XP1\\joe (S-1-5-21-1-2-3-1004)\r\n"), ("", "Straße")])
    let log = try open(EvtBuilder([event]).build(), as: "AppEvent.Evt")
    #expect(log.format == .evt)
    let records = log.records()
    #expect(
      records == [
        EventRecord(
          time: FileTime(rawValue: event.time), log: "AppEvent.Evt", number: 1,
          provider: "UPHClean", event: 1401, level: .warning, computer: "XP1",
          user: SecurityIdentifier("S-1-5-18"),
          strings: ["XP1\\joe (S-1-5-21-1-2-3-1004)\r\n", "Straße"])
      ])
    #expect(log.faults == [])
  }

  @Test func `several chunks are read in order`() throws {
    let log = try open(EvtxBuilder(someEvents, perChunk: 2).build())
    let records = log.records()
    #expect(records.map(\.number) == [1, 2, 3, 4, 5])
    #expect(records.map(\.computer) == ["PC0", "PC1", "PC2", "PC3", "PC4"])
    #expect(records.map(\.strings) == someEvents.map { $0.data.map(\.text) })
    #expect(records.allSatisfy { !$0.isRecovered })
  }

  @Test func `a provider that has an older name is reported by its identifier`() throws {
    let distributedCOM: [UInt8] = [
      0x86, 0x2E, 0x56, 0x1B, 0xAA, 0xB7, 0x31, 0x41, 0xBA, 0xDC, 0xB6, 0xF3, 0xA0, 0x01, 0x40,
      0x7E,
    ]
    var event = EventDescription(
      time: filetime(2024, 5, 6), provider: "DCOM", providerID: distributedCOM, event: 10010)
    #expect(
      try open(EvtxBuilder([event]).build()).records().map(\.provider)
        == ["Microsoft-Windows-DistributedCOM"])
    event.providerID = [UInt8](repeating: 7, count: 16)
    #expect(try open(EvtxBuilder([event]).build()).records().map(\.provider) == ["DCOM"])
  }

  @Test func `a record in the unused tail of a chunk comes last, and is marked`() throws {
    let log = try open(EvtxBuilder(someEvents, hidesLast: true).build())
    let records = log.records()
    #expect(records.map(\.number) == [1, 2, 3, 4, 5])
    #expect(records.map(\.isRecovered) == [false, false, false, false, true])
    #expect(records.last?.event == 1504)
  }
}

// MARK: - Damage

extension BinaryLogTests {
  private static let whole = EvtxBuilder(someEvents, perChunk: 2).build()
  private static let chunk = 65_536

  @Test func `of a log that was cut short, the records before the cut are read`() throws {
    let log = try open(Array(Self.whole[..<(4096 + Self.chunk + 20_000)]))
    #expect(log.records().map(\.number) == [1, 2, 3, 4])
    #expect(
      log.faults.map(\.description) == [
        "the file is cut short: its last chunk has 20000 of 65536 bytes",
        "the file is cut short: by its header it has 3 chunks, of which 2 are there",
        "by its header the log has records up to 5; those that were found end with 4",
      ])
  }

  @Test func `a log without its header is read`() throws {
    var bytes = Self.whole
    for index in 0..<128 { bytes[index] = 0 }
    let log = try open(bytes)
    #expect(log.format == .evtx)
    #expect(log.records().map(\.number) == [1, 2, 3, 4, 5])
    #expect(
      log.faults.map(\.description) == [
        "the header is damaged; the records were looked for without it"
      ])
  }

  @Test func `a chunk without its header is reported, and its records are read`() throws {
    var bytes = Self.whole
    for index in 0..<8 { bytes[4096 + Self.chunk + index] = 0x58 }
    let log = try open(bytes)
    let records = log.records()
    #expect(records.map(\.number) == [1, 2, 3, 4, 5])
    #expect(
      log.faults.map(\.description) == [
        "the chunk at offset 69632 is damaged: it does not begin with ElfChnk, and 2 records were"
          + " found in it"
      ])
  }

  @Test func `what stands in chunks that are not in use is no fault`() throws {
    var bytes = Self.whole + [UInt8](repeating: 0xAB, count: Self.chunk)
    #expect(try open(bytes).records().count == 5)
    #expect(try open(bytes).faults == [])
    bytes.removeLast(8)
    #expect(
      try open(bytes).faults.map(\.description) == [
        "the file is cut short: its last chunk has 65528 of 65536 bytes"
      ])
  }

  @Test func `an evt log that was cut short`() throws {
    let whole = EvtBuilder(someEvents).build()
    let log = try open(Array(whole[..<600]), as: "AppEvent.Evt")
    #expect(log.records().map(\.number).first == 1)
    #expect(log.faults.first?.description == "the file is cut short: it has 600 of 65536 bytes")
  }

  @Test func `a record that is damaged is reported, and the others are read`() throws {
    var bytes = EvtxBuilder(someEvents).build()
    let start = try #require(Self.start(ofRecord: 2, in: bytes))
    for index in 28..<90 { bytes[start + index] = 0xFF }
    let log = try open(bytes)
    #expect(log.records().map(\.number) == [1, 3, 4, 5])
    #expect(
      log.faults.map(\.description) == [
        "the records of the chunk at offset 4096 have a wrong checksum",
        "record 2 of 5 cannot be read",
      ])
  }

  private static func start(ofRecord number: UInt8, in bytes: [UInt8]) -> Int? {
    stride(from: 4096 + 512, to: bytes.count - 16, by: 8).first { offset in
      bytes[offset..<offset + 4].elementsEqual([0x2A, 0x2A, 0, 0]) && bytes[offset + 8] == number
    }
  }

  @Test func `reading mutated logs ends, and changes nothing on disk`() throws {
    let originals = [
      ("evtx", EvtxBuilder(someEvents, perChunk: 2).build()),
      ("evt", EvtBuilder(someEvents).build()),
    ]
    var random = SplitMix(state: 7)
    for round in 0..<200 {
      let (ending, original) = originals[round % 2]
      var bytes = original
      for _ in 0..<Int(random.next() % 40) {
        let index = Int(random.next() % UInt64(round % 4 == 0 ? 128 : 5000))
        bytes[min(index, bytes.count - 1)] = UInt8(truncatingIfNeeded: random.next())
      }
      if round % 5 == 0 { bytes.removeLast(Int(random.next() % UInt64(bytes.count - 8))) }
      let path = try folder.write(bytes, to: "log.\(ending)")
      let log = try? EventLog(path: path)
      let records = log?.records() ?? []
      #expect(records.count <= 200, "round \(round)")
      #expect(try Data(contentsOf: URL(filePath: path)) == Data(bytes))
    }
  }
}

// MARK: - Errors

extension BinaryLogTests {
  @Test(
    "What is no log is refused",
    arguments: [
      ([], "is empty (0 bytes), not an event log"),
      (
        [UInt8]("regf and more".utf8),
        "is not an event log: neither .evtx nor .evt, nor an export of events as XML"
      ),
      (
        [UInt8]("<html><body/></html>".utf8),
        "is not an event log: neither .evtx nor .evt, nor an export of events as XML"
      ),
    ] as [([UInt8], String)])
  func refused(bytes: [UInt8], reason: String) throws {
    let path = try folder.write(bytes, to: "file")
    let error = #expect(throws: EventLogError.self) { try EventLog(path: path) }
    #expect(error?.code == .notAnEventLog)
    #expect(error?.description == "\(path): \(reason)")
  }

  @Test func `what cannot be read says why`() throws {
    let missing = #expect(throws: EventLogError.self) {
      try EventLog(path: folder.path("nothing"))
    }
    #expect(missing?.code == .noSuchFile)
    #expect(missing?.reason == "no such file")
    let directory = #expect(throws: EventLogError.self) { try EventLog(path: folder.path) }
    #expect(directory?.code == .notAnEventLog)
    #expect(directory?.reason == "is a directory, not an event log")
  }
}
