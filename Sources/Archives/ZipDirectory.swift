// SPDX-License-Identifier: MIT

import FileAccess

/// The directory at the end of a zip file, compared with the headers in front of its members.
///
/// libarchive takes a member's name from the header in front of it, and from the directory whether
/// it is a folder; other programs go by the directory alone. A file that says one thing here and
/// another one there can hide a member from either.
struct ZipDirectory {
  /// A member as the directory has it, or the header in front of it where the directory has none.
  struct Member {
    var name: [UInt8]
    var flags: UInt16
    var method: UInt16
    var checksum: UInt32
    var packedSize: Int
    var size: Int
    /// Where its header begins in the file.
    var header: Int
    /// Where its bytes begin in the file; nil where it has no header.
    var content: Int?

    var text: String { MemberName.text(name) }
  }

  /// A member that is not read as the directory has it.
  struct Odd {
    enum Kind {
      /// It is called this in front of it.
      case name(String)
      case folder
      case link
      case packing
      case unlisted
    }

    let member: Member
    let kind: Kind

    /// What is odd, as the end of a sentence about the member, which was read.
    var reason: String {
      switch kind {
      case .name(let name):
        "is called \(Unpacking.parts(of: name).joined(separator: "/")) in front of it, and was read by"
          + " its name in the archive's directory"
      case .folder: "is a folder by its attributes and has contents, and was read as a file"
      case .link: "is a link by its attributes and has contents, and was read as a file"
      case .packing:
        "is packed in another way by the header in front of it than by the archive's directory, and"
          + " was read by the directory"
      case .unlisted: "is not in the archive's directory, and was read"
      }
    }
  }

  private static let limits = (directory: 256 << 20, members: 1_000_000)
  /// How many bytes of sizes may follow a member's own.
  private static let descriptorSize = 24
  /// The sizes of links that are none: targets are shorter.
  private static let longestTarget = 4096

  private(set) var odd: [Odd] = []
  private let file: OpenFile
  private var members: [Member] = []

  /// Reads the directory; nil where there is none, which libarchive reports.
  init?(_ file: OpenFile) {
    self.file = file
    guard let place = Self.place(in: file), place.size <= Self.limits.directory,
      let bytes = try? file.bytes(at: place.offset, count: place.size)
    else { return nil }
    var offset = 0
    while offset + 46 <= bytes.count, bytes.number(at: offset, 4) == 0x0201_4B50,
      members.count < Self.limits.members
    {
      let lengths = [28, 30, 32].map { bytes.number(at: offset + $0, 2) }
      let end = offset + 46 + lengths.reduce(0, +)
      guard end <= bytes.count else { break }
      add(bytes[offset..<end], lengths[0], lengths[1], base: place.base)
      offset = end
    }
    findUnlisted(upTo: place.offset)
  }

  /// Takes a member, and compares it with the header in front of it.
  private mutating func add(
    _ entry: ArraySlice<UInt8>, _ nameLength: Int, _ extraLength: Int, base: Int
  ) {
    let entry = Array(entry)
    var member = Member(
      name: Array(entry[46..<46 + nameLength]), flags: UInt16(entry.number(at: 8, 2)),
      method: UInt16(entry.number(at: 10, 2)), checksum: UInt32(entry.number(at: 16, 4)),
      packedSize: entry.number(at: 20, 4), size: entry.number(at: 24, 4),
      header: entry.number(at: 42, 4))
    member.takeLargeNumbers(Array(entry[(46 + nameLength)...].prefix(extraLength)))
    member.header += base
    defer { members.append(member) }
    guard let own = header(at: member.header) else { return }
    member.content = own.content
    let attributes = (unix: entry.number(at: 40, 2) & 0xF000, dos: entry.number(at: 38, 1))
    let isFolder = attributes.unix == 0x4000 || attributes.dos & 0x10 != 0
    let isLink = attributes.unix == 0xA000
    func note(_ kind: Odd.Kind) { odd.append(Odd(member: member, kind: kind)) }
    if Unpacking.parts(of: own.text) != Unpacking.parts(of: member.text) {
      note(.name(own.text))
    } else if isFolder, member.packedSize > 0, member.name.last != UInt8(ascii: "/"),
      member.name.last != UInt8(ascii: "\\")
    {
      note(.folder)
    } else if isLink, member.size > Self.longestTarget {
      note(.link)
    } else if own.method != member.method || (own.flags ^ member.flags) & 1 != 0 {
      note(.packing)
    }
  }

  /// The header of a member; nil where there is none.
  private func header(at offset: Int) -> Member? {
    guard offset >= 0, let start = try? file.bytes(at: offset, count: 30), start.count == 30,
      start.number(at: 0, 4) == 0x0403_4B50
    else { return nil }
    let (nameLength, extraLength) = (start.number(at: 26, 2), start.number(at: 28, 2))
    guard let rest = try? file.bytes(at: offset + 30, count: nameLength + extraLength),
      rest.count == nameLength + extraLength
    else { return nil }
    var member = Member(
      name: Array(rest[..<nameLength]), flags: UInt16(start.number(at: 6, 2)),
      method: UInt16(start.number(at: 8, 2)), checksum: UInt32(start.number(at: 14, 4)),
      packedSize: start.number(at: 18, 4), size: start.number(at: 22, 4), header: offset,
      content: offset + 30 + rest.count)
    member.takeLargeNumbers(Array(rest[nameLength...]))
    return member
  }

