// SPDX-License-Identifier: MIT

/// A transaction log, and where its parts are.
package struct BuiltLog: Sendable {
  package var bytes: [UInt8]
  /// Where each entry begins, in the format since Windows 8.1.
  package internal(set) var entries: [Int] = []
  /// Where the dirty pages begin, in the format before.
  package internal(set) var pages = 0
}

/// What an entry of a log in the format since Windows 8.1 is to say.
package struct LogEntryDescription: Sendable, Hashable {
  /// Bytes to be written into the bins.
  package struct Page: Sendable, Hashable {
    /// Counted from the first bin.
    package var offset: UInt32
    package var bytes: [UInt8]

    package init(offset: UInt32, bytes: [UInt8]) {
      self.offset = offset
      self.bytes = bytes
    }
  }

  package var sequence: UInt32
  package var flags: UInt32
  package var binsSize: UInt32
  package var pages: [Page]
  /// The number of pages that the entry claims, where it is not to be the right one.
  package var pageCount: UInt32?
  /// An entry's size is a multiple of this.
  package var alignment = 512

  package init(sequence: UInt32, flags: UInt32 = 0, binsSize: UInt32, pages: [Page]) {
    self.sequence = sequence
    self.flags = flags
    self.binsSize = binsSize
    self.pages = pages
  }

  /// An entry with all pages of 4,096 bytes in which two states of a hive differ; pages side by
  /// side are one.
  package init(from before: [UInt8], to after: [UInt8], sequence: UInt32) {
    self.init(
      sequence: sequence, flags: after.number(UInt32.self, at: 144) & 1,
      binsSize: after.number(UInt32.self, at: 40), pages: [])
    for offset in dirtyPages(from: before, to: after, size: 4096) {
      let bytes = after[offset..<offset + 4096]
      let relative = UInt32(offset - 4096)
      if let last = pages.last, last.offset + UInt32(last.bytes.count) == relative {
        pages[pages.count - 1].bytes += bytes
      } else {
        pages.append(Page(offset: relative, bytes: Array(bytes)))
      }
    }
  }

  /// The entry as it is in a log, with both hashes.
  package var encoded: [UInt8] {
    var bytes = Array("HvLE".utf8)
    bytes.appendZeros(36)
    for page in pages {
      bytes.append(number: page.offset)
      bytes.append(number: UInt32(page.bytes.count))
    }
    for page in pages { bytes += page.bytes }
    bytes.appendZeros((alignment - bytes.count % alignment) % alignment)
    bytes.put(UInt32(bytes.count), at: 4)
    bytes.put(flags, at: 8)
    bytes.put(sequence, at: 12)
    bytes.put(binsSize, at: 16)
    bytes.put(pageCount ?? UInt32(pages.count), at: 20)
    sealEntry(in: &bytes, at: 0)
    return bytes
  }
}

// MARK: - The two formats

extension BuiltLog {
  /// A log in the format since Windows 8.1.
  ///
  /// - Parameters:
  ///   - entries: What it holds, in order.
  ///   - hive: A state of the hive, for the copy of its base block.
  ///   - sequence: The number in the base block, where it is not to be that of the first entry.
  package init(entries: [LogEntryDescription], of hive: [UInt8], sequence: UInt32? = nil) {
    bytes = baseBlock(
      of: hive, sectorSize: 512, fileType: 6, sequence: sequence ?? entries.first?.sequence ?? 1)
    for entry in entries {
      self.entries.append(bytes.count)
      bytes += entry.encoded
    }
  }

  /// A log in the format since Windows 8.1 that takes a hive through several states, one entry
  /// for each step.
  package init(states: [[UInt8]], firstSequence: UInt32) {
    let entries = zip(states, states.dropFirst()).enumerated().map { index, step in
      LogEntryDescription(
        from: step.0, to: step.1, sequence: firstSequence &+ UInt32(index))
    }
    self.init(entries: entries, of: states[0])
  }

  /// A log in the format before Windows 8.1 that turns one state of a hive into another.
  ///
  /// Changes are noticed in units of `pageSize`, a multiple of 512. The file type is 1 since
  /// Windows XP, 2 before.
  package init(
    from before: [UInt8], to after: [UInt8], sequence: UInt32, pageSize: Int = 4096,
    fileType: UInt32 = 1
  ) {
    let sectorSize = Int(after.number(UInt32.self, at: 44)) * 512
    bytes = baseBlock(of: after, sectorSize: sectorSize, fileType: fileType, sequence: sequence)
    let dirty = dirtyPages(from: before, to: after, size: pageSize)
    var bitmap = [UInt8](repeating: 0, count: Int(after.number(UInt32.self, at: 40)) / 4096)
    for page in dirty {
      for bit in (page - 4096) / 512..<(page - 4096 + pageSize) / 512 {
        bitmap[bit / 8] |= 1 << (bit % 8)
      }
    }
    bytes += Array("DIRT".utf8) + bitmap
    bytes.appendZeros((sectorSize - bytes.count % sectorSize) % sectorSize)
    pages = bytes.count
    for page in dirty { bytes += after[page..<page + pageSize] }
  }
}

