// SPDX-License-Identifier: MIT

import HiveBuilder
import HiveFormat
import Testing

@Suite struct BaseBlockTests {
  private func block(_ hive: BuiltHive) throws -> BaseBlock {
    try BaseBlock(parsing: hive.image)
  }

  @Test func `every field is read`() throws {
    var description = HiveDescription()
    description.header.primarySequence = 0x0102_0304
    description.header.secondarySequence = 0x0506_0708
    description.header.lastWritten = 0x01D0_1122_3344_5566
    description.header.majorVersion = 1
    description.header.minorVersion = 6
    description.header.fileFormat = 1
    description.header.clusteringFactor = 8
    description.header.fileName = "emRoot\\System32\\Config\\SECURITY"
    description.header.flags = 3
    description.header.lastReorganized = 0x01D9_8877_6655_4432
    description.header.transactionIDs = (
      Array(0x10...0x1F), Array(0x30...0x3F), Array(0x20...0x2F)
    )
    let hive = description.build()
    let block = try block(hive)
    #expect(block.primarySequence == 0x0102_0304)
    #expect(block.secondarySequence == 0x0506_0708)
    #expect(block.lastWritten == 0x01D0_1122_3344_5566)
    #expect(block.majorVersion == 1)
    #expect(block.minorVersion == 6)
    #expect(block.rawFileType == 0)
    #expect(block.fileType == .primary)
    #expect(block.fileFormat == 1)
    #expect(block.rootCell == hive.relative(hive.key("").node))
    #expect(block.binsSize == 4096)
    #expect(block.clusteringFactor == 8)
    #expect(block.fileName == Array("emRoot\\System32\\Config\\SECURITY".utf16))
    #expect(block.flags == 3)
    #expect(block.lastReorganized == 0x01D9_8877_6655_4432)
    #expect(block.resourceManagerID == Array(0x10...0x1F))
    #expect(block.logID == Array(0x30...0x3F))
    #expect(block.transactionManagerID == Array(0x20...0x2F))
    #expect(block.savedOffline == nil)
    #expect(block.isChecksumValid)
    #expect(block.isDirty)
  }

  @Test func `a file name ends at its first NUL, or after 32 units`() throws {
    var hive = HiveDescription().build()
    #expect(try block(hive).fileName == [])
    hive.put(Array(repeating: 0x41, count: 66), at: 48)
    #expect(try block(hive).fileName == Array(repeating: 0x4141, count: 32))
    // A lone surrogate is kept as it is.
    hive.put([0x41, 0, 0x3D, 0xD8, 0, 0, 0x42, 0], at: 48)
    #expect(try block(hive).fileName == [0x41, 0xD83D])
  }

  @Test(
    "The file type tells hives from logs",
    arguments: [
      (0, .primary), (1, .log), (2, .log), (6, .incrementalLog), (3, .unknown(3)),
      (.max, .unknown(.max)),
    ] as [(UInt32, BaseBlock.FileType)])
  func fileType(number: UInt32, type: BaseBlock.FileType) throws {
    var hive = HiveDescription().build()
    hive.set(.fileType, to: number)
    #expect(try block(hive).fileType == type)
  }

  @Test func `a log's copy of the base block is read as one`() throws {
    let before = HiveDescription().build().bytes
    let after = withSequences(before, 7, 7)
    let old = BuiltLog(from: before, to: after, sequence: 9)
    let oldBlock = try BaseBlock(parsing: HiveImage(Array(old.bytes.prefix(512))))
    #expect(oldBlock.fileType == .log)
    #expect(oldBlock.primarySequence == 9)
    #expect(oldBlock.isChecksumValid)
    let new = BuiltLog(states: [before, after], firstSequence: 12)
    let newBlock = try BaseBlock(parsing: HiveImage(new.bytes))
    #expect(newBlock.fileType == .incrementalLog)
    #expect(newBlock.primarySequence == 12)
    #expect(newBlock.isChecksumValid)
  }

