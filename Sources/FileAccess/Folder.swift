// SPDX-License-Identifier: MIT

/// A folder, open for looking things up in it.
///
/// What is reached from it by name is in it: symbolic links are not followed.
package final class Folder: Sendable {
  private enum Place {
    case disk(Descriptor)
    case memory(VirtualFolder)
  }

  package let path: String
  private let place: Place

  /// Opens the folder at a path; a link to it is followed, since it was asked for.
  ///
  /// - Throws: ``FileError`` where it is missing, no folder, or cannot be opened.
  package init(path: String) throws(FileError) {
    self.path = path
    do throws(SystemError) {
      if let entry = VirtualFiles.entry(at: path) {
        guard case .folder(let folder) = entry else { throw SystemError.notAFolder }
        place = .memory(folder)
      } else {
        let descriptor = try Descriptor(reading: path.isEmpty ? "." : path, followingLink: true)
        guard try descriptor.status().kind == .folder else { throw SystemError.notAFolder }
        place = .disk(descriptor)
      }
    } catch {
      throw FileError(reading: path, error)
    }
  }

  private init(named name: String, in folder: Folder) throws(FileError) {
    path = folder.path(of: name)
    do throws(SystemError) {
      switch folder.place {
      case .memory(let folder):
        guard let entry = folder.entries[ExactText(name)] else { throw SystemError.noSuchFile }
        guard case .folder(let child) = entry else { throw SystemError.notAFolder }
        place = .memory(child)
      case .disk(let parent):
        let descriptor = try Descriptor(reading: name, in: parent)
        guard try descriptor.status().kind == .folder else { throw SystemError.notAFolder }
        place = .disk(descriptor)
      }
    } catch {
      throw FileError(reading: path, error)
    }
  }

  /// The path of what has a name in the folder.
  package func path(of name: String) -> String {
    path.isEmpty || path.hasSuffix("/") ? path + name : "\(path)/\(name)"
  }

  /// What the folder holds.
  package struct Listing: Sendable {
    /// The names, sorted, as ``FileName`` writes them.
    package fileprivate(set) var names: [String] = []
    /// Whether there are more names than were asked for.
    package fileprivate(set) var isCut = false
  }

  /// Lists the folder.
  ///
  /// - Parameter limit: How many names to read at most.
  /// - Returns: The names.
  /// - Throws: ``FileError`` where it cannot be listed.
  package func list(limit: Int = .max) throws(FileError) -> Listing {
    var listing = Listing()
    let descriptor: Descriptor
    switch place {
    case .memory(let folder):
      listing.isCut = folder.entries.count > limit
      listing.names = Array(
        folder.entries.keys.map(\.text).sorted(by: ExactText.isBefore).prefix(limit))
      return listing
    case .disk(let folder): descriptor = folder
    }
    do throws(SystemError) {
      try descriptor.readNames { bytes in
        guard listing.names.count < limit else {
          listing.isCut = true
          return false
        }
        listing.names.append(FileName.text(bytes))
        return true
      }
    } catch {
      throw FileError(reading: path, error)
    }
    listing.names.sort(by: ExactText.isBefore)
    return listing
  }

  /// What has a name in the folder; of a link, the link itself.
  ///
  /// - Throws: ``FileError`` where there is nothing, or it cannot be looked at.
  package func status(of name: String) throws(FileError) -> FileStatus {
    do throws(SystemError) {
      switch place {
      case .disk(let descriptor): return try descriptor.status(of: name)
      case .memory(let folder):
        guard let entry = folder.entries[ExactText(name)] else { throw SystemError.noSuchFile }
        return try entry.status()
      }
    } catch {
      throw FileError(reading: path(of: name), error)
    }
  }

  /// Opens a folder in this one.
  ///
  /// - Throws: ``FileError`` where it is missing, a link, no folder, or cannot be opened.
  package func folder(named name: String) throws(FileError) -> Folder {
    try Folder(named: name, in: self)
  }

  /// Opens a file in this folder.
  ///
  /// - Throws: ``FileError`` where it is missing, a link, no regular file, or cannot be opened.
  package func file(named name: String) throws(FileError) -> OpenFile {
    switch place {
    case .disk(let descriptor):
      return try OpenFile(named: name, in: descriptor, path: path(of: name))
    case .memory(let folder):
      switch folder.entries[ExactText(name)] {
      case .file(let file): return try OpenFile(file, path: path(of: name))
      case .folder: throw FileError(reading: path(of: name), .isAFolder)
      case nil: throw FileError(reading: path(of: name), .noSuchFile)
      }
    }
  }

  /// Where a symbolic link in this folder leads, as it says; nil for what is none.
  package func linkTarget(of name: String) -> String? {
    guard case .disk(let descriptor) = place else { return nil }
    return System.linkTarget(name, in: descriptor)
  }

  /// Opens a file below this folder.
  ///
  /// - Parameter names: The names on the way, the file's own last.
  /// - Returns: The open file.
  /// - Throws: ``FileError`` where something on the way is missing or a link, or the last is no file.
  package func file(at names: [String]) throws(FileError) -> OpenFile {
    guard let last = names.last else { throw FileError(reading: path, .isAFolder) }
    var folder = self
    for name in names.dropLast() { folder = try folder.folder(named: name) }
    return try folder.file(named: last)
  }
}

/// What standard output is; nil where it is closed.
package func standardOutputStatus() -> FileStatus? { try? Descriptor.standardOutput.status() }

/// What a folder is and when it was last changed: as long as this is the same, so are its names.
package struct FolderState: Sendable, Hashable {
  private let device: UInt64
  private let node: UInt64
  private let seconds: Int
  private let nanoseconds: Int

  fileprivate init(_ status: FileStatus) {
    device = status.device
    node = status.node
    (seconds, nanoseconds) = status.changed
  }

  fileprivate init(_ folder: VirtualFolder) {
    device = .max
    node = UInt64(folder.number)
    (seconds, nanoseconds) = (0, 0)
  }
}

extension Folder {
  /// The folder's state; nil where it was changed so recently that the next change might not show in
  /// the time of the last one.
  package var settledState: FolderState? {
    switch place {
    case .memory(let folder): return FolderState(folder)
    case .disk(let descriptor):
      guard let status = try? descriptor.status(), System.time - status.changed.seconds > 2 else {
        return nil
      }
      return FolderState(status)
    }
  }
}

/// What is at a path, a link followed; nil where there is nothing that can be looked at.
package func fileStatus(of path: String) -> FileStatus? {
  if let entry = VirtualFiles.entry(at: path) { return try? entry.status() }
  return try? System.status(of: path, followingLink: true)
}
