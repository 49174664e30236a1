// SPDX-License-Identifier: MIT

import FileAccess

/// Unpacks members of an archive into memory, within bounds.
struct Unpacking {
  /// How often an archive is opened anew to go on after a member that ends the reading.
  private static let retryLimit = 1000
  /// How many losses are listed, and how many other notes.
  private static let noteLimit = 1000
  /// At how many paths besides its own a member is read whose bytes others have.
  private static let linkLimit = 16
  /// How many folders are kept, and how deep.
  private static let folderLimits = (count: 100_000, depth: 6)
  private static let page = 4096
  /// How many bytes any archive may unpack to, and how many times its own size beyond that.
  private static let allowance = (least: 1 << 30, factor: 200)

  private(set) var files: [(names: [String], file: MemoryFile)] = []
  /// The folders that are there, also those without files that are wanted.
  var folders: [[String]] { Array(foldersByPath.values) }
  private var foldersByPath: [ExactText: [String]] = [:]
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
  /// Where the file of each path is.
  private var places: [ExactText: Int] = [:]
  /// The files whose paths later ones have, and what to call them.
  private var earlier: [(index: Int, path: String)] = []
  /// Members that are wanted and have the bytes of others, which were not kept.
  private var links: [(names: [String], target: [String])] = []
  /// How many links there were to each file.
  private var linkCounts: [ObjectIdentifier: Int] = [:]
  /// How many losses are listed, and how many are not; the same of other notes.
  private var lossCounts = (listed: 0, others: 0)
  private var noteCounts = (listed: 0, others: 0)

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
    let count = isLoss ? lossCounts.listed : noteCounts.listed
    let isListed = count < Self.noteLimit
    if isLoss {
      if isListed { lossCounts.listed += 1 } else { lossCounts.others += 1 }
    } else {
      if isListed { noteCounts.listed += 1 } else { noteCounts.others += 1 }
    }
    guard isListed else { return }
    skipped.append(Archive.Skipped(path: path, reason: reason, isLoss: isLoss))
  }

  /// Gives names to the files whose paths others have, and sums up what is not listed.
  mutating func finish(path: String) {
    nameEarlier()
    reportFoldersOverFiles(in: path)
    for (count, isLoss) in [(lossCounts.others, true), (noteCounts.others, false)] where count > 0 {
      let subject = count == 1 ? "1 more member that was" : "\(count) more members that were"
      skipped.append(
        Archive.Skipped(
          path: path,
          reason: "has \(subject) \(isLoss ? "not read, or not as a whole" : "passed over")",
          isLoss: isLoss))
    }
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
    let key = ExactText(path: names)
    if let index = places[key] { earlier.append((index, path)) }
    places[key] = files.count
    files.append((names, file))
  }

  /// Keeps a file that has the bytes of another one, unless there are too many such.
  private mutating func keepLink(
    to file: MemoryFile, _ target: String, at names: [String], path: String
  ) {
    let count = linkCounts[ObjectIdentifier(file), default: 0] + 1
    linkCounts[ObjectIdentifier(file)] = count
    guard count <= Self.linkLimit else {
      return skip(
        path,
        "has the bytes of \(target), which were read at \(Self.linkLimit) other paths, and was not"
          + " read again")
    }
    keep(file, at: names, path: path)
  }

  /// Gives names that no member has to the files whose paths later ones have.
  private mutating func nameEarlier() {
    var numbers: [ExactText: Int] = [:]
    for (index, path) in earlier {
      let names = files[index].names
      var number = numbers[ExactText(path: names), default: 0]
      var renamed = names
      repeat {
        number += 1
        renamed[names.count - 1] = Self.numbered(names[names.count - 1], number)
      } while places[ExactText(path: renamed)] != nil
      numbers[ExactText(path: names)] = number
      places[ExactText(path: renamed)] = index
      files[index].names = renamed
      let name = renamed[names.count - 1]
      let isLog = Self.endings(ofLogs: true).contains { name.lowercased().hasSuffix($0) }
      skip(
        path,
        "is in the archive more than once; the earlier one is called \(name) here"
          + (isLog ? ", and is used with a hive of that name alone" : ""))
    }
    earlier = []
  }

  /// A name with a number, so that its extension is still that of a log.
  private static func numbered(_ name: String, _ number: Int) -> String {
    let ending = (endings(ofLogs: true) + endings(ofLogs: false)).first {
      name.lowercased().hasSuffix($0)
    }
    let count = ending?.count ?? 0
    return "\(name.dropLast(count)) (\(number))\(name.suffix(count))"
  }

  /// The extensions of the logs of hives, or those of logs of events.
  private static func endings(ofLogs isOfHives: Bool) -> [String] {
    isOfHives ? [".log", ".log1", ".log2"] : [".evtx", ".evt", ".xml"]
  }

  /// Reports files whose path is that of a folder too.
  private mutating func reportFoldersOverFiles(in path: String) {
    for (names, _) in files {
      for count in 1..<max(1, names.count) where places[ExactText(path: names[..<count])] != nil {
        skip(
          "\(path)/\(names[..<count].joined(separator: "/"))",
          "is a file and a folder in the archive; both were read")
      }
    }
  }

  private static func parts(of path: String) -> [String] {
    path.utf8.split { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }
      .map { String(Substring($0)) }.filter { $0 != "." }
  }

  private mutating func note(folder names: some Sequence<String>) {
    let names = Array(names.prefix(Self.folderLimits.depth))
    guard !names.isEmpty, !names.contains(".."),
      foldersByPath.count < Self.folderLimits.count
    else { return }
    foldersByPath[ExactText(path: names)] = names
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
      if let index = places[ExactText(path: target)] {
        keepLink(
          to: files[index].file, target[names.count...].joined(separator: "/"),
          at: names + parts, path: memberPath)
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
    var wanted: [ExactText: (target: [String], links: [[String]])] = [:]
    for link in links where link.names.starts(with: names) {
      wanted[ExactText(path: link.target), default: (link.target, [])].links.append(link.names)
    }
    links.removeAll { $0.names.starts(with: names) }
    guard !wanted.isEmpty, let handle = ArchiveHandle(file, library) else { return }
    while !isExhausted {
      switch handle.next() {
      case .end, .fatal: break
      case .failed: continue
      case .ok, .warning:
        let parts = names + Self.parts(of: handle.path ?? "")
        let key = ExactText(path: parts)
        guard let (target, links) = handle.isFile ? wanted.removeValue(forKey: key) : nil else {
          guard !pass(handle) else { continue }
          break
        }
        do throws(FileError) {
          let member = MemoryFile()
          let (isTaken, canGoOn) = try unpack(handle, to: member, path: path, nil)
          for link in links where isTaken {
            keepLink(
              to: member, target[names.count...].joined(separator: "/"), at: link,
              path: "\(path)/\(link[names.count...].joined(separator: "/"))")
          }
          if canGoOn { continue }
        } catch {
          skip(path, error.reason)
          continue
        }
      }
      break
    }
    for (target, links) in wanted.values {
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
