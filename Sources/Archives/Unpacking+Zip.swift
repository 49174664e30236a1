// SPDX-License-Identifier: MIT

import FileAccess

// Members of zip files that libarchive reads in another way than other programs.
extension Unpacking {
  /// Reads the members that a zip file's directory has in another way than the headers in front of
  /// them, by the directory, and those that it does not have.
  mutating func readOdd(_ file: OpenFile, path: String, below names: [String], depth: Int) {
    guard let directory = ZipDirectory(file) else { return }
    for odd in directory.odd {
      let parts = Self.parts(of: odd.member.text)
      let memberPath = "\(path)/\(parts.joined(separator: "/"))"
      guard isOfInterest(names + parts) else {
        noteName(of: odd, parts, path: path, below: names)
        continue
      }
      // Another way of packing matters only where the member could not be read by its header.
      if case .packing = odd.kind, places[ExactText(path: names + parts)] != nil { continue }
      byteCount += min(odd.member.packedSize, file.size)
      guard byteCount <= byteLimit else {
        return skip(
          path, "unpacks to more than \(byteLimit >> 20) MiB, and the rest was not read")
      }
      let count = files.count
      do throws(FileError) {
        try readAlone(odd.member, of: directory, path: path, memberPath, below: names, depth: depth)
      } catch {
        skip(memberPath, error.reason)
      }
      if count < files.count { skip(memberPath, odd.reason) }
    }
  }

  /// Says of a member that was read by the header in front of it what it is called otherwise.
  private mutating func noteName(
    of odd: ZipDirectory.Odd, _ parts: [String], path: String, below names: [String]
  ) {
    guard case .name(let name) = odd.kind else { return }
    let other = Self.parts(of: name)
    guard isWanted(names + other) else { return }
    skip(
      "\(path)/\(other.joined(separator: "/"))",
      "is called \(parts.joined(separator: "/")) in the archive's directory")
  }

  private func isWanted(_ names: [String]) -> Bool {
    if case .wanted = interest(names) { return true }
    return false
  }

  private func isOfInterest(_ names: [String]) -> Bool {
    if case .unwanted = interest(names) { return Archive.isArchive(named: names.last ?? "") }
    return true
  }

  /// Reads a member out of an archive of its own.
  private mutating func readAlone(
    _ member: ZipDirectory.Member, of directory: ZipDirectory, path: String, _ memberPath: String,
    below names: [String], depth: Int
  ) throws(FileError) {
    let alone = try directory.archive(of: member, path: memberPath)
    let file = try OpenFile(alone, path: memberPath)
    guard let handle = ArchiveHandle(file, library) else {
      return skip(memberPath, "cannot be read as an archive")
    }
    switch handle.next() {
    case .ok, .warning: _ = take(handle, of: path, below: names, depth: depth)
    case .end, .failed, .fatal: skip(memberPath, "cannot be read: \(handle.errorText)")
    }
  }
}
