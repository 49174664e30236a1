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

  /// The root key of a hive as it is read, and how it came about.
  struct MendedRoot {
    let root: KeyNode
    /// The cells, those of a bin that was added too.
    let bins: BinScan
    /// Whether the root is one that the file does not have.
    var isSynthetic = false
    /// Whether keys were put below it that are marked as a root.
    var joinsRoots = false
  }

  /// Finds the root key, makes one where the hive's own cannot be read, and puts others that are
  /// marked as one below it.
  ///
  /// - Parameters:
  ///   - edit: The copy of the hive.
  ///   - block: Its base block.
  ///   - scan: The bins, where nothing of them was changed since they were looked at.
  ///   - binsEnd: Where they end.
  ///   - faults: What is wrong is added here.
  /// - Returns: The root, and the bins as they are then.
  /// - Throws: ``HiveError`` where no key can be read.
  static func mendRoot(
    _ edit: inout HiveEdit, _ block: BaseBlock, _ scan: BinScan?, binsEnd: Int,
    reporting faults: inout [FormatError]
  ) throws(HiveError) -> MendedRoot {
    let image = edit.image.limited(toBinsEnd: binsEnd)
    let own: KeyNode
    var scan = scan
    do throws(FormatError) {
      own = try root(of: image, at: block.rootCell.fileOffset)
    } catch {
      guard let lost = RecoveredRoot(image, block, error: error) else {
        throw HiveError(
          code: .noKeys, path: edit.path, offset: error.offset,
          reason: "its root key cannot be read, nor any other: \(error)")
      }
      try lost.mend(&edit)
      faults.append(lost.fault)
      let bins = BinScan(edit.image.limited(toBinsEnd: lost.binsEnd))
      return MendedRoot(
        root: try edit.key(in: bins.image, at: lost.root), bins: bins,
        isSynthetic: lost.isSynthetic)
    }
    if !own.cell.isAllocated {
      faults.append(image.cellFree(at: own.offset))
      try edit.change { buffer in
        store(Int32(truncatingIfNeeded: -own.cell.size), at: own.offset, in: &buffer)
      }
      scan = nil
    }
    let bins = scan ?? BinScan(edit.image.limited(toBinsEnd: binsEnd))
    let root = try edit.key(in: bins.image, at: own.offset)
    guard let others = SecondRoots(bins, besides: root) else {
      return MendedRoot(root: root, bins: bins)
    }
    faults += others.faults
    let end = others.bin.offset + others.bin.bytes.count
    try edit.add(others.bin, changing: others.changes, of: block)
    let joined = BinScan(edit.image.limited(toBinsEnd: end))
    return MendedRoot(
      root: try edit.key(in: joined.image, at: root.offset), bins: joined, joinsRoots: true)
  }

  /// The root key, in use or free.
  ///
  /// Of a free cell it is not known whether it was the root, unless it is marked as one and keys
  /// in use name it as their parent.
  private static func root(of image: HiveImage, at offset: Int) throws(FormatError) -> KeyNode {
    let cell = try image.cell(at: offset)
    if !cell.isAllocated {
      guard let node = try? KeyNode(parsing: image, at: offset),
        node.flags & KeyNode.hiveEntry != 0, node.nameFault == nil, image.isParent(node)
      else { throw image.cellFree(at: offset) }
      return node
    }
    return try KeyNode(parsing: image, at: offset)
  }
}
