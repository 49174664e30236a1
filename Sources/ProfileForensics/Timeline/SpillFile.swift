// SPDX-License-Identifier: MIT

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A temporary file without a name, which is gone with its object.
package final class SpillFile {
  private let descriptor: CInt
  /// How many bytes were written.
  package private(set) var size = 0

  /// Makes the file where the environment's `TMPDIR` says, or else in `/tmp`.
  ///
  /// - Throws: ``ForensicsError`` where it cannot be made.
  package init() throws(ForensicsError) {
    let folder = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    var template = Array("\(folder)/hive-XXXXXX".utf8CString)
    descriptor = unsafe template.withUnsafeMutableBufferPointer { name in
      guard let start = name.baseAddress else { return -1 }
      let descriptor = unsafe mkstemp(start)
      if descriptor >= 0 { _ = unsafe unlink(start) }
      return descriptor
    }
    guard descriptor >= 0 else { throw Self.error(folder, "no temporary file can be made") }
  }

  deinit {
    close(descriptor)
  }

  package func append(_ bytes: [UInt8]) throws(ForensicsError) {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { bytes in
        unsafe pwrite(
          descriptor, bytes.baseAddress.map { unsafe $0 + done }, bytes.count - done,
          off_t(size))
      }
      guard count > 0 else {
        if errno == EINTR { continue }
        throw Self.error("temporary file", "cannot be written")
      }
      done += count
      size += count
    }
  }

  /// Reads so many bytes; fewer at the end of the file.
  package func bytes(at offset: Int, count: Int) throws(ForensicsError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      let got = unsafe bytes.withUnsafeMutableBytes { bytes in
        unsafe pread(
          descriptor, bytes.baseAddress.map { unsafe $0 + done }, count - done,
          off_t(offset + done))
      }
      if got == 0 { break }
      guard got > 0 else {
        if errno == EINTR { continue }
        throw Self.error("temporary file", "cannot be read")
      }
      done += got
    }
    return [UInt8](bytes.prefix(done))
  }

  private static func error(_ path: String, _ what: String) -> ForensicsError {
    let text = unsafe String(cString: strerror(errno))
    return ForensicsError(code: .inputOutput, path: path, reason: "\(what): \(text)")
  }
}
