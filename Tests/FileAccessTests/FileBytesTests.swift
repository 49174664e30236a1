// SPDX-License-Identifier: MIT

import FileAccess
import Foundation
import HiveBuilder
import Testing

/// The copy of a file in memory, and what becomes of files that cannot be read whole.
@Suite struct FileBytesTests {
  @Test func `whether there is room for so many bytes is known before they are needed`() {
    #expect(canReserve(0))
    #expect(canReserve(1 << 20))
    // More than any processor addresses.
    #expect(!canReserve(1 << 60))
  }

  @Test func `a file is read whole, and stays as it was read`() throws {
    let folder = try TemporaryFolder()
    let content = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
    let path = try folder.write(content, to: "file")
    let bytes = try FileBytes(OpenFile(path: path))
    try folder.write([1, 2, 3], to: "file")
    #expect(bytes.all == content)
    #expect(bytes.fileSize == content.count)
    #expect(bytes.flaws == [])
  }

  @Test func `no more is held than is wanted`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write([UInt8](repeating: 7, count: 9000), to: "file")
    let bytes = try FileBytes(OpenFile(path: path), wanted: 5000)
    #expect(bytes.all == [UInt8](repeating: 7, count: 5000))
    #expect(bytes.fileSize == 9000)
    #expect(bytes.flaws == [])
  }

  @Test func `a file without bytes has none`() throws {
    let folder = try TemporaryFolder()
    let bytes = try FileBytes(OpenFile(path: folder.write([], to: "empty")))
    #expect(bytes.all == [])
    #expect(bytes.path == nil)
  }

  @Test(arguments: [3, 4096, 5_000_001])
  func `the copy can be opened by its path`(count: Int) throws {
    let content = (0..<count).map { UInt8(truncatingIfNeeded: $0 / 5) }
    let bytes = try FileBytes(copying: content)
    let path = try #require(bytes.path)
    #expect(try FileBytes(OpenFile(path: path)).all == content)
    #expect(bytes.all == content)
    #expect(bytes.path == path)
  }

  @Test func `a sector that cannot be read is zeros and a flaw`() throws {
    let content = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 / 3 | 1) }
    for canSend in [true, false] {
      let source = FailingSource(content: content, bad: 70_000..<70_010, canSend: canSend)
      let bytes = try FileBytes(
        path: "file", size: content.count, source: source, isShared: canSend)
      var expected = content
      for index in 69_632..<70_144 { expected[index] = 0 }
      #expect(bytes.all == expected)
      #expect(
        bytes.flaws == [.unreadable(offset: 69_632, count: 512, reason: "Input/output error")])
    }
  }

  @Test func `neighbouring sectors are one flaw`() throws {
    let content = [UInt8](repeating: 9, count: 300_000)
    let source = FailingSource(content: content, bad: 60_000..<140_000, canSend: true)
    let bytes = try FileBytes(
      path: "file", size: content.count, source: source, isShared: true)
    #expect(
      bytes.flaws == [
        .unreadable(offset: 59_904, count: 140_288 - 59_904, reason: "Input/output error")
      ])
    #expect(bytes.all[140_288...].allSatisfy { $0 == 9 })
  }

  @Test func `a file that is cut while it is read ends where it was cut`() throws {
    let content = [UInt8](repeating: 9, count: 10_000)
    for canSend in [true, false] {
      let source = FailingSource(content: content, bad: 0..<0, canSend: canSend)
      let bytes = try FileBytes(
        path: "file", size: 50_000, source: source, isShared: canSend)
      #expect(bytes.all == content)
      #expect(bytes.fileSize == 50_000)
      #expect(bytes.flaws == [.cutShort(offset: 10_000, size: 50_000)])
    }
  }

  @Test func `a file that was written to meanwhile has a flaw`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write([1, 2, 3], to: "file")
    let file = try OpenFile(path: path)
    try folder.write([1, 2, 3, 4], to: "file")
    #expect(try FileBytes(file).flaws == [.changed])
  }

  @Test(arguments: [false, true])
  func `holes take no memory, and what is behind them is read`(isShared: Bool) throws {
    let before = peakMemory()
    let content: [Range<Int>] = [0..<4096, 2_000_000_000..<2_000_000_512]
    let source = SparseSource(stored: content)
    let bytes = try FileBytes(
      path: "file", size: 3_000_000_000, source: source, isShared: isShared)
    // The hole at the end is cut to what a bin could have behind its last cell.
    #expect(bytes.count == 2_000_000_512 + 64 << 20)
    #expect(bytes.fileSize == 3_000_000_000)
    #expect(bytes.byte(at: 4095) == 1)
    #expect(bytes.byte(at: 4096) == 0)
    #expect(bytes.byte(at: 1_000_000_000) == 0)
    #expect(bytes.byte(at: 2_000_000_511) == 1)
    #expect(bytes.byte(at: bytes.count - 1) == 0)
    let path = try #require(bytes.path)
    #expect(try FileBytes(OpenFile(path: path)).byte(at: 2_000_000_511) == 1)
    #expect(peakMemory() < before + 500_000_000)
  }

  @Test(arguments: [false, true], [3, 6, 5_000_000])
  func `editing changes the copy, and makes room`(isShared: Bool, size: Int) throws {
    let bytes = try FileBytes(copying: [1, 2, 3])
    if isShared { _ = try #require(bytes.path) }
    let edited = try bytes.edited(size: size) { bytes in
      bytes[1] = 20
      bytes[size - 1] = 60
    }.get()
    var expected = [1, 20, 3] + [UInt8](repeating: 0, count: size - 3)
    expected[size - 1] = 60
    #expect(edited.all == expected)
    let path = try #require(edited.path)
    #expect(try FileBytes(OpenFile(path: path)).all == expected)
  }

  @Test func `an edit may fail`() throws {
    struct Refusal: Error, Equatable {}
    let bytes = try FileBytes(copying: [1])
    #expect(throws: Refusal()) {
      try bytes.edited(size: 1) { (_) throws(Refusal) in throw Refusal() }.get()
    }
  }
}

