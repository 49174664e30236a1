// SPDX-License-Identifier: MIT

import CFileAccess

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The refusal of a system call.
package struct SystemError: Error, Sendable, Hashable {
  /// The error number, `errno`.
  package let number: CInt

  static var last: SystemError { SystemError(number: errno) }

  /// What the system says to the number.
  package var description: String { unsafe String(cString: strerror(number)) }

  package static let noSuchFile = SystemError(number: ENOENT)
  package static let notAFolder = SystemError(number: ENOTDIR)
  package static let isAFolder = SystemError(number: EISDIR)
  package static let noAccess = SystemError(number: EACCES)
  package static let notPermitted = SystemError(number: EPERM)
  package static let exists = SystemError(number: EEXIST)
  package static let tooManyLinks = SystemError(number: ELOOP)
  package static let inputOutput = SystemError(number: EIO)
  package static let interrupted = SystemError(number: EINTR)
  package static let closedPipe = SystemError(number: EPIPE)
  package static let noSpace = SystemError(number: ENOSPC)
  package static let unsupported = SystemError(number: ENOSYS)
  /// What file systems answer that lack what was asked of them.
  static let unsupportedNumbers: Set<CInt> = [
    EPERM, ENOTSUP, EOPNOTSUPP, ENOSYS, EMLINK, EISDIR, EINVAL,
  ]
}

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

/// What the system knows of a file.
package struct FileStatus: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    case file
    case folder
    case link
    case other
  }

  package let kind: Kind
  /// In bytes; of a file only.
  package let size: Int
  let device: UInt64
  let node: UInt64
  let modified: (seconds: Int, nanoseconds: Int)
  /// When anything of it was last changed, its times included: nobody can set this one back.
  let changed: (seconds: Int, nanoseconds: Int)

  fileprivate init(_ status: stat) {
    kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .folder
      case S_IFLNK: .link
      default: .other
      }
    size = Int(status.st_size)
    device = UInt64(truncatingIfNeeded: status.st_dev)
    node = UInt64(truncatingIfNeeded: status.st_ino)
    #if canImport(Darwin)
    modified = (status.st_mtimespec.tv_sec, status.st_mtimespec.tv_nsec)
    changed = (status.st_ctimespec.tv_sec, status.st_ctimespec.tv_nsec)
    #else
    modified = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
    changed = (status.st_ctim.tv_sec, status.st_ctim.tv_nsec)
    #endif
  }

  /// What is known of a folder in memory.
  init(virtualFolder folder: VirtualFolder) {
    kind = .folder
    size = 0
    device = .max
    node = UInt64(UInt(bitPattern: ObjectIdentifier(folder).hashValue))
    modified = (0, 0)
    changed = (0, 0)
  }

  /// What is known of a file in memory that the system does not know.
  init(memoryFile number: Int, size: Int) {
    kind = .file
    self.size = size
    device = .max - 1
    node = UInt64(number)
    modified = (0, 0)
    changed = (0, 0)
  }

  /// Whether two paths lead to one file.
  package func isSameFile(as other: FileStatus) -> Bool {
    device == other.device && node == other.node
  }

  package static func == (one: FileStatus, other: FileStatus) -> Bool {
    one.isSameFile(as: other) && one.kind == other.kind && one.size == other.size
      && one.modified == other.modified
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(device)
    hasher.combine(node)
  }
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

