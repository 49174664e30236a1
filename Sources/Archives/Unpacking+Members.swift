// SPDX-License-Identifier: MIT

import FileAccess

// Members one by one.
extension Unpacking {
  private static let page = 4096

  /// Takes a member; returns whether the handle can go on.
  mutating func take(
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
      let isAgain = isPackedAgain
      isPackedAgain = false
      if isAgain, depth >= limits.depth {
        skip(memberPath, "is an archive in \(depth + 1) others, and was skipped")
      } else if isNested ? try !isHive(file, path: memberPath) : isAgain {
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

  /// Unpacks a member.
  ///
  /// - Parameters:
  ///   - handle: The archive, at the member.
  ///   - file: Where its bytes go.
  ///   - path: What to call it.
  ///   - startSize: How many bytes decide whether it is wanted; nil where it is.
  /// - Returns: Whether it is to be kept, and whether the handle can go on.
  /// - Throws: ``FileError`` where the system provides no memory.
  mutating func unpack(
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

  /// Whether a file with the name of an archive is evidence itself.
  private func isHive(_ file: MemoryFile, path: String) throws(FileError) -> Bool {
    let start = try OpenFile(file, path: path)
    guard !Archive.isArchive(start), case .wanted = look(start) else { return false }
    return true
  }

  /// Whether a file is wanted by its beginning, which was unpacked.
  mutating func isWanted(
    _ file: MemoryFile, size: Int, path: String
  ) throws(FileError) -> Bool {
    try file.setSize(size, path: path)
    let start = try OpenFile(file, path: path)
    switch look(start) {
    case .wanted: return true
    case .unwanted:
      isPackedAgain = Archive.isZip(start)
      return isPackedAgain
    case .other(let reason):
      skip(path, reason, isLoss: false)
      return false
    }
  }

  /// Writes what is not zero, so that zeros take no memory; returns whether there was room.
  mutating func store(
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

  static func isZero(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
    let buffer = unsafe UnsafeRawBufferPointer(rebasing: bytes)
    guard buffer.count > 0, unsafe buffer[0] == 0 else { return false }
    // Bytes that are all as the one before them are all zero.
    return unsafe areEqual(buffer[1...], buffer[..<(buffer.count - 1)])
  }
}
