// SPDX-License-Identifier: MIT

import HiveBuilder
import RegistryHive
import Testing

/// The values that take up most of a hive.
@Suite struct LargestValuesTests {
  private func usage(_ description: HiveDescription) throws -> HiveUsage {
    try Hive(bytes: description.build().bytes).usage()
  }

  @Test func `the largest come first, wherever they are`() throws {
    var hive = HiveDescription()
    hive.set("A", .binary("small", [UInt8](repeating: 1, count: 100)))
    hive.set("A\\B", .binary("huge", [UInt8](repeating: 1, count: 9000)), .dword("n", 1))
    hive.set("C", .binary("", [UInt8](repeating: 1, count: 500)))
    // Many small ones together are larger than any.
    hive["Many"].values = (0..<200).map {
      .binary(NameDescription("\($0)"), [UInt8](repeating: 1, count: 200))
    }
    let usage = try usage(hive)
    let values = usage.root.largestValues(3)
    #expect(values.map(\.key) == ["A\\B", "C", "Many"])
    #expect(values.map(\.name.description) == ["huge", "", "0"])
    #expect(values.map(\.type) == [.binary, .binary, .binary])
    #expect(values[0].bytes >= 9000 + 24)
    #expect(values[1].bytes == 504 + 24)
    #expect(usage.key(at: "C")?.largestValues(5).map(\.name) == [""])
    #expect(usage.root.largestValues(0).isEmpty)
    #expect(usage.root.largestValues(1000).count == 204)
  }

  @Test func `what the values take up is what their keys do`() throws {
    var hive = HiveDescription()
    for key in 0..<7 {
      hive["Key\(key)"].values = (0..<5).map {
        .binary(NameDescription("\($0)"), [UInt8](repeating: 1, count: (key * 5 + $0) * 37))
      }
    }
    let usage = try usage(hive)
    let values = usage.root.largestValues(.max)
    #expect(values.reduce(0) { $0 + $1.bytes } == usage.bytes.values + usage.bytes.data)
    #expect(zip(values, values.dropFirst()).allSatisfy { $0.bytes >= $1.bytes })
    for count in 1...35 {
      #expect(usage.root.largestValues(count) == Array(values.prefix(count)))
    }
  }
}
