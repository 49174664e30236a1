// SPDX-License-Identifier: MIT

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What a path leads to, as far as it matters here.
enum PathTarget {
  case folder
  /// A file, with its first bytes: four where there are so many.
  case file(start: [UInt8])

  /// Looks at a path.
  ///
  /// - Throws: ``ForensicsError`` where it cannot be opened, or is neither file nor folder.
  init(path: String) throws(ForensicsError) {
    let file = try OpenFile(path)
    if file.isFolder {
      self = .folder
    } else {
      self = .file(start: try file.read(atMost: 4))
    }
  }
}

/// Reads a regular file.
///
/// - Throws: ``ForensicsError`` where it cannot be read, or is larger than the limit.
func readFile(_ path: String, limit: Int) throws(ForensicsError) -> [UInt8] {
  let file = try OpenFile(path)
  guard !file.isFolder else {
    throw ForensicsError(code: .notAFile, path: path, reason: "is a folder")
  }
  let bytes = try file.read(atMost: limit + 1)
  guard bytes.count <= limit else {
    throw ForensicsError(
      code: .tooLarge, path: path, reason: "is larger than \(limit) bytes, and was not read")
  }
  return bytes
}

/// A file or folder, open for reading.
private final class OpenFile {
  private let descriptor: CInt
  private let path: String
  let isFolder: Bool

  init(_ path: String) throws(ForensicsError) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw ForensicsError(opening: path, errno: errno) }
    var status = stat()
    let result = unsafe fstat(descriptor, &status)
    let code = errno
    self.descriptor = descriptor
    self.path = path
    isFolder = status.st_mode & S_IFMT == S_IFDIR
    guard result == 0 else { throw ForensicsError(opening: path, errno: code) }
    guard isFolder || status.st_mode & S_IFMT == S_IFREG else {
      throw ForensicsError(
        code: .notAFile, path: path, reason: "is neither a regular file nor a folder")
    }
  }

  deinit {
    close(descriptor)
  }

  func read(atMost limit: Int) throws(ForensicsError) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: min(limit, 1 << 16))
    while bytes.count < limit {
      let wanted = min(buffer.count, limit - bytes.count)
      let count = unsafe readBytes(descriptor, &buffer, wanted)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw ForensicsError(opening: path, errno: errno) }
      guard count > 0 else { break }
      bytes += buffer[..<count]
    }
    return bytes
  }
}

/// The library's own function, whose name a method hides.
private func readBytes(
  _ descriptor: CInt, _ buffer: UnsafeMutableRawPointer, _ count: Int
) -> Int {
  unsafe read(descriptor, buffer, count)
}
