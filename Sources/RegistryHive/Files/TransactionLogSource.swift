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
      return Self.names(besideHive: name, in: folder).map { name in
        do throws(FileError) {
          return LogFile(try folder.file(named: name))
        } catch {
          return LogFile(name: name, unreadable: error.reason)
        }
      }
    }
  }

  /// The names in a folder that are those of a hive's logs, in the order of their endings.
  private static func names(besideHive hive: String, in folder: Folder) -> [String] {
    let endings = [".LOG", ".LOG1", ".LOG2"]
    let hive = RegistryString(hive).utf16
    let logs = endings.map { RegistryString(utf16: hive + $0.utf16) }
    guard let names = try? folder.list().names else { return [] }
    return names.flatMap { name -> [(ending: Int, name: String)] in
      // Most names in a large folder are ruled out by their ends.
      guard name.utf8.suffix(4).contains(where: { $0 | 0x20 == UInt8(ascii: "g") }) else {
        return []
      }
      let text = RegistryString(name)
      return logs.indices.filter { text.matches(logs[$0]) }.map { ($0, name) }
    }.sorted { ($0.ending, $0.name) < ($1.ending, $1.name) }.map(\.name)
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
