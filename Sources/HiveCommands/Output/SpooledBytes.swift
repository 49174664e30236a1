// SPDX-License-Identifier: MIT

import ProfileForensics

/// Bytes that wait to be written, on disk where they are many.
final class SpooledBytes {
  /// How many bytes are kept in memory.
  private static let limit = 8 << 20

  private var bytes: [UInt8] = []
  private var file: SpillFile?

  var isEmpty: Bool { bytes.isEmpty && file == nil }

  /// Adds bytes.
  ///
  /// - Throws: ``ForensicsError`` where the disk does not take them.
  func append(_ new: some Sequence<UInt8>) throws(ForensicsError) {
    bytes.append(contentsOf: new)
    guard bytes.count >= Self.limit else { return }
    let file = if let file { file } else { try SpillFile() }
    self.file = file
    try file.append(bytes)
    bytes.removeAll(keepingCapacity: true)
  }

  /// Hands out all bytes.
  ///
  /// - Throws: ``ForensicsError`` where what is on disk cannot be read back.
  func drain(_ take: ([UInt8]) -> Void) throws(ForensicsError) {
    var offset = 0
    while let file, offset < file.size {
      let part = try file.bytes(at: offset, count: 1 << 20)
      guard !part.isEmpty else { break }
      take(part)
      offset += part.count
    }
    take(bytes)
  }
}
