// SPDX-License-Identifier: MIT

import Synchronization

/// A folder of files in memory.
package final class VirtualFolder: Sendable {
  enum Entry: Sendable {
    case folder(VirtualFolder)
    case file(MemoryFile)
  }

  private static let count = Atomic(0)

  let entries: [ExactText: Entry]
  /// What distinguishes it from all other folders that there were.
  let number = VirtualFolder.count.add(1, ordering: .relaxed).newValue

  /// What is in a folder or below it: a file, or with nil a folder.
  private typealias Content = (names: [String], file: MemoryFile?)

  /// Makes a folder.
  ///
  /// - Parameters:
  ///   - files: The files at paths below it; of several at one path the first counts.
  ///   - folders: The paths of folders that are there without files too.
  package convenience init(
    _ files: [(names: [String], file: MemoryFile)], folders: some Sequence<[String]> = []
  ) {
    var contents: [Content] = files.map { (names: $0.names, file: $0.file) }
    contents += folders.map { (names: $0, file: nil) }
    self.init(contents, depth: 0)
  }

  private init(_ contents: [Content], depth: Int) {
    var entries: [ExactText: Entry] = [:]
    var groups: [ExactText: [Content]] = [:]
    for (names, file) in contents where names.count > depth {
      let name = ExactText(names[depth])
      if names.count == depth + 1, let file {
        if entries[name] == nil { entries[name] = .file(file) }
      } else {
        groups[name, default: []].append((names, file))
      }
    }
    for (name, group) in groups {
      // A file of that name stays reachable beside the folder.
      if entries[name] != nil, group.allSatisfy({ $0.file == nil }) { continue }
      var name = name
      while entries[name] != nil { name = ExactText(name.text + " (folder)") }
      entries[name] = .folder(VirtualFolder(group, depth: depth + 1))
    }
    self.entries = entries
  }

  /// What is at a path below the folder.
  fileprivate func entry(at names: [String]) -> Entry? {
    var entry = Entry.folder(self)
    for name in names {
      guard case .folder(let folder) = entry, let next = folder.entries[ExactText(name)] else {
        return nil
      }
      entry = next
    }
    return entry
  }
}

/// The folders in memory that are reached by paths: opening and listing go there first.
package enum VirtualFiles {
  private static let folders = Mutex<[ExactText: VirtualFolder]>([:])

  /// Lets a path lead to a folder in memory.
  package static func mount(_ folder: VirtualFolder, at path: String) {
    raiseFileLimit()
    folders.withLock { $0[ExactText(path)] = folder }
  }

  /// Lets a path lead where it led before, and frees the memory when nothing is open any more.
  package static func unmount(_ folder: VirtualFolder, at path: String) {
    folders.withLock { folders in
      let path = ExactText(path)
      if folders[path] === folder { folders[path] = nil }
    }
  }

  /// What is in memory at a path; nil where the path does not lead there.
  static func entry(at path: String) -> VirtualFolder.Entry? {
    let folders = folders.withLock { $0 }
    guard !folders.isEmpty else { return nil }
    let slash = UInt8(ascii: "/")
    for (mount, folder) in folders where path.utf8.starts(with: mount.text.utf8) {
      let rest = path.utf8.dropFirst(mount.text.utf8.count)
      guard rest.isEmpty || rest.first == slash || mount.text.utf8.last == slash else { continue }
      return folder.entry(at: String(Substring(rest)).pathParts)
    }
    return nil
  }
}

extension VirtualFolder.Entry {
  func status() throws(SystemError) -> FileStatus {
    switch self {
    case .folder(let folder): FileStatus(virtualFolder: folder)
    case .file(let file): try file.status()
    }
  }
}
