// SPDX-License-Identifier: MIT

/// The fields of a base block that replay sets.
package struct CleanBaseBlockFields: Sendable, Hashable {
  /// Both sequence numbers: equal ones mark a clean hive.
  package var sequence: UInt32
  /// The size of all bins together in bytes.
  package var binsSize: UInt32
  package var flags: UInt32
  /// A FILETIME; nil leaves it as it is.
  package var lastWritten: UInt64?

  package init(sequence: UInt32, binsSize: UInt32, flags: UInt32, lastWritten: UInt64?) {
    self.sequence = sequence
    self.binsSize = binsSize
    self.flags = flags
    self.lastWritten = lastWritten
  }

  /// Writes the fields, the file type of a hive and the right checksum into the base block at the
  /// start of a buffer, which is then that of a clean hive.
  ///
  /// - Throws: ``FormatError`` with code `buffer-size` when the buffer is shorter than 512 bytes.
  package func write(to buffer: inout MutableSpan<UInt8>) throws(FormatError) {
    guard buffer.count >= BaseBlock.sectorSize else {
      throw FormatError(
        .bufferSize, at: 0, expected: "\(BaseBlock.sectorSize) bytes or more",
        found: "\(buffer.count)")
    }
    Self.store(sequence, at: 4, in: &buffer)
    Self.store(sequence, at: 8, in: &buffer)
    if let lastWritten {
      Self.store(UInt32(truncatingIfNeeded: lastWritten), at: 12, in: &buffer)
      Self.store(UInt32(truncatingIfNeeded: lastWritten >> 32), at: 16, in: &buffer)
    }
    Self.store(0, at: 28, in: &buffer)
    Self.store(binsSize, at: 40, in: &buffer)
    Self.store(flags, at: 144, in: &buffer)
    var sum: UInt32 = 0
    for offset in stride(from: 0, to: 508, by: 4) {
      for byte in 0..<4 { sum ^= UInt32(buffer[offset + byte]) << (8 * UInt32(byte)) }
    }
    Self.store(sum == 0 ? 1 : sum == .max ? .max - 1 : sum, at: 508, in: &buffer)
  }

  private static func store(
    _ number: UInt32, at offset: Int, in buffer: inout MutableSpan<UInt8>
  ) {
    for byte in 0..<4 {
      buffer[offset + byte] = UInt8(truncatingIfNeeded: number >> (8 * UInt32(byte)))
    }
  }
}

extension ReplayPlan {
  /// Carries out the plan on a copy of the hive.
  ///
  /// Without anything to replay nothing is done.
  ///
  /// - Parameter buffer: ``resultingSize`` bytes that begin with those of the hive's file; the
  ///   rest is filled here.
  /// - Throws: ``FormatError`` with code `buffer-size`.
  package func apply(to buffer: inout MutableSpan<UInt8>) throws(FormatError) {
    guard buffer.count == resultingSize else {
      throw FormatError(
        .bufferSize, at: 0, expected: "\(resultingSize) bytes", found: "\(buffer.count)")
    }
    guard let header else { return }
    // What no write fills must not depend on what the buffer held before.
    for offset in primary.count..<max(primary.count, resultingSize) { buffer[offset] = 0 }
    if let index = baseBlockLog, let own = logs[index].log.baseBlock {
      let length = min(LogDirtyVector.sectorSize(of: own), BaseBlock.size)
      try copy(
        ReplayWrite(log: index, source: 0, target: 0, length: length), to: &buffer)
    }
    for write in writes { try copy(write, to: &buffer) }
    try header.write(to: &buffer)
  }

  private func copy(
    _ write: ReplayWrite, to buffer: inout MutableSpan<UInt8>
  ) throws(FormatError) {
    guard write.length >= 0, write.target >= 0, write.target <= buffer.count,
      write.length <= buffer.count - write.target
    else {
      throw FormatError(
        .bufferSize, at: write.target, expected: "room for \(write.length) bytes",
        found: "the end of the buffer at \(hex(buffer.count))")
    }
    let image = logs[write.log].log.image
    guard write.source >= 0, write.source <= image.count,
      write.length <= image.count - write.source
    else { throw image.endOfFile(at: write.source, needing: write.length) }
    // Both runs were just checked to lie inside their files.
    unsafe buffer.withUnsafeMutableBytes { target in
      unsafe image.withUnsafeBytes { source in
        unsafe UnsafeMutableRawBufferPointer(
          rebasing: target[write.target..<write.target + write.length]
        ).copyMemory(
          from: UnsafeRawBufferPointer(
            rebasing: source[write.source..<write.source + write.length]))
      }
    }
  }
}
