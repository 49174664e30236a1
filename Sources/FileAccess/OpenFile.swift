// SPDX-License-Identifier: MIT

/// A regular file, open for reading.
///
/// It is the same file from the first byte to the last, whatever happens to its path.
package final class OpenFile: Sendable {
  /// The path as it was given, or the folder's path and the name.
  package let path: String
  /// What the system knew of the file when it was opened.
  package let status: FileStatus
  let descriptor: Descriptor
  /// Whether nobody can change the file meanwhile.
  private let isInMemory: Bool

  /// The size in bytes when it was opened.
  package var size: Int { status.size }
  /// The number by which C libraries read the file.
  package var descriptorNumber: CInt { descriptor.number }
  /// The last part of the path.
  package var name: String { path.lastPathPart }

  /// Opens the file at a path that a person gave: a link to it is followed.
  ///
  /// - Parameters:
  ///   - path: The file's path.
  ///   - followingLink: Whether a symbolic link at the end of the path is followed.
  /// - Throws: ``FileError`` where it is missing, no regular file, or cannot be opened.
  package convenience init(path: String, followingLink: Bool = true) throws(FileError) {
    if let entry = VirtualFiles.entry(at: path) {
      guard case .file(let file) = entry else { throw FileError(reading: path, .isAFolder) }
      try self.init(file, path: path)
      return
    }
    do throws(SystemError) {
      let descriptor = try Descriptor(reading: path, followingLink: followingLink)
      try self.init(descriptor, path: path, status: descriptor.status())
    } catch {
      // There is nothing below a file.
      throw FileError(
        reading: path, error == .notAFolder ? .noSuchFile : error, followingLink: followingLink)
    }
    try checkKind()
  }

  /// Opens the file of a name in a folder; never through a link.
  convenience init(named name: String, in folder: Descriptor, path: String) throws(FileError) {
    do throws(SystemError) {
      let descriptor = try Descriptor(reading: name, in: folder)
      try self.init(descriptor, path: path, status: descriptor.status())
    } catch {
      throw FileError(reading: path, error)
    }
    try checkKind()
  }

  /// Opens a file in memory.
  package convenience init(_ file: MemoryFile, path: String) throws(FileError) {
    do throws(SystemError) {
      try self.init(file.opened(), path: path, status: file.status(), isInMemory: true)
    } catch {
      throw FileError(reading: path, error)
    }
  }

  private init(
    _ descriptor: Descriptor, path: String, status: FileStatus, isInMemory: Bool = false
  ) throws(SystemError) {
    self.isInMemory = isInMemory
    self.descriptor = descriptor
    self.path = path
    self.status = status
  }

  /// What the system knows of the file now; nil where it does not answer.
  var currentStatus: FileStatus? { isInMemory ? status : try? descriptor.status() }

  private func checkKind() throws(FileError) {
    switch status.kind {
    case .file: return
    case .folder: throw FileError(reading: path, .isAFolder)
    case .link, .other:
      throw FileError(.notAFile, path: path, reason: "is not a regular file")
    }
  }

  /// Reads bytes at an offset; fewer at the end of the file.
  ///
  /// - Throws: ``FileError`` where the system cannot read them.
  package func bytes(at offset: Int, count: Int) throws(FileError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      let read = try read(into: &bytes, from: done, at: offset + done)
      guard read > 0 else { break }
      done += read
    }
    bytes.removeLast(count - done)
    return bytes
  }

  /// Reads into a buffer from an index on; returns how many bytes, none at the end of the file.
  package func read(
    into bytes: inout [UInt8], from start: Int = 0, at offset: Int
  ) throws(FileError) -> Int {
    let result: Result<Int, SystemError> = unsafe bytes.withUnsafeMutableBytes { buffer in
      let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[start...])
      do throws(SystemError) {
        return .success(unsafe try descriptor.read(into: rest, at: offset))
      } catch {
        return .failure(error)
      }
    }
    do throws(SystemError) {
      return try result.get()
    } catch {
      throw FileError(reading: path, error)
    }
  }

  /// Reads all of a small file.
  ///
  /// - Throws: ``FileError`` where it cannot be read, or is larger than the limit in bytes.
  package func contents(limit: Int) throws(FileError) -> [UInt8] {
    let bytes = try bytes(at: 0, count: min(max(size, 4096), limit) + 1)
    guard bytes.count <= limit else {
      throw FileError(
        .tooLarge, path: path, reason: "is larger than \(limit) bytes, and was not read")
    }
    return bytes
  }
}

/// Lets the next reader that continues where the last one ended begin at the start of a file.
package func rewind(_ file: OpenFile) {
  file.descriptor.rewind()
}
