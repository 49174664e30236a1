// SPDX-License-Identifier: MIT

import FileAccess

/// Bytes that wait to be written, on disk where they are many.
final class SpooledBytes {
  /// How many bytes are kept in memory.
  private static let limit = 8 << 20

  private var bytes: [UInt8] = []
  private var file: SpillFile?

  var isEmpty: Bool { bytes.isEmpty && file == nil }

  /// Adds bytes.
  ///
  /// - Throws: ``FileError`` where the disk does not take them.
  func append(_ new: some Sequence<UInt8>) throws(FileError) {
    bytes.append(contentsOf: new)
    guard bytes.count >= Self.limit else { return }
    let file = if let file { file } else { try SpillFile() }
    self.file = file
    try file.append(bytes)
    bytes.removeAll(keepingCapacity: true)
  }

  /// Returns all bytes.
  ///
  /// - Throws: ``CommandFailure`` where what is on disk cannot be read back, and what `take` throws.
  func drain(_ take: ([UInt8]) throws(CommandFailure) -> Void) throws(CommandFailure) {
    var offset = 0
    while let file, offset < file.size {
      let part: [UInt8]
      do throws(FileError) {
        part = try file.bytes(at: offset, count: 1 << 20)
      } catch {
        throw CommandFailure(error)
      }
      guard !part.isEmpty else { break }
      try take(part)
      offset += part.count
    }
    try take(bytes)
  }
}
