// SPDX-License-Identifier: MIT

import HiveFormat

/// A copy in memory of a hive whose root key cannot be read, with a root that leads to what can.
struct LostRoot {
  let memory: MemoryFile
  /// The copy; cells are allowed up to the end of its last bin.
  let image: HiveImage
  /// The file offset of its root key.
  let root: Int
  /// Whether the root is one that the file does not have.
  let isMadeUp: Bool
  /// What was found to be wrong, and what was done about it.
  let fault: FormatError

  /// Looks for keys to begin with; nil where there are none.
  ///
  /// - Parameters:
  ///   - image: The hive, up to the end of its bins.
  ///   - block: Its base block.
  ///   - error: Why the root key cannot be read.
  /// - Throws: ``HiveError`` where the system provides no memory.
  init?(_ image: HiveImage, _ block: BaseBlock, error: FormatError) throws(HiveError) {
    let search = RootSearch(image)
    guard let first = search.tops.first else { return nil }
    isMadeUp = !search.isRoot
    var end = image.binsEnd
    var bin: [UInt8] = []
    if isMadeUp {
      let start = (end + Bin.alignment - 1) & ~(Bin.alignment - 1)
      bin = search.rootBin(at: start, lastWritten: block.lastWritten)
      root = start + Bin.headerSize
      end = start + bin.count
    } else {
      root = first
    }
    let reference = CellReference(truncatingIfNeeded: root - BaseBlock.size)
    guard reference.fileOffset == root else { return nil }
    memory = try MemoryFile(size: max(image.count, end), copying: image)
    let header = ReplayedHeader(
      sequence: block.secondarySequence,
      binsSize: UInt32(truncatingIfNeeded: end - BaseBlock.size), flags: block.flags,
      lastWritten: nil)
    do throws(FormatError) {
      try memory.edit { (buffer) throws(FormatError) in
        for index in bin.indices { buffer[end - bin.count + index] = bin[index] }
        if search.isRoot == false {
          for top in search.tops {
            Self.store(reference, at: RootSearch.parentField(of: top), in: &buffer)
          }
        }
        Self.store(reference, at: 36, in: &buffer)
        try header.write(to: &buffer)
      }
    } catch {
      throw HiveError(error, path: nil)
    }
    self.image = memory.image.limited(toBinsEnd: end)
    let count = search.tops.count
    let mend =
      isMadeUp
      ? "reading goes on from \(count == 1 ? "1 key" : "\(count) keys") without a readable parent"
      : "reading goes on from the key at \(hex(root)), which is marked as a root"
    fault = FormatError(
      .rootCell, at: 36, expected: "the root key",
      found: "\(error.found) where \(error.expected) was expected; \(mend)")
  }

  private static func store(
    _ reference: CellReference, at offset: Int, in buffer: inout MutableSpan<UInt8>
  ) {
    for index in 0..<4 {
      buffer[offset + index] = UInt8(truncatingIfNeeded: reference >> (8 * UInt32(index)))
    }
  }
}
