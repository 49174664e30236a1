// SPDX-License-Identifier: MIT

/// The bytes of a hive that its live keys and values are made of, and those keys.
///
/// What a cell holds behind its record is not among them, so that remains of older records in
/// used cells can be told from the records themselves. One bit stands for 8 bytes.
struct LiveBytes {
  private let image: HiveImage
  private(set) var bytes: GranuleSet
  /// The live keys, each behind its parent: their nodes, and their parents' places in the list.
  private(set) var keys: [(node: CellReference, parent: Int32)] = []
  private var pending: [(node: CellReference, parent: Int32)] = []
  private var seen = OffsetSet()
  private var subkeys: [Int] = []
  private var values: [Int] = []

  init(_ image: HiveImage, root: Int) {
    self.image = image
    bytes = GranuleSet(covering: image.binsEnd)
    pending.append((CellReference(truncatingIfNeeded: root - BaseBlock.size), -1))
    _ = isNew(root)
    while let next = pending.popLast() {
      guard let node = try? KeyNode(parsing: image, at: next.node.fileOffset) else { continue }
      keys.append(next)
      visit(node)
    }
  }

  private mutating func isNew(_ offset: Int) -> Bool {
    seen.insert(offset, covering: image.binsEnd)
  }

  /// Marks a record in the cell at an offset.
  private mutating func mark(_ cell: Int, content: Int) {
    bytes.insert(from: cell, to: cell + 4 + content)
  }

  private mutating func visit(_ node: KeyNode) {
    bytes.insert(from: node.offset, to: node.name.offset + node.name.byteCount)
    if node.security != .noCell, isNew(node.security.fileOffset),
      let record = try? SecurityRecord(parsing: image, at: node.security.fileOffset)
    {
      mark(record.cell.offset, content: SecurityRecord.fixedSize + record.descriptorSize)
    }
    if node.classNameLength > 0, node.className != .noCell, isNew(node.className.fileOffset),
      let cell = try? image.allocatedCell(at: node.className.fileOffset)
    {
      mark(cell.offset, content: min(Int(node.classNameLength), cell.contentSize))
    }
    addValues(of: node)
    addSubkeys(of: node)
  }

  private mutating func addSubkeys(of node: KeyNode) {
    guard node.subkeyCount > 0, isNew(node.subkeyList.fileOffset) else { return }
    if let list = try? SubkeyList(parsing: image, at: node.subkeyList.fileOffset) {
      mark(list.cell.offset, content: 4 + list.count * list.kind.stride)
    }
    var ignored: [FormatError] = []
    var leaves = image.subkeyLeaves(of: node, reporting: &ignored)
    leaves.removeAll { leaf in
      leaf.cell.offset != node.subkeyList.fileOffset && !isNew(leaf.cell.offset)
    }
    for leaf in leaves { mark(leaf.cell.offset, content: 4 + leaf.count * leaf.kind.stride) }
    subkeys.removeAll(keepingCapacity: true)
    image.readSubkeys(of: node, in: leaves, into: &subkeys, reporting: &ignored)
    let parent = Int32(keys.count) - 1
    for offset in subkeys where isNew(offset) {
      pending.append((CellReference(truncatingIfNeeded: offset - BaseBlock.size), parent))
    }
  }

  private mutating func addValues(of node: KeyNode) {
    guard node.valueCount > 0, isNew(node.valueList.fileOffset),
      let list = try? image.allocatedCell(at: node.valueList.fileOffset)
    else { return }
    mark(list.offset, content: min(4 * Int(node.valueCount), list.contentSize))
    var ignored: [FormatError] = []
    values.removeAll(keepingCapacity: true)
    image.readValues(of: node, into: &values, reporting: &ignored)
    for offset in values where isNew(offset) {
      guard let value = try? ValueRecord(parsing: image, at: offset) else { continue }
      bytes.insert(from: value.offset, to: value.name.offset + value.name.byteCount)
      markData(of: value)
    }
  }

  private mutating func markData(of value: ValueRecord) {
    guard value.dataSize > 0, !value.isInline, isNew(value.data.fileOffset),
      let cell = try? image.allocatedCell(at: value.data.fileOffset)
    else { return }
    var ignored: [FormatError] = []
    switch image.extent(of: value, reporting: &ignored) {
    case .run(let offset, let count):
      bytes.insert(from: cell.offset, to: offset + count)
    case .segments(let runs):
      mark(cell.offset, content: 8)
      if let list = try? image.bigDataList(in: cell, size: value.dataSize) {
        mark(list.cell.offset, content: 4 * list.count)
      }
      for run in runs { bytes.insert(from: run.offset - 4, to: run.offset + run.count) }
    }
  }
}

/// A set of the parts of 8 bytes that a file consists of.
struct GranuleSet {
  private(set) var words: [UInt64]

  init(covering size: Int) {
    words = [UInt64](repeating: 0, count: size / 512 + 1)
  }

  /// Adds the parts from one offset to just before another.
  mutating func insert(from start: Int, to end: Int) {
    var granule = max(start, 0) >> 3
    let last = min((end + 7) >> 3, words.count << 6)
    while granule < last {
      let bit = granule & 63
      let count = min(64 - bit, last - granule)
      words[granule >> 6] |= (count == 64 ? .max : (1 << UInt64(count)) - 1) << UInt64(bit)
      granule += count
    }
  }

  func contains(_ offset: Int) -> Bool {
    let index = offset >> 9
    return words.indices.contains(index) && words[index] & 1 << UInt64(offset >> 3 & 63) != 0
  }
}

/// Where the next member of a set is, found in the same time wherever that may be.
struct NextGranule {
  private let words: [UInt64]
  /// For each word, the first one from it on with a member in it.
  private let following: [UInt32]

  init(_ set: GranuleSet) {
    words = set.words
    var following = [UInt32](repeating: UInt32(words.count), count: words.count + 1)
    for index in words.indices.reversed() {
      following[index] = words[index] != 0 ? UInt32(index) : following[index + 1]
    }
    self.following = following
  }

  /// The offset of the first member at or behind an offset; the end of the file where there is
  /// none.
  func offset(from start: Int) -> Int {
    let granule = (start + 7) >> 3
    let index = granule >> 6
    guard words.indices.contains(index) else { return words.count << 9 }
    let rest = words[index] & (.max << UInt64(granule & 63))
    if rest != 0 { return (index << 6 | rest.trailingZeroBitCount) << 3 }
    let next = Int(following[index + 1])
    guard next < words.count else { return words.count << 9 }
    return (next << 6 | words[next].trailingZeroBitCount) << 3
  }
}
