// SPDX-License-Identifier: MIT

import EventLogBuilder
import EventLogs
import Foundation
import HiveBuilder
import RegistryHive
import Testing
import WindowsEvents

/// Records that nobody asks for are not decoded; those that are asked for are never missed by that.
@Suite(.enabled(if: EventLog.canBeRead, "libevtx or expat is not installed"))
struct SkippedRecordsTests {
  private let folder: HiveBuilder.TemporaryFolder

  init() throws {
    folder = try HiveBuilder.TemporaryFolder()
  }

  private static let service = "Microsoft-Windows-User Profiles Service"

  /// Reads a log, and compares what is asked for with what is left of all of it.
  private func compare(_ path: String, _ comment: Comment) throws {
    guard let all = try? EventLog(path: path) else { return }
    var records: [EventRecord] = []
    while let record = all.next() { records.append(record) }
    for event in Set(records.map(\.event)).sorted().prefix(12) + [-1] {
      let isWanted = { (provider: String, number: Int) in
        number == event || EventMeaning.isKnown(provider: provider, event: number)
      }
      let some = try EventLog(path: path)
      var found: [EventRecord] = []
      while let record = some.next(where: isWanted) { found.append(record) }
      let expected = records.filter { isWanted($0.provider, $0.event) }
      #expect(found == expected, comment)
      #expect(some.reach.recordCount == all.reach.recordCount, comment)
      #expect(some.reach.oldest == all.reach.oldest, comment)
      #expect(some.reach.newest == all.reach.newest, comment)
      #expect(some.reach.missing == all.reach.missing, comment)
    }
  }

  /// `{89b1e9f0-5aff-44a6-9b44-0a07a7ce5845}`, as Windows stores it.
  private static let serviceID: [UInt8] = [
    0xF0, 0xE9, 0xB1, 0x89, 0xFF, 0x5A, 0xA6, 0x44, 0x9B, 0x44, 0x0A, 0x07, 0xA7, 0xCE, 0x58, 0x45,
  ]

  private static let events: [EventDescription] = (0..<60).map { index -> EventDescription in
    let names = [service, "profsvc", "Microsoft-Windows-Other"]
    let time: UInt64 = 133_600_000_000_000_000 + UInt64(index) * 10_000_000
    let number = index % 2 == 0 ? 1530 : 1000 + index
    return EventDescription(
      time: time, provider: names[index % 3], providerID: index % 3 == 1 ? serviceID : nil,
      event: UInt16(number), data: [("Detail", "text \(index)")])
  }

  @Test func `a log of the builder gives the same, skipped or not`() throws {
    let path = try folder.write(EvtxBuilder(Self.events, perChunk: 20).build(), to: "log.evtx")
    try compare(path, "whole")
    let hidden = EvtxBuilder(Self.events, perChunk: 20, hidesLast: true).build()
    try compare(try folder.write(hidden, to: "hidden.evtx"), "hidden")
    let log = try EventLog(path: path)
    var count = 0
    while log.next(where: { $1 == 1530 && $0 == Self.service }) != nil { count += 1 }
    // Those of the provider, by its name and by its identifier.
    #expect(
      count
        == Self.events.filter { $0.event == 1530 && $0.provider != "Microsoft-Windows-Other" }.count
    )
  }

  @Test(.disabled(if: slowTestsAreLeftOut, "slow"), arguments: 0..<40)
  func `a mutated log gives the same, skipped or not`(seed: UInt64) throws {
    var random = Mutations(seed: seed)
    var bytes = EvtxBuilder(Self.events, perChunk: 20).build()
    for _ in 0..<(1 + random.next(below: 6)) {
      let chunk = random.next(below: 3)
      // Mostly where chunks and templates begin; also anywhere.
      let place =
        random.next(below: 3) == 0 ? random.next(below: 60_000) : random.next(below: 2_500)
      bytes[4096 + chunk * 65_536 + place] = UInt8(random.next(below: 256))
    }
    try compare(try folder.write(bytes, to: "log.evtx"), "seed \(seed)")
  }

  private static let corpus = ProcessInfo.processInfo.environment["REGISTRY_HIVE_CORPUS"]

  @Test(
    .enabled(if: corpus != nil, "no REGISTRY_HIVE_CORPUS"),
    arguments: ["Application.evtx", "Application_no_crc32.evtx", "system.evtx"])
  func `real logs give the same, skipped or not, mutated or not`(name: String) throws {
    let path = "\(Self.corpus ?? "")/events/\(name)"
    try compare(path, "\(name)")
    let whole = try Data(contentsOf: URL(filePath: path)).prefix(4096 + 2 * 65_536)
    for seed in 0..<8 as Range<UInt64> {
      var random = Mutations(seed: seed)
      var bytes = Array(whole)
      for _ in 0..<(1 + random.next(below: 20)) {
        bytes[4096 + random.next(below: bytes.count - 4096)] = UInt8(random.next(below: 256))
      }
      try compare(try folder.write(bytes, to: "log.evtx"), "\(name), seed \(seed)")
    }
  }

  @Test func `from when to when a log speaks, and what is missing in it`() throws {
    let bytes = EvtxBuilder(Self.events, perChunk: 20).build()
    let log = try EventLog(path: try folder.write(bytes, to: "log.evtx"))
    #expect(log.next(where: { _, _ in false }) == nil)
    #expect(
      log.reach
        == LogReach(
          log: "log.evtx", host: "PC1", oldest: FileTime(rawValue: Self.events[0].time),
          newest: FileTime(rawValue: Self.events[59].time), recordCount: 60, firstRecord: 1,
          lastRecord: 60))
    // The chunk in the middle was overwritten, and the first one lost.
    let lost = bytes[..<4096] + bytes[(4096 + 65_536)...]
    let rest = try EventLog(path: try folder.write(Array(lost), to: "rest.evtx"))
    #expect(rest.next(where: { _, _ in false }) == nil)
    #expect(rest.reach.isWrapped)
    #expect(rest.reach.firstRecord == 21)
    var hole = bytes
    hole.replaceSubrange(
      (4096 + 65_536)..<(4096 + 2 * 65_536), with: Array(repeating: 0, count: 65_536))
    let holed = try EventLog(path: try folder.write(hole, to: "hole.evtx"))
    while holed.next() != nil {}
    #expect(holed.reach.missing == [21...40])
    #expect(!holed.reach.isWrapped)
    #expect(holed.reach.covers(FileTime(rawValue: Self.events[30].time)))
    #expect(!holed.reach.covers(FileTime(rawValue: Self.events[59].time + 1)))
  }
}

/// Numbers that are the same for the same seed.
private struct Mutations {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next(below limit: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(limit))
  }
}
