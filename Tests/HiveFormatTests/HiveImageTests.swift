// SPDX-License-Identifier: MIT

import HiveFormat
import Testing

@Suite struct HiveImageTests {
  private let image = HiveImage([1, 2, 3, 4, 5, 6, 7, 8, 9])

  private func endOfFile(_ offset: Int, _ size: Int) -> FormatError {
    FormatError(
      .endOfFile, at: offset, expected: "\(size) bytes", found: "the end of the file at 0x9")
  }

  @Test func `numbers are little-endian, at any offset`() throws {
    #expect(try image.uint8(at: 8) == 9)
    #expect(try image.uint16(at: 7) == 0x0908)
    #expect(try image.uint32(at: 5) == 0x0908_0706)
    #expect(try image.uint64(at: 1) == 0x0908_0706_0504_0302)
  }

  @Test(arguments: [9, 10, -1, Int.max, Int.min])
  func `nothing is read from outside the file`(offset: Int) {
    #expect(throws: endOfFile(offset, 1)) { try image.uint8(at: offset) }
    #expect(throws: endOfFile(offset, 2)) { try image.uint16(at: offset) }
    #expect(throws: endOfFile(offset, 4)) { try image.uint32(at: offset) }
    #expect(throws: endOfFile(offset, 8)) { try image.uint64(at: offset) }
  }

  @Test func `a number is not read past the end`() {
    #expect(throws: endOfFile(8, 2)) { try image.uint16(at: 8) }
    #expect(throws: endOfFile(6, 4)) { try image.uint32(at: 6) }
    #expect(throws: endOfFile(2, 8)) { try image.uint64(at: 2) }
  }

  @Test func `a run of bytes may end with the file, and be empty there`() throws {
    #expect(try image.bytes(at: 6, count: 3) == [7, 8, 9])
    #expect(try image.bytes(at: 9, count: 0) == [])
    #expect(try image.withBytes(at: 6, count: 3) { $0.count } == 3)
    #expect(try image.withBytes(at: 6, count: 3) { $0[2] } == 9)
  }

  @Test(arguments: [(6, 4), (10, 0), (-1, 1), (0, -1), (1, Int.max), (Int.max, Int.max)])
  func `a run of bytes must lie in the file`(offset: Int, count: Int) {
    #expect(throws: endOfFile(offset, count)) { try image.bytes(at: offset, count: count) }
    #expect(throws: endOfFile(offset, count)) {
      try image.withBytes(at: offset, count: count) { $0.count }
    }
  }

  @Test func `an image without bytes has nothing to read`() {
    let empty = HiveImage([])
    #expect(empty.count == 0)
    #expect(throws: FormatError.self) { try empty.uint8(at: 0) }
  }

  @Test(arguments: [(5, 5), (9, 9), (10, 9), (.max, 9), (-1, 0)])
  func `the bins end in the file`(limit: Int, end: Int) {
    #expect(image.limited(toBinsEnd: limit).binsEnd == end)
    #expect(image.limited(toBinsEnd: limit).count == 9)
  }

  @Test func `numbers in messages are hexadecimal`() {
    #expect(hex(0) == "0x0")
    #expect(hex(4128) == "0x1020")
    #expect(hex(-8) == "-0x8")
    #expect(hex(UInt64.max) == "0xffffffffffffffff")
    #expect(hex(Int.min) == "-0x8000000000000000")
  }

  @Test func `an error says where, what was expected and what was found`() {
    let error = FormatError(.cellFree, at: 4128, expected: "a cell in use", found: "a free cell")
    #expect(error.description == "at offset 0x1020: expected a cell in use, found a free cell")
  }

  @Test func `however many faults there are, one of each kind is kept`() {
    func fault(_ code: FormatError.Code, _ offset: Int) -> FormatError {
      FormatError(code, at: offset, expected: "one thing", found: "another")
    }
    var faults: [FormatError] = []
    for offset in 0..<5_000 { faults.report(fault(.cellFree, offset)) }
    for offset in 0..<10 { faults.report(fault(.signature, offset)) }
    faults.report(fault(.cellFree, 7))
    #expect(faults.count == 1_002)
    #expect(faults[..<1_000].allSatisfy { $0.code == .cellFree })
    #expect(faults.suffix(2).map(\.code) == [.signature, .moreFaults])
    #expect(faults.last?.faultCount == 4_000 + 9 + 1)
    #expect(faults.last?.found == "4010 more")
  }

  @Test func `a signature is shown as text where it is text`() {
    #expect(describeSignature(Array("hbin".utf8)) == "\"hbin\"")
    #expect(describeSignature([0x89, 0x50, 0x4E, 0x0A]) == "bytes 89 50 4e 0a")
    #expect(describeSignature([0x7F, 0x20]) == "bytes 7f 20")
    #expect(describeSignature([0x20, 0x7E]) == "\" ~\"")
  }
}
