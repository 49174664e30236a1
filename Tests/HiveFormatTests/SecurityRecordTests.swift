// SPDX-License-Identifier: MIT

import HiveBuilder
import HiveFormat
import Testing

@Suite struct SecurityRecordTests {
  private static let name = "format/class-security"

  @Test func `every field is read`() throws {
    let hive = Fixture.named(Self.name).build()
    let cells = hive.securityCells
    try #require(cells.count == 3)
    let cell = hive.key("user's two").security
    let record = try SecurityRecord(parsing: hive.image, at: cell)
    let descriptor = SecurityDescription.user(Fixture.userSID).bytes
    #expect(record.cell.offset == cell)
    try #require(cell == cells[2])
    #expect(record.next.fileOffset == cells[0])
    #expect(record.previous.fileOffset == cells[1])
    #expect(record.referenceCount == 2)
    #expect(record.storedSize == UInt32(descriptor.count))
    #expect(record.descriptorOffset == cell + 24)
    #expect(record.sizeFault == nil)
    #expect(
      try hive.image.bytes(at: record.descriptorOffset, count: record.descriptorSize)
        == descriptor)
  }

  @Test(arguments: [200, 0x8000_0000, .max] as [UInt32])
  func `a descriptor that runs past its cell is cut there, and told`(size: UInt32) throws {
    var hive = HiveDescription().build()
    let cell = hive.securityCells[0]
    let room = -hive.cellSize(at: cell) - 24
    hive.put(size, at: cell + 20)
    let record = try SecurityRecord(parsing: hive.image, at: cell)
    #expect(record.descriptorSize == room)
    #expect(
      record.sizeFault
        == FormatError(
          .securityOverrun, at: cell + 20, expected: "a descriptor of at most \(room) bytes",
          found: "\(size)"))
  }

  @Test func `another record is no security record`() {
    let hive = HiveDescription().build()
    let node = hive.key("").node
    #expect(
      throws: FormatError(
        .signature, at: node + 4, expected: "the signature \"sk\"", found: "\"nk\"")
    ) { try SecurityRecord(parsing: hive.image, at: node) }
  }
}

@Suite struct ClassNameTests {
  private func hive(_ name: [UInt16]) -> BuiltHive {
    var description = HiveDescription()
    description["key"].className = name
    return description.build()
  }

  private func read(_ hive: BuiltHive) throws -> (name: [UInt16]?, faults: [FormatError]) {
    var traversal = Traversal(
      hive.image, bins: BinScan(hive.image), root: hive.key("").node, from: hive.key("key").node)
    _ = traversal.next()
    return (traversal.visit.className.map(hive.image.units(of:)), traversal.visit.faults)
  }

  @Test(arguments: [
    Array("Shell".utf16), Array("Größe".utf16), [0x61, 0, 0x62], [0xD83D], [0x0D, 0x0A],
  ])
  func `a class name is UTF-16, whatever its units`(units: [UInt16]) throws {
    let (name, faults) = try read(hive(units))
    #expect(name == units)
    #expect(faults == [])
  }

  @Test func `no class name is none`() throws {
    let (name, faults) = try read(hive([]))
    #expect(name == nil)
    #expect(faults == [])
  }

  @Test func `a length without a cell is no class name`() throws {
    var hive = hive([])
    hive.set(.classNameLength, of: "key", to: UInt16(8))
    let (name, faults) = try read(hive)
    #expect(name == nil)
    #expect(faults == [])
  }

  @Test func `a class name that runs past its cell is cut there, and told`() throws {
    var hive = hive(Array("Shell".utf16))
    hive.set(.classNameLength, of: "key", to: UInt16.max)
    let (name, faults) = try read(hive)
    let cell = try #require(hive.key("key").className)
    let room = -hive.cellSize(at: cell) - 4
    #expect(name == Array("Shell".utf16) + Array(repeating: 0, count: room / 2 - 5))
    #expect(
      faults == [
        FormatError(
          .classNameOverrun, at: hive.key("key").node + 4 + 74,
          expected: "a class name of at most \(room) bytes", found: "65535")
      ])
  }

  @Test func `a lost class name is reported`() throws {
    var hive = hive(Array("Shell".utf16))
    hive.set(.className, of: "key", to: UInt32(0x7FFF_FFF8))
    let (name, faults) = try read(hive)
    #expect(name == nil)
    #expect(faults == [.outOfBounds(nowhere, in: hive)])
  }
}
