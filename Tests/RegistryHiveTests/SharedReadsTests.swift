// SPDX-License-Identifier: MIT

import HiveBuilder
import RegistryHive
import Testing

/// Lists and data that many keys share, read key by key without a walk.
@Suite struct SharedReadsTests {
  /// A key whose subkeys all have the list of values, or that of subkeys, of the first of them.
  private func sharing(_ count: Int, _ describe: (inout KeyDescription) -> Void) -> BuiltHive {
    var description = HiveDescription()
    for number in 0..<count { description.add("K\(10_000 + number)") }
    describe(&description["K10000"])
    var built = description.build()
    let first = built.key("K10000")
    for number in 1..<count {
      let path = "K\(10_000 + number)"
      if let list = first.valueList {
        built.set(.valueList, of: path, to: built.relative(list))
        built.set(.valueCount, of: path, to: UInt32(first.values.count))
      }
    }
    return built
  }

  @Test func `data that many keys share are read whole for the first of them`() throws {
    let text = String(repeating: "x", count: 30_000)
    let built = sharing(1_000) { $0.values = [.string("Path", text)] }
    let hive = try Hive(bytes: built.bytes)
    let values = hive.root.subkeys.compactMap { $0.value(named: "path") }
    #expect(values.count == 1_000)
    let sizes = values.map(\.bytes.count)
    #expect(sizes.first == 60_002)
    #expect(sizes.last == 64)
    #expect(sizes.reduce(0, +) <= 60_002 + built.bytes.count + 1_000 * 64)
    // What was read once is read again in the same way, by whomever.
    #expect(values.map(\.bytes.count) == sizes)
    #expect(hive.root.subkeys.map { $0.values[0].bytes.count } == sizes)
    #expect(values[0].findings == [])
    #expect(values[999].findings.map(\.id) == ["repeated-bytes"])
    #expect(values[999].findings.first?.found.hasSuffix("of which 59938 are left out") == true)
  }

  @Test func `big data that many keys share are not gone through for each of them`() throws {
    let data = Fixture.pattern(100_000, seed: 5)
    let built = sharing(200) { $0.values = [.binary("Data", data)] }
    let hive = try Hive(bytes: built.bytes)
    let shown = hive.root.subkeys.compactMap { $0.values.first?.bytes }
    #expect(shown.first == data)
    #expect(shown.last == Array(data[..<64]))
    let total = shown.reduce(0) { $0 + $1.count }
    #expect(total <= 100_000 + built.bytes.count + 200 * 64)
  }

