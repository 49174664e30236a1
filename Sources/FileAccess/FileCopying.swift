// SPDX-License-Identifier: MIT

/// What went wrong while a file was read.
///
/// Offsets and sizes are in bytes.
package enum FileFlaw: Sendable, Hashable {
  /// The system could not read these bytes; zeros stand for them.
  case unreadable(offset: Int, count: Int, reason: String)
  /// The file ended here, before the size that it had when it was opened.
  case cutShort(offset: Int, size: Int)
  /// The file was written to meanwhile: parts of it may be of different times.
  case changed
  /// What follows is more than is ever held, and was not read.
  case beyondLimit(offset: Int)
}

extension FileFlaw: CustomStringConvertible {
  /// What went wrong, as a sentence without its full stop.
  package var description: String {
    switch self {
    case .unreadable(let offset, let count, let reason):
      "\(count) bytes at offset \(offset) cannot be read (\(reason)); zeros stand for them"
    case .cutShort(let offset, let size):
      "the file was cut while it was read, from \(size) to \(offset) bytes"
    case .changed:
      "the file was written to while it was read; parts of it may be of different times"
    case .beyondLimit(let offset):
      "the file is larger than is ever read; what follows offset \(offset) was left out"
    }
  }
}

/// Where bytes are copied from: a file, or in tests one that fails.
package protocol ByteSource {
  /// Where the next stored bytes begin at or behind an offset; nil where only a hole follows.
  func storedBytes(from offset: Int, size: Int) -> Range<Int>?
  /// Reads up to the size of a buffer; none at the end.
  @unsafe
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(SystemError) -> Int
  /// Copies bytes to the same place in another file without showing them; none at the end.
  func copy(_ count: Int, at offset: Int, to target: Descriptor) throws(SystemError) -> Int
}

extension Descriptor: ByteSource {
  package func storedBytes(from offset: Int, size: Int) -> Range<Int>? {
    nextStoredBytes(from: offset, size: size)
  }

  @unsafe
  package func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: Int
  ) throws(SystemError) -> Int {
    unsafe try readBytes(into: buffer, at: offset)
  }

  package func copy(
    _ count: Int, at offset: Int, to target: Descriptor
  ) throws(SystemError) -> Int {
    try sendBytes(count, at: offset, to: target)
  }
}

/// Copies what can be read of a file into memory, and notes what cannot.
struct FileCopying<Source: ByteSource> {
  /// Where a large block cannot be read, its parts are tried, down to a disk's smallest sector.
  private static var blockSizes: [Int] { [1 << 16, 4096, 512] }
  /// How many bytes the system copies at a time.
  private static var stretch: Int { 1 << 26 }
  /// How many flaws are kept; what is unreadable behind them is added to the last.
  private static var flawLimit: Int { 1000 }
  /// Holes of fewer bytes count as stored.
  private static var smallestHole: Int { 1 << 18 }

  private let source: Source
  private let pages: Pages
  private let file: Descriptor?
  private var canSend: Bool

  /// Just behind the last byte that is there.
  private(set) var end: Int
  /// The bytes that are not in holes; in order.
  private(set) var stored: [Range<Int>] = []
  var flaws: [FileFlaw] = []

  /// Prepares a copy.
  ///
  /// - Parameters:
  ///   - source: What is copied.
  ///   - pages: Where the bytes go; as many as there is room for.
  ///   - file: The file that the pages are of, if they are of one: the system can copy into it.
  init(from source: Source, to pages: Pages, of file: Descriptor?) {
    self.source = source
    self.pages = pages
    self.file = file
    canSend = file != nil
    end = pages.count
  }

  /// Copies all that is stored.
  mutating func run() {
    var offset = 0
    while offset < end, let part = source.storedBytes(from: offset, size: end) {
      offset = part.lowerBound
      let partEnd = min(part.upperBound, end)
      if file == nil { pages.useLargePages(in: offset..<partEnd) }
      while offset < min(partEnd, end) {
        let rest = min(partEnd, end) - offset
        if canSend, let sent = send(rest, at: offset) {
          if sent == 0 { end = offset }
          offset += sent
        } else {
          let count = min(rest, Self.blockSizes[0])
          copyBlock(at: offset, count: count, level: 0)
          offset += count
        }
      }
      addStored(part.lowerBound..<min(partEnd, end))
    }
    if end < pages.count { flaws.append(.cutShort(offset: end, size: pages.count)) }
  }

  private mutating func addStored(_ part: Range<Int>) {
    if let last = stored.last, part.lowerBound - last.upperBound < Self.smallestHole {
      stored[stored.count - 1] = last.lowerBound..<part.upperBound
    } else {
      stored.append(part)
    }
  }

  /// Lets the system copy; nil where it does not, and the bytes must be read.
  private mutating func send(_ count: Int, at offset: Int) -> Int? {
    guard let file else { return nil }
    do throws(SystemError) {
      return try source.copy(min(count, Self.stretch), at: offset, to: file)
    } catch {
      // Where a sector cannot be read, what follows it may well be.
      canSend = error == .inputOutput
      return nil
    }
  }

  private mutating func copyBlock(at start: Int, count: Int, level: Int) {
    var offset = start
    while offset < min(start + count, end) {
      let wanted = min(Self.blockSizes[level], start + count - offset)
      do throws(SystemError) {
        let read = unsafe try source.read(into: pages[offset..<offset + wanted], at: offset)
        if read == 0 { end = offset }
        offset += read
      } catch {
        if level + 1 < Self.blockSizes.count {
          copyBlock(at: offset, count: wanted, level: level + 1)
        } else {
          note(unreadable: wanted, at: offset, error)
        }
        offset += wanted
      }
    }
  }

  private mutating func note(unreadable count: Int, at offset: Int, _ error: SystemError) {
    if case .unreadable(let start, let length, let reason)? = flaws.last,
      start + length == offset || flaws.count == Self.flawLimit
    {
      flaws[flaws.count - 1] = .unreadable(
        offset: start, count: offset + count - start, reason: reason)
    } else {
      flaws.append(.unreadable(offset: offset, count: count, reason: error.description))
    }
  }
}
