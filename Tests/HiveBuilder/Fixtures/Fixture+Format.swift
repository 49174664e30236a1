// SPDX-License-Identifier: MIT

extension Fixture {
  static let format = [
    Fixture("format/root-only") { HiveDescription() },
    Fixture("format/list-lf") { listHive(.leaf(.lf), count: 12, minorVersion: 3) },
    Fixture("format/list-lh") { listHive(.leaf(.lh), count: 12, minorVersion: 5) },
    Fixture("format/list-li") { listHive(.leaf(.li), count: 12, minorVersion: 5) },
    Fixture("format/list-ri") { indexHive() },
    Fixture("format/names") { namesHive() },
    Fixture("format/lone-surrogates") { loneSurrogatesHive() },
    Fixture("format/value-types") { valueTypesHive() },
    Fixture("format/big-data") { bigDataHive() },
    Fixture("format/version-1.3") { oldVersionHive() },
    Fixture("format/class-security") { classSecurityHive() },
    Fixture("format/flags") { flagsHive() },
    Fixture("format/layered") { layeredHive() },
    Fixture("format/deleted") { deletedHive() },
    Fixture("format/header") { headerHive() },
  ]

  private static func listHive(
    _ list: SubkeyList, count: Int, minorVersion: UInt32
  ) -> HiveDescription {
    var hive = HiveDescription(minorVersion: minorVersion)
    hive.root.list = list
    addNumbered(count, to: .root, in: &hive)
    return hive
  }

  private static func addNumbered(
    _ count: Int, to parent: HiveDescription.KeyID, in hive: inout HiveDescription
  ) {
    for number in 0..<count {
      hive.add(
        "Key \(number)", to: parent, values: [.dword("number", UInt32(number))])
    }
  }

  private static func indexHive() -> HiveDescription {
    var hive = HiveDescription()
    for (name, leaf) in [("li", SubkeyList.Leaf.li), ("lf", .lf), ("lh", .lh)] {
      let key = hive.add("ri of \(name)")
      hive[key].list = .index(leaf, leafSize: 4)
      addNumbered(10, to: key, in: &hive)
    }
    return hive
  }

  private static func namesHive() -> HiveDescription {
    var hive = HiveDescription()
    let names: [NameDescription] = [
      "Straße", "Größe", "Привет", "日本語", "😀", "ÿ",
      NameDescription("as UTF-16", form: .utf16),
      NameDescription("carriage\r\nreturn"), NameDescription("nul\0inside"),
      NameDescription("nul at end\0", form: .utf16),
      "with/slash", "with\\backslash", " blanks ", "<tag> & \"quotes\"", "=",
    ]
    for (number, name) in names.enumerated() {
      hive.add(name, values: [.dword("number", UInt32(number))])
    }
    let longest = String(repeating: "x", count: 255)
    hive.add(NameDescription(longest))
    let values = hive.add("values")
    hive[values].values = [.string("", "the default value")]
    hive[values].values += names.map { .string($0, "text") }
    hive[values].values.append(
      .string(NameDescription(String(repeating: "v", count: 1_000)), "long name"))
    return hive
  }

  private static func loneSurrogatesHive() -> HiveDescription {
    var hive = HiveDescription()
    let names = [
      NameDescription(units: Array("high ".utf16) + [0xD83D]),
      NameDescription(units: [0xDE00] + Array(" low".utf16)),
      NameDescription(units: Array("swapped ".utf16) + [0xDE00, 0xD83D]),
    ]
    for name in names {
      hive.add(name, values: [.dword("number", 1)])
    }
    hive["values"].values = names.map { .string($0, "text") }
    return hive
  }

  private static func valueTypesHive() -> HiveDescription {
    var hive = HiveDescription()
    hive["numbers"].values = [
      .dword("dword", 0x1234_5678), .dword("all ones", .max),
      .dwordBigEndian("big-endian", 0x1234_5678), .qword("qword", 0x1122_3344_5566_7788),
    ]
    hive["numbers"].values += (0...8).map {
      ValueDescription("dword of \($0)", type: 4, data: Array(1...9).prefix($0) + [])
    }
    hive["numbers"].values += [0, 4, 7, 9, 16].map {
      ValueDescription("qword of \($0)", type: 11, data: Array(1...16).prefix($0) + [])
    }
    hive["texts"].values = [
      .string("text", "C:\\Users\\anna"), .string("empty", ""), .string("Umlaute", "äöü €"),
      .string("emoji", "😀"), .string("no terminator", "open end", terminated: false),
      ValueDescription("no data", type: 1, data: []),
      .string("more behind NUL", "seen\0hidden"),
      ValueDescription("odd size", type: 1, data: [0x61, 0, 0x62]),
      ValueDescription("lone surrogate", type: 1, data: [0x61, 0, 0x3D, 0xD8, 0, 0]),
      .string("line ends", "one\r\ntwo"), .expandString("expand", "%SystemRoot%\\system32"),
      .link("link", "\\Registry\\Machine\\Software"),
    ]
    hive["lists"].values = [
      .multiString("three", ["one", "two", "three"]), .multiString("none", []),
      .multiString("empty inside", ["one", "", "three"]),
      ValueDescription("no data", type: 7, data: []),
      ValueDescription(
        "no terminator", type: 7, data: littleEndianBytes(of: "one\0two".utf16)),
      ValueDescription("odd size", type: 7, data: [0x61, 0, 0, 0, 0x62]),
    ]
    hive["others"].values = [
      .none("none"), .none("none with data", [1, 2, 3]), .binary("binary", pattern(40, seed: 1)),
      .binary("binary of 4", [1, 2, 3, 4]), .binary("binary of 5", [1, 2, 3, 4, 5]),
      .binary("4 in a cell", [1, 2, 3, 4], storage: .cell),
      ValueDescription("resource list", type: 8, data: pattern(20, seed: 2)),
      ValueDescription("full resource descriptor", type: 9, data: pattern(20, seed: 3)),
      ValueDescription("resource requirements", type: 10, data: pattern(20, seed: 4)),
      ValueDescription("unknown type", type: 0x1234, data: [0xAB, 0xCD]),
      ValueDescription("device property", type: 0xFFFF_0012, data: pattern(12, seed: 5)),
    ]
    return hive
  }

  private static func bigDataHive() -> HiveDescription {
    var hive = HiveDescription()
    hive.root.values = [
      .binary("16345", pattern(16_345, seed: 2)),
      .binary(
        "16356, exact last cell", pattern(16_356, seed: 4),
        storage: .bigData(exactLastSegment: true)),
      .binary(
        "100 in one segment", pattern(100, seed: 5), storage: .bigData(exactLastSegment: true)),
    ]
    return hive
  }
}
