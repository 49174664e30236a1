// SPDX-License-Identifier: MIT

/// Lays cells into bins, one after the other, in one growing array.
struct HiveWriter {
  /// What a cell serves, for the bookkeeping.
  typealias Purpose = WritableKeyPath<BuiltUsage, Int>

  let hive: HiveDescription
  var bytes: [UInt8] = []
  var usage = BuiltUsage()
  var bins: [Int] = []
  /// Where the bin being filled ends.
  var binEnd = 4096
  /// Where the cell being filled ends.
  private var cellEnd = 4096

  var keys: [BuiltKey]
  /// Where the offset of a key goes in the list of its parent.
  var listSlots: [Int]
  /// The security descriptors met so far, their cells and how many keys refer to each.
  var securityIndex: [[UInt8]: Int] = [:]
  var securityCells: [Int] = []
  var securityUsers: [UInt32] = []

  init(_ hive: HiveDescription) {
    self.hive = hive
    keys = Array(repeating: BuiltKey(), count: hive.keys.count)
    listSlots = Array(repeating: 0, count: hive.keys.count)
    bytes.appendZeros(4096)
  }

  func relative(_ offset: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: offset - 4096)
  }

  /// Begins a cell for a record of `size` bytes, which must be appended next, and says where it is.
  mutating func openCell(_ size: Int, _ purpose: Purpose, isFree: Bool = false) -> Int {
    let cellSize = (size + 4 + 7) & ~7
    if bytes.count + cellSize > binEnd {
      fillBin()
      openBin(atLeast: cellSize)
    }
    let offset = bytes.count
    cellEnd = offset + cellSize
    bytes.append(number: Int32(isFree ? cellSize : -cellSize))
    usage[keyPath: isFree ? \.free : purpose] += cellSize
    return offset
  }

  /// Ends the cell begun last, with zeros up to its size.
  mutating func closeCell() {
    precondition(bytes.count <= cellEnd, "a record is longer than its cell")
    bytes.appendZeros(cellEnd - bytes.count)
  }

  /// Makes what is left of the bin one free cell.
  mutating func fillBin() {
    let rest = binEnd - bytes.count
    guard rest > 0 else { return }
    bytes.append(number: Int32(rest))
    bytes.appendZeros(rest - 4)
    usage.free += rest
  }

  private mutating func openBin(atLeast cellSize: Int) {
    let size = (32 + cellSize + 4095) & ~4095
    let offset = bytes.count
    bins.append(offset)
    bytes.append(contentsOf: Array("hbin".utf8))
    bytes.append(number: relative(offset))
    bytes.append(number: UInt32(size))
    bytes.append(number: UInt64(0))
    bytes.append(number: bins.count == 1 ? hive.header.lastWritten : 0)
    bytes.append(number: UInt32(0))
    binEnd = offset + size
    usage.binHeaders += 32
  }
}

// MARK: - The whole hive

extension HiveDescription {
  /// Writes the hive.
  package func build() -> BuiltHive {
    var writer = HiveWriter(self)
    return writer.write()
  }
}

extension HiveWriter {
  mutating func write() -> BuiltHive {
    writeKeys()
    linkSecurity()
    var extras: [Int] = []
    for extra in hive.extraCells {
      let cell = openCell(extra.content.count, \.unreferenced, isFree: !extra.isAllocated)
      extras.append(cell)
      bytes.append(contentsOf: extra.content)
      closeCell()
    }
    fillBin()

    let binsEnd = bytes.count
    hive.header.write(
      to: &bytes, rootOffset: keys[0].node - 4096, binsSize: binsEnd - 4096)
    bytes.append(contentsOf: hive.trailing)
    let beyond = bytes.count % hive.fileSizeMultiple
    if beyond > 0 {
      bytes.appendZeros(hive.fileSizeMultiple - beyond)
    }
    usage.trailing = bytes.count - binsEnd
    return BuiltHive(
      bytes: bytes, description: hive, keys: keys, securityCells: securityCells,
      extraCells: extras, bins: bins, usage: usage, binsEnd: binsEnd)
  }

  /// Writes all keys, each before its subkeys.
  private mutating func writeKeys() {
    // A stack of our own lets the tree be of any depth.
    var stack: [(index: Int, isFree: Bool)] = [(0, hive.keys[0].isDeleted)]
    while let (index, isFree) = stack.popLast() {
      let subkeys = writeKey(index, isFree: isFree)
      for subkey in subkeys.reversed() {
        stack.append((subkey.index, isFree || hive.keys[subkey.index].isDeleted))
      }
    }
  }
}
