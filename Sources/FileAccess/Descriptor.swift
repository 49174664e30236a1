// SPDX-License-Identifier: MIT

import CFileAccess

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// An open file or folder; it is closed with the object.
package final class Descriptor: Sendable {
  let number: CInt
  private let isStandard: Bool

  init(_ number: CInt) throws(SystemError) {
    guard number >= 0 else { throw .last }
    self.number = number
    isStandard = false
  }

  private init(standard number: CInt) {
    self.number = number
    isStandard = true
  }

  deinit {
    if !isStandard { close(number) }
  }

  package static let standardInput = Descriptor(standard: STDIN_FILENO)
  package static let standardOutput = Descriptor(standard: STDOUT_FILENO)
  package static let standardError = Descriptor(standard: STDERR_FILENO)

  /// Whether a person looks at it.
  package var isTerminal: Bool { isatty(number) == 1 }
}

// MARK: - Opening

extension Descriptor {
  private static let forReading = O_RDONLY | O_CLOEXEC | O_NONBLOCK

  /// Opens what is at a path for reading.
  ///
  /// Links on the way are followed; a link at its end only
  /// where that is allowed.
  convenience init(reading path: String, followingLink: Bool) throws(SystemError) {
    try self.init(
      unsafe open(FileName.bytes(path), Self.forReading | (followingLink ? 0 : O_NOFOLLOW)))
  }

  /// Opens what has a name in a folder for reading; never through a link.
  convenience init(reading name: String, in folder: Descriptor) throws(SystemError) {
    try self.init(
      unsafe openat(folder.number, FileName.bytes(name), Self.forReading | O_NOFOLLOW))
  }

  /// Creates a file that was not there.
  convenience init(creating path: String) throws(SystemError) {
    try self.init(unsafe open(FileName.bytes(path), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666))
  }

  /// Opens a file to add to its end, and creates it where it is not there; never through a link.
  convenience init(appendingTo path: String) throws(SystemError) {
    try self.init(
      unsafe open(
        FileName.bytes(path), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0o666))
  }

  /// Opens what is at a path, such as a terminal or a pipe, for writing.
  convenience init(writing path: String) throws(SystemError) {
    try self.init(unsafe open(FileName.bytes(path), O_WRONLY | O_CLOEXEC))
  }

  /// Creates a file without a name in a folder.
  convenience init(creatingNamelessIn folder: String) throws(SystemError) {
    #if os(Linux)
    // O_TMPFILE, which the C library declares only where _GNU_SOURCE is defined.
    try self.init(
      unsafe open(
        FileName.bytes(folder), O_WRONLY | O_CLOEXEC | O_DIRECTORY | 0o20000000, 0o666))
    #else
    throw .unsupported
    #endif
  }

  /// Makes a file in memory; where the system has no such files, one without a name.
  convenience init(inMemory name: String) throws(SystemError) {
    #if os(Linux)
    // MFD_CLOEXEC, which linux/memfd.h defines and the C library does not.
    try self.init(unsafe memfd_create(name, 1))
    #else
    try self.init(temporaryIn: environmentVariable("TMPDIR") ?? "/tmp", name)
    #endif
  }

  /// Creates a file to read and write in a folder, which loses its name at once.
  convenience init(temporaryIn folder: String, _ name: String) throws(SystemError) {
    var template = FileName.bytes("\(folder)/\(name).XXXXXX")
    let number = unsafe template.withUnsafeMutableBufferPointer { template in
      guard let name = template.baseAddress else { return -1 as CInt }
      let number = unsafe mkstemp(name)
      if number >= 0 { unsafe unlink(name) }
      return number
    }
    try self.init(number)
  }

  /// A path that leads to the file for as long as it is open.
  var path: String {
    #if os(Linux)
    "/proc/self/fd/\(number)"
    #else
    "/dev/fd/\(number)"
    #endif
  }
}

// MARK: - Folders and names

extension Descriptor {
  func status() throws(SystemError) -> FileStatus {
    var status = stat()
    guard unsafe fstat(number, &status) == 0 else { throw .last }
    return FileStatus(status)
  }

  /// What has a name in this folder; of a link, the link itself.
  func status(of name: String) throws(SystemError) -> FileStatus {
    var status = stat()
    let name = FileName.bytes(name)
    guard unsafe fstatat(number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { throw .last }
    return FileStatus(status)
  }

  /// The names in the folder, as bytes, in no order; without `.` and `..`.
  func readNames(_ take: ([UInt8]) -> Bool) throws(SystemError) {
    let copy = fcntl(number, F_DUPFD_CLOEXEC, 0)
    guard copy >= 0 else { throw .last }
    guard let stream = unsafe fdopendir(copy) else {
      let error = SystemError.last
      close(copy)
      throw error
    }
    defer { unsafe closedir(stream) }
    unsafe rewinddir(stream)
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe [UInt8](bytes.prefix { $0 != 0 })
      }
      guard name != [0x2E], name != [0x2E, 0x2E] else { continue }
      guard take(name) else { return }
    }
  }
}
