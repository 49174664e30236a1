// SPDX-License-Identifier: MIT

import FileAccess
import Synchronization

/// The transaction logs in a folder, by the names of the hives that they belong to.
///
/// A folder may hold many thousand hives. It is listed once for all of them, as long as it does not
/// change.
struct FolderLogs: Sendable {
  private struct Log: Sendable {
    /// The place of the log's ending in ``endings``.
    let ending: Int
    let name: String
  }

  private static let endings = [".LOG", ".LOG1", ".LOG2"].map { Array($0.utf16) }
  /// How many folders are remembered.
  private static let recentLimit = 8
  /// The folders that were listed last, the newest at the end.
  private static let recent = Mutex<[(state: FolderState, logs: FolderLogs)]>([])

  private var logs: [[UInt16]: [Log]] = [:]

  /// Lists a folder; one that cannot be listed has no logs.
  private init(listing folder: Folder) {
    guard let names = try? folder.list().names else { return }
    for name in names {
      // Most names in a large folder are ruled out by their ends.
      guard name.utf8.suffix(4).contains(where: { $0 | 0x20 == UInt8(ascii: "g") }) else {
        continue
      }
      let text = RegistryString(name).upcased
      for (ending, suffix) in Self.endings.enumerated()
      where text.count >= suffix.count && text.suffix(suffix.count).elementsEqual(suffix) {
        logs[Array(text.dropLast(suffix.count)), default: []].append(
          Log(ending: ending, name: name))
      }
    }
  }

  /// The logs in a folder, as it is now.
  static func of(_ folder: Folder) -> FolderLogs {
    guard let state = folder.settledState else { return FolderLogs(listing: folder) }
    if let known = recent.withLock({ $0.last { $0.state == state }?.logs }) { return known }
    let logs = FolderLogs(listing: folder)
    recent.withLock { recent in
      if recent.count >= recentLimit { recent.removeFirst() }
      recent.append((state, logs))
    }
    return logs
  }

  /// The names of a hive's logs, in the order of their endings.
  func names(besideHive hive: String) -> [String] {
    (logs[RegistryString(hive).upcased] ?? [])
      .sorted { ($0.ending, $0.name) < ($1.ending, $1.name) }.map(\.name)
  }
}