  @Test func `one key's data are read as often as they are asked for`() throws {
    let data = Fixture.pattern(10_000, seed: 6)
    let hive = try Hive { $0["key"].values = [.binary("Data", data)] }
    let key = try #require(hive.key(at: "key"))
    for _ in 0..<100 { #expect(key.value(named: "data")?.bytes == data) }
    #expect(key.findings == [])
  }

  @Test func `data that run past their cell are no shared ones`() throws {
    var built = Fixture.sample().build()
    built.set(.dataSize, of: "Beta", "text", to: UInt32(5_000))
    let value = try #require(try Hive(bytes: built.bytes).key(at: "Beta")?.value(named: "text"))
    for _ in 0..<2 { #expect(value.findings.map(\.id) == ["data-overrun"]) }
  }

  @Test func `a list of values that many keys share is read whole for the first of them`() throws {
    let built = sharing(500) { key in
      key.values = (0..<400).map { .dword(NameDescription("\($0)"), 1) }
    }
    let hive = try Hive(bytes: built.bytes)
    let keys = hive.root.subkeys
    let counts = keys.map(\.values.count)
    #expect(counts.first == 400)
    #expect(counts.last == 16)
    #expect(counts.reduce(0, +) <= 400 + built.bytes.count / 28 + 500 * 16)
    #expect(keys.map(\.values.count) == counts)
    #expect(keys[0].value(named: "399") != nil)
    #expect(keys[499].value(named: "399") == nil)
    #expect(keys[499].value(named: "3") != nil)
    #expect(keys[499].findings.map(\.id).contains("repeated-bytes"))
  }

  @Test func `a list of subkeys that many keys share is read for the first of them`() throws {
    var description = HiveDescription()
    for number in 0..<300 { description.add("K\(1_000 + number)") }
    for number in 0..<300 { description.makeKey("K1000\\S\(1_000 + number)") }
    var built = description.build()
    let list = try #require(built.key("K1000").subkeyLists.first)
    for number in 1..<300 {
      built.set(.subkeyList, of: "K\(1_000 + number)", to: built.relative(list))
      built.set(.subkeyCount, of: "K\(1_000 + number)", to: UInt32(300))
    }
    let hive = try Hive(bytes: built.bytes)
    let keys = hive.root.subkeys
    let counts = keys.map(\.subkeys.count)
    #expect(counts.first == 300)
    #expect(counts.last == 0)
    #expect(counts.reduce(0, +) <= 300 + built.bytes.count / 84)
    #expect(keys.map(\.subkeys.count) == counts)
    #expect(hive.key(at: "K1000\\S1299") != nil)
    // The order of a list is known for all keys that have it.
    #expect(keys[299].subkey(named: "S1") == nil)
  }

  @Test func `a text is read up to the longest path of Windows`() throws {
    let hive = try Hive {
      $0["key"].values = [.string("long", String(repeating: "x", count: 40_000))]
    }
    #expect(hive.key(at: "key")?.text("long")?.count == 32_767)
    #expect(hive.key(at: "key")?.values.first?.bytes.count == 80_002)
  }

  /// The data of two values, of which the second is longer than any path.
  private static let texts: [[UInt8]] = [
    "C:\\Users\\Administrator.CONTOSO-EUROPE.0000", String(repeating: "y", count: 2_000),
  ].map { (text: String) -> [UInt8] in
    var bytes: [UInt8] = []
    for unit in text.utf16 { bytes += numberBytes(unit) }
    return bytes + [0, 0]
  }

  /// A hive in which the data of `A` lie around those of `C0` and `C1`, and keys between them use up
  /// what may be read again; the bins may have the cell that lies around the others, or not.
  private func surrounding(isChained: Bool) throws -> Hive {
    var description = HiveDescription()
    description["A"].values = [.binary("Path", Fixture.pattern(24, seed: 7))]
    for number in 100..<200 {
      let text = String(repeating: "x", count: number == 100 ? 7_000 : 10)
      description["B\(number)"].values = [.string("Path", text)]
    }
    // After a size of its own for the decoy, the two cells.
    var cells = [UInt8](repeating: 0, count: 12)
    var places: [Int] = []
    for (number, text) in Self.texts.enumerated() {
      description["C\(number)"].values = [.binary("Path", text)]
      places.append(cells.count)
      let size = (text.count + 4 + 7) & ~7
      cells += numberBytes(Int32(-size)) + text
      cells += [UInt8](repeating: 0, count: size - text.count - 4)
    }
    description.extraCells = [.unreferenced(cells)]
    var built = description.build()
    let shared = try #require(built.value("B100", "Path").data)
    for number in 101..<200 {
      built.set(.dataOffset, of: "B\(number)", "Path", to: built.relative(shared))
      built.set(.dataSize, of: "B\(number)", "Path", to: UInt32(14_002))
    }
    let extra = built.extraCells[0]
    for (number, place) in places.enumerated() {
      built.set(.dataOffset, of: "C\(number)", "Path", to: built.relative(extra + 4 + place))
    }
    let decoy = isChained ? extra : extra + 8
    let end = extra + abs(built.cellSize(at: extra))
    built.setCellSize(at: decoy, to: Int32(decoy - end))
    built.set(.dataOffset, of: "A", "Path", to: built.relative(decoy))
    built.set(.dataSize, of: "A", "Path", to: UInt32(end - decoy - 4))
    return try Hive(bytes: built.bytes)
  }

  @Test(arguments: [true, false])
  func `data that lie around those of others take nothing from them`(isChained: Bool) throws {
    let hive = try surrounding(isChained: isChained)
    let values = hive.root.subkeys.compactMap { $0.value(named: "path") }
    #expect(values.count == 103)
    let bytes = values.map(\.bytes)
    #expect(bytes[0].count > 4_000)
    #expect(bytes[100].count == 64)
    #expect(bytes[101] == Self.texts[0])
    #expect(values[101].findings == [])
    // Of data that no bin has, a decoy may hide what follows the longest paths.
    let long = isChained ? Self.texts[1] : Array(Self.texts[1][..<1_024])
    #expect(bytes[102] == long)
    let ids = isChained ? [] : ["repeated-bytes"]
    #expect(values[102].findings.map(\.id) == ids)
  }
}
