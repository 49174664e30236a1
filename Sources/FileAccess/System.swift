// SPDX-License-Identifier: MIT

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

  init(_ status: stat) {
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
