// SPDX-License-Identifier: MIT

/// A file that comes into being whole or not at all.
///
/// Its bytes go to a file without a name, which gets its name when all of them are written. Where
/// the file system has no such files they go to one of another name, which is removed when a signal
/// ends the program.
package final class NewFile {
  private let path: String
  private let folder: String
  private let replaces: Bool
  private let descriptor: Descriptor
  /// What the file is called until it gets its name; nil where it has none.
  private var temporaryPath: String?

  /// Begins a file.
  ///
  /// - Parameters:
  ///   - path: The path that it gets in the end.
  ///   - replaces: Whether it may take the place of another file.
  /// - Throws: ``FileError`` where there is something at the path that must not be replaced, or no
  ///   file can be created in its folder.
  package init(_ path: String, replacing replaces: Bool = false) throws(FileError) {
    // A link stays a link: what it leads to is replaced.
    let target = replaces ? System.realPath(path) ?? path : path
    self.path = target
    self.replaces = replaces
    folder = target.lastIndex(of: "/").map { String(target[...$0]) } ?? "./"
    if !replaces { try Self.checkIsFree(path) }
    if (try? System.status(of: "/proc/self/fd", followingLink: true)) != nil,
      let nameless = try? Descriptor(creatingNamelessIn: folder)
    {
      descriptor = nameless
      return
    }
    let temporary = Self.temporaryName(in: folder)
    do throws(SystemError) {
      descriptor = try Descriptor(creating: temporary)
    } catch {
      throw FileError(creating: path, error)
    }
    temporaryPath = temporary
    InterruptCleanup.set(temporary)
  }

  deinit {
    removeTemporary()
  }

  private func removeTemporary() {
    guard let temporary = temporaryPath else { return }
    System.remove(temporary)
    InterruptCleanup.set(nil)
    temporaryPath = nil
  }

  private static func temporaryName(in folder: String) -> String {
    "\(folder).hive-\(String(UInt64.random(in: 1...UInt64.max), radix: 16)).partial"
  }

  /// Makes sure that there is nothing at a path, not even a link that leads nowhere.
  package static func checkIsFree(_ path: String) throws(FileError) {
    if (try? System.status(of: path, followingLink: false)) != nil {
      throw FileError(creating: path, .exists)
    }
  }

  /// Writes bytes after those that were written before.
  @unsafe
  package func append(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
    unsafe try descriptor.append(bytes)
  }

  /// Gives the file its name.
  ///
  /// - Parameter isSafe: Whether to wait until the bytes are on the disk.
  /// - Throws: ``FileError`` where the system refuses, or where meanwhile there is something at the
  ///   path. There is no new file then.
  package func finish(isSafe: Bool) throws(FileError) {
    do throws(SystemError) {
      if isSafe { try descriptor.synchronize() }
      try giveName()
    } catch {
      throw FileError(creating: path, error)
    }
    if isSafe, let folder = try? Descriptor(reading: folder, followingLink: true) {
      // File systems that cannot do this for folders are left alone.
      try? folder.synchronize()
    }
  }

  private func giveName() throws(SystemError) {
    if temporaryPath == nil {
      let name = replaces ? Self.temporaryName(in: folder) : path
      try System.link(descriptor.path, as: name, followingLink: true)
      guard replaces else { return }
      temporaryPath = name
      InterruptCleanup.set(name)
    }
    guard let temporary = temporaryPath else { return }
    defer { removeTemporary() }
    if replaces { return try System.rename(temporary, to: path) }
    do throws(SystemError) {
      // Unlike renaming, linking replaces nothing.
      try System.link(temporary, as: path, followingLink: false)
    } catch {
      guard SystemError.unsupportedNumbers.contains(error.number) else { throw error }
      // Without links in the file system, an empty file keeps the name until then.
      _ = try Descriptor(creating: path)
      do throws(SystemError) {
        try System.rename(temporary, to: path)
      } catch {
        System.remove(path)
        throw error
      }
    }
  }
}

/// The path without links, `.` and `..`; nil where there is nothing.
package func realPath(_ path: String) -> String? { System.realPath(path) }

/// Opens what is at a path and is not a regular file, such as a terminal or a pipe, for writing.
package func openSpecialFile(_ path: String) throws(FileError) -> Descriptor {
  do throws(SystemError) {
    return try Descriptor(writing: path)
  } catch {
    throw FileError(creating: path, error)
  }
}
