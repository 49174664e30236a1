// SPDX-License-Identifier: MIT

import FileAccess

/// Unpacks members of an archive into memory, within bounds.
struct Unpacking {
  /// How often an archive is opened anew to go on after a member that ends the reading.
  private static let retryLimit = 1000
  /// How many losses are listed, and how many other notes.
  private static let noteLimit = 1000
  /// How many bytes any archive may unpack to, and how many times its own size beyond that.
  private static let allowance = (least: 1 << 30, factor: 200)

  var files: [(names: [String], file: MemoryFile)] = []
  /// The folders that are there, also those without files that are wanted.
  var folders: [[String]] { Array(foldersByPath.values) }
  var foldersByPath: [ExactText: [String]] = [:]
  private(set) var skipped: [Archive.Skipped] = []
  /// How many members that were wanted are encrypted.
  var encryptedCount = 0

  let library: ArchiveLibrary
  let limits: Archive.Limits
  let interest: ([String]) -> Archive.Interest
  let look: (OpenFile) -> Archive.Look
  private var memberCount = 0
  var byteCount = 0
  var heldCount = 0
  var byteLimit = 0
  /// Whether the archive unpacks to more than is allowed.
  var isExhausted = false
  /// Whether the member that was unpacked last begins as a zip file, and was kept for that alone.
  var isPackedAgain = false
  /// Where the file of each path is.
  var places: [ExactText: Int] = [:]
  /// The files whose paths later ones have, and what to call them.
  var earlier: [(index: Int, path: String)] = []
  /// Members that are wanted and have the bytes of others, which were not kept.
  var links: [(names: [String], target: [String])] = []
  /// How many links there were to each file.
  var linkCounts: [ObjectIdentifier: Int] = [:]
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

  mutating func skip(_ path: String, _ reason: String, isLoss: Bool = true) {
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
    let start = (try? file.bytes(at: 0, count: 2)) ?? []
    // In other formats than zip, what is passed by is unpacked all the same.
    let isZip = start == Array("PK".utf8)
    readMembers(of: file, path: path, below: names, depth: depth, isStream: !isZip)
    // A program that unpacks itself has the archive behind it.
    if isZip || start == Array("MZ".utf8) {
      readOdd(file, path: path, below: names, depth: depth)
    }
  }

  private mutating func readMembers(
    of file: OpenFile, path: String, below names: [String], depth: Int, isStream: Bool
  ) {
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
  mutating func pass(_ handle: ArchiveHandle) -> Bool {
    while true {
      let result = unsafe handle.readBlock { (bytes, _) in byteCount += bytes.count }
      guard byteCount <= byteLimit else {
        isExhausted = true
        return true
      }
      guard result == .ok || result == .warning else { return result != .fatal }
    }
  }
}
