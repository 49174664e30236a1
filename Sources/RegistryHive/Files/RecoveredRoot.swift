// SPDX-License-Identifier: MIT

import HiveFormat

/// A root that leads to what can be read of a hive whose root key cannot be read.
struct RecoveredRoot {
  /// Where the bins end, the one with a synthetic root included.
  let binsEnd: Int
  /// The file offset of the root key.
  let root: Int
  /// Whether the root is one that the file does not have.
  let isSynthetic: Bool
  /// What was found to be wrong, and what is done about it.
  let fault: FormatError

  private let bin: [UInt8]
  private let tops: [Int]
  private let block: BaseBlock

  /// Looks for keys to begin with; nil where there are none.
  ///
  /// - Parameters:
  ///   - image: The hive, up to the end of its bins.
  ///   - block: Its base block.
  ///   - error: Why the root key cannot be read.
  init?(_ image: HiveImage, _ block: BaseBlock, error: FormatError) {
    let search = RootSearch(image)
    guard let first = search.tops.first else { return nil }
    self.block = block
    isSynthetic = !search.isRoot
    if isSynthetic {
      let start = (image.binsEnd + Bin.alignment - 1) & ~(Bin.alignment - 1)
      bin = search.rootBin(at: start, lastWritten: block.lastWritten)
      tops = search.tops
      root = start + Bin.headerSize
      binsEnd = start + bin.count
    } else {
      bin = []
      tops = []
      root = first
      binsEnd = image.binsEnd
    }
    guard CellReference(truncatingIfNeeded: root - BaseBlock.size).fileOffset == root else {
      return nil
    }
    let count = search.tops.count
    let mend =
      isSynthetic
      ? "reading goes on from \(count == 1 ? "1 key" : "\(count) keys") that no other leads to"
      : "reading goes on from the key at \(hex(root)), which is marked as a root"
    fault = FormatError(
      .rootCell, at: 36, expected: "the root key",
      found: "\(error.found) where \(error.expected) was expected; \(mend)")
  }

  /// Puts the root into the copy of the hive.
  func mend(_ edit: inout HiveEdit) throws(HiveError) {
    let reference = CellReference(truncatingIfNeeded: root - BaseBlock.size)
    let header = CleanBaseBlockFields(
      sequence: block.secondarySequence,
      binsSize: UInt32(truncatingIfNeeded: binsEnd - BaseBlock.size), flags: block.flags,
      lastWritten: nil)
    try edit.change(to: binsEnd) { (buffer) throws(FormatError) in
      for index in bin.indices { buffer[binsEnd - bin.count + index] = bin[index] }
      for top in tops { Self.store(reference, at: RootSearch.parentField(of: top), in: &buffer) }
      Self.store(reference, at: 36, in: &buffer)
      try header.write(to: &buffer)
    }
  }

  private static func store(
    _ reference: CellReference, at offset: Int, in buffer: inout MutableSpan<UInt8>
  ) {
    for index in 0..<4 {
      buffer[offset + index] = UInt8(truncatingIfNeeded: reference >> (8 * UInt32(index)))
    }
  }
}
