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

/// Copies what can be read of a file, and notes what cannot.
struct FileCopying<Source: ByteSource> {
  /// Where a large block cannot be read, its parts are tried, down to a disk's smallest sector.
  private static var blockSizes: [Int] { [1 << 16, 4096, 512] }
  /// How many bytes are copied at a time.
  private static var stretch: Int { 1 << 26 }
  /// How many flaws are kept; what is unreadable behind them is added to the last.
  private static var flawLimit: Int { 1000 }

  private let source: Source
  private let target: Descriptor
  private var canSend = true
  private var buffer: [UInt8] = []

  /// Just behind the last byte that is there.
  private(set) var end: Int
  /// Just behind the last byte that is not in a hole.
  private(set) var lastStoredEnd = 0
  var flaws: [FileFlaw] = []

  init(from source: Source, to target: Descriptor, end: Int) {
    self.source = source
    self.target = target
    self.end = end
  }

  /// Copies all that is stored.
  ///
  /// - Throws: ``SystemError`` where the target cannot be written.
  mutating func run() throws(SystemError) {
    let size = end
    var offset = 0
    while offset < end, let stored = source.storedBytes(from: offset, size: end) {
      offset = stored.lowerBound
      while offset < min(stored.upperBound, end) {
        let rest = min(stored.upperBound, end) - offset
        if canSend, let sent = send(rest, at: offset) {
          if sent == 0 { end = offset }
          offset += sent
        } else {
          let count = min(rest, Self.blockSizes[0])
          try copyBlock(at: offset, count: count, level: 0)
          offset += count
        }
      }
      lastStoredEnd = min(offset, end)
    }
    if end < size { flaws.append(.cutShort(offset: end, size: size)) }
  }

  /// Lets the system copy; nil where it does not, and the bytes must be read.
  private mutating func send(_ count: Int, at offset: Int) -> Int? {
    do throws(SystemError) {
      return try source.copy(min(count, Self.stretch), at: offset, to: target)
    } catch {
      // Where a sector cannot be read, what follows it may well be.
      canSend = error == .inputOutput
      return nil
    }
  }

  private mutating func copyBlock(at start: Int, count: Int, level: Int) throws(SystemError) {
    var offset = start
    while offset < min(start + count, end) {
      let wanted = min(Self.blockSizes[level], start + count - offset)
      switch read(wanted, at: offset) {
      case .success(0):
        end = offset
      case .success(let count):
        try write(count, at: offset)
        offset += count
      case .failure(let error):
        if level + 1 < Self.blockSizes.count {
          try copyBlock(at: offset, count: wanted, level: level + 1)
        } else {
          note(unreadable: wanted, at: offset, error)
        }
        offset += wanted
      }
    }
  }

  private mutating func read(_ count: Int, at offset: Int) -> Result<Int, SystemError> {
    if buffer.isEmpty { buffer = [UInt8](repeating: 0, count: Self.blockSizes[0]) }
    let source = source
    return unsafe buffer.withUnsafeMutableBytes { buffer in
      let part = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
      do throws(SystemError) {
        return .success(unsafe try source.read(into: part, at: offset))
      } catch {
        return .failure(error)
      }
    }
  }

  private func write(_ count: Int, at offset: Int) throws(SystemError) {
    let failure: SystemError? = unsafe buffer.withUnsafeBytes { buffer in
      do throws(SystemError) {
        unsafe try target.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]), at: offset)
        return nil
      } catch {
        return error
      }
    }
    if let failure { throw failure }
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
