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
}
