// SPDX-License-Identifier: MIT

import HiveFormat

/// Reads the lists and values of keys on a way through a hive that comes by no cell twice.
///
/// Whatever is listed a second time is left out and reported, so that loops end and nothing
/// counts twice. Data that values share are read again only up to the size of the file in all.
struct ClaimedCells {
  private let hive: Hive
  private var lists: ClaimedLists
  /// Keys and values; their signatures tell them apart.
  private var records: CellSet
  // A reference gone astray may take any cell for a list of values or for data: what is read there
  // must not keep the key or value from being read that the cell belongs to.
  private var valueLists: CellSet
  private var data: CellSet
  /// How many more bytes of data may be read that were read before.
  private var repeatableBytes: Int
  private var list: [Int] = []
  /// The offsets of the subkeys read last, in the reverse of the stored order.
  private(set) var subkeys: [Int] = []

  /// Begins a way at a key.
  init(of hive: Hive, from offset: Int) {
    self.hive = hive
    lists = ClaimedLists(of: hive.image)
    // Keys and values are longer than 16 bytes.
    records = CellSet(covering: hive.image.count, cellSize: 16)
    valueLists = CellSet(covering: hive.image.count)
    data = valueLists
    _ = records.insert(offset)
    repeatableBytes = hive.image.count
  }

  /// Reads the subkeys of a key: those that can be read and were not met before.
  mutating func readSubkeys(of node: KeyNode, reporting faults: inout [FormatError]) {
    if !subkeys.isEmpty { subkeys.removeAll(keepingCapacity: true) }
    guard node.subkeyCount > 0 else { return }
    list.removeAll(keepingCapacity: true)
    hive.readSubkeys(of: node, claiming: &lists, into: &list, reporting: &faults)
    let image = hive.image
    for offset in list {
      guard let cell = image.keyNodeCell(at: offset) else {
        report(at: offset, to: &faults) { () throws(FormatError) in
          try image.checkKeyNode(at: offset)
        }
        continue
      }
      if claim(cell, .keyReused, "key", reporting: &faults) { subkeys.append(offset) }
    }
    // Only now: of a key that is listed twice, the first place counts.
    subkeys.reverse()
  }

  /// Appends the values of a key, in stored order: those that can be read and were not met before.
  mutating func readValues(
    of node: KeyNode, into values: inout [ValueRecord], reporting faults: inout [FormatError]
  ) {
    guard node.valueCount > 0 else { return }
    let offset = node.valueList.fileOffset
    guard valueLists.insert(offset) else {
      faults.report(reused(offset, .listReused, "list of values"))
      return
    }
    if let cell = try? hive.image.allocatedCell(at: offset) {
      let count = min(Int(node.valueCount), cell.contentSize / 4)
      guard lists.budget.take(elements: count) == count else {
        faults.report(hive.image.overlap(at: offset, "a list of \(count) more values"))
        return
      }
    }
    list.removeAll(keepingCapacity: true)
    hive.readValues(of: node, into: &list, reporting: &faults)
    values.reserveCapacity(values.count + list.count)
    let image = hive.image
    for offset in list {
      guard let record = ValueRecord(ifAt: offset, in: image) else {
        report(at: offset, to: &faults) { () throws(FormatError) in
          try image.checkValueRecord(at: offset)
        }
        continue
      }
      if claim(record.cell, .valueReused, "value", reporting: &faults) { values.append(record) }
    }
  }

  /// Where the data of a value stand, as far as they can be read, and what is wrong with the value.
  mutating func extent(
    of record: ValueRecord, reporting faults: inout [FormatError]
  ) -> ValueExtent {
    if Int(record.storedNameLength) != record.name.byteCount, let fault = record.nameFault {
      faults.report(fault)
    }
    if record.isInline, record.dataSize <= 4 {
      return .run(offset: record.inlineOffset, count: record.dataSize)
    }
    guard !record.isInline, record.dataSize > 0 else {
      return hive.image.extent(of: record, reporting: &faults)
    }
    var isNew = true
    if let cell = try? hive.image.allocatedCell(at: record.data.fileOffset) {
      isNew = data.insert(cell.offset)
      // Nearly all data are in a cell of their own.
      if isNew, record.dataSize <= min(cell.contentSize, lists.budget.bytes) {
        lists.budget.take(data: record.dataSize)
        return .run(offset: cell.content, count: record.dataSize)
      }
    }
    return otherExtent(of: record, isNew: isNew, reporting: &faults)
  }

