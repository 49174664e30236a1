// SPDX-License-Identifier: MIT

import HiveFormat

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A file that comes into being whole or not at all, and never in the place of another.
///
/// Its bytes go to a file of another name in the same folder, which gets the right name when all of
/// them are on the disk.
final class NewFile {
  private let path: String
  private let folder: String
  private let temporaryPath: String
  private let descriptor: CInt

  /// Begins a file.
  ///
  /// - Throws: ``CommandFailure`` where there is something at the path, or no file can be created
  ///   in its folder.
  init(_ path: String) throws(CommandFailure) {
    try Self.checkIsFree(path)
    self.path = path
    let slash = path.lastIndex(of: "/")
    folder = slash.map { String(path[...$0]) } ?? "./"
    let number = String(UInt64.random(in: 1...UInt64.max), radix: 16)
    temporaryPath = "\(folder).hive-\(number).partial"
    descriptor = unsafe open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw Self.cannotCreate(path, errorText(errno)) }
  }

  deinit {
    close(descriptor)
    unsafe unlink(temporaryPath)
  }

  /// Makes sure that there is nothing at a path, not even a link that leads nowhere.
  static func checkIsFree(_ path: String) throws(CommandFailure) {
    var status = stat()
    if unsafe lstat(path, &status) == 0 { throw exists(path) }
  }

  /// Writes all bytes of an image and gives the file its name.
  ///
  /// - Throws: ``CommandFailure`` where the system refuses, or where meanwhile there is something
  ///   at the path. There is no new file then.
  func finish(with image: HiveImage) throws(CommandFailure) {
    let failure = unsafe image.withUnsafeBytes { bytes in
      unsafe Self.write(bytes, to: descriptor)
    }
    if let failure { throw writingFailed(failure) }
    guard fsync(descriptor) == 0 else { throw writingFailed(errno) }
    // Unlike renaming, linking replaces nothing.
    if unsafe link(temporaryPath, path) == 0 {
      syncFolder()
      return
    }
    switch errno {
    case EEXIST: throw Self.exists(path)
    case EPERM, ENOTSUP, EOPNOTSUPP, ENOSYS, EMLINK: try replaceReservation()
    case let code: throw Self.cannotCreate(path, errorText(code))
    }
  }

  /// Names the file where the file system has no links: an empty file keeps the name until then.
  private func replaceReservation() throws(CommandFailure) {
    let reservation = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard reservation >= 0 else {
      throw errno == EEXIST ? Self.exists(path) : Self.cannotCreate(path, errorText(errno))
    }
    close(reservation)
    guard unsafe rename(temporaryPath, path) == 0 else {
      let code = errno
      unsafe unlink(path)
      throw Self.cannotCreate(path, errorText(code))
    }
    syncFolder()
  }

  /// Lets the name reach the disk; file systems that cannot do this for folders are left alone.
  private func syncFolder() {
    let descriptor = unsafe open(folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  /// Writes bytes; returns the error number where that fails.
  @unsafe
  private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: CInt) -> CInt? {
    guard let start = bytes.baseAddress else { return nil }
    var done = 0
    while done < bytes.count {
      // The system takes at most 2 GB at a time.
      let count = min(bytes.count - done, 1 << 24)
      #if canImport(Glibc)
      let written = unsafe Glibc.write(descriptor, start + done, count)
      #elseif canImport(Musl)
      let written = unsafe Musl.write(descriptor, start + done, count)
      #else
      let written = unsafe Darwin.write(descriptor, start + done, count)
      #endif
      if written > 0 {
        done += written
      } else if written == 0 || errno != EINTR {
        return written == 0 ? ENOSPC : errno
      }
    }
    return nil
  }

  private func writingFailed(_ code: CInt) -> CommandFailure {
    CommandFailure(
      exitCode: .inputOutput,
      message: "\(path): cannot be written: \(errorText(code)); there is no such file now")
  }

  private static func exists(_ path: String) -> CommandFailure {
    CommandFailure(exitCode: .cannotCreate, message: "\(path): exists; nothing is overwritten")
  }

  private static func cannotCreate(_ path: String, _ reason: String) -> CommandFailure {
    CommandFailure(exitCode: .cannotCreate, message: "\(path): cannot be created: \(reason)")
  }
}
