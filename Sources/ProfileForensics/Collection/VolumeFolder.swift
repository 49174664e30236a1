// SPDX-License-Identifier: MIT

import RegistryHive

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A folder of a volume, open for looking things up in it without regard to case.
///
/// Everything below a volume's root is reached from an open folder by name, and symbolic links are
/// not followed: what is found is on the volume.
final class VolumeFolder {
  /// How many names of one folder are read.
  static let nameLimit = 100_000
  /// How many names that differ in nothing but case are tried.
  private static let spellingLimit = 4

  let path: String
  /// The names in the folder, sorted.
  let names: [String]
  private let descriptor: CInt
  private let log: VolumeLog

  /// Opens the folder at a path; a symbolic link to it is followed, since it was asked for.
  ///
  /// - Throws: ``ForensicsError`` where it cannot be opened or listed.
  convenience init(root path: String, log: VolumeLog) throws(ForensicsError) {
    let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw ForensicsError(opening: path, errno: errno) }
    try self.init(takingOwnershipOf: descriptor, path: path, log: log)
  }

  private init(
    takingOwnershipOf descriptor: CInt, path: String, log: VolumeLog
  ) throws(ForensicsError) {
    self.descriptor = descriptor
    self.path = path
    self.log = log
    guard let names = Self.readNames(of: descriptor, path: path, log: log) else {
      let code = errno
      close(descriptor)
      throw ForensicsError(opening: path, errno: code)
    }
    self.names = names
  }

  deinit {
    close(descriptor)
  }

  private static func readNames(of descriptor: CInt, path: String, log: VolumeLog) -> [String]? {
    let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    guard copy >= 0 else { return nil }
    guard let stream = unsafe fdopendir(copy) else {
      let code = errno
      close(copy)
      errno = code
      return nil
    }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        let units = unsafe bytes.prefix { $0 != 0 }
        return unsafe String(validating: units, as: UTF8.self)
      }
      guard let name else {
        log.add(path, "holds a name that is not UTF-8, which was passed over")
        continue
      }
      guard name != ".", name != ".." else { continue }
      guard names.count < nameLimit else {
        log.add(path, "holds more than \(nameLimit) names; the rest was passed over")
        break
      }
      names.append(name)
    }
    return names.sorted()
  }
}

// MARK: - Looking up

extension VolumeFolder {
  /// What stands under a name of the folder.
  private enum Kind {
    case folder
    case file(size: Int)
    case link
    case other
  }

  private func path(of name: String) -> String {
    path.hasSuffix("/") ? path + name : "\(path)/\(name)"
  }

