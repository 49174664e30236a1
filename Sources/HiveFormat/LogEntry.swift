// SPDX-License-Identifier: MIT

/// An entry of a transaction log in the format since Windows 8.1 (`HvLE`): some pages of the hive
/// as they were after one flush, after their places and two hashes.
package struct LogEntry: Sendable, Hashable {
  /// The length of the fixed part in bytes; references to pages follow, then the pages.
  package static let headerSize = 40
  /// Entries and pages begin at multiples of this many bytes and are multiples of it long.
  package static let alignment = 512

  /// Where the entry begins in the log.
  package let offset: Int
  /// The entry's size in bytes.
  package let size: Int
  /// Bit 0 is bit 0 of the base block's flags at the time.
  package let flags: UInt32
  /// The sequence number that the hive has once the entry is applied.
  package let sequence: UInt32
  /// The size of all bins together in bytes once the entry is applied.
  package let binsSize: UInt32
  package let pageCount: UInt32
  /// The hash over everything after the header.
  package let storedContentHash: UInt64
  /// The hash over the first 32 bytes of the header.
  package let storedHeaderHash: UInt64

  /// Just after the entry.
  package var end: Int { offset + size }

  /// `HvLE`.
  package static let signature: UInt32 = 0x454C_7648
}

// MARK: - Parsing

extension LogEntry {
  /// Reads the header of the entry at an offset of a log and checks its own hash.
  ///
  /// - Throws: ``FormatError`` with code `log-entry-signature`, `log-entry-hash` or `end-of-file`.
  package init(parsing log: HiveImage, at offset: Int) throws(FormatError) {
    guard try log.uint32(at: offset) == Self.signature else {
      throw FormatError(
        .entrySignature, at: offset, expected: "the signature \"HvLE\"",
        found: describeSignature(try log.bytes(at: offset, count: 4)))
    }
    self.offset = offset
    size = Int(try log.uint32(at: offset + 4))
    flags = try log.uint32(at: offset + 8)
    sequence = try log.uint32(at: offset + 12)
    binsSize = try log.uint32(at: offset + 16)
    pageCount = try log.uint32(at: offset + 20)
    storedContentHash = try log.uint64(at: offset + 24)
    storedHeaderHash = try log.uint64(at: offset + 32)
    try Self.check(
      storedHeaderHash, storedAt: offset + 32, of: log, from: offset, to: offset + 32)
  }

  /// Checks everything about the entry that does not depend on the hive.
  ///
  /// - Throws: ``FormatError`` with code `log-entry-size`, `log-entry-hash` or `log-bins-size`.
  package func validate(in log: HiveImage) throws(FormatError) {
    let room = log.count - offset
    guard size >= Self.headerSize, size % Self.alignment == 0, size <= room else {
      throw FormatError(
        .entrySize, at: offset + 4, expected: "a multiple of 512 of at most \(room)",
        found: "\(size)")
    }
    try Self.check(
      storedContentHash, storedAt: offset + 24, of: log, from: offset + Self.headerSize, to: end)
    guard binsSize % UInt32(Bin.alignment) == 0 else {
      throw FormatError(
        .logBinsSize, at: offset + 16, expected: "a multiple of 4096", found: "\(binsSize)")
    }
  }

  /// Compares a hash with the one that belongs to the bytes from `start` to `end`.
  private static func check(
    _ stored: UInt64, storedAt offset: Int, of log: HiveImage, from start: Int, to end: Int
  ) throws(FormatError) {
    let computed = try log.withBytes(at: start, count: end - start) { Marvin32.hash($0) }
    guard stored == computed else {
      throw FormatError(.entryHash, at: offset, expected: hex(computed), found: hex(stored))
    }
  }
}

// MARK: - Pages

extension LogEntry {
  /// The writes that apply the entry, from the log with this index, to its hive.
  ///
  /// Call only after ``validate(in:)``. Throws errors with code `log-entry-pages`.
  func writes(from log: HiveImage, index: Int) throws(FormatError) -> [ReplayWrite] {
    let references = offset + Self.headerSize
    guard Int(pageCount) <= (size - Self.headerSize) / 8 else {
      throw FormatError(
        .entryPages, at: offset + 20,
        expected: "at most \((size - Self.headerSize) / 8) pages in an entry of \(size) bytes",
        found: "\(pageCount)")
    }
    var writes: [ReplayWrite] = []
    var source = references + 8 * Int(pageCount)
    for page in 0..<Int(pageCount) {
      let place = references + 8 * page
      let target = Int(try log.uint32(at: place))
      let length = Int(try log.uint32(at: place + 4))
      guard target % Self.alignment == 0, length % Self.alignment == 0,
        target + length <= Int(binsSize)
      else {
        throw FormatError(
          .entryPages, at: place, expected: "a page inside bins of \(binsSize) bytes",
          found: "\(length) bytes at \(hex(target))")
      }
      guard length <= end - source else {
        throw FormatError(
          .entryPages, at: place + 4, expected: "at most \(end - source) bytes left in the entry",
          found: "\(length)")
      }
      if length > 0 {
        writes.append(
          ReplayWrite(
            log: index, source: source, target: BaseBlock.size + target, length: length))
      }
      source += length
    }
    return writes
  }
}
