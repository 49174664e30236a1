// SPDX-License-Identifier: MIT

package import HiveFormat

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A file mapped into memory, read-only, for as long as the object lives.
@safe
package final class MappedFile: HiveImageOwner, @unchecked Sendable {
  // Set once by the initializer; the mapping is never written to.
  private let bytes: UnsafeRawBufferPointer

  /// Maps a regular file.
  ///
  /// - Throws: ``HiveError`` when the file is missing, not a regular file, or cannot be read.
  package init(path: String) throws(HiveError) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw HiveError(opening: path, errno: errno) }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      throw HiveError(opening: path, errno: errno)
    }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw HiveError(.isDirectory, path: path) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw HiveError(.notAFile, path: path) }
    let count = Int(status.st_size)
    guard count > 0 else { throw HiveError(.empty, path: path) }
    guard
      let start = unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0),
      unsafe start != MAP_FAILED
    else {
      throw HiveError(opening: path, errno: errno)
    }
    unsafe bytes = UnsafeRawBufferPointer(start: start, count: count)
  }

  deinit {
    unsafe munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
  }

  package override func discardResidentPages() {
    _ = unsafe madvise(
      UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count, MADV_DONTNEED)
  }

  /// The file's bytes; they keep the mapping alive.
  package var image: HiveImage {
    unsafe HiveImage(borrowing: bytes, ownedBy: self)
  }
}
