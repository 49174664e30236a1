// SPDX-License-Identifier: MIT

import FileAccess

/// What a path leads to, as far as it matters here.
enum PathTarget {
  case folder
  /// A file, with its first bytes: four where there are so many.
  case file(start: [UInt8])

  /// Looks at a path.
  ///
  /// - Throws: ``ForensicsError`` where it cannot be opened, or is neither file nor folder.
  init(path: String) throws(ForensicsError) {
    do throws(FileError) {
      if fileStatus(of: path)?.kind == .folder {
        _ = try Folder(path: path)
        self = .folder
      } else {
        self = .file(start: try OpenFile(path: path).bytes(at: 0, count: 4))
      }
    } catch {
      throw ForensicsError(error)
    }
  }
}

/// Reads a regular file.
///
/// - Throws: ``ForensicsError`` where it cannot be read, or is larger than the limit.
func readFile(_ path: String, limit: Int) throws(ForensicsError) -> [UInt8] {
  do throws(FileError) {
    return try OpenFile(path: path).contents(limit: limit)
  } catch {
    throw ForensicsError(error)
  }
}
