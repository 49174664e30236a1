// SPDX-License-Identifier: MIT

/// A bin: a run of cells after a header of 32 bytes, a multiple of 4,096 bytes long.
package struct Bin: Sendable, Hashable {
  /// The size of a bin's header in bytes.
  package static let headerSize = 32
  /// Bins begin at multiples of this many bytes and are multiples of it long.
  package static let alignment = 4096

  /// Where the bin begins in the file.
  package let offset: Int
  /// The bin's size in bytes, header included.
  package let size: Int

  /// Just after the bin.
  package var end: Int { offset + size }
}

extension Bin {
  /// Reads the header of the bin at a file offset.
  ///
  /// - Throws: ``FormatError`` with code `bin-signature`, `bin-offset`, `bin-size` or
  ///   `end-of-file`.
  package init(parsing image: HiveImage, at offset: Int) throws(FormatError) {
    guard try image.uint32(at: offset) == Self.signature else {
      throw FormatError(
        .binSignature, at: offset, expected: "the signature \"hbin\"",
        found: describeSignature(try image.bytes(at: offset, count: 4)))
    }
    let ownOffset = Int(try image.uint32(at: offset + 4))
    let size = Int(try image.uint32(at: offset + 8))
    guard size >= Self.alignment, size % Self.alignment == 0, size <= image.count - offset else {
      throw FormatError(
        .binSize, at: offset + 8,
        expected: "a multiple of 4096 of at most \(image.count - offset)", found: "\(size)")
    }
    guard ownOffset == offset - BaseBlock.size else {
      throw FormatError(
        .binOffset, at: offset + 4, expected: hex(offset - BaseBlock.size), found: hex(ownOffset))
    }
    self.offset = offset
    self.size = size
  }

  /// The signature `hbin`.
  package static let signature: UInt32 = 0x6E69_6268
}
