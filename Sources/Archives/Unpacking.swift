// SPDX-License-Identifier: MIT

import FileAccess

/// Unpacks members of an archive into memory, within bounds.
struct Unpacking {
  /// How often an archive is opened anew to go on after a member that ends the reading.
  private static let retryLimit = 1000
  /// How many notes are kept.
  private static let noteLimit = 1000
  /// How many folders are kept, and how deep.
  private static let folderLimits = (count: 100_000, depth: 6)
  private static let page = 4096
  /// How many bytes any archive may unpack to, and how many times its own size beyond that.
  private static let allowance = (least: 1 << 30, factor: 200)

  private(set) var files: [(names: [String], file: MemoryFile)] = []
  /// The folders that are there, also those without files that are wanted.
  private(set) var folders: Set<[String]> = []
  private(set) var skipped: [Archive.Skipped] = []
  /// How many members that were wanted are encrypted.
  private(set) var encryptedCount = 0

  private let library: ArchiveLibrary
  private let limits: Archive.Limits
  private let interest: ([String]) -> Archive.Interest
  private let look: (OpenFile) -> Archive.Look
  private var memberCount = 0
  private var byteCount = 0
  private(set) var heldCount = 0
  private var byteLimit = 0
  /// Whether the archive unpacks to more than is allowed.
  private var isExhausted = false
  /// Where the files of each path are, and how many there were.
  private var places: [[String]: (index: Int, count: Int)] = [:]
  /// Members that are wanted and have the bytes of others, which were not kept.
  private var links: [(names: [String], target: [String])] = []

  init(
    _ library: ArchiveLibrary, _ limits: Archive.Limits,
    _ interest: @escaping ([String]) -> Archive.Interest,
    _ look: @escaping (OpenFile) -> Archive.Look
  ) {
    self.library = library
    self.limits = limits
    self.interest = interest
    self.look = look
  }

  private mutating func skip(_ path: String, _ reason: String, isLoss: Bool = true) {
    guard skipped.count < Self.noteLimit else { return }
    skipped.append(Archive.Skipped(path: path, reason: reason, isLoss: isLoss))
  }

  /// Reads an archive.
  ///
  /// - Parameters:
  ///   - file: The archive.
  ///   - path: What to call it.
  ///   - names: The names on the way to it, where it is in another one.
  ///   - depth: In how many others it is.
  mutating func read(_ file: OpenFile, path: String, below names: [String], depth: Int) {
    if depth == 0 {
      byteLimit = min(limits.bytes, Self.allowance.least + Self.allowance.factor * file.size)
    }
    // In other formats than zip, what is passed by is unpacked all the same.
    let isStream = (try? file.bytes(at: 0, count: 2)) != Array("PK".utf8)
    var done = 0
    for attempt in 0...Self.retryLimit {
      guard let handle = ArchiveHandle(file, library) else {
        return skip(path, "cannot be read as an archive")
      }
      var count = 0
      var result = ArchiveHandle.Result.ok
      while result != .fatal {
        result = handle.next()
        guard result != .end else { return readLinked(file, path: path, below: names) }
        guard result != .fatal, count <= limits.members else { break }
        count += 1
        guard count > done else { continue }
        memberCount += 1
        guard memberCount <= limits.members else {
          return skip(path, "has more than \(limits.members) members; the rest was skipped")
        }
        if result == .failed { continue }
        if !take(handle, of: path, below: names, depth: depth) { break }
        if isStream, !isExhausted, !pass(handle) { break }
        if isExhausted {
          return skip(
            path, "unpacks to more than \(byteLimit >> 20) MiB, and the rest was not read")
        }
      }
      // A member that ends the reading is skipped the next time.
      guard count > done, attempt < Self.retryLimit else {
        return skip(path, "is damaged, and its end was not read: \(handle.errorText)")
      }
      if result == .fatal {
        return skip(path, "is damaged, and its end was not read: \(handle.errorText)")
      }
      done = count
    }
  }

  /// Reads the rest of a member; returns whether the handle can go on.
  private mutating func pass(_ handle: ArchiveHandle) -> Bool {
    while true {
      let result = unsafe handle.readBlock { (bytes, _) in byteCount += bytes.count }
      guard byteCount <= byteLimit else {
        isExhausted = true
        return true
      }
      guard result == .ok || result == .warning else { return result != .fatal }
    }
  }

