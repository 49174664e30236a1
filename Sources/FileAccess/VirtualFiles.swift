// SPDX-License-Identifier: MIT

import Synchronization

/// A file in memory that has a path like others, such as a member of an archive.
package final class MemoryFile: Sendable {
  let descriptor: Descriptor
  private let held = HeldBytes()

  /// Makes an empty file.
  ///
  /// - Throws: ``FileError`` where the system provides no memory.
  package init(path: String) throws(FileError) {
    do throws(SystemError) {
      descriptor = try Descriptor(inMemory: "member")
    } catch {
      throw Self.noMemory(path, error)
    }
  }

  /// Writes bytes at an offset.
  ///
  /// - Throws: ``FileError`` where the system provides no memory.
  @unsafe
  package func write(
    _ bytes: UnsafeRawBufferPointer, at offset: Int, path: String
  ) throws(FileError) {
    held.add(bytes.count)
    do throws(SystemError) {
      unsafe try descriptor.write(bytes, at: offset)
    } catch {
      throw Self.noMemory(path, error)
    }
  }

  /// Gives the file its size: holes take no memory.
  package func setSize(_ size: Int, path: String) throws(FileError) {
    do throws(SystemError) {
      try descriptor.setSize(size)
    } catch {
      throw Self.noMemory(path, error)
    }
  }

  private static func noMemory(_ path: String, _ error: SystemError) -> FileError {
    FileError(
      .inputOutput, path: path, reason: "cannot be unpacked into memory: \(error.description)")
  }
}

/// A folder of files in memory.
package final class VirtualFolder: Sendable {
  enum Entry: Sendable {
    case folder(VirtualFolder)
    case file(MemoryFile)
  }

  private static let count = Atomic(0)

  let entries: [String: Entry]
  /// What tells it from all other folders that there were.
  let number = VirtualFolder.count.add(1, ordering: .relaxed).newValue

  /// Makes a folder of files at paths below it; of several at one path the first counts.
  package convenience init(_ files: [(names: [String], file: MemoryFile)]) {
    self.init(files[...], depth: 0)
  }

  private init(_ files: ArraySlice<(names: [String], file: MemoryFile)>, depth: Int) {
    var entries: [String: Entry] = [:]
    var groups: [String: [(names: [String], file: MemoryFile)]] = [:]
    for (names, file) in files where names.count > depth {
      if names.count == depth + 1 {
        if entries[names[depth]] == nil { entries[names[depth]] = .file(file) }
      } else {
        groups[names[depth], default: []].append((names, file))
      }
    }
    for (name, group) in groups {
      // A file of that name stays reachable beside the folder.
      var name = name
      while entries[name] != nil { name += " (folder)" }
      entries[name] = .folder(VirtualFolder(group[...], depth: depth + 1))
    }
    self.entries = entries
  }

  /// What is at a path below the folder.
  fileprivate func entry(at names: [Substring]) -> Entry? {
    var entry = Entry.folder(self)
    for name in names {
      guard case .folder(let folder) = entry, let next = folder.entries[String(name)] else {
        return nil
      }
      entry = next
    }
    return entry
  }
}

/// The folders in memory that are reached by paths: opening and listing go there first.
package enum VirtualFiles {
  private static let folders = Mutex<[String: VirtualFolder]>([:])

  /// Lets a path lead to a folder in memory.
  package static func mount(_ folder: VirtualFolder, at path: String) {
    raiseFileLimit()
    folders.withLock { $0[path] = folder }
  }

  /// Lets a path lead where it led before, and frees the memory when nothing is open any more.
  package static func unmount(_ folder: VirtualFolder, at path: String) {
    folders.withLock { folders in
      if folders[path] === folder { folders[path] = nil }
    }
  }

  /// What is in memory at a path; nil where the path does not lead there.
  static func entry(at path: String) -> VirtualFolder.Entry? {
    let folders = folders.withLock { $0 }
    guard !folders.isEmpty else { return nil }
    for (mount, folder) in folders where path.hasPrefix(mount) {
      let rest = path.dropFirst(mount.count)
      guard rest.isEmpty || rest.hasPrefix("/") || mount.hasSuffix("/") else { continue }
      return folder.entry(at: rest.split(separator: "/"))
    }
    return nil
  }
}

extension VirtualFolder.Entry {
  func status() throws(SystemError) -> FileStatus {
    switch self {
    case .folder(let folder): FileStatus(virtualFolder: folder)
    case .file(let file): try file.descriptor.status()
    }
  }
}
