// SPDX-License-Identifier: MIT

import FileAccess
import HiveFormat

/// A hive without its base block: the bins that can be found, and a base block for them.
///
/// Ransomware overwrites the beginning of files; what follows is mostly still there.
struct LostBaseBlock {
  /// Where the last bin ends that can be found.
  let binsEnd: Int
  /// The base block to put at the start of the file.
  private let block: [UInt8]
  private let fault: FormatError

  /// How far into a file the first bin is looked for, in bytes.
  static let searchLimit = 64 << 20

  /// Looks for the root key and the end of the bins.
  ///
  /// - Throws: ``HiveError`` where there is no key.
  init(_ image: HiveImage, path: String?) throws(HiveError) {
    // A bin that cannot be read may be the last one.
    let end = Self.lastBinEnd(of: image, after: BaseBlock.size) ?? image.count
    binsEnd = end
    let search = RootSearch(image.limited(toBinsEnd: end))
    guard let first = search.tops.first else {
      throw HiveError(
        code: .notAHive, path: path, offset: 0,
        reason: "is not a hive: it has no base block, and no key after it can be read")
    }
    block = Self.block(
      root: search.isRoot ? UInt32(truncatingIfNeeded: first - BaseBlock.size) : .max,
      binsSize: UInt32(truncatingIfNeeded: end - BaseBlock.size),
      lastWritten: (try? KeyNode(parsing: image, at: first))?.lastWritten ?? 0)
    let start = (try? image.bytes(at: 0, count: 4)) ?? []
    fault = FormatError(
      .noBaseBlock, at: 0, expected: "the base block of a hive",
      found: "\(describeSignature(start)); keys are read from the bins after it")
  }

  /// Puts the new base block into the copy of the hive; returns what was wrong.
  func mend(_ edit: inout HiveEdit) throws(HiveError) -> FormatError {
    try edit.change(to: BaseBlock.size) { buffer in
      for index in block.indices { buffer[index] = block[index] }
    }
    return fault
  }

  /// Whether bins follow where the base block is missing, the first of them perhaps lost too.
  static func hasBins(_ image: HiveImage) -> Bool {
    var offset = BaseBlock.size
    while offset < min(image.count, searchLimit) {
      if bin(image, at: offset) != nil { return true }
      offset += Bin.alignment
    }
    return false
  }

  /// Where the last bin ends of those that begin at an offset or after it, damaged ones between
  /// them or not; nil where there is none.
  static func lastBinEnd(of image: HiveImage, after start: Int) -> Int? {
    var end: Int?
    var offset = start
    while offset < image.count {
      if let bin = bin(image, at: offset) {
        end = bin.end
        offset = bin.end
      } else {
        offset += Bin.alignment
      }
    }
    return end
  }

  /// The bin at an offset; nil where what stands there cannot be one.
  ///
  /// The signature alone says little: a bin also names its own place, and begins with a cell.
  private static func bin(_ image: HiveImage, at offset: Int) -> Bin? {
    guard (try? image.uint32(at: offset)) == Bin.signature,
      let bin = try? Bin(parsing: image, at: offset),
      let stored = try? image.uint32(at: offset + Bin.headerSize)
    else { return nil }
    let size = Int(Int32(bitPattern: stored).magnitude)
    return size >= 8 && size % 8 == 0 && size <= bin.size - Bin.headerSize ? bin : nil
  }

  /// A clean base block, of the version that all Windows since XP read.
  private static func block(root: UInt32, binsSize: UInt32, lastWritten: UInt64) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: BaseBlock.size)
    func store(_ number: UInt32, at offset: Int) {
      for index in 0..<4 {
        block[offset + index] = UInt8(truncatingIfNeeded: number >> (8 * UInt32(index)))
      }
    }
    store(BaseBlock.signature, at: 0)
    store(1, at: 4)
    store(1, at: 8)
    store(UInt32(truncatingIfNeeded: lastWritten), at: 12)
    store(UInt32(truncatingIfNeeded: lastWritten >> 32), at: 16)
    store(1, at: 20)
    store(5, at: 24)
    store(1, at: 32)
    store(root, at: 36)
    store(binsSize, at: 40)
    store(1, at: 44)
    let sum = (try? BaseBlock.checksum(of: HiveImage(block))) ?? 0
    store(sum, at: 508)
    return block
  }
}

