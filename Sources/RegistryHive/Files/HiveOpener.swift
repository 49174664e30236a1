// SPDX-License-Identifier: MIT

import FileAccess
import HiveFormat

/// What opening a hive finds out and makes ready before the first key is read.
struct HiveOpener {
  /// The base block as it is in the file; as it was made where the file has none.
  let block: BaseBlock
  /// The bytes to read keys from: the copy of the file, mended where that was needed.
  let file: FileBytes
  let image: HiveImage
  /// The cells as the bins have them.
  let bins: BinScan
  let root: KeyNode
  /// Whether the file has no root key, and ``root`` is one that leads to what can be read.
  let hasSyntheticRoot: Bool
  /// Whether other keys that are marked as a root were put below ``root``.
  let joinsRoots: Bool
  /// Whether the file has no base block, and one was made.
  let hasSyntheticBlock: Bool
  let state: HiveState
  var faults: [FormatError]

  /// Judges a hive, replays its logs where it is dirty, and finds the root key.
  ///
  /// - Parameters:
  ///   - file: The hive's bytes. They are changed where they must be mended.
  ///   - path: Where they are from, for messages; nil for bytes in memory.
  ///   - logs: Gets the hive's logs; called only where they may be needed. Nil leaves them aside.
  ///   - cuts: What not to use of the logs.
  ///   - fault: Why the logs are not to be used after all; nil where they are.
  /// - Throws: ``HiveError`` where the file is not a hive, or has no key that can be read.
  init(
    _ file: FileBytes, path: String?, logs: (() throws(HiveError) -> [LogFile])?,
    cuts: [ReplayPlan.LogCut], leavingAside fault: FormatError?
  ) throws(HiveError) {
    var faults = file.flaws.map { FormatError($0) }
    let stored = try Self.baseBlock(of: HiveImage(file), path: path)
    let isClean = stored?.isDirty == false
    var replay = ReplayPlan(
      primary: HiveImage(file), logs: isClean ? [] : try logs?() ?? [], cuts: cuts)
    if let fault, replay.conclusion == .recoverable { replay.leaveAside(fault) }
    state = HiveState(replay, ignoringLogs: logs == nil)
    var edit = HiveEdit(file, path: path)
    if replay.conclusion == .recoverable {
      try edit.change(to: replay.resultingSize) { (buffer) throws(FormatError) in
        try replay.apply(to: &buffer)
      }
    }
    hasSyntheticBlock = (try? BaseBlock(parsing: edit.image)) == nil
    if hasSyntheticBlock { faults.append(try LostBaseBlock(edit.image, path: path).mend(&edit)) }
    let (block, end) = try Self.mendHeader(&edit, path: path, reporting: &faults)
    self.block = stored ?? block
    let (scan, sizeFaults) = try Self.mendCells(&edit, block, binsEnd: end)
    let mendedPlace = faults.count
    let mended = try Self.mendRoot(&edit, block, scan, binsEnd: end, reporting: &faults)
    for report in replay.logs where report.log.isUnreadable {
      faults.append(
        FormatError(
          .logUnreadable, at: 0, expected: "the transaction log \(report.log.name) to be readable",
          found: report.log.fault?.found ?? "an error"))
    }
    self.file = edit.file
    hasSyntheticRoot = mended.isSynthetic
    joinsRoots = mended.joinsRoots
    image = mended.bins.image
    bins = mended.bins
    root = mended.root
    let still = bins.faults.filter { $0.code == .cellSize }.map(\.offset)
    faults.insert(
      contentsOf: sizeFaults.filter { !still.contains($0.offset) }, at: mendedPlace)
    self.faults = faults
  }

  /// Gives the header the size of the bins and the checksum that it should have.
  ///
  /// - Returns: The base block as it was before, and where the bins end.
  private static func mendHeader(
    _ edit: inout HiveEdit, path: String?, reporting faults: inout [FormatError]
  ) throws(HiveError) -> (BaseBlock, binsEnd: Int) {
    let block: BaseBlock
    do throws(FormatError) {
      block = try BaseBlock(parsing: edit.image)
    } catch {
      throw HiveError(error, path: path)
    }
    let count = faults.count
    let end = binsEnd(of: edit.image, block, reporting: &faults)
    if !block.isChecksumValid {
      faults.append(
        FormatError(
          .checksum, at: 508, expected: "the checksum \(hex(block.computedChecksum))",
          found: hex(block.storedChecksum)))
    }
    guard faults.count > count else { return (block, end) }
    let header = CleanBaseBlockFields(
      sequence: block.secondarySequence,
      binsSize: UInt32(truncatingIfNeeded: end - BaseBlock.size), flags: block.flags,
      lastWritten: nil)
    try edit.change { (buffer) throws(FormatError) in try header.write(to: &buffer) }
    return (block, end)
  }

  /// The base block, or nil where there is none but bins of a hive follow.
  private static func baseBlock(
    of image: HiveImage, path: String?
  ) throws(HiveError) -> BaseBlock? {
    let block: BaseBlock
    do throws(FormatError) {
      block = try BaseBlock(parsing: image)
    } catch {
      if LostBaseBlock.hasBins(image) { return nil }
      throw HiveError(error, path: path)
    }
    guard !isLog(image, block) else { throw HiveError(.isLog, path: path) }
    return block
  }

  /// Whether the file is a transaction log: it begins with a copy of its hive's base block.
  static func isLog(_ file: HiveImage, _ block: BaseBlock) -> Bool {
    if hasFirstBin(file) { return false }
    let mark = try? file.uint32(at: BaseBlock.sectorSize)
    return block.fileType == .log || block.fileType == .incrementalLog
      || mark == 0x5452_4944 || mark == 0x454C_7648
  }

  /// Whether bins begin where they do in a hive.
  static func hasFirstBin(_ file: HiveImage) -> Bool {
    (try? file.uint32(at: BaseBlock.size)) == Bin.signature
  }

  /// Where the bins end: where the header says, unless that cannot be.
  private static func binsEnd(
    of file: HiveImage, _ block: BaseBlock, reporting faults: inout [FormatError]
  ) -> Int {
    let stored = BaseBlock.size + Int(block.binsSize)
    let isPossible = block.binsSize > 0 && block.binsSize % 4096 == 0 && stored <= file.count
    var end = stored
    if !isPossible || !block.isChecksumValid {
      end = BaseBlock.size
      while end < file.count, let bin = try? Bin(parsing: file, at: end) { end = bin.end }
      // Of a header that is wrong, no field is to be trusted that makes the hive smaller than it is.
      if isPossible { end = max(end, stored) }
    }
    if let bins = UnderstatedBins(file, block, after: end) { end = bins.end }
    guard end != stored || !isPossible else { return stored }
    faults.append(
      FormatError(
        .binsSize, at: 40,
        expected: "the size of the bins, \(end - BaseBlock.size) bytes by their own headers",
        found: "\(block.binsSize)"))
    // Behind a bin that cannot be read there may be others: cells are looked for in all the file.
    return stored > file.count || end == BaseBlock.size ? file.count : end
  }
}
