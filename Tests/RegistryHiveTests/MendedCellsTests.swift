// SPDX-License-Identifier: MIT

import HiveBuilder
import RegistryHive
import Testing

/// Cells whose size is impossible, which break the chain of cells in their bin.
@Suite struct MendedCellsTests {
  /// A hive in which one key stands behind another, with values and keys below.
  private func built() -> BuiltHive {
    var description = Fixture.sample()
    description.makeKey("Services\\Evil")
    description["Services\\Evil"].values = [.binary("Path", Fixture.pattern(600, seed: 4))]
    return description.build()
  }

  private enum Place: CaseIterable {
    case key, subkeyList, value, valueList, data
  }

  private func cell(_ place: Place, in built: BuiltHive) throws -> Int {
    switch place {
    case .key: built.key("Services").node
    case .subkeyList: built.key("Services").subkeyLists[0]
    case .value: built.value("Services\\Evil", "Path").record
    case .valueList: try #require(built.key("Services\\Evil").valueList)
    case .data: try #require(built.value("Services\\Evil", "Path").data)
    }
  }

  @Test(arguments: Place.allCases, [0, -13, -0x7FFF_FFF8, -0xFF8] as [Int32])
  private func `what a cell holds is read whatever size it stores`(
    place: Place, size: Int32
  ) throws {
    let intact = built()
    var damaged = intact
    damaged.setCellSize(at: try cell(place, in: intact), to: size)
    let hive = try Hive(bytes: damaged.bytes)
    #expect(hive.tree == (try Hive(bytes: intact.bytes).tree))
    let value = try #require(hive.key(at: "services\\evil")?.value(named: "path"))
    #expect(value.bytes == Fixture.pattern(600, seed: 4))
    #expect(!hive.findings.isEmpty)
    #expect(hive.findings.allSatisfy { $0.id == "cell-size" })
    #expect(hive.check().map(\.rule.id).contains("cell-size"))
    let bytes = hive.usage().bytes
    #expect(bytes.parts.reduce(0) { $0 + $1.value } == bytes.file)
  }

  @Test func `a key whose cell is too short gets its rest back`() throws {
    let intact = built()
    var damaged = intact
    damaged.setCellSize(at: intact.key("Services").node, to: -8)
    #expect(try Hive(bytes: damaged.bytes).tree == (try Hive(bytes: intact.bytes).tree))
  }
}
