// SPDX-License-Identifier: MIT

import HiveBuilder
import RegistryHive
import Testing

@Suite struct ValueDataTests {
  private func text(_ text: String) -> [UInt8] { littleEndianBytes(of: text.utf16) }

  @Test(
    "A string ends at its first NUL",
    arguments: [
      ("plain\0", "plain"), ("no end", "no end"), ("", ""), ("\0", ""), ("\0\0", ""),
      ("seen\0hidden", "seen"), ("\0hidden\0", ""), ("äöü€😀\0", "äöü€😀"), ("a\r\nb\0", "a\r\nb"),
    ])
  func strings(stored: String, expected: String) {
    let string = RegistryString(expected)
    #expect(ValueData(text(stored), type: .string) == .string(string))
    #expect(ValueData(text(stored), type: .expandString) == .expandString(string))
    #expect(ValueData(text(stored), type: .link) == .link(string))
  }

  @Test(arguments: [ValueType.string, .expandString, .link])
  func `half a unit spoils a string, unless it stands behind the end or is zero`(type: ValueType) {
    #expect(ValueData([0x61], type: type) == .bytes([0x61]))
    #expect(ValueData([0x61, 0, 0x62], type: type) == .bytes([0x61, 0, 0x62]))
    let string: (RegistryString) -> ValueData =
      switch type {
      case .string: ValueData.string
      case .expandString: ValueData.expandString
      default: ValueData.link
      }
    #expect(ValueData([0x61, 0, 0], type: type) == string("a"))
    #expect(ValueData([0x61, 0, 0, 0, 0x62], type: type) == string("a"))
    #expect(ValueData([0], type: type) == string(""))
  }

  @Test func `a string keeps units that are no text`() {
    #expect(
      ValueData([0x61, 0, 0x3D, 0xD8, 0, 0], type: .string)
        == .string(RegistryString(utf16: [0x61, 0xD83D])))
  }

  @Test(
    "A list of strings ends with an empty one, which is no element",
    arguments: [
      ("one\0two\0\0", ["one", "two"]), ("one\0\0", ["one"]), ("", []), ("\0", []), ("\0\0", []),
      ("\0\0\0", []), ("one\0two", ["one", "two"]), ("one\0two\0", ["one", "two"]),
      ("one\0\0three\0\0", ["one", "", "three"]), ("\0two\0\0", ["", "two"]),
      ("one\0\0\0", ["one", ""]), ("one", ["one"]),
    ] as [(String, [RegistryString])])
  func lists(stored: String, expected: [RegistryString]) {
    #expect(ValueData(text(stored), type: .multiString) == .multiString(expected))
  }

  @Test func `half a unit spoils a list of strings unless it is zero`() {
    #expect(
      ValueData([0x61, 0, 0, 0, 0x62], type: .multiString) == .bytes([0x61, 0, 0, 0, 0x62]))
    #expect(ValueData([0x61, 0, 0, 0, 0], type: .multiString) == .multiString(["a"]))
    #expect(ValueData([0x61], type: .multiString) == .bytes([0x61]))
  }

  @Test(arguments: 0...9)
  func `a number has the size of its type, or is bytes`(count: Int) {
    let bytes = Array([1, 2, 3, 4, 5, 6, 7, 0x88, 9][..<count]) as [UInt8]
    #expect(
      ValueData(bytes, type: .dword) == (count == 4 ? .dword(0x0403_0201) : .bytes(bytes)))
    #expect(
      ValueData(bytes, type: .dwordBigEndian)
        == (count == 4 ? .dwordBigEndian(0x0102_0304) : .bytes(bytes)))
    #expect(
      ValueData(bytes, type: .qword)
        == (count == 8 ? .qword(0x8807_0605_0403_0201) : .bytes(bytes)))
  }

  @Test func `a number may have all its bits`() {
    #expect(ValueData(Array(repeating: 0xFF, count: 4), type: .dword) == .dword(.max))
    #expect(ValueData(Array(repeating: 0xFF, count: 8), type: .qword) == .qword(.max))
  }

  @Test(arguments: [0, 3, 8, 9, 10, 12, 0x1234, 0xFFFF_0012, .max] as [UInt32])
  func `other types are bytes`(type: UInt32) {
    for bytes in [[], [1, 2, 3, 4], text("text\0")] as [[UInt8]] {
      #expect(ValueData(bytes, type: ValueType(rawValue: type)) == .bytes(bytes))
    }
  }

  @Test(
    "Types are shown by name, or by number",
    arguments: [
      (0, "REG_NONE"), (1, "REG_SZ"), (2, "REG_EXPAND_SZ"), (3, "REG_BINARY"), (4, "REG_DWORD"),
      (5, "REG_DWORD_BIG_ENDIAN"), (6, "REG_LINK"), (7, "REG_MULTI_SZ"),
      (8, "REG_RESOURCE_LIST"), (9, "REG_FULL_RESOURCE_DESCRIPTOR"),
      (10, "REG_RESOURCE_REQUIREMENTS_LIST"), (11, "REG_QWORD"), (12, "0x0000000c"),
      (0x1234, "0x00001234"), (.max, "0xffffffff"),
    ] as [(UInt32, String)])
  func names(type: UInt32, name: String) {
    #expect(ValueType(rawValue: type).description == name)
  }

  @Test func `every value of every type is decoded as its bytes say`() throws {
    let built = Fixture.named("format/value-types").build()
    let hive = try Hive(bytes: built.bytes)
    for group in ["numbers", "texts", "lists", "others"] {
      let described = built.description[group].values
      let values = try #require(hive.key(at: RegistryPath(group))).values
      #expect(values.count == described.count)
      for (value, description) in zip(values, described) {
        #expect(value.name.utf16 == description.name.units)
        #expect(value.type.rawValue == description.type)
        #expect(value.bytes == description.data)
        #expect(value.size == description.data.count)
        #expect(value.data == ValueData(description.data, type: value.type))
        #expect(value.findings == [])
      }
    }
  }

  @Test func `big data come whole, with every form of the last segment`() throws {
    let built = Fixture.named("format/big-data").build()
    let values = try Hive(bytes: built.bytes).root.values
    #expect(values.map(\.bytes) == built.description.root.values.map(\.data))
    #expect(values.map(\.size) == [16_345, 16_356, 100])
    #expect(values.flatMap(\.findings) == [])
  }
}
