// SPDX-License-Identifier: MIT

import HiveFormat

/// Bins that keys refer to, although the base block says that the hive ends before them.
///
/// After the bins of a sound hive there may be older ones, which do not count any more, and nothing
/// leads to them. Where keys do lead there, it is the base block that is wrong.
struct UnderstatedBins {
  /// Where the last of the bins ends.
  let end: Int

  /// Looks for such bins; nil where there are none.
  ///
  /// - Parameters:
  ///   - file: The hive.
  ///   - block: Its base block.
  ///   - stored: Where the bins end, as the base block has it.
  init?(_ file: HiveImage, _ block: BaseBlock, after stored: Int) {
    guard let end = LostBaseBlock.lastBinEnd(of: file, after: stored) else { return nil }
    let range = stored..<end
    let image = file.limited(toBinsEnd: stored)
    let root = block.rootCell.fileOffset
    guard !range.contains(root) else {
      self.end = end
      return
    }
    guard (try? KeyNode(parsing: image, at: root)) != nil else { return nil }
    var traversal = Traversal(image, bins: BinScan(image), root: root)
    while traversal.next() != nil {
      let leadsThere = traversal.visit.faults.contains {
        $0.code == .cellOutOfBounds && range.contains($0.offset)
          && (try? file.limited(toBinsEnd: end).allocatedCell(at: $0.offset)) != nil
      }
      guard leadsThere else { continue }
      self.end = end
      return
    }
    return nil
  }
}
