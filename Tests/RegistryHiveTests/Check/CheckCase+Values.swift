// SPDX-License-Identifier: MIT

import HiveBuilder

// The damage that leads to each result about values and their data.
extension CheckCase {
  static let values = [
    CheckCase("value-reused", besides: ["cell-unreferenced"]) {
      $0.redirectValue(of: "Beta", at: 0, to: $0.relative($0.value("Beta", "two").record))
    },
    CheckCase("value-duplicate") {
      $0.put(Array("TWO".utf8), at: $0.value("Beta", "one").record + 24)
    },
    CheckCase("values-uncounted", besides: ["cell-unreferenced"]) {
      $0.set(.valueCount, of: "Beta", to: UInt32(0))
    },
    CheckCase("data-overrun", besides: ["key-limits"]) {
      $0.setDataSize(of: "Beta", "text", to: 4_000)
    },
    CheckCase("data-inline", besides: ["key-limits"]) {
      $0.setDataSize(of: "Beta", "one", to: 0x8000_0000 | 400)
    },
    CheckCase("data-reused", besides: ["cell-unreferenced"]) {
      $0.set(
        .dataOffset, of: "Beta", "text", to: $0.relative($0.value("Alpha", "text").data ?? 0))
    },
    CheckCase("repeated-bytes", besides: ["data-reused"], sharedSample) { hive in
      let cell = hive.value("Beta", "0").data ?? 0
      for number in 1..<8 {
        hive.set(.dataOffset, of: "Beta", "\(number)", to: hive.relative(cell))
      }
    },
    CheckCase("data-not-segmented", sample(.binary("big", data, storage: .cell))),
    CheckCase("big-data-short", besides: ["cell-unreferenced"], Fixture.bigSample()) {
      $0.setSegmentCount(of: "Beta", "big", to: 1)
    },
    CheckCase("big-data-reused", besides: ["cell-unreferenced"], sample(.binary("big", data))) {
      let list = $0.value("Beta", "big").segmentList ?? 0
      $0.put($0.number(UInt32.self, at: list + 4), at: list + 8)
    },
    CheckCase("big-data-long", Fixture.bigSample()) {
      $0.setSegmentCount(of: "Beta", "big", to: 3)
    },
    CheckCase("big-data-version", version13(sample(.binary("big", data, storage: .bigData())))),
  ]

  private static let sharedSample = {
    var description = Fixture.sample()
    description["Beta"].values.append(.binary("0", Fixture.pattern(16_000, seed: 1)))
    for number in 1..<8 {
      description["Beta"].values.append(
        .binary("\(number)", [], storage: .raw(size: 16_000, offset: 0)))
    }
    return description
  }()

  private static let data = Fixture.pattern(20_000, seed: 1)

  private static func sample(_ value: ValueDescription) -> HiveDescription {
    var hive = Fixture.sample()
    hive["Beta"].values.append(value)
    return hive
  }

  private static func version13(_ hive: HiveDescription) -> HiveDescription {
    var hive = hive
    hive.header.minorVersion = 3
    return hive
  }
}
