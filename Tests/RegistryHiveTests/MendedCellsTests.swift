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

  @Test(arguments: Place.allCases)
  private func `what a cell holds is read although its size is too small`(place: Place) throws {
    let intact = built()
    let cell = try cell(place, in: intact)
    // What follows may look like a cell too: a reference is taken for the size of a free one.
    let stored = intact.cellSize(at: cell)
    for size in [stored + 8, -16, -8, 8] where abs(size) < abs(stored) && size != 0 {
      var damaged = intact
      damaged.setCellSize(at: cell, to: Int32(size))
      let hive = try Hive(bytes: damaged.bytes)
      #expect(hive.tree == (try Hive(bytes: intact.bytes).tree), "\(size)")
      let value = try #require(hive.key(at: "services\\evil")?.value(named: "path"))
      #expect(value.bytes == Fixture.pattern(600, seed: 4), "\(size)")
      #expect(!hive.findings.isEmpty)
    }
  }

  @Test func `a name that is longer than its cell takes nothing from the cells behind it`() throws {
    var damaged = built()
    damaged.setNameLength(of: "Gamma", to: 90)
    damaged.setDataSize(of: "Beta", "text", to: 400)
    let whole = try Hive(bytes: damaged.bytes)
    // The chain breaks further on.
    damaged.setCellSize(at: try cell(.data, in: damaged), to: 0)
    #expect(try Hive(bytes: damaged.bytes).tree == whole.tree)
  }

  @Test(arguments: Place.allCases)
  private func `what a cell holds is read although it is marked free`(place: Place) throws {
    let intact = built()
    let cell = try cell(place, in: intact)
    var damaged = intact
    damaged.flipAllocation(of: cell)
    let hive = try Hive(bytes: damaged.bytes)
    #expect(hive.tree == (try Hive(bytes: intact.bytes).tree))
    let evil = try #require(hive.key(at: "services\\evil"))
    #expect(evil.value(named: "path")?.bytes == Fixture.pattern(600, seed: 4))
    let findings = hive.walkFindings.values.flatMap(\.self)
    #expect(findings.map(\.id) == ["cell-free"])
    #expect(findings.map(\.offset) == [cell])
    let lister = place == .key ? hive.root : place == .subkeyList ? hive.key(at: "services") : evil
    #expect(lister?.findings.map(\.id) == ["cell-free"])
    #expect(hive.check().map(\.rule.id).contains("cell-free"))
    let bytes = hive.usage().bytes
    #expect(bytes.parts.reduce(0) { $0 + $1.value } == bytes.file)
  }

  @Test func `a root that is marked free is not believed`() throws {
    var damaged = built()
    let key = damaged.key("Alpha").node
    damaged.flipAllocation(of: key)
    damaged.set(.rootOffset, to: damaged.relative(key))
    let hive = try Hive(bytes: damaged.bytes)
    #expect(hive.key(at: "services\\evil") != nil)
  }

  @Test func `a key whose cell is too short gets its rest back`() throws {
    let intact = built()
    var damaged = intact
    damaged.setCellSize(at: intact.key("Services").node, to: -8)
    #expect(try Hive(bytes: damaged.bytes).tree == (try Hive(bytes: intact.bytes).tree))
  }

  /// A hive in which a cell that nothing refers to by itself stands right before one that is.
  private func neighbours(
    _ before: (BuiltHive) -> Int, _ cell: (BuiltHive) -> Int
  ) throws -> BuiltHive {
    for count in 30..<90 {
      var description = Fixture.sample()
      // Cells behind the first bins have references that are no sizes of cells.
      for number in 10..<10 + count {
        description.set("Many\\Key \(number)", .binary("data", Fixture.pattern(80, seed: 3)))
      }
      description.makeKey("Rest")
      description.makeKey("Services\\Evil")
      description["Services"].values = [
        .binary("Path", [UInt8](repeating: 0x41, count: 600)), .dword("Start", 2),
      ]
      let built = description.build()
      if before(built) + abs(built.cellSize(at: before(built))) == cell(built) { return built }
    }
    throw MissingNeighbours()
  }

  private struct MissingNeighbours: Error {}

  @Test(arguments: [8, 16, 24, 32, 40])
  func `a chain that breaks in a key's record changes nothing of it`(place: Int) throws {
    let built = try neighbours({ $0.key("Rest").node }, { $0.key("Services").node })
    try expectUntouched(
      built, before: built.key("Rest").node, breakingAt: built.key("Services").node + place)
  }

  @Test(arguments: [8, 24, 600])
  func `a chain that breaks in data changes nothing of them`(place: Int) throws {
    let record = { (built: BuiltHive) in built.value("Services", "Path").record }
    let built = try neighbours(record) { $0.value("Services", "Path").data ?? 0 }
    let data = try #require(built.value("Services", "Path").data)
    try expectUntouched(built, before: record(built), breakingAt: data + place)
  }

  private func expectUntouched(
    _ intact: BuiltHive, before cell: Int, breakingAt place: Int
  ) throws {
    var damaged = intact
    damaged.setCellSize(at: cell, to: Int32(cell - place))
    let hive = try Hive(bytes: damaged.bytes)
    #expect(hive.tree == (try Hive(bytes: intact.bytes).tree))
    #expect(hive.key(at: "services\\evil") != nil)
    let data = hive.key(at: "Services")?.value(named: "Path")?.bytes
    #expect(data == [UInt8](repeating: 0x41, count: 600))
    #expect(hive.findings.map(\.id) == ["cell-size"])
    #expect(hive.findings.map(\.offset) == [place])
  }

  @Test func `a size is mended although another cell's is wrong in the same way`() throws {
    var built = try neighbours({ $0.key("Rest").node }, { $0.key("Services").node })
    let whole = try Hive(bytes: built.bytes).tree
    let (rest, services) = (built.key("Rest").node, built.key("Services").node)
    built.setCellSize(at: rest, to: Int32(rest - services - 32))
    built.setCellSize(at: built.key("Services\\Evil").node, to: 0)
    #expect(try Hive(bytes: built.bytes).tree == whole)
  }
}
