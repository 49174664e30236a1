// SPDX-License-Identifier: MIT

/// A folder, open for looking things up in it.
///
/// What is reached from it by name is in it: symbolic links are not followed.
package final class Folder: Sendable {
  package let path: String
  private let descriptor: Descriptor

  /// Opens the folder at a path; a link to it is followed, since it was asked for.
  ///
  /// - Throws: ``FileError`` where it is missing, no folder, or cannot be opened.
  package init(path: String) throws(FileError) {
    self.path = path
    do throws(SystemError) {
      descriptor = try Descriptor(reading: path.isEmpty ? "." : path, followingLink: true)
      guard try descriptor.status().kind == .folder else { throw SystemError.notAFolder }
    } catch {
      throw FileError(reading: path, error)
    }
  }

  private init(named name: String, in folder: Folder) throws(FileError) {
    path = folder.path(of: name)
    do throws(SystemError) {
      descriptor = try Descriptor(reading: name, in: folder.descriptor)
      guard try descriptor.status().kind == .folder else { throw SystemError.notAFolder }
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
    listing.names.sort()
    return listing
  }

  /// What has a name in the folder; of a link, the link itself.
  ///
  /// - Throws: ``FileError`` where there is nothing, or it cannot be looked at.
  package func status(of name: String) throws(FileError) -> FileStatus {
    do throws(SystemError) {
      return try descriptor.status(of: name)
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
    try OpenFile(named: name, in: descriptor, path: path(of: name))
  }

  /// Where a symbolic link in this folder leads, as it says; nil for what is none.
  package func linkTarget(of name: String) -> String? {
    System.linkTarget(name, in: descriptor)
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

/// What is at a path, a link followed; nil where there is nothing that can be looked at.
package func fileStatus(of path: String) -> FileStatus? {
  try? System.status(of: path, followingLink: true)
}