// MARK: - How much of a file to read

extension FileBytes {
  /// How much is held of what lies behind the bins, in bytes.
  private static let tailLimit = 64 << 20
  /// How many times the size of a hive there must be room for in memory besides it.
  private static let workingMemory = 4

  /// Reads a hive: its bins, and what lies behind them up to a bound.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - isShared: Whether libhivex is to open the copy.
  /// - Throws: ``FileError`` where the system provides no memory.
  convenience init(hive file: OpenFile, isShared: Bool = false) throws(FileError) {
    // What cannot be read here is a flaw of the copy.
    let image = HiveImage((try? file.bytes(at: 0, count: BaseBlock.size)) ?? [])
    var wanted: Int?
    if let block = try? BaseBlock(parsing: image) {
      if block.isChecksumValid, block.binsSize > 0 {
        wanted = file.endOfBins(from: BaseBlock.size + Int(block.binsSize)) + Self.tailLimit
      }
    } else if !LostBaseBlock.mayHaveBins(file) {
      wanted = 2 * BaseBlock.size
    }
    try self.init(file, wanted: wanted, isShared: isShared)
    // What is read of a hive is several times as large as the hive. A program that is given no more
    // memory in the midst of that has no way to say so.
    guard canReserve(Self.workingMemory * count) else {
      throw FileError(
        .inputOutput, path: file.path, reason: "cannot be read: there is too little memory")
    }
  }
}

extension OpenFile {
  /// Where the bins end that follow an offset without a gap, by their own headers.
  fileprivate func endOfBins(from start: Int) -> Int {
    var end = start
    while end < size, let header = try? bytes(at: end, count: 12), header.count == 12,
      header.starts(with: "hbin".utf8)
    {
      let size = (8..<12).reversed().reduce(0) { $0 << 8 | Int(header[$1]) }
      guard size >= Bin.alignment, size % Bin.alignment == 0 else { break }
      end += size
    }
    return min(end, size)
  }
}

extension LostBaseBlock {
  /// Whether something in a file begins as a bin does, for files that are too large to read to no
  /// purpose.
  fileprivate static func mayHaveBins(_ file: OpenFile) -> Bool {
    let stretch = 1 << 20
    for start in stride(from: 0, to: min(file.size, searchLimit), by: stretch) {
      guard let bytes = try? file.bytes(at: start, count: stretch) else {
        // Of a file whose beginning cannot be read, the first bins may lie right behind that.
        if start == 0, hasReadableBin(file, upTo: stretch) { return true }
        continue
      }
      for offset in stride(from: 0, to: bytes.count - 3, by: Bin.alignment)
      where bytes[offset..<offset + 4].elementsEqual("hbin".utf8) {
        return true
      }
    }
    return false
  }

  private static func hasReadableBin(_ file: OpenFile, upTo end: Int) -> Bool {
    stride(from: BaseBlock.size, to: min(file.size, end), by: Bin.alignment).contains {
      (try? file.bytes(at: $0, count: 4))?.elementsEqual("hbin".utf8) == true
    }
  }
}

extension FormatError {
  /// A fault of a file, reported like those of its format.
  init(_ flaw: FileFlaw) {
    switch flaw {
    case .unreadable(let offset, let count, let reason):
      self.init(
        .unreadable, at: offset, expected: "\(count) bytes that can be read",
        found: "\(reason); zeros stand for them")
    case .cutShort(let offset, let size):
      self.init(
        .changed, at: offset, expected: "a file of \(size) bytes, as it had when it was opened",
        found: "its end: the file was cut while it was read")
    case .changed:
      self.init(
        .changed, at: 0, expected: "a file that stays as it is while it is read",
        found: "one that was written to; parts of it may be of different times")
    case .beyondLimit(let offset):
      self.init(
        .beyondLimit, at: offset, expected: "the end of the file", found: "more, which was not read"
      )
    }
  }
}