  /// Looks for headers of members between those that the directory lists.
  private mutating func findUnlisted(upTo directory: Int) {
    let listed = members.compactMap { member in
      member.content.map { (start: member.header, end: $0 + member.packedSize) }
    }.sorted { $0.start < $1.start }
    var end = 0
    var count = 0
    for next in listed + [(start: directory, end: directory)] {
      while end < next.start, count < Self.limits.members,
        var member = firstHeader(from: end, upTo: next.start), let content = member.content
      {
        count += 1
        // What stands behind the member says its size.
        if member.flags & 8 != 0, member.packedSize == 0 {
          member.packedSize = max(next.start - content, 0)
        }
        odd.append(Odd(member: member, kind: .unlisted))
        end = content + member.packedSize
      }
      end = max(end, next.end)
    }
  }

  /// A header right at an offset, or behind the sizes that follow a member.
  private func firstHeader(from start: Int, upTo end: Int) -> Member? {
    for offset in [start, start + 12, start + 16, start + 20, start + Self.descriptorSize]
    where offset < end {
      if let member = header(at: offset) { return member }
    }
    return nil
  }

  /// A zip file with this member alone, as `member` has it.
  ///
  /// - Throws: ``FileError`` where its bytes cannot be read, or the system provides no memory.
  func archive(of member: Member, path: String) throws(FileError) -> MemoryFile {
    let archive = MemoryFile()
    guard let content = member.content else { return archive }
    // What stands behind a member says its sizes, and these are known.
    let flags = member.flags & ~8
    func numbers(_ parts: [(Int, Int)]) -> [UInt8] {
      parts.flatMap { part in (0..<part.1).map { UInt8(truncatingIfNeeded: part.0 >> (8 * $0)) } }
    }
    let common: [(Int, Int)] = [
      (20, 2), (Int(flags), 2), (Int(member.method), 2), (0, 4), (Int(member.checksum), 4),
      (member.packedSize, 4), (member.size, 4), (member.name.count, 2), (0, 2),
    ]
    let start = numbers([(0x0403_4B50, 4)] + common) + member.name
    let entry = numbers([(0x0201_4B50, 4), (20, 2)] + common + [(0, 10), (0, 4)]) + member.name
    var offset = 0
    func append(_ bytes: [UInt8]) throws(FileError) {
      let at = offset
      let result: FileError? = unsafe bytes.withUnsafeBytes { bytes in
        do throws(FileError) {
          unsafe try archive.write(bytes, at: at, path: path)
          return nil
        } catch {
          return error
        }
      }
      if let result { throw result }
      offset += bytes.count
    }
    try append(start)
    let stretch = 1 << 20
    for place in stride(from: 0, to: member.packedSize, by: stretch) {
      let count = min(stretch, member.packedSize - place)
      let bytes = try file.bytes(at: content + place, count: count)
      try append(bytes)
      guard bytes.count == count else { break }
    }
    let directory = offset
    try append(entry)
    try append(
      numbers([
        (0x0605_4B50, 4), (0, 4), (1, 2), (1, 2), (entry.count, 4), (directory, 4), (0, 2),
      ]))
    return archive
  }
}

// MARK: - Where the directory is

extension ZipDirectory {
  /// Where a zip file's directory is, and by how much offsets in it are too small.
  private static func place(in file: OpenFile) -> (offset: Int, size: Int, base: Int)? {
    let count = min(file.size, 22 + 0xFFFF + 20)
    let first = file.size - count
    guard count >= 22, let tail = try? file.bytes(at: first, count: count), tail.count == count
    else { return nil }
    guard
      let end = stride(from: count - 22, through: 0, by: -1).first(where: {
        tail.number(at: $0, 4) == 0x0605_4B50
      })
    else { return nil }
    var (size, offset) = (tail.number(at: end + 12, 4), tail.number(at: end + 16, 4))
    var directoryEnd = first + end
    if end >= 20, tail.number(at: end - 20, 4) == 0x0706_4B50 {
      let place = tail.number(at: end - 12, 8)
      if place >= 0, let large = try? file.bytes(at: place, count: 56), large.count == 56,
        large.number(at: 0, 4) == 0x0606_4B50
      {
        (size, offset) = (large.number(at: 40, 8), large.number(at: 48, 8))
        directoryEnd = place
      }
    }
    guard size >= 0, offset >= 0, size <= directoryEnd else { return nil }
    let start = directoryEnd - size
    return (start, size, start - offset)
  }
}

extension ZipDirectory.Member {
  /// Takes sizes and an offset that are too large for four bytes.
  fileprivate mutating func takeLargeNumbers(_ extra: [UInt8]) {
    var offset = 0
    while offset + 4 <= extra.count {
      let (id, count) = (extra.number(at: offset, 2), extra.number(at: offset + 2, 2))
      var place = offset + 4
      offset = place + count
      guard id == 1, offset <= extra.count else { continue }
      func take(_ number: inout Int) {
        guard number == 0xFFFF_FFFF, place + 8 <= offset else { return }
        number = min(max(extra.number(at: place, 8), 0), 1 << 48)
        place += 8
      }
      take(&size)
      take(&packedSize)
      take(&header)
    }
  }
}

extension [UInt8] {
  /// The little-endian number of so many bytes at an index; with eight of them it may be negative.
  fileprivate func number(at index: Int, _ count: Int) -> Int {
    (0..<count).reduce(0) { $0 | Int(truncatingIfNeeded: UInt64(self[index + $1]) << (8 * $1)) }
  }
}
