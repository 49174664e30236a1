// SPDX-License-Identifier: MIT

import FileAccess
import HiveFormat

/// The copy of a hive's file while it is mended.
struct HiveEdit {
  private(set) var file: FileBytes
  let path: String?

  init(_ file: FileBytes, path: String?) {
    self.file = file
    self.path = path
  }

  var image: HiveImage { HiveImage(file) }

  /// Changes the bytes; images that were made before are not to be used any more.
  ///
  /// - Throws: ``HiveError`` where the system provides no memory, or `body` throws.
  mutating func change(
    to size: Int = 0, _ body: (inout MutableSpan<UInt8>) throws(FormatError) -> Void
  ) throws(HiveError) {
    let result: Result<FileBytes, FormatError>
    do throws(FileError) {
      result = try file.edited(size: size, body)
    } catch {
      throw HiveError(error, path: path)
    }
    do throws(FormatError) {
      file = try result.get()
    } catch {
      throw HiveError(error, path: path)
    }
  }
  /// Adds a bin behind the others, and changes numbers so that it is used.
  ///
  /// - Parameters:
  ///   - bin: Where it is to stand, and its bytes.
  ///   - numbers: The numbers, by their file offsets.
  ///   - block: The base block.
  /// - Throws: ``HiveError`` where the system provides no memory.
  mutating func add(
    _ bin: (offset: Int, bytes: [UInt8]), changing numbers: [(offset: Int, number: UInt32)],
    of block: BaseBlock
  ) throws(HiveError) {
    let end = bin.offset + bin.bytes.count
    let header = CleanBaseBlockFields(
      sequence: block.secondarySequence,
      binsSize: UInt32(truncatingIfNeeded: end - BaseBlock.size), flags: block.flags,
      lastWritten: nil)
    try change(to: end) { (buffer) throws(FormatError) in
      for index in bin.bytes.indices { buffer[bin.offset + index] = bin.bytes[index] }
      for (offset, number) in numbers {
        for index in 0..<4 {
          buffer[offset + index] = UInt8(truncatingIfNeeded: number >> (8 * UInt32(index)))
        }
      }
      try header.write(to: &buffer)
    }
  }

  /// The key at a file offset.
  ///
  /// - Throws: ``HiveError`` where there is none.
  func key(in image: HiveImage, at offset: Int) throws(HiveError) -> KeyNode {
    do throws(FormatError) {
      return try KeyNode(parsing: image, at: offset)
    } catch {
      throw HiveError(error, path: path)
    }
  }
}
