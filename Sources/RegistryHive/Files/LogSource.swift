// SPDX-License-Identifier: MIT

import HiveFormat

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Where to look for the transaction logs of a hive.
///
/// Windows writes changes to a log before it writes them to the hive. Of a hive that was copied
/// while Windows ran, or after a crash, the newest changes are often in its logs alone.
public enum LogSource: Sendable, Hashable {
  /// Beside the hive: the hive's name with `.LOG`, `.LOG1` or `.LOG2` behind it, in any case.
  case automatic
  /// Nowhere: the hive is read as its file is.
  case none
  /// In these files, in the order of their names.
  case files([String])

  /// The logs of a hive file.
  ///
  /// - Throws: ``HiveError`` where a log that is named cannot be read.
  func logs(of path: String) throws(HiveError) -> [LogFile] {
    switch self {
    case .none:
      return []
    case .files(let paths):
      var logs: [LogFile] = []
      for path in paths { logs.append(try Self.log(at: path)) }
      return logs
    case .automatic:
      return Self.paths(besideHive: path).map { path in
        do throws(HiveError) {
          return try Self.log(at: path)
        } catch {
          return LogFile(name: Self.name(of: path), unreadable: error.reason)
        }
      }
    }
  }

  private static func log(at path: String) throws(HiveError) -> LogFile {
    let name = name(of: path)
    do throws(HiveError) {
      return LogFile(name: name, image: try MappedFile(path: path).image)
    } catch {
      guard error.code == .empty else { throw error }
      return LogFile(name: name, image: HiveImage([]))
    }
  }

  private static func name(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  /// The files in a hive's folder that are named like logs of it, in the order of their endings.
  private static func paths(besideHive path: String) -> [String] {
    let split = path.lastIndex(of: "/")
    let folder = split.map { String(path[...$0]) } ?? ""
    let hive = RegistryString(split.map { String(path[path.index(after: $0)...]) } ?? path)
    var found: [(ending: Int, name: String)] = []
    guard let directory = unsafe opendir(folder.isEmpty ? "." : folder) else { return [] }
    defer { unsafe closedir(directory) }
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
        unsafe name.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) {
          unsafe String(cString: $0)
        }
      }
      let text = RegistryString(name)
      for (index, ending) in [".LOG", ".LOG1", ".LOG2"].enumerated()
      where text.matches(RegistryString(utf16: hive.utf16 + ending.utf16)) {
        found.append((index, name))
      }
    }
    return found.sorted { ($0.ending, $0.name) < ($1.ending, $1.name) }.map { folder + $0.name }
  }
}
