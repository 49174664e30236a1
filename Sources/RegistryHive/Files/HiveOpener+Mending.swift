// SPDX-License-Identifier: MIT

import FileAccess
import HiveFormat

// What is mended in the copy of a hive before its keys are read.
extension HiveOpener {
  /// Gives cells sizes whose own are impossible.
  ///
  /// A size is stored only where a cell begins that a key leads to, and never over bytes that are
  /// used of another one.
  ///
  /// - Returns: The bins, unless they were looked at again, and what was wrong with sizes in them.
  static func mendCells(
    _ edit: inout HiveEdit, _ block: BaseBlock, binsEnd: Int
  ) throws(HiveError) -> (bins: BinScan?, faults: [FormatError]) {
    let bins = BinScan(edit.image.limited(toBinsEnd: binsEnd))
    var mended = MendedCells(bins).sizes
    guard !mended.isEmpty else { return (bins, []) }
    let original = mended.map { cell in
      let stored = (try? bins.image.uint32(at: cell.offset)) ?? 0
      return (offset: cell.offset, stored: Int32(bitPattern: stored))
    }
    for round in 0...mendingRounds {
      let sizes = mended
      try edit.change { buffer in
        for (offset, stored) in original + sizes { Self.store(stored, at: offset, in: &buffer) }
      }
      if sizes.isEmpty { break }
      let live = LiveCells(
        edit.image.limited(toBinsEnd: binsEnd), root: block.rootCell.fileOffset)
      mended.removeAll { live.covers($0.offset) }
      // Only when nothing is overwritten is it known what keys lead to.
      if mended.count == sizes.count { mended.removeAll { !live.begins(at: $0.offset) } }
      if mended.count == sizes.count { break }
      if round == mendingRounds - 1 { mended = [] }
    }
    return (nil, bins.faults.filter { $0.code == .cellSize })
  }

  /// So often it is tried to mend fewer sizes than before.
  private static let mendingRounds = 6

  private static func store(
    _ size: Int32, at offset: Int, in buffer: inout MutableSpan<UInt8>
  ) {
    for index in 0..<4 {
      buffer[offset + index] = UInt8(truncatingIfNeeded: size >> Int32(8 * index))
    }
  }

  /// Makes a root for a hive whose own cannot be read; nil where it can.
  static func mendLostRoot(
    _ edit: inout HiveEdit, _ block: BaseBlock, binsEnd: Int, path: String?
  ) throws(HiveError) -> RecoveredRoot? {
    let image = edit.image.limited(toBinsEnd: binsEnd)
    do throws(FormatError) {
      // Of a free cell, it is not known whether it was the root: another one may be marked as it.
      let cell = try image.allocatedCell(at: block.rootCell.fileOffset)
      _ = try KeyNode(parsing: image, at: cell.offset)
      return nil
    } catch {
      if let lost = RecoveredRoot(image, block, error: error) {
        try lost.mend(&edit)
        return lost
      }
      throw HiveError(
        code: .noKeys, path: path, offset: error.offset,
        reason: "its root key cannot be read, nor any other: \(error)")
    }
  }
}
