// SPDX-License-Identifier: MIT

internal import HiveFormat

/// The bytes of a hive file by what they are used for: every byte is in exactly one part.
///
/// See `Docs/HiveFormat.md` for what the parts are.
public struct HiveBytes: Sendable, Hashable {
  /// The size of the file; the parts sum to it.
  public let file: Int
  /// The base block at the start of the file.
  public let baseBlock: Int
  /// The headers of the bins, 32 bytes each.
  public let binHeaders: Int
  /// Key nodes, with their names.
  public let keys: Int
  /// Lists of subkeys.
  public let subkeyLists: Int
  /// Lists of values.
  public let valueLists: Int
  /// Value records, with their names and data of up to 4 bytes.
  public let values: Int
  /// Data in cells of their own, with the records and lists of big data.
  public let data: Int
  /// Security descriptors, which keys share.
  public let security: Int
  /// Class names of keys.
  public let classNames: Int
  /// Used cells that nothing leads to; in damaged hives also bytes of the bins that are in no cell.
  public let unreferenced: Int
  /// Free cells.
  public let free: Int
  /// What follows the last bin.
  public let trailing: Int

  /// The cells in use, whether or not something leads to them; bytes in no cell are not in it.
  public let allocated: Int
  /// From the first bin to the end of the last one: what counts against limits.
  public let bins: Int

  init(_ space: SpaceFold, fileSize: Int, heldSize: Int) {
    file = fileSize
    baseBlock = BaseBlock.size
    binHeaders = space.bins.binCount * Bin.headerSize
    keys = space.kinds.keys
    subkeyLists = space.kinds.subkeyLists
    valueLists = space.kinds.valueLists
    values = space.kinds.values
    data = space.kinds.data
    security = space.kinds.security
    classNames = space.kinds.classNames
    unreferenced = space.unreferenced.bytes + space.cells.looseBytes
    free = space.bins.freeBytes
    trailing = space.cells.trailingBytes + fileSize - heldSize
    allocated = space.cells.allocatedBytes
    bins = space.bins.lastBinEnd - BaseBlock.size
  }

  /// The parts, named as in the output of commands; without ``file``.
  package var parts: KeyValuePairs<StaticString, Int> {
    [
      "baseBlock": baseBlock, "binHeaders": binHeaders, "keys": keys, "subkeyLists": subkeyLists,
      "valueLists": valueLists, "values": values, "data": data, "security": security,
      "classNames": classNames, "unreferenced": unreferenced, "free": free, "trailing": trailing,
    ]
  }

  /// The sum of the parts.
  package var sum: Int { parts.reduce(0) { $0 + $1.value } }
}

/// How many keys, values, bins and cells a hive has.
public struct HiveCounts: Sendable, Hashable {
  /// The keys that can be reached from the root, the root among them.
  public let keys: Int
  /// The values of these keys.
  public let values: Int
  /// The bins.
  public let bins: Int
  /// The bins that hold nothing but free cells.
  public let emptyBins: Int
  /// The cells in use.
  public let allocatedCells: Int
  /// The free cells.
  public let freeCells: Int
  /// The cells in use that nothing leads to.
  public let unreferencedCells: Int

  init(_ space: SpaceFold) {
    keys = space.keys.count
    values = space.valueCount
    bins = space.bins.binCount
    emptyBins = space.bins.emptyBinCount
    allocatedCells = space.cells.allocatedCellCount
    freeCells = space.bins.freeCellCount
    unreferencedCells = space.unreferenced.count
  }
}
