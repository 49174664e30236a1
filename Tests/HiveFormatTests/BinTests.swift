// SPDX-License-Identifier: MIT

import HiveBuilder
import HiveFormat
import Testing

@Suite struct BinTests {
  /// Two bins, the first of 4,096 bytes and the second of 12,288.
  private func hive() -> BuiltHive {
    var description = HiveDescription()
    description["a"].values = [.binary("data", Fixture.pattern(9_000, seed: 1))]
    return description.build()
  }

  @Test func `bins follow each other`() throws {
    let hive = hive()
    try #require(hive.bins == [4096, 8192])
    let first = try Bin(parsing: hive.image, at: 4096)
    #expect(first.offset == 4096)
    #expect(first.size == 4096)
    #expect(first.end == 8192)
    let second = try Bin(parsing: hive.image, at: first.end)
    #expect(second.size == 12288)
    #expect(second.end == hive.bytes.count)
  }

  @Test func `a bin begins with its signature`() {
    var hive = hive()
    hive.breakBin(1)
    #expect(
      throws: FormatError(
        .binSignature, at: 8192, expected: "the signature \"hbin\"", found: "\"gbin\"")
    ) { try Bin(parsing: hive.image, at: 8192) }
  }

  @Test func `a bin knows its place`() {
    var hive = hive()
    hive.put(UInt32(0x2000), at: 8192 + 4)
    #expect(throws: FormatError(.binOffset, at: 8196, expected: "0x1000", found: "0x2000")) {
      try Bin(parsing: hive.image, at: 8192)
    }
  }

  @Test(arguments: [0, 32, 4095, 4097, 6144, 16384, 0x8000_0000, 0xFFFF_F000] as [UInt32])
  func `a bin's size is a multiple of 4096 that lies in the file`(size: UInt32) {
    var hive = hive()
    hive.put(size, at: 8192 + 8)
    #expect(
      throws: FormatError(
        .binSize, at: 8200, expected: "a multiple of 4096 of at most 12288", found: "\(size)")
    ) { try Bin(parsing: hive.image, at: 8192) }
  }

  @Test func `a bin's header must lie in the file`() {
    let hive = hive()
    let bytes = HiveImage(Array(hive.bytes.prefix(8192 + 8)))
    #expect(
      throws: FormatError(
        .endOfFile, at: 8200, expected: "4 bytes", found: "the end of the file at 0x2008")
    ) { try Bin(parsing: bytes, at: 8192) }
    #expect(
      throws: FormatError(
        .endOfFile, at: 20480, expected: "4 bytes", found: "the end of the file at 0x5000")
    ) { try Bin(parsing: hive.image, at: 20480) }
  }
}
