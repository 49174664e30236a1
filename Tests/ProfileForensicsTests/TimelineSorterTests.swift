// SPDX-License-Identifier: MIT

import ProfileForensics
import RegistryHive
import Testing

/// Sorting more facts than fit in memory.
@Suite struct TimelineSorterTests {
  private static let entries: [TimelineEntry] = {
    var state: UInt64 = 1
    return (0..<5000).map { index in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      // Few times, so that many are the same.
      let time = FileTime(rawValue: 1 + state >> 55)
      guard index % 3 > 0 else {
        let path = RegistryString("Key \(index)\\\u{1F600}")
        return TimelineEntry(
          time: time, kind: .keyWritten, message: path, file: "hive", path: path,
          user: index % 2 == 0 ? nil : "S-1-5-21-\(index)")
      }
      return TimelineEntry(
        time: time, kind: .eventLogged, message: RegistryString(utf16: [0xD800, UInt16(index)]),
        machine: "M\(index % 7)", file: "Application.evtx", value: "",
        event: TimelineEntry.Event(record: .max, provider: "Provider", number: index))
    }
  }()

  @Test(arguments: [100, 5_000, 100_000, TimelineSorter.usualLimit])
  func `facts come out oldest first, and unchanged`(limit: Int) throws {
    var sorter = TimelineSorter(limit: limit)
    for entry in Self.entries { try sorter.add(entry) }
    var timeline = sorter.finish()
    var sorted: [TimelineEntry] = []
    while let entry = timeline.next() { sorted.append(entry) }
    #expect(timeline.failure == nil)
    // Those of the same time stay in their order.
    let expected = Self.entries.enumerated()
      .sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
    #expect(sorted == expected)
  }

  @Test func `a timeline may be ended early, and be empty`() throws {
    var sorter = TimelineSorter(limit: 100)
    for entry in Self.entries.prefix(50) { try sorter.add(entry) }
    let first = sorter.finish().first { _ in true }
    #expect(first?.time == Self.entries.prefix(50).map(\.time).min())
    #expect(TimelineSorter().finish().first { _ in true } == nil)
  }
}
