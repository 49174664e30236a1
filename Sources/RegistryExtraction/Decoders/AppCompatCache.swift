// SPDX-License-Identifier: MIT

import RegistryHive

/// The files that the application compatibility service has looked at, in the order of its cache.
///
/// That a file is in the cache does not mean that it ran; the mark of execution is there from Windows
/// Vista to 8.1. Times are the files' own last-written times. Source: "Application Compatibility Cache"
/// in winreg-kb,
/// <https://winreg-kb.readthedocs.io/en/latest/sources/system-keys/Application-compatibility-cache.html>.
struct AppCompatCache {
  /// A file.
  struct Entry: Hashable {
    let path: RegistryString
    let lastModified: FileTime?
    var wasExecuted: Bool?
  }

  /// The most entries that Windows keeps, and room for more.
  private static let limit = 8192

  /// So many bytes of a path are always read, whether or not others have the same ones.
  private static let shortPath = 64

  private(set) var entries: [Entry] = []

  init(_ data: ByteReader) {
    switch data.uint32(at: 0) {
    case 0xDEAD_BEEF: readXP(data)
    case 0xBADC_0FFE: readTable(data, header: 8, isWindows7: false)
    case 0xBADC_0FEE: readTable(data, header: 128, isWindows7: true)
    case 0x80: readTagged(data, from: 0x80, isWindows10: false)
    case 0x30: readTagged(data, from: 0x30, isWindows10: true)
    case 0x34: readTagged(data, from: 0x34, isWindows10: true)
    default: break
    }
  }

  private static func count(_ claimed: UInt32?) -> Int {
    min(Int(claimed ?? 0), limit)
  }

  private mutating func readXP(_ data: ByteReader) {
    for index in 0..<Self.count(data.uint32(at: 4)) {
      let offset = 400 + 552 * index
      guard let path = data.text(at: offset, byteCount: 528), !path.isEmpty else { break }
      entries.append(Entry(path: path, lastModified: data.time(at: offset + 528)))
    }
  }

  /// Windows Server 2003, Vista and 7: a table of entries with the offsets of their paths.
  private mutating func readTable(_ data: ByteReader, header: Int, isWindows7: Bool) {
    // On 64-bit Windows, an offset of 64 bits follows four bytes that are empty.
    let is64Bit = data.uint32(at: header + 4) == 0
    let size = (is64Bit ? 32 : 24) + (isWindows7 ? (is64Bit ? 16 : 8) : 0)
    // Each path has bytes of its own: all together are no more than the data.
    var textLeft = data.count
    for index in 0..<Self.count(data.uint32(at: 4)) {
      let offset = header + size * index
      guard let length = data.uint16(at: offset) else { break }
      let place =
        is64Bit ? data.uint64(at: offset + 8) : data.uint32(at: offset + 4).map(UInt64.init)
      let byteCount = min(Int(length), max(textLeft & ~1, Self.shortPath))
      guard let place = place.flatMap({ Int(exactly: $0) }),
        let path = data.text(at: place, byteCount: byteCount), !path.isEmpty
      else { continue }
      textLeft = max(textLeft - byteCount, 0)
      let rest = offset + (is64Bit ? 16 : 8)
      var entry = Entry(path: path, lastModified: data.time(at: rest))
      // Before Vista, the size of the file is where the marks are.
      if isWindows7 { entry.wasExecuted = data.uint32(at: rest + 8).map { $0 & 2 != 0 } }
      entries.append(entry)
    }
  }

  /// Windows 8 and later: entries one after the other, each beginning with `00ts` or `10ts`.
  private mutating func readTagged(_ data: ByteReader, from start: Int, isWindows10: Bool) {
    var offset = start
    while entries.count < Self.limit, let tag = data.uint32(at: offset),
      tag == 0x7374_3030 || tag == 0x7374_3031, let size = data.uint32(at: offset + 8)
    {
      let entryEnd = offset + 12 + Int(size)
      guard let length = data.uint16(at: offset + 12) else { return }
      let rest = offset + 14 + Int(length)
      guard rest <= entryEnd, entryEnd <= data.count,
        let path = data.text(at: offset + 14, byteCount: Int(length))
      else { return }
      var entry = Entry(path: path, lastModified: nil)
      if isWindows10 {
        entry = Entry(path: path, lastModified: data.time(at: rest))
      } else if let place = Self.flags(data, from: rest, to: entryEnd) {
        entry = Entry(
          path: path, lastModified: data.time(at: place.time),
          wasExecuted: data.uint32(at: place.flags).map { $0 & 2 != 0 })
      }
      entries.append(entry)
      offset = entryEnd
    }
  }

  /// Where the flags and the time of an entry of Windows 8 or 8.1 are.
  ///
  /// Sources disagree on what is between the path and the flags. The size of the entry, which has
  /// to be that of all its parts, decides.
  private static func flags(
    _ data: ByteReader, from start: Int, to end: Int
  ) -> (flags: Int, time: Int)? {
    let package = 2 + Int(data.uint16(at: start) ?? 0)
    // Flags, shim flags, time, size of the data; in the second, two bytes are before the time.
    let layouts = [(start + package, 8), (start, 10), (start, 8)]
    for (flags, distance) in layouts {
      let time = flags + distance
      guard let size = data.uint32(at: time + 8), time + 12 + Int(size) == end else { continue }
      return (flags, time)
    }
    return nil
  }
}

extension Decoder {
  private static let sessionManager = "ControlSet*\\Control\\Session Manager\\"

  static let appCompatCache = Decoder(
    "AppCompatCache",
    [
      (.system, sessionManager + "AppCompatCache"),
      (.system, sessionManager + "AppCompatibility"),
    ]
  ) { key in
    guard let value = key.value(named: "AppCompatCache") else { return [] }
    return AppCompatCache(ByteReader(value.bytes)).entries.enumerated().map { position, entry in
      var row = DecodedRow("AppCompatCache", valueName: value.name)
      row.add("path", entry.path)
      row.add("lastModified", entry.lastModified)
      row.add("position", position)
      row.add("executed", entry.wasExecuted)
      return row
    }
  }
}
