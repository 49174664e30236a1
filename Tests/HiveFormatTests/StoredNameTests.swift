// SPDX-License-Identifier: MIT

import HiveBuilder
import HiveFormat
import Testing
import WindowsTypes

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

  @Test(arguments: [0, 1, 7, 8, 9, 15, 16, 20])
  func `each character decides whether a name is plain`(count: Int) {
    // With and without bytes behind it in the file.
    for tail in [0, 3, 8] {
      var bytes = [UInt8](repeating: 0x61, count: count) + [UInt8](repeating: 0, count: tail)
      let name = StoredName(offset: 0, byteCount: count, isLatin1: true)
      #expect(HiveImage(bytes).isPlain(name))
      for place in 0..<count {
        for byte in UInt8.min...UInt8.max {
          bytes[place] = byte
          let isPlain = byte >= 0x20 && byte < 0x7F && byte != 0x5C
          #expect(HiveImage(bytes).isPlain(name) == isPlain)
        }
        bytes[place] = 0x61
      }
      let longer = StoredName(offset: 0, byteCount: count + tail + 1, isLatin1: true)
      #expect(!HiveImage(bytes).isPlain(longer))
    }
  }

  @Test(arguments: ["", "a", "same name as it is", "ABCDEFGHIJ", "abcdefghij", "abcdefgh", "ÿ"])
  func `names compare as their units do, whatever they are stored as`(text: String) {
    let others = ["", "b", "same name as IT was", "abcdefghij", "abcdefgh!", "ABCDEFGH", "ÿx"]
    for other in others {
      let (one, two) = (text.latin1, other.latin1)
      let image = HiveImage(one + two)
      let first = StoredName(offset: 0, byteCount: one.count, isLatin1: true)
      let second = StoredName(offset: one.count, byteCount: two.count, isLatin1: true)
      let upcased = image.units(of: second).map { Upcase.unit($0) }
      #expect(
        image.compare(first, to: second, in: image).signum()
          == image.compare(first, toUpcased: upcased).signum())
    }
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

extension String {
  /// The characters as Latin-1, as far as they have one.
  fileprivate var latin1: [UInt8] { utf16.filter { $0 < 0x100 }.map { UInt8($0) } }
}
