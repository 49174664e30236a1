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

  private let bin: (offset: Int, bytes: [UInt8])
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
      let made = search.rootBin(behind: image.binsEnd, lastWritten: block.lastWritten)
      bin = (made.offset, made.bytes)
      tops = search.tops
      root = made.root
    } else {
      bin = (image.binsEnd, [])
      tops = []
      root = first
    }
    binsEnd = bin.offset + bin.bytes.count
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
    try edit.add(
      bin, changing: tops.map { (RootSearch.parentField(of: $0), reference) } + [(36, reference)],
      of: block)
  }
}