extension FileBytes {
  var all: [UInt8] { unsafe [UInt8](bytes) }

  func byte(at index: Int) -> UInt8 { unsafe bytes[index] }
}

/// A file on a disk with bad sectors.
private struct FailingSource: ByteSource {
  let content: [UInt8]
  let bad: Range<Int>
  let canSend: Bool

  func storedBytes(from offset: Int, size: Int) -> Range<Int>? {
    offset < size ? offset..<size : nil
  }

  @unsafe
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(SystemError) -> Int {
    let part = offset..<max(offset, min(offset + buffer.count, content.count))
    if part.overlaps(bad) { throw .inputOutput }
    unsafe buffer.copyBytes(from: content[part])
    return part.count
  }

  func copy(_ count: Int, at offset: Int, to target: Descriptor) throws(SystemError) -> Int {
    guard canSend else { throw .unsupported }
    let part = offset..<max(offset, min(offset + count, content.count))
    if part.contains(bad.lowerBound), !bad.isEmpty {
      // As the system does it: what comes before the bad page is copied first.
      let before = offset..<bad.lowerBound & ~4095
      guard before.count > 0 else { throw .inputOutput }
      try write(content[before], at: offset, to: target)
      return before.count
    }
    if part.overlaps(bad) { throw .inputOutput }
    try write(content[part], at: offset, to: target)
    return part.count
  }
}

private func write(
  _ bytes: ArraySlice<UInt8>, at offset: Int, to target: Descriptor
) throws(SystemError) {
  let result: Result<Void, SystemError> = unsafe bytes.withUnsafeBytes { bytes in
    do throws(SystemError) {
      return .success(unsafe try target.write(bytes, at: offset))
    } catch {
      return .failure(error)
    }
  }
  try result.get()
}

/// A file of ones with holes.
private struct SparseSource: ByteSource {
  let stored: [Range<Int>]

  func storedBytes(from offset: Int, size: Int) -> Range<Int>? {
    stored.first { $0.upperBound > offset }.map { max($0.lowerBound, offset)..<$0.upperBound }
  }

  @unsafe
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(SystemError) -> Int {
    for index in 0..<buffer.count { unsafe buffer[index] = 1 }
    return buffer.count
  }

  func copy(_ count: Int, at offset: Int, to target: Descriptor) throws(SystemError) -> Int {
    throw .unsupported
  }
}