// MARK: - Damage

extension BuiltLog {
  /// Changes one byte, far enough into an entry to be one of its pages.
  package mutating func flipPageByte(inEntry index: Int) {
    bytes[entries[index] + 300] ^= 0x40
  }

  /// Ends the file in the middle of an entry.
  package mutating func tear(entry index: Int) {
    bytes.removeSubrange((entries[index] + 700)...)
  }

  /// Overwrites a number in an entry and makes its hashes right again.
  package mutating func put(_ number: UInt32, at offset: Int, inEntry index: Int) {
    bytes.put(number, at: entries[index] + offset)
    sealEntry(in: &bytes, at: entries[index])
  }

  /// Overwrites a number in the base block and makes its checksum right again.
  package mutating func setHeader(_ number: UInt32, at offset: Int) {
    bytes.put(number, at: offset)
    bytes.put(headerChecksum(of: bytes), at: 508)
  }
}

extension BuiltLog {
  /// Any bytes as a log, whatever has become of them.
  package init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Makes the checksum of the base block right again, and the hashes of whatever looks like an
  /// entry.
  package mutating func sealAll() {
    guard bytes.count >= 512 else { return }
    bytes.put(headerChecksum(of: bytes), at: 508)
    for offset in stride(from: 512, through: bytes.count - 40, by: 512)
    where bytes[offset..<offset + 4].elementsEqual("HvLE".utf8) {
      sealEntry(in: &bytes, at: offset)
    }
  }
}

/// A hive's bytes with other sequence numbers and the right checksum; different numbers make it
/// dirty.
package func withSequences(_ hive: [UInt8], _ primary: UInt32, _ secondary: UInt32) -> [UInt8] {
  var bytes = hive
  bytes.put(primary, at: 4)
  bytes.put(secondary, at: 8)
  bytes.put(headerChecksum(of: bytes), at: 508)
  return bytes
}

// MARK: - Parts

/// Where the pages begin, in the file, that differ between two states of a hive.
private func dirtyPages(from before: [UInt8], to after: [UInt8], size: Int) -> [Int] {
  let end = 4096 + Int(after.number(UInt32.self, at: 40))
  return stride(from: 4096, to: end, by: size).filter { offset in
    offset + size > before.count
      || before[offset..<offset + size] != after[offset..<offset + size]
  }
}

/// The copy of a hive's base block with which a log begins.
private func baseBlock(
  of hive: [UInt8], sectorSize: Int, fileType: UInt32, sequence: UInt32
) -> [UInt8] {
  var bytes = withSequences(Array(hive[..<sectorSize]), sequence, sequence)
  bytes.put(fileType, at: 28)
  bytes.put(headerChecksum(of: bytes), at: 508)
  return bytes
}

/// Computes both hashes of the entry at an offset.
private func sealEntry(in bytes: inout [UInt8], at offset: Int) {
  let size = min(Int(bytes.number(UInt32.self, at: offset + 4)), bytes.count - offset)
  bytes.put(marvin32(bytes[(offset + 40)..<max(offset + size, offset + 40)]), at: offset + 24)
  bytes.put(marvin32(bytes[offset..<offset + 32]), at: offset + 32)
}

/// Marvin32 with the seed of transaction logs, word by word as it is defined.
private func marvin32(_ bytes: ArraySlice<UInt8>) -> UInt64 {
  func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 { word << count | word >> (32 - count) }
  // Closed by 0x80, filled up to a whole word, and one more step without input.
  var input = Array(bytes) + [0x80]
  input.appendZeros((4 - input.count % 4) % 4)
  var state: (UInt32, UInt32) = (0x7A4E_55C5, 0x82EF_4D88)
  for offset in stride(from: 0, through: input.count, by: 4) {
    if offset < input.count { state.0 &+= input.number(UInt32.self, at: offset) }
    state.1 ^= state.0
    state.0 = rotate(state.0, 20) &+ state.1
    state.1 = rotate(state.1, 9) ^ state.0
    state.0 = rotate(state.0, 27) &+ state.1
    state.1 = rotate(state.1, 19)
  }
  return UInt64(state.1) << 32 | UInt64(state.0)
}
