// SPDX-License-Identifier: MIT

/// The sizes of single values, in whole cells.
package struct ValueSizes: Sendable {
  private let image: HiveImage
  private var seen = OffsetSet()
  private var budget: ReadingBudget

  /// A value and what it takes up.
  package struct Entry: Sendable {
    package let name: StoredName
    /// The cell of the record, and those of the data.
    package let bytes: Int
  }

  package init(_ image: HiveImage) {
    self.image = image
    budget = ReadingBudget(for: image)
  }

  /// The values of a key, in stored order, as far as they can be read.
  ///
  /// No cell of data counts twice, however often damaged lists refer to it.
  package mutating func entries(of node: KeyNode) -> [Entry] {
    var offsets: [Int] = []
    var faults: [FormatError] = []
    image.readValues(of: node, upTo: budget.elements, into: &offsets, reporting: &faults)
    _ = budget.take(elements: offsets.count)
    var entries: [Entry] = []
    entries.reserveCapacity(offsets.count)
    for offset in offsets {
      guard let value = try? ValueRecord(parsing: image, at: offset), isNew(value.cell) else {
        continue
      }
      entries.append(Entry(name: value.name, bytes: value.cell.size + dataBytes(of: value)))
    }
    return entries
  }

  private mutating func isNew(_ cell: Cell) -> Bool {
    seen.insert(cell.offset, covering: image.binsEnd)
  }

  private mutating func dataBytes(of value: ValueRecord) -> Int {
    guard value.dataSize > 0, !value.isInline,
      let cell = try? image.allocatedCell(at: value.data.fileOffset), isNew(cell)
    else { return 0 }
    guard let list = try? image.bigDataList(in: cell, size: value.dataSize), isNew(list.cell) else {
      return cell.size
    }
    var bytes = cell.size + list.cell.size
    for index in 0..<budget.take(elements: list.count) {
      if let reference = try? image.uint32(at: list.cell.content + 4 * index),
        let segment = try? image.allocatedCell(at: reference.fileOffset), isNew(segment)
      {
        bytes += segment.size
      }
    }
    return bytes
  }
}