  /// Keeps a file.
  ///
  /// Of several with one path the last has it, as where they are written to a disk.
  private mutating func keep(_ file: MemoryFile, at names: [String], path: String) {
    if let (index, count) = places[names] {
      files[index].names[names.count - 1] += " (\(count))"
      skip(
        path,
        "is in the archive more than once; the earlier one was read as "
          + "\(files[index].names[names.count - 1])")
      places[names] = (files.count, count + 1)
    } else {
      places[names] = (files.count, 1)
    }
    files.append((names, file))
  }

  /// Reports files whose path is that of a folder too.
  mutating func reportFoldersOverFiles(in path: String) {
    for (names, _) in files {
      for count in 1..<max(1, names.count) where places[Array(names[..<count])] != nil {
        skip(
          "\(path)/\(names[..<count].joined(separator: "/"))",
          "is a file and a folder in the archive; both were read")
      }
    }
  }

  private static func parts(of path: String) -> [String] {
    path.split { $0 == "/" || $0 == "\\" }.map(String.init).filter { $0 != "." }
  }

  private mutating func note(folder names: some Sequence<String>) {
    let names = Array(names.prefix(Self.folderLimits.depth))
    guard !names.isEmpty, !names.contains(".."), folders.count < Self.folderLimits.count else {
      return
    }
    folders.insert(names)
  }

  /// Takes a member; returns whether the handle can go on.
  private mutating func take(
    _ handle: ArchiveHandle, of path: String, below names: [String], depth: Int
  ) -> Bool {
    guard let text = handle.path else {
      skip(path, "holds a member whose name cannot be read", isLoss: true)
      return true
    }
    let parts = Self.parts(of: text)
    note(folder: names + (handle.isFolder ? parts : Array(parts.dropLast())))
    if handle.isFolder { return true }
    let memberPath = "\(path)/\(parts.joined(separator: "/"))"
    guard let name = parts.last, name.utf8.count < 4096 else { return true }
    let wanted = interest(names + parts)
    let isNested = depth < limits.depth && Archive.isArchive(named: name)
    if depth >= limits.depth, Archive.isArchive(named: name) {
      skip(memberPath, "is an archive in \(depth + 1) others, and was skipped")
    }
    if case .unwanted = wanted, !isNested { return true }
    if parts.contains("..") {
      skip(memberPath, "leads out of the archive, and was skipped")
      return true
    }
    if let target = handle.hardLink {
      let target = names + Self.parts(of: target)
      if let place = places[target] {
        keep(files[place.index].file, at: names + parts, path: memberPath)
      } else if case .wanted = wanted {
        links.append((names + parts, target))
      }
      return true
    }
    guard handle.isFile else {
      skip(memberPath, "is a link or a device, and was skipped", isLoss: false)
      return true
    }
    guard names.count + parts.count <= limits.folders else {
      skip(memberPath, "is more than \(limits.folders) folders down, and was skipped")
      return true
    }
    var startSize: Int?
    if case .perhaps(let size) = wanted, !isNested { startSize = size }
    if handle.isEncrypted {
      if startSize == nil {
        encryptedCount += 1
        skip(memberPath, Archive.encryptedReason)
      }
      return true
    }
    do throws(FileError) {
      let file = MemoryFile()
      let (isTaken, canGoOn) = try unpack(handle, to: file, path: memberPath, startSize)
      guard isTaken else { return canGoOn }
      if isNested {
        read(
          try OpenFile(file, path: memberPath), path: memberPath, below: names + parts,
          depth: depth + 1)
      } else {
        keep(file, at: names + parts, path: memberPath)
      }
      return canGoOn
    } catch {
      skip(memberPath, error.reason)
      return true
    }
  }

  /// Goes through an archive again for members whose bytes others have that are wanted.
  private mutating func readLinked(_ file: OpenFile, path: String, below names: [String]) {
    var wanted: [[String]: [[String]]] = [:]
    for link in links where link.names.starts(with: names) {
      wanted[link.target, default: []].append(link.names)
    }
    links.removeAll { $0.names.starts(with: names) }
    guard !wanted.isEmpty, let handle = ArchiveHandle(file, library) else { return }
    while !isExhausted {
      switch handle.next() {
      case .end, .fatal: break
      case .failed: continue
      case .ok, .warning:
        let parts = names + Self.parts(of: handle.path ?? "")
        guard let links = handle.isFile ? wanted.removeValue(forKey: parts) : nil else {
          guard !pass(handle) else { continue }
          break
        }
        do throws(FileError) {
          let member = MemoryFile()
          let (isTaken, canGoOn) = try unpack(handle, to: member, path: path, nil)
          for link in links where isTaken {
            keep(member, at: link, path: "\(path)/\(link[names.count...].joined(separator: "/"))")
          }
          if canGoOn { continue }
        } catch {
          skip(path, error.reason)
          continue
        }
      }
      break
    }
    for (target, links) in wanted {
      for link in links {
        skip(
          "\(path)/\(link[names.count...].joined(separator: "/"))",
          "is a link to \(target[names.count...].joined(separator: "/")), which was not found")
      }
    }
  }

