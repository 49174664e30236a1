// SPDX-License-Identifier: MIT

import HiveBuilder
import HiveFormat
import Testing

@Suite struct KeyNodeTests {
  @Test func `every field is read`() throws {
    var description = HiveDescription()
    description["parent\\child\\grandchild"].values = []
    description["parent\\child\\other"].values = []
    description["parent\\child"].lastWritten = 0x01D0_1122_3344_5566
    description["parent\\child"].accessBits = 0x0102
    description["parent\\child"].userFlags = 0x5A
    description["parent\\child"].className = Array("class".utf16)
    description["parent\\child"].values = [.dword("a", 1), .dword("b", 2), .dword("c", 3)]
    let hive = description.build()
    let place = hive.key("parent\\child")
    let node = try hive.node("parent\\child")
    #expect(node.offset == place.node)
    #expect(node.flags == 0x20)
    #expect(node.lastWritten == 0x01D0_1122_3344_5566)
    #expect(node.accessBits == 0x0102)
    #expect(node.parent == hive.relative(hive.key("parent").node))
    #expect(node.subkeyCount == 2)
    #expect(node.subkeyList.fileOffset == place.subkeyLists[0])
    #expect(node.storedValueCount == 3)
    #expect(node.valueCount == 3)
    #expect(node.valueList.fileOffset == place.valueList)
    #expect(node.security.fileOffset == place.security)
    #expect(node.className.fileOffset == place.className)
    #expect(node.classNameLength == 10)
    #expect(node.subkeyNameLimit == 0x005A_0014)
    #expect(node.userFlags == 5)
    #expect(node.virtualizationFlags == 0xA)
    #expect(node.layerSemantics == 1)
    #expect(node.isTombstone)
    #expect(node.storedNameLength == 5)
    #expect(node.name == StoredName(offset: place.node + 80, byteCount: 5, isLatin1: true))
    #expect(node.nameFault == nil)
  }

  @Test func `a key without anything refers to nothing`() throws {
    let node = try HiveDescription().build().node("")
    #expect(node.parent == .noCell)
    #expect(node.subkeyCount == 0)
    #expect(node.subkeyList == .noCell)
    #expect(node.valueCount == 0)
    #expect(node.valueList == .noCell)
    #expect(node.className == .noCell)
    #expect(node.classNameLength == 0)
    #expect(node.flags == KeyNode.hiveEntry | 0x08 | KeyNode.compressedName)
    #expect(!node.isTombstone)
  }

  @Test func `a key has a predefined handle where it is marked, and the handle's top bit is set`()
    throws
  {
    var hive = Fixture.sample().build()
    hive.set(.flags, of: "Beta", to: UInt16(0x60))
    #expect(try hive.node("Beta").valueCount == 3)
    hive.set(.valueCount, of: "Beta", to: UInt32(0x8000_0003))
    #expect(try hive.node("Beta").valueCount == 0)
    #expect(try hive.values(of: "Beta").offsets == [])
    #expect(try hive.values(of: "Beta").faults == [])
  }

  @Test(arguments: [(0x0000, 0), (0x0100, 1), (0x0200, 2), (0x0300, 3), (0xFCFF, 0)])
  func `layering stands in two bits`(bits: UInt32, semantics: UInt8) throws {
    var description = HiveDescription()
    description["key"].accessBits = bits
    let node = try description.build().node("key")
    #expect(node.layerSemantics == semantics)
    #expect(node.isTombstone == (semantics == 1))
  }

  @Test func `a name that runs past its cell is cut there, and told`() throws {
    var hive = Fixture.sample().build()
    hive.setNameLength(of: "Beta", to: 4_000)
    let node = try hive.node("Beta")
    let room = -hive.cellSize(at: node.offset) - 80
    #expect(node.storedNameLength == 4_000)
    #expect(node.name.byteCount == room)
    #expect(
      node.nameFault
        == FormatError(
          .nameOverrun, at: node.offset + 4 + 72, expected: "a name of at most \(room) bytes",
          found: "4000"))
    #expect(hive.image.units(of: node.name).starts(with: "Beta".utf16))
  }

  @Test func `a name may fill its cell`() throws {
    var hive = Fixture.sample().build()
    let room = -hive.cellSize(at: hive.key("Beta").node) - 80
    hive.setNameLength(of: "Beta", to: UInt16(room))
    #expect(try hive.node("Beta").nameFault == nil)
  }
}
