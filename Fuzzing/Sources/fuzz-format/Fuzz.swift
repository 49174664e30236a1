// SPDX-License-Identifier: MIT

import HiveFormat

/// Takes any bytes for a hive, and runs every pass of HiveFormat over them.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let image = HiveImage([UInt8](UnsafeBufferPointer(start: start, count: count)))
  let bins = BinScan(image)
  let root = (try? BaseBlock(parsing: image))?.rootCell.fileOffset ?? 4096 + 32
  let space = SpaceFold(image, bins: bins, root: root)
  precondition(space.kinds.total <= image.count)
  precondition(bins.allocatedBytes <= image.count)
  for minorVersion: UInt32 in [3, 5] {
    _ = StructureRules(image, bins: bins, root: root, minorVersion: minorVersion)
  }
  _ = DeletedScan(image, bins: bins, root: root)
  _ = RootSearch(image)
  return 0
}