  @Test(arguments: [0, 1, 3, 511])
  func `a file shorter than a sector is too short`(count: Int) {
    let bytes = Array(HiveDescription().build().bytes.prefix(count))
    #expect(
      throws: FormatError(
        .tooShort, at: 0, expected: "a base block of 512 bytes or more",
        found: count == 1 ? "a file of 1 byte" : "a file of \(count) bytes")
    ) { try BaseBlock(parsing: HiveImage(bytes)) }
  }

  @Test(arguments: [("MZab", "\"MZab\""), ("\u{7F}ELF", "bytes 7f 45 4c 46"), ("REGF", "\"REGF\"")])
  func `a file without the signature is no hive`(signature: String, found: String) {
    var hive = HiveDescription().build()
    hive.put(Array(signature.utf8), at: 0)
    #expect(
      throws: FormatError(.notAHive, at: 0, expected: "the signature \"regf\"", found: found)
    ) { try block(hive) }
  }
}

// MARK: - Checksum and state

extension BaseBlockTests {
  /// A base block whose first 127 words give a chosen XOR.
  private func hive(sum: UInt32) -> BuiltHive {
    var hive = HiveDescription().build()
    // A word without meaning takes up the difference.
    var plain: UInt32 = 0
    for offset in stride(from: 0, to: 508, by: 4) {
      plain ^= hive.number(UInt32.self, at: offset)
    }
    hive.put(plain ^ sum, at: 500)
    return hive
  }

  @Test(
    "The checksums 0 and FFFFFFFF stand for themselves nowhere",
    arguments: [
      (0, 1), (1, 1), (0xFFFF_FFFF, 0xFFFF_FFFE), (0xFFFF_FFFE, 0xFFFF_FFFE),
      (0x1234_5678, 0x1234_5678),
    ] as [(UInt32, UInt32)])
  func checksum(sum: UInt32, stored: UInt32) throws {
    var hive = hive(sum: sum)
    hive.put(stored, at: 508)
    #expect(try block(hive).computedChecksum == stored)
    #expect(try block(hive).isChecksumValid)
    #expect(try !block(hive).isDirty)
    hive.put(stored ^ 0x100, at: 508)
    #expect(try block(hive).storedChecksum == stored ^ 0x100)
    #expect(try !block(hive).isChecksumValid)
    #expect(try block(hive).isDirty)
  }

  @Test func `a checksum that was not moved off 0 or FFFFFFFF is wrong`() throws {
    var zero = hive(sum: 0)
    zero.put(UInt32(0), at: 508)
    #expect(try !block(zero).isChecksumValid)
    var ones = hive(sum: .max)
    ones.put(UInt32.max, at: 508)
    #expect(try !block(ones).isChecksumValid)
  }

  @Test func `sequence numbers that differ make a hive dirty`() throws {
    var hive = HiveDescription().build()
    #expect(try !block(hive).isDirty)
    hive.makeDirty()
    #expect(try block(hive).isDirty)
    #expect(try block(hive).isChecksumValid)
  }

  @Test func `the offline library marks a hive behind the time of reorganization`() throws {
    var description = HiveDescription()
    description.header.lastReorganized = 0x01D9_0000_0000_0000
    description.header.offlineSaveTime = 0x01DA_0000_0000_0001
    let block = try block(description.build())
    #expect(block.savedOffline == 0x01DA_0000_0000_0001)
    #expect(block.lastReorganized == 0x01D9_0000_0000_0000)
  }

  @Test func `its first version marks a hive in place of that time`() throws {
    var hive = HiveDescription().build()
    hive.put(Array("OfRg".utf8) + [1, 0, 0, 0], at: 168)
    hive.put(UInt64(0x01DA_0000_0000_0002), at: 512)
    let block = try block(hive)
    #expect(block.savedOffline == 0x01DA_0000_0000_0002)
    #expect(block.lastReorganized == 0)
  }

  @Test func `a copy of the first sector has the mark but not the time`() throws {
    var description = HiveDescription()
    description.header.offlineSaveTime = 0x01DA_0000_0000_0001
    let bytes = Array(description.build().bytes.prefix(512))
    #expect(try BaseBlock(parsing: HiveImage(bytes)).savedOffline == 0)
  }
}