  @inline(never)
  private mutating func otherExtent(
    of record: ValueRecord, isNew: Bool, reporting faults: inout [FormatError]
  ) -> ValueExtent {
    if !isNew { reportReuse(at: record.data.fileOffset, .dataReused, "value's data", to: &faults) }
    guard isNew || repeatableBytes > 0 else { return .run(offset: record.inlineOffset, count: 0) }
    let extent = hive.image.extent(
      of: record, upTo: isNew ? lists.budget.bytes : repeatableBytes, reporting: &faults)
    guard isNew else {
      repeatableBytes -= extent.count
      return extent
    }
    lists.budget.take(data: extent.count)
    guard case .segments(let runs) = extent else { return extent }
    for (index, run) in runs.enumerated() where !data.insert(run.offset - 4) {
      reportReuse(at: run.offset - 4, .dataReused, "value's data", to: &faults)
      guard run.count <= repeatableBytes else {
        return .segments([ValueExtent.Run](runs[..<index]))
      }
      repeatableBytes -= run.count
    }
    return extent
  }

  /// Takes the cell of a key or value; false where it was taken before.
  @inline(__always)
  private mutating func claim(
    _ cell: Cell, _ code: FormatError.Code, _ what: String, reporting faults: inout [FormatError]
  ) -> Bool {
    guard records.insert(cell.offset) else {
      reportReuse(at: cell.offset, code, what, to: &faults)
      return false
    }
    guard lists.budget.take(record: cell) else {
      faults.report(hive.image.overlap(at: cell.offset, "another \(what)"))
      return false
    }
    return true
  }

  private func reportReuse(
    at offset: Int, _ code: FormatError.Code, _ what: String, to faults: inout [FormatError]
  ) {
    report(at: offset, to: &faults) { () throws(FormatError) in throw reused(offset, code, what) }
  }

  /// Reports the error that `body` throws, which is made only where it is kept.
  private func report(
    at offset: Int, to faults: inout [FormatError], _ body: () throws(FormatError) -> Void
  ) {
    guard !faults.isFull else { return faults.reportAnother(at: offset) }
    do throws(FormatError) { try body() } catch { faults.report(error) }
  }

  private func reused(_ offset: Int, _ code: FormatError.Code, _ what: String) -> FormatError {
    FormatError(
      code, at: offset, expected: "a \(what) that belongs to one place only",
      found: "a second reference to it")
  }
}

/// The lists of subkeys that were read on a way through a hive, and how much more may be read.
struct ClaimedLists {
  private var cells: CellSet
  var budget: ReadingBudget

  /// Of no way: every list is new.
  static let none = ClaimedLists(cells: CellSet(covering: 0), budget: .unlimited)

  private init(cells: CellSet, budget: ReadingBudget) {
    self.cells = cells
    self.budget = budget
  }

  init(of image: HiveImage) {
    self.init(cells: CellSet(covering: image.count), budget: ReadingBudget(for: image))
  }

  /// Takes a list; false, with a fault, where it was taken before.
  mutating func claim(_ list: SubkeyList, reporting faults: inout [FormatError]) -> Bool {
    let offset = list.cell.offset
    guard cells.insert(offset) else {
      faults.report(
        FormatError(
          .listReused, at: offset, expected: "a list of subkeys of one key only",
          found: "a second reference to it"))
      return false
    }
    guard budget.take(elements: list.count) == list.count else {
      faults.report(
        FormatError(
          .cellOverlap, at: offset, expected: "lists beside each other, as the file has room for",
          found: "a list of \(list.count) more elements"))
      return false
    }
    return true
  }
}

/// A set of cells of a file, one bit a cell.
struct CellSet {
  private var words: [UInt64]
  /// The logarithm of the least distance of two cells in the set.
  private let shift: Int

  /// Makes an empty set.
  ///
  /// - Parameters:
  ///   - size: The size of the file.
  ///   - cellSize: The size that all cells in the set have at least: 8 or 16.
  init(covering size: Int, cellSize: Int = 8) {
    shift = cellSize == 8 ? 3 : 4
    words = [UInt64](repeating: 0, count: size >> (shift + 6) + 1)
  }

  /// Adds the cell at a file offset, which must lie in the file; false where it was in already.
  @inline(__always)
  mutating func insert(_ offset: Int) -> Bool {
    let bit: UInt64 = 1 << UInt64((offset >> shift) & 63)
    let index = offset >> (shift + 6)
    guard words.indices.contains(index) else { return true }
    if words[index] & bit != 0 { return false }
    words[index] |= bit
    return true
  }
}