  private func kind(of name: String) -> Kind? {
    var status = stat()
    guard unsafe fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
      log.add(path(of: name), "cannot be examined: \(ForensicsError.text(errno))")
      return nil
    }
    return switch status.st_mode & S_IFMT {
    case S_IFDIR: .folder
    case S_IFREG: .file(size: Int(status.st_size))
    case S_IFLNK: .link
    default: .other
    }
  }

  /// The names that match one but for case, that very one first.
  private func spellings(of name: String) -> [String] {
    let wanted = RegistryString(name)
    let matches = names.filter { RegistryString($0).matches(wanted) }
    let ordered = matches.filter { $0 == name } + matches.filter { $0 != name }
    return Array(ordered.prefix(Self.spellingLimit))
  }

  /// Opens the folder of exactly this name.
  ///
  /// - Parameters:
  ///   - name: A name of the folder, as it is in ``names``.
  ///   - isOwnLink: Whether Windows itself keeps a link of this name, so that it is no news.
  /// - Returns: The folder; nil where there is none, or it cannot be opened.
  func openFolder(_ name: String, isOwnLink: Bool = false) -> VolumeFolder? {
    switch kind(of: name) {
    case .folder:
      break
    case .link:
      if !isOwnLink { log.addLink(path(of: name)) }
      return nil
    default:
      return nil
    }
    let child = unsafe openat(
      descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard child >= 0 else {
      log.add(path(of: name), "cannot be opened: \(ForensicsError.text(errno))")
      return nil
    }
    do throws(ForensicsError) {
      return try VolumeFolder(takingOwnershipOf: child, path: path(of: name), log: log)
    } catch {
      log.add(path(of: name), error.reason)
      return nil
    }
  }

  /// Opens the folders at a path below this one.
  ///
  /// - Parameters:
  ///   - path: The names on the way.
  ///   - ownLinks: Names under which Windows itself keeps links, so that they are no news.
  /// - Returns: The folders, one for every spelling there is.
  func folders(at path: [String], ownLinks: Set<String> = []) -> [VolumeFolder] {
    guard let name = path.first else { return [self] }
    return spellings(of: name).flatMap { spelling in
      openFolder(spelling, isOwnLink: ownLinks.contains(name))?
        .folders(at: Array(path.dropFirst()), ownLinks: ownLinks) ?? []
    }
  }

  /// The regular file of a name, with those beside it that carry its name and more.
  func file(named name: String) -> EvidenceFile? {
    for spelling in spellings(of: name) {
      switch kind(of: spelling) {
      case .file(let size):
        return EvidenceFile(
          path: path(of: spelling), size: size, companions: companions(of: spelling))
      case .link:
        log.addLink(path(of: spelling))
      default:
        continue
      }
    }
    return nil
  }

  /// The file of exactly this name, where it begins as a hive does and is no log by its name.
  func hive(named name: String) -> EvidenceFile? {
    let isLog = [".LOG", ".LOG1", ".LOG2"].contains { ending in
      RegistryString(String(name.suffix(ending.count))).matches(RegistryString(ending))
    }
    guard !isLog, case .file(let size) = kind(of: name), size >= 4096 else { return nil }
    let file = unsafe openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else {
      log.add(path(of: name), "cannot be opened: \(ForensicsError.text(errno))")
      return nil
    }
    defer { close(file) }
    var start = [UInt8](repeating: 0, count: 4)
    guard unsafe pread(file, &start, 4, 0) == 4, start == [UInt8]("regf".utf8) else { return nil }
    return EvidenceFile(path: path(of: name), size: size, companions: companions(of: name))
  }

  /// The regular files whose names are wanted, without those beside them.
  func files(where isWanted: (String) -> Bool) -> [EvidenceFile] {
    names.filter(isWanted).compactMap { name in
      switch kind(of: name) {
      case .file(let size):
        return EvidenceFile(path: path(of: name), size: size, companions: [])
      case .link:
        log.addLink(path(of: name))
        return nil
      default:
        return nil
      }
    }
  }

  /// Logs and transaction files: `NAME.LOG1`, `NAME{…}.TM.blf`.
  private func companions(of name: String) -> [EvidenceFile] {
    let wanted = RegistryString(name)
    return names.compactMap { candidate in
      let units = RegistryString(candidate).utf16
      let count = wanted.utf16.count
      guard units.count > count, units[count] == 0x2E || units[count] == 0x7B,
        RegistryString(utf16: [UInt16](units[..<count])).matches(wanted),
        case .file(let size) = kind(of: candidate)
      else { return nil }
      return EvidenceFile(path: path(of: candidate), size: size, companions: [])
    }
  }
}

/// Collects what was passed over while a volume was looked through.
final class VolumeLog {
  private static let limit = 1_000

  private(set) var notes: [SkippedItem] = []

  func add(_ path: String, _ reason: String, isLoss: Bool = true) {
    let note = SkippedItem(path: path, reason: reason, isLoss: isLoss)
    guard notes.count < Self.limit, !notes.contains(note) else { return }
    notes.append(note)
  }

  func addLink(_ path: String) {
    add(
      path, "is a symbolic link, which could lead off the volume, and was not followed",
      isLoss: false)
  }
}