  /// Unpacks a member.
  ///
  /// - Parameters:
  ///   - handle: The archive, at the member.
  ///   - file: Where its bytes go.
  ///   - path: What to call it.
  ///   - startSize: How many bytes decide whether it is wanted; nil where it is.
  /// - Returns: Whether it is to be kept, and whether the handle can go on.
  /// - Throws: ``FileError`` where the system provides no memory.
  private mutating func unpack(
    _ handle: ArchiveHandle, to file: MemoryFile, path: String, _ startSize: Int?
  ) throws(FileError) -> (isTaken: Bool, canGoOn: Bool) {
    var end = 0
    var undecided = startSize
    let heldBefore = heldCount
    var overflow = false
    while true {
      let result = try unsafe handle.readBlock { (bytes, offset) throws(FileError) in
        if offset == 0, unsafe bytes.starts(with: "regf".utf8) { undecided = nil }
        let (bytes, offset) = unsafe (bytes, offset)
        byteCount += bytes.count
        guard offset <= byteLimit, byteCount <= byteLimit,
          unsafe try store(bytes, at: offset, in: file, path: path)
        else {
          overflow = true
          return
        }
        end = max(end, offset + bytes.count)
      }
      if let startSize = undecided, end >= startSize || result != .ok || overflow {
        undecided = nil
        guard try isWanted(file, size: end, path: path) else {
          heldCount = heldBefore
          return (false, result != .fatal)
        }
      }
      if overflow {
        skip(
          path,
          "was not unpacked: the archive holds more than \(limits.heldBytes >> 20) MiB of "
            + "evidence, or unpacks to more than \(byteLimit >> 20) MiB")
        isExhausted = byteCount > byteLimit
        return (false, true)
      }
      switch result {
      case .ok: continue
      case .end: break
      case .warning:
        skip(path, "is damaged in the archive: \(handle.errorText)")
        continue
      case .failed, .fatal:
        skip(path, "is damaged in the archive; \(end) bytes were read: \(handle.errorText)")
      }
      try file.setSize(end, path: path)
      return (end > 0, result != .fatal)
    }
  }

  /// Whether a file is wanted by its beginning, which was unpacked.
  private mutating func isWanted(
    _ file: MemoryFile, size: Int, path: String
  ) throws(FileError) -> Bool {
    try file.setSize(size, path: path)
    switch look(try OpenFile(file, path: path)) {
    case .wanted: return true
    case .unwanted: return false
    case .other(let reason):
      skip(path, reason, isLoss: false)
      return false
    }
  }

  /// Writes what is not zero, so that zeros take no memory; returns whether there was room.
  private mutating func store(
    _ bytes: UnsafeRawBufferPointer, at offset: Int, in file: MemoryFile, path: String
  ) throws(FileError) -> Bool {
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count, start + Self.page)
      var run = end
      guard unsafe !Self.isZero(bytes[start..<end]) else {
        start = end
        continue
      }
      while run < bytes.count {
        let next = min(bytes.count, run + Self.page)
        guard unsafe !Self.isZero(bytes[run..<next]) else { break }
        run = next
      }
      guard heldCount + run - start <= limits.heldBytes else { return false }
      unsafe try file.write(
        UnsafeRawBufferPointer(rebasing: bytes[start..<run]), at: offset + start, path: path)
      heldCount += run - start
      start = run
    }
    return true
  }

  private static func isZero(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
    let buffer = unsafe UnsafeRawBufferPointer(rebasing: bytes)
    guard buffer.count > 0, unsafe buffer[0] == 0 else { return false }
    // Bytes that are all as the one before them are all zero.
    return unsafe areEqual(buffer[1...], buffer[..<(buffer.count - 1)])
  }
}
