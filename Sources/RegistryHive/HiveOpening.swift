// SPDX-License-Identifier: MIT

import HiveFormat

/// What opening a hive finds out before the first key is read.
struct HiveOpening {
  let block: BaseBlock
  let image: HiveImage
  let root: KeyNode
  let tree: HivexTree?
  var faults: [FormatError] = []

  /// Judges a file and finds the root key.
  ///
  /// - Throws: ``HiveError`` where the file is not a hive, or its root key cannot be read.
  init(_ file: HiveImage, path: String?) throws(HiveError) {
    do throws(FormatError) {
      block = try BaseBlock(parsing: file)
    } catch {
      throw HiveError(error, path: path)
    }
    guard !Self.isLog(file, block) else { throw HiveError(.isLog, path: path) }
    image = file.limited(toBinsEnd: Self.binsEnd(of: file, block, reporting: &faults))
    if !block.isChecksumValid {
      faults.append(
        FormatError(
          .checksum, at: 508, expected: "the checksum \(hex(block.computedChecksum))",
          found: hex(block.storedChecksum)))
    }
    do throws(FormatError) {
      root = try KeyNode(parsing: image, at: block.rootCell.fileOffset)
    } catch {
      throw HiveError(
        code: .noKeys, path: path, offset: error.offset,
        reason: "its root key cannot be read: \(error)")
    }
    tree = path.flatMap(HivexTree.init(path:))
    if let tree, tree.root != root.offset {
      faults.append(
        FormatError(
          .rootCell, at: 36, expected: "the root key at \(hex(root.offset))",
          found: tree.root.map { hex($0) } ?? "none"))
    }
  }

  /// Whether the file is a transaction log: it begins with a copy of its hive's base block.
  private static func isLog(_ file: HiveImage, _ block: BaseBlock) -> Bool {
    if (try? file.uint32(at: BaseBlock.size)) == Bin.signature { return false }
    let mark = try? file.uint32(at: BaseBlock.sectorSize)
    return block.fileType == .log || block.fileType == .incrementalLog
      || mark == 0x5452_4944 || mark == 0x454C_7648
  }

  /// Where the bins end: where the header says, unless that cannot be.
  private static func binsEnd(
    of file: HiveImage, _ block: BaseBlock, reporting faults: inout [FormatError]
  ) -> Int {
    let stored = BaseBlock.size + Int(block.binsSize)
    if block.binsSize > 0, block.binsSize % 4096 == 0, stored <= file.count { return stored }
    var end = BaseBlock.size
    while end < file.count, let bin = try? Bin(parsing: file, at: end) { end = bin.end }
    faults.append(
      FormatError(
        .binsSize, at: 40,
        expected: "the size of the bins, \(end - BaseBlock.size) bytes by their own headers",
        found: "\(block.binsSize)"))
    // Behind a bin that cannot be read there may be others: cells are looked for in all the file.
    return stored > file.count || end == BaseBlock.size ? file.count : end
  }
}

extension FormatError.Code {
  /// The base block's checksum is wrong.
  static let checksum = Self(rawValue: "checksum")
  /// The base block gives another size of the bins than they have.
  static let binsSize = Self(rawValue: "bins-size")
  /// The base block's reference to the root key is wrong.
  static let rootCell = Self(rawValue: "root-cell")
}
