// SPDX-License-Identifier: MIT

import HiveBuilder
import HiveFormat
import Testing

@Suite struct CellTests {
  /// A hive of one bin with an allocated and a free cell of 24 bytes.
  private static let hive = {
    var description = HiveDescription()
    description.extraCells = [
      .unreferenced(Array(1...20)), .free(Array(1...20)), .unreferenced([]),
    ]
    return description.build()
  }()
  private let hive = Self.hive

  @Test func `a cell has a size, a use and content`() throws {
    let used = try hive.image.cell(at: hive.extraCells[0])
    #expect(used.offset == hive.extraCells[0])
    #expect(used.size == 24)
    #expect(used.isAllocated)
    #expect(used.content == used.offset + 4)
    #expect(used.contentSize == 20)
    #expect(used.end == hive.extraCells[1])
    let free = try hive.image.cell(at: hive.extraCells[1])
    #expect(free.size == 24)
    #expect(!free.isAllocated)
    #expect(try hive.image.cell(at: hive.extraCells[2]).size == 8)
  }

  @Test(arguments: [0, 4096, 4124, 8192 - 4, 8192, -8, .max, .min, nowhere])
  func `a cell lies in the bins`(offset: Int) {
    #expect(throws: FormatError.outOfBounds(offset, in: hive)) {
      try hive.image.cell(at: offset)
    }
  }

  @Test func `the reference to nothing leads out of every file`() {
    #expect(CellReference.noCell.fileOffset == 0x1_0000_0FFF)
    #expect(CellReference(0x20).fileOffset == 4128)
  }

  @Test func `a cell does not lie behind the bins, though the file goes on`() {
    var description = HiveDescription()
    description.trailing = Array(repeating: 0xF0, count: 64)
    let hive = description.build()
    #expect(throws: FormatError.outOfBounds(hive.binsEnd, in: hive)) {
      try hive.image.cell(at: hive.binsEnd)
    }
  }

  @Test(arguments: 1...3)
  func `a cell begins at a multiple of 4`(shift: Int) {
    let offset = hive.extraCells[0] + shift
    #expect(
      throws: FormatError(
        .cellMisaligned, at: offset, expected: "a cell at a multiple of 8",
        found: "a reference to \(hex(offset))")
    ) { try hive.image.cell(at: offset) }
  }

  @Test(arguments: [0, 4, -4, 10, -10, 7, -9, .max, .min, .min + 8] as [Int32])
  func `a size is at least 8, aligned, and lies in the bins`(size: Int32) {
    var hive = hive
    let offset = hive.extraCells[0]
    hive.setCellSize(at: offset, to: size)
    #expect(
      throws: FormatError(
        .cellSize, at: offset, expected: "a cell size from 8 to \(hive.binsEnd - offset)",
        found: "\(size)")
    ) { try hive.image.cell(at: offset) }
  }

  @Test func `a cell may reach up to the end of the bins, not past it`() throws {
    var hive = hive
    let offset = hive.extraCells[0]
    let rest = hive.binsEnd - offset
    hive.setCellSize(at: offset, to: Int32(-rest))
    #expect(try hive.image.cell(at: offset).end == hive.binsEnd)
    hive.setCellSize(at: offset, to: Int32(-rest - 8))
    #expect(
      throws: FormatError(
        .cellSize, at: offset, expected: "a cell size from 8 to \(rest)", found: "\(-rest - 8)")
    ) { try hive.image.cell(at: offset) }
  }

  @Test func `a record is not looked for in a free cell`() throws {
    #expect(try hive.image.allocatedCell(at: hive.extraCells[0]).size == 24)
    #expect(
      throws: FormatError(
        .cellFree, at: hive.extraCells[1], expected: "a cell in use", found: "a free cell")
    ) { try hive.image.allocatedCell(at: hive.extraCells[1]) }
  }

  @Test func `a record begins with its signature`() {
    let offset = hive.extraCells[0]
    #expect(
      throws: FormatError(
        .signature, at: offset + 4, expected: "the signature \"nk\"", found: "bytes 01 02")
    ) { try KeyNode(parsing: hive.image, at: offset) }
    #expect(
      throws: FormatError(
        .signature, at: hive.key("").node + 4, expected: "the signature \"vk\"", found: "\"nk\"")
    ) { try ValueRecord(parsing: hive.image, at: hive.key("").node) }
  }

  @Test(arguments: [("nk", 76), ("vk", 20), ("sk", 20)])
  func `a cell is long enough for its record`(signature: String, needed: Int) {
    var description = HiveDescription()
    let content = Array(signature.utf8) + Array(repeating: 0, count: needed - 2 - 8)
    description.extraCells = [.unreferenced(content)]
    let hive = description.build()
    let offset = hive.extraCells[0]
    let room = -hive.cellSize(at: offset) - 4
    #expect(room < needed)
    #expect(
      throws: FormatError(
        .cellTooShort, at: offset, expected: "a cell with \(needed) bytes of content",
        found: "\(room) bytes")
    ) {
      switch signature {
      case "nk": _ = try KeyNode(parsing: hive.image, at: offset)
      case "vk": _ = try ValueRecord(parsing: hive.image, at: offset)
      default: _ = try SecurityRecord(parsing: hive.image, at: offset)
      }
    }
  }
}
