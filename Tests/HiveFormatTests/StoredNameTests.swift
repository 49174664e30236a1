// SPDX-License-Identifier: MIT

import HiveBuilder
import HiveFormat
import Testing

@Suite struct StoredNameTests {
  /// One key and one value for each name.
  private func check(_ name: NameDescription, isLatin1: Bool) throws {
    var description = HiveDescription()
    let key = description.add(name)
    description.root.values = [.dword(name, 1)]
    let hive = description.build()
    let node = try KeyNode(parsing: hive.image, at: hive.key(key).node)
    #expect(node.name.isLatin1 == isLatin1)
    #expect(hive.image.units(of: node.name) == name.units)
    #expect(node.nameFault == nil)
    let record = try hive.record("", name)
    #expect(record.name.isLatin1 == isLatin1)
    #expect(hive.image.units(of: record.name) == name.units)
    #expect(record.nameFault == nil)
  }

  @Test(arguments: [
    "a", "Straße", "ÿ", "carriage\r\nreturn", "nul\0inside", "nul at end\0", "\u{80}\u{9F}\u{A0}",
    " blanks ", "with\\backslash", String(repeating: "x", count: 255),
  ])
  func `names of one byte a character are Latin-1, all of them`(text: String) throws {
    try check(NameDescription(text), isLatin1: true)
  }

  @Test(arguments: ["Привет", "日本語", "😀", "plain", "nul\0inside", "\r\n", "Ā"])
  func `names of two bytes a unit are UTF-16, even where one byte would do`(text: String) throws {
    try check(NameDescription(text, form: .utf16), isLatin1: false)
  }

  @Test(
    arguments: [
      [0xD83D], [0x61, 0xD83D, 0x62], [0xDE00, 0xD83D], [0xFFFF, 0xFFFE], [0],
    ] as [[UInt16]])
  func `units that are not text are kept`(units: [UInt16]) throws {
    try check(NameDescription(units: units, form: .utf16), isLatin1: false)
  }

  @Test func `half a unit at the end of a name is no unit`() throws {
    var description = HiveDescription()
    description.add(NameDescription("abc", form: .utf16))
    var hive = description.build()
    hive.setNameLength(of: "abc", to: 5)
    let name = try hive.node("abc").name
    #expect(name.byteCount == 5)
    #expect(name.unitCount == 2)
    #expect(hive.image.units(of: name) == [0x61, 0x62])
  }

  @Test func `a name outside the file has NUL for its units`() {
    let image = HiveImage([0x61, 0x62])
    let latin = StoredName(offset: 1, byteCount: 3, isLatin1: true)
    #expect(image.units(of: latin) == [0x62, 0, 0])
    let wide = StoredName(offset: -1, byteCount: 4, isLatin1: false)
    #expect(image.units(of: wide) == [0, 0])
  }
}

// MARK: - Order

extension StoredNameTests {
  @Test(
    "Names sort by units in upper case, then by length",
    arguments: [
      ("abc", "ABC", 0), ("ABC", "ABC", 0), ("ab", "ABC", -1), ("abcd", "ABC", 1), ("", "", 0),
      ("", "A", -1), ("b", "A", 1), ("_", "Z", 1), ("a b", "A-B", -1), ("ß", "SS", 1),
      ("ÿ", "Ÿ", 0), ("привет", "ПРИВЕТ", 0), ("ı", "I", 1), ("é", "É", 0),
    ])
  func order(stored: String, upcased: String, expected: Int) throws {
    var description = HiveDescription()
    description.root.values = [.none(NameDescription(stored))]
    let hive = description.build()
    let name = try hive.record("", NameDescription(stored)).name
    let other = Array(upcased.utf16)
    #expect(hive.image.compare(name, toUpcased: other).signum() == expected)
    #expect(hive.image.matches(name, upcased: other) == (expected == 0))
  }

  @Test func `two stored names compare alike in both forms`() throws {
    var description = HiveDescription()
    description["a"].values = [.none("größe"), .none("grös")]
    description["b"].values = [.none(NameDescription("GRÖßE", form: .utf16))]
    let hive = description.build()
    let first = try hive.record("a", "größe").name
    let shorter = try hive.record("a", "grös").name
    let second = try hive.record("b", "GRÖßE").name
    #expect(hive.image.compare(first, to: second, in: hive.image) == 0)
    #expect(hive.image.compare(shorter, to: second, in: hive.image) < 0)
    #expect(hive.image.compare(second, to: shorter, in: hive.image) > 0)
  }

  @Test(
    "The hash of a name is that of its upper-case units",
    arguments: [
      ("", 0), ("a", 0x41), ("A", 0x41), ("ab", 0x41 * 37 + 0x42), ("ÿ", 0x178), ("ß", 0xDF),
      ("ControlSet001", 0x8F3B_A9A2),
    ] as [(String, UInt32)])
  func hash(name: String, expected: UInt32) {
    #expect(SubkeyHash.lh(name.utf16) == expected)
    #expect(
      SubkeyHash.lh(NameDescription(name).upcased) == nameHash(of: NameDescription(name).upcased))
  }
}