// MARK: - Reading and writing

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

  /// Reads up to a number of bytes; none at the end of the file.
  @unsafe
  func readBytes(
    into buffer: UnsafeMutableRawBufferPointer, at offset: Int
  ) throws(SystemError) -> Int {
    while true {
      let count = unsafe pread(number, buffer.baseAddress, buffer.count, off_t(offset))
      if count >= 0 { return count }
      let error = SystemError.last
      guard error == .interrupted else {
        if error == .inputOutput { forgetPages(at: offset, count: buffer.count) }
        throw error
      }
    }
  }

  /// Writes all bytes at an offset.
  @unsafe
  package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(SystemError) {
    var done = 0
    while done < bytes.count {
      let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[done...])
      let count = unsafe pwrite(number, rest.baseAddress, rest.count, off_t(offset + done))
      if count == 0 { throw .noSpace }
      if count < 0, errno != EINTR { throw .last }
      done += max(count, 0)
    }
  }

  /// Lets the next, smaller reads not fail with the bad sectors beside them: the system reads ahead,
  /// and keeps what it could not read in pieces that are larger than asked for.
  private func forgetPages(at offset: Int, count: Int) {
    #if os(Linux)
    posix_fadvise(number, 0, 0, POSIX_FADV_RANDOM)
    posix_fadvise(number, off_t(offset), off_t(count), POSIX_FADV_DONTNEED)
    #endif
  }

  /// Reads on where the last call ended; none at the end of a file or a pipe.
  @unsafe
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
    while true {
      let count = unsafe systemRead(number, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      guard errno == EINTR else { throw .last }
    }
  }

  /// Reads all that is left, up to a number of bytes.
  package func contents(limit: Int) throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count < limit {
      var failure: SystemError?
      let count = unsafe buffer.withUnsafeMutableBytes { buffer in
        do throws(SystemError) {
          return unsafe try read(into: buffer)
        } catch {
          failure = error
          return 0
        }
      }
      if let failure { throw failure }
      guard count > 0 else { break }
      bytes += buffer[..<count]
    }
    return bytes
  }

  /// Writes all bytes behind what was written before.
  @unsafe
  package func append(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
    var done = 0
    while done < bytes.count {
      // A system may take no more than 2 GB at a time.
      let rest = unsafe bytes[done..<min(done + 1 << 24, bytes.count)]
      let count = unsafe systemWrite(number, UnsafeRawBufferPointer(rebasing: rest))
      if count == 0 { throw .noSpace }
      if count < 0, errno != EINTR { throw .last }
      done += max(count, 0)
    }
  }

  /// Copies bytes to the same place in another file; returns how many, none at the end of the file.
  func sendBytes(_ count: Int, at offset: Int, to target: Descriptor) throws(SystemError) -> Int {
    #if os(Linux)
    var position = offset
    guard lseek(target.number, off_t(offset), SEEK_SET) >= 0 else { throw .last }
    let copied = unsafe sendfile(target.number, number, &position, count)
    guard copied >= 0 else { throw .last }
    return copied
    #else
    throw .unsupported
    #endif
  }

  /// Lets readers that go on where the last one ended begin at the start.
  func rewind() {
    lseek(number, 0, SEEK_SET)
  }

  func setSize(_ size: Int) throws(SystemError) {
    guard ftruncate(number, off_t(size)) == 0 else { throw .last }
  }

  /// Lets what was written reach the disk.
  func synchronize() throws(SystemError) {
    guard fsync(number) == 0 else { throw .last }
  }

  /// The next stored bytes at or behind an offset; nil where only a hole follows.
  ///
  /// A system that cannot say it has no holes.
  func nextStoredBytes(from offset: Int, size: Int) -> Range<Int>? {
    #if os(Linux)
    let (data, hole): (CInt, CInt) = (3, 4)
    #else
    let (data, hole) = (SEEK_DATA, SEEK_HOLE)
    #endif
    guard offset < size else { return nil }
    let start = lseek(number, off_t(offset), data)
    if start < 0 { return errno == ENXIO ? nil : offset..<size }
    guard start < size else { return nil }
    let end = lseek(number, start, hole)
    return Int(start)..<(end > start ? min(Int(end), size) : size)
  }
}

// MARK: - Folders and names

extension Descriptor {
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

/// System calls that take paths.
enum System {
  /// The seconds since 1970.
  static var time: Int {
    var now = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &now)
    return now.tv_sec
  }

  /// What is at a path; of a link, the link itself unless it is to be followed.
  static func status(of path: String, followingLink: Bool) throws(SystemError) -> FileStatus {
    var status = stat()
    let flags = followingLink ? 0 : AT_SYMLINK_NOFOLLOW
    guard unsafe fstatat(AT_FDCWD, FileName.bytes(path), &status, flags) == 0 else { throw .last }
    return FileStatus(status)
  }

  /// The path without links, `.` and `..`; nil where there is nothing.
  static func realPath(_ path: String) -> String? {
    guard let resolved = unsafe realpath(FileName.bytes(path), nil) else { return nil }
    defer { unsafe free(resolved) }
    return unsafe FileName.text(cString: resolved)
  }

  /// Where a symbolic link of a folder leads, as it says; nil for what is none.
  static func linkTarget(_ name: String, in folder: Descriptor) -> String? {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = unsafe readlinkat(folder.number, FileName.bytes(name), &buffer, buffer.count)
    guard count > 0, count < buffer.count else { return nil }
    return FileName.text(buffer[..<count].map { UInt8(bitPattern: $0) })
  }

  /// Gives a file a second name; nothing is replaced.
  static func link(_ path: String, as newPath: String, followingLink: Bool) throws(SystemError) {
    let flags = followingLink ? AT_SYMLINK_FOLLOW : 0
    let (path, newPath) = (FileName.bytes(path), FileName.bytes(newPath))
    guard unsafe linkat(AT_FDCWD, path, AT_FDCWD, newPath, flags) == 0 else { throw .last }
  }

  /// Gives a file another name; what has that name is replaced.
  static func rename(_ path: String, to newPath: String) throws(SystemError) {
    let (path, newPath) = (FileName.bytes(path), FileName.bytes(newPath))
    guard unsafe renameat(AT_FDCWD, path, AT_FDCWD, newPath) == 0 else { throw .last }
  }

  static func remove(_ path: String) {
    unsafe unlink(FileName.bytes(path))
  }
}

/// The C library's own function, whose name a method hides.
private func systemRead(
  _ number: CInt, _ buffer: UnsafeMutableRawPointer?, _ count: Int
) -> Int {
  unsafe read(number, buffer, count)
}

/// The C library's own function.
private func systemWrite(_ number: CInt, _ bytes: UnsafeRawBufferPointer) -> Int {
  unsafe write(number, bytes.baseAddress, bytes.count)
}

/// Whether bytes are the same.
@unsafe
package func areEqual(_ one: Slice<UnsafeRawBufferPointer>, _ other: Slice<UnsafeRawBufferPointer>)
  -> Bool
{
  guard unsafe one.count == other.count else { return false }
  let first = unsafe UnsafeRawBufferPointer(rebasing: one)
  let second = unsafe UnsafeRawBufferPointer(rebasing: other)
  guard let start = first.baseAddress, let other = second.baseAddress else { return true }
  return unsafe memcmp(start, other, first.count) == 0
}
