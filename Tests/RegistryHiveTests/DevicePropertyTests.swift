// SPDX-License-Identifier: MIT

import RegistryHive
import Testing

/// Device properties: values whose types are those of properties.
@Suite struct DevicePropertyTests {
  private func property(_ type: UInt32, _ bytes: [UInt8]) throws -> DeviceProperty {
    try #require(DeviceProperty(bytes, type: ValueType(rawValue: 0xFFFF_0000 | type)))
  }

  private func utf16(_ text: String) -> [UInt8] {
    text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
  }

  @Test(
    arguments: [
      (0x02, [0xFF], .signed(-1), "SBYTE"), (0x03, [0xFF], .unsigned(255), "BYTE"),
      (0x04, [0xFE, 0xFF], .signed(-2), "INT16"), (0x05, [1, 2], .unsigned(0x201), "UINT16"),
      (0x06, [0, 0, 0, 0x80], .signed(-0x8000_0000), "INT32"),
      (0x07, [0, 0, 0, 0x80], .unsigned(0x8000_0000), "UINT32"),
      (0x08, [0, 0, 0, 0, 0, 0, 0, 0x80], .signed(.min), "INT64"),
      (0x09, [1, 0, 0, 0, 0, 0, 0, 0], .unsigned(1), "UINT64"),
      (0x11, [0xFF], .boolean(true), "BOOLEAN"), (0x11, [0], .boolean(false), "BOOLEAN"),
      (
        0x10, [0, 0x40, 0xD6, 0x18, 0x2A, 0x1E, 0xB4, 1],
        .time(FileTime(rawValue: 0x01B4_1E2A_18D6_4000)), "FILETIME"
      ),
      (0x16, [0x12, 0, 0, 0], .unsigned(0x12), "DEVPROPTYPE"),
      (0x18, [1, 0, 0, 0xC0], .unsigned(0xC000_0001), "NTSTATUS"),
    ] as [(UInt32, [UInt8], DeviceProperty.Content, String)])
  func `numbers, marks and times are read`(
    type: UInt32, bytes: [UInt8], content: DeviceProperty.Content, name: String
  ) throws {
    let found = try property(type, bytes)
    #expect(found.content == content)
    #expect(found.typeName == "DEVPROP_TYPE_\(name)")
    #expect(found.type == type)
    #expect(try property(type, bytes + [0]).content == nil)
    #expect(try property(type, bytes.dropLast()).content == nil)
  }

  @Test func `texts and lists are read`() throws {
    #expect(try property(0x12, utf16("USB\0")).content == .string("USB"))
    #expect(
      try property(0x19, utf16("@disk.inf,%name%;Disk\0")).content
        == .string("@disk.inf,%name%;Disk"))
    #expect(try property(0x2012, utf16("a\0b\0\0")).content == .strings(["a", "b"]))
    #expect(try property(0x2012, []).typeName == "DEVPROP_TYPE_STRING_LIST")
    #expect(try property(0x12, [0x61]).content == nil)
  }

  @Test func `identifiers are read`() throws {
    let bytes = [UInt8](0..<16)
    let guid = "{03020100-0504-0706-0809-0a0b0c0d0e0f}"
    #expect(try property(0x0D, bytes).content == .guid(guid))
    #expect(
      try property(0x15, bytes + [4, 0, 0, 0]).content == .string(RegistryString("\(guid) 4")))
    #expect(try property(0x0D, bytes + [0]).content == nil)
    #expect(try property(0x15, bytes).content == nil)
    let descriptor: [UInt8] = [1, 0, 0, 0x80] + [UInt8](repeating: 0, count: 16)
    #expect(try property(0x13, descriptor).typeName == "DEVPROP_TYPE_SECURITY_DESCRIPTOR")
    #expect(try property(0x13, [1, 2]).content == nil)
  }

  @Test func `bytes and what is not there have no content`() throws {
    #expect(try property(0x1003, [1, 2]).typeName == "DEVPROP_TYPE_BINARY")
    #expect(try property(0x1003, [1, 2]).content == nil)
    #expect(try property(0x1007, [1, 0, 0, 0]).typeName == "DEVPROP_TYPE_UINT32_ARRAY")
    #expect(try property(0, []).typeName == "DEVPROP_TYPE_EMPTY")
    #expect(try property(0x0B, [UInt8](repeating: 0, count: 8)).content == nil)
  }

  @Test(
    arguments: [
      1, 11, 0x1234, 0x0002_0001, 0xFFFE_0012, 0xFFFF_001A, 0xFFFF_1012, 0xFFFF_2007, 0xFFFF_3012,
      0xFFFF_FFFF,
    ] as [UInt32])
  func `other types are none of properties`(type: UInt32) {
    #expect(DeviceProperty([0, 0], type: ValueType(rawValue: type)) == nil)
  }
}
