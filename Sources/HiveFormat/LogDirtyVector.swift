// SPDX-License-Identifier: MIT

/// The dirty vector of a transaction log in the format before Windows 8.1 (`DIRT`): a bit for each
/// 512 bytes of the bins, set where the log has new content for them.
package struct LogDirtyVector: Sendable, Hashable {
  /// How many bytes of the hive a bit stands for.
  package static let pageSize = 512

  /// Where the bits begin in the log.
  package let bitmapOffset: Int
  /// How many bytes the bits fill: one for each 4,096 bytes of bins.
  package let bitmapSize: Int
  /// Where the pages begin in the log.
  package let pagesOffset: Int
  /// How many pages the log has.
  package let pageCount: Int

  /// `DIRT`.
  package static let signature: UInt32 = 0x5452_4944
}

extension LogDirtyVector {
  /// How long a sector of the disk was for the writer of a log: base block, vector and pages each
  /// begin with one.
  static func sectorSize(of baseBlock: BaseBlock) -> Int {
    switch baseBlock.clusteringFactor {
    case 2, 4, 8: Int(baseBlock.clusteringFactor) * BaseBlock.sectorSize
    default: BaseBlock.sectorSize
    }
  }

  /// Reads the dirty vector of a log and checks that all pages are there.
  ///
  /// - Throws: ``FormatError`` with code `log-dirty-vector-signature`, `log-bins-size` or
  ///   `log-truncated`.
  package init(parsing log: HiveImage, baseBlock: BaseBlock) throws(FormatError) {
    let sector = Self.sectorSize(of: baseBlock)
    guard log.count >= sector + 4 else {
      throw FormatError(
        .logTruncated, at: sector, expected: "a dirty vector",
        found: "the end of the file at \(hex(log.count))")
    }
    guard try log.uint32(at: sector) == Self.signature else {
      throw FormatError(
        .dirtyVectorSignature, at: sector, expected: "the signature \"DIRT\"",
        found: describeSignature(try log.bytes(at: sector, count: 4)))
    }
    guard baseBlock.binsSize % UInt32(Bin.alignment) == 0 else {
      throw FormatError(
        .logBinsSize, at: 40, expected: "a multiple of 4096", found: "\(baseBlock.binsSize)")
    }
    bitmapOffset = sector + 4
    bitmapSize = Int(baseBlock.binsSize) / Bin.alignment
    pagesOffset = (bitmapOffset + bitmapSize + sector - 1) / sector * sector
    guard bitmapSize <= log.count - bitmapOffset else {
      throw FormatError(
        .logTruncated, at: bitmapOffset, expected: "a dirty vector of \(bitmapSize) bytes",
        found: "the end of the file at \(hex(log.count))")
    }
    var bits = 0
    for index in 0..<bitmapSize {
      bits += try log.uint8(at: bitmapOffset + index).nonzeroBitCount
    }
    pageCount = bits
    guard bits * Self.pageSize <= log.count - pagesOffset else {
      throw FormatError(
        .logTruncated, at: pagesOffset, expected: "\(bits) pages of 512 bytes",
        found: "the end of the file at \(hex(log.count))")
    }
  }

  /// The writes that apply the log to its hive: one for each run of pages that lie side by side.
  func writes(from log: HiveImage, index: Int) throws(FormatError) -> [ReplayWrite] {
    var writes: [ReplayWrite] = []
    var source = pagesOffset
    for place in 0..<bitmapSize {
      var bits = try log.uint8(at: bitmapOffset + place)
      while bits != 0 {
        let target = BaseBlock.size + (8 * place + bits.trailingZeroBitCount) * Self.pageSize
        if let last = writes.last, last.targetEnd == target {
          writes[writes.count - 1].length += Self.pageSize
        } else {
          writes.append(
            ReplayWrite(log: index, source: source, target: target, length: Self.pageSize))
        }
        source += Self.pageSize
        bits &= bits &- 1
      }
    }
    return writes
  }
}
