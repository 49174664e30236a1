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
    self.end = end
    let image = file.limited(toBinsEnd: end)
    let root = block.rootCell.fileOffset
    guard (try? KeyNode(parsing: image, at: root)) != nil else { return nil }
    var traversal = Traversal(image, bins: BinScan(image), root: root, listsParts: true)
    while traversal.next() != nil {
      if traversal.visit.parts.contains(where: { $0.cell.end > stored }) { return }
    }
    return nil
  }
}
