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
  /// How many files of one name and more are taken for logs of a hive.
  private static let companionLimit = 10_000

  let path: String
  /// The last part of the path.
  var name: String { path.split(separator: "/").last.map(String.init) ?? path }
  /// The names in the folder, sorted.
  let names: [String]
  private let descriptor: CInt
  private let log: SkippedItems
  /// The names in upper case, sorted, each with its place in ``names``.
  private lazy var index: [(folded: [UInt16], place: Int)] = names.indices
    .map { (RegistryString(names[$0]).upcased, $0) }
    .sorted { $0.folded.lexicographicallyPrecedes($1.folded) }

  /// Opens the folder at a path; a symbolic link to it is followed, since it was asked for.
  ///
  /// - Throws: ``ForensicsError`` where it cannot be opened or listed.
  convenience init(root path: String, log: SkippedItems) throws(ForensicsError) {
    let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw ForensicsError(opening: path, errno: errno) }
    try self.init(takingOwnershipOf: descriptor, path: path, log: log)
  }

  private init(
    takingOwnershipOf descriptor: CInt, path: String, log: SkippedItems
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

  private static func readNames(of descriptor: CInt, path: String, log: SkippedItems) -> [String]? {
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

  /// The path of what has a name in the folder.
  func path(of name: String) -> String {
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
    let wanted = RegistryString(name).upcased
    var matches: [String] = []
    for entry in index[firstIndex(of: wanted)...] {
      guard entry.folded == wanted, matches.count < Self.spellingLimit else { break }
      matches.append(names[entry.place])
    }
    return matches.filter { $0 == name } + matches.filter { $0 != name }
  }

  /// Where names begin in the index that are not before one.
  private func firstIndex(of folded: [UInt16]) -> Int {
    var low = 0
    var high = index.count
    while low < high {
      let middle = low + (high - low) / 2
      if index[middle].folded.lexicographicallyPrecedes(folded) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }

  /// Whether there is something of this name, whatever its case and whatever it is.
  func has(_ name: String) -> Bool { !spellings(of: name).isEmpty }

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
    names.filter(isWanted).flatMap { files(named: $0) }
  }

  /// The regular file of exactly this name, without those beside it.
  func files(named name: String) -> [EvidenceFile] {
    switch kind(of: name) {
    case .file(let size):
      return [EvidenceFile(path: path(of: name), size: size, companions: [])]
    case .link:
      log.addLink(path(of: name))
      return []
    default:
      return []
    }
  }

  /// Where a symbolic link leads on the volume itself; nil for what is no link, and where it leads
  /// off the volume.
  ///
  /// - Parameters:
  ///   - name: The link.
  ///   - path: The names on the way from the root of the volume to this folder.
  /// - Returns: The names on the way from the root of the volume.
  func linkTarget(_ name: String, from path: [String]) -> [String]? {
    guard case .link = kind(of: name) else { return nil }
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = unsafe readlinkat(descriptor, name, &buffer, buffer.count)
    guard count > 0, count < buffer.count,
      let target = String(validating: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self),
      !target.hasPrefix("/")
    else { return nil }
    var names = path
    for part in target.split(separator: "/") {
      switch part {
      case ".": continue
      case "..":
        guard names.popLast() != nil else { return nil }
      default: names.append(String(part))
      }
    }
    return names.isEmpty ? nil : names
  }

  /// The folder at a path below this one, by its exact names and through no link.
  func folder(at path: [String]) -> VolumeFolder? {
    var folder = self
    for name in path {
      guard folder.has(name), case .folder = folder.kind(of: name),
        let next = folder.openFolder(name)
      else { return nil }
      folder = next
    }
    return folder
  }

  /// Logs and transaction files: `NAME.LOG1`, `NAME{…}.TM.blf`.
  func companions(of name: String) -> [EvidenceFile] {
    let wanted = RegistryString(name).upcased
    var places: [Int] = []
    for mark in [0x2E, 0x7B] as [UInt16] {
      let start = wanted + [mark]
      for entry in index[firstIndex(of: start)...].prefix(Self.companionLimit) {
        guard entry.folded.starts(with: start) else { break }
        places.append(entry.place)
      }
    }
    return places.sorted().compactMap { place in
      guard case .file(let size) = kind(of: names[place]) else { return nil }
      return EvidenceFile(path: path(of: names[place]), size: size, companions: [])
    }
  }
}
