// SPDX-License-Identifier: MIT

import HiveBuilder
import HiveFormat
import Testing

@Suite struct ValueRecordTests {
  @Test func `every field is read`() throws {
    var description = HiveDescription()
    description.root.values = [
      .string("text", "something"), .dword("number", 0x1234_5678),
      ValueDescription("", type: 0x8001_2345, data: [1, 2]),
      ValueDescription(
        "gone", type: 0, data: [], storage: .raw(size: 0, offset: .max), flags: 3),
    ]
    let hive = description.build()

    let text = try hive.record("", "text")
    #expect(text.offset == hive.value("", "text").record)
    #expect(text.storedDataSize == 20)
    #expect(text.dataSize == 20)
    #expect(!text.isInline)
    #expect(text.data.fileOffset == hive.value("", "text").data)
    #expect(text.type == 1)
    #expect(text.flags == ValueRecord.compressedName)
    #expect(text.name == StoredName(offset: text.offset + 24, byteCount: 4, isLatin1: true))
    #expect(text.nameFault == nil)
    #expect(!text.isTombstone)

    let number = try hive.record("", "number")
    #expect(number.storedDataSize == 0x8000_0004)
    #expect(number.dataSize == 4)
    #expect(number.isInline)
    #expect(number.inlineOffset == number.offset + 12)
    #expect(number.data == 0x1234_5678)

    let unnamed = try hive.record("", "")
    #expect(unnamed.type == 0x8001_2345)
    #expect(unnamed.dataSize == 2)
    #expect(unnamed.name.unitCount == 0)
    #expect(unnamed.nameFault == nil)

    let gone = try hive.record("", "gone")
    #expect(gone.isTombstone)
    #expect(gone.data == .noCell)
    #expect(gone.dataSize == 0)
  }

  @Test func `a name that runs past its cell is cut there, and told`() throws {
    var hive = Fixture.sample().build()
    hive.set(.nameLength, of: "Beta", "text", to: UInt16.max)
    let record = try hive.record("Beta", "text")
    let room = -hive.cellSize(at: record.offset) - 24
    #expect(record.name.byteCount == room)
    #expect(
      record.nameFault
        == FormatError(
          .nameOverrun, at: record.offset + 4 + 2, expected: "a name of at most \(room) bytes",
          found: "65535"))
  }
}
