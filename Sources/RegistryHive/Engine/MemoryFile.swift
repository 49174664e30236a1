// SPDX-License-Identifier: MIT

import CHivex
package import HiveFormat

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A file without a name, in memory where the system has such files: what libhivex opens when the
/// hive to read is not the one on disk.
///
/// Its bytes are mapped here too, so that there is one copy of them for both readers.
@safe
package final class MemoryFile: HiveImageOwner, @unchecked Sendable {
  // Set once by the initializer; the bytes change only in `edit`, before the object is shared.
  private let bytes: UnsafeMutableRawBufferPointer
  private let descriptor: CInt

  /// Makes a file of a size that begins with the bytes of an image; the rest is zero.
  ///
  /// - Throws: ``HiveError`` where the system cannot provide it.
  package init(size: Int, copying image: HiveImage) throws(HiveError) {
    descriptor = Self.create()
    guard descriptor >= 0 else { throw Self.error(errno) }
    guard size > 0, ftruncate(descriptor, off_t(size)) == 0,
      let start = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
      unsafe start != MAP_FAILED
    else {
      let code = errno
      close(descriptor)
      throw Self.error(code)
    }
    let bytes = unsafe UnsafeMutableRawBufferPointer(start: start, count: size)
    unsafe self.bytes = bytes
    unsafe image.withUnsafeBytes { source in
      unsafe bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: source.prefix(size)))
    }
  }

  deinit {
    unsafe munmap(bytes.baseAddress, bytes.count)
    close(descriptor)
  }

  /// Changes the bytes; only before the first use of ``image`` or ``path``.
  package func edit<Failure: Error>(
    _ body: (inout MutableSpan<UInt8>) throws(Failure) -> Void
  ) throws(Failure) {
    let buffer = unsafe bytes.bindMemory(to: UInt8.self)
    var span = unsafe buffer.mutableSpan
    try body(&span)
  }

  package override func discardResidentPages() {
    // The mapping is shared: the pages stay in the file.
    _ = unsafe madvise(bytes.baseAddress, bytes.count, MADV_DONTNEED)
  }

  /// The file's bytes; they keep the file alive.
  package var image: HiveImage {
    unsafe HiveImage(borrowing: UnsafeRawBufferPointer(bytes), ownedBy: self)
  }

  /// A path that leads to the file as long as it is alive.
  package var path: String {
    #if os(Linux)
    "/proc/self/fd/\(descriptor)"
    #else
    "/dev/fd/\(descriptor)"
    #endif
  }

  #if os(Linux)
  /// MFD_CLOEXEC, which linux/memfd.h defines and the C library does not.
  private static let closeOnExec: CUnsignedInt = 1

  private static func create() -> CInt {
    unsafe memfd_create("hive", closeOnExec)
  }
  #else
  private static func create() -> CInt {
    let folder = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    var template = Array("\(folder)/hive.XXXXXX".utf8CString)
    return unsafe template.withUnsafeMutableBufferPointer { template in
      guard let name = template.baseAddress else { return -1 }
      let descriptor = unsafe mkstemp(name)
      if descriptor >= 0 { unsafe unlink(name) }
      return descriptor
    }
  }
  #endif

  private static func error(_ code: CInt) -> HiveError {
    HiveError(
      code: .inputOutput, path: nil, offset: nil,
      reason: unsafe "the hive cannot be copied into memory: \(String(cString: strerror(code)))")
  }
}
