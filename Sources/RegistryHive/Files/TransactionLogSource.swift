// SPDX-License-Identifier: MIT

import FileAccess
import HiveFormat

/// Where to look for the transaction logs of a hive.
///
/// Windows writes changes to a log before it writes them to the hive. Of a hive that was copied
/// while Windows ran, or after a crash, the newest changes are often in its logs alone.
public enum TransactionLogSource: Sendable, Hashable {
  /// Beside the hive: the hive's name with `.LOG`, `.LOG1` or `.LOG2` behind it, in any case.
  case automatic
  /// Nowhere: the hive is read as its file is.
  case none
  /// In these files, in the order of their names.
  case files([String])

  /// The logs of a hive file.
  ///
  /// - Parameters:
  ///   - path: The hive's path.
  ///   - folder: The folder that the hive is in; nil to open the one of its path.
  /// - Returns: The logs, in the order of their names.
  /// - Throws: ``HiveError`` where a log that is named cannot be read.
  func logs(of path: String, in folder: Folder? = nil) throws(HiveError) -> [LogFile] {
    switch self {
    case .none:
      return []
    case .files(let paths):
      var logs: [LogFile] = []
      for path in paths {
        do throws(FileError) {
          logs.append(LogFile(try OpenFile(path: path)))
        } catch {
          throw HiveError(error, path: path)
        }
      }
      return logs
    case .automatic:
      let slash = path.lastIndex(of: "/")
      let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
      let folderPath = slash.map { String(path[...$0]) } ?? ""
      guard let folder = folder ?? (try? Folder(path: folderPath)) else { return [] }
      // What lies beside the hive was not named by anybody: a link could lead anywhere.
      return FolderLogs.of(folder).names(besideHive: name).map { name in
        do throws(FileError) {
          return LogFile(try folder.file(named: name))
        } catch {
          return LogFile(name: name, unreadable: error.reason)
        }
      }
    }
  }
}

extension LogFile {
  /// Reads a transaction log.
  init(_ file: OpenFile) {
    do throws(FileError) {
      let bytes = try FileBytes(file)
      self.init(name: file.name, image: HiveImage(bytes))
    } catch {
      self.init(name: file.name, unreadable: error.reason)
    }
  }
}
