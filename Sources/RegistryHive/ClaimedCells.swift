// SPDX-License-Identifier: MIT

import HiveFormat

/// Reads the lists and values of keys on a way through a hive that comes by no cell twice.
///
/// Whatever is listed a second time is left out and reported, so that loops end and nothing
/// counts twice. Data that values share are read again only up to the size of the file in all.
struct ClaimedCells {
  private let hive: Hive
  private var claimed: CellSet
  /// How many more bytes of data may be read that were read before.
  private var repeatableBytes: Int
  private var list: [Int] = []
  /// The offsets of the subkeys read last, in the reverse of the stored order.
  private(set) var subkeys: [Int] = []

  /// Begins a way at a key.
  init(of hive: Hive, from offset: Int) {
    self.hive = hive
    claimed = CellSet(covering: hive.image.count)
    _ = claimed.insert(offset)
    repeatableBytes = hive.image.count
  }

  /// Reads the subkeys of a key: those that can be read and were not met before.
  mutating func readSubkeys(of node: KeyNode, reporting faults: inout [FormatError]) {
    if !subkeys.isEmpty { subkeys.removeAll(keepingCapacity: true) }
    guard node.subkeyCount > 0 else { return }
    list.removeAll(keepingCapacity: true)
    hive.readSubkeys(of: node, claimingListsIn: &claimed, into: &list, reporting: &faults)
    for offset in list.reversed() {
      do throws(FormatError) {
        try hive.image.checkKeyNode(at: offset)
        guard claimed.insert(offset) else { throw reused(offset, .keyReused, "key") }
        subkeys.append(offset)
      } catch {
        faults.append(error)
      }
    }
  }

  /// Appends the values of a key, in stored order: those that can be read and were not met before.
  mutating func readValues(
    of node: KeyNode, into records: inout [ValueRecord], reporting faults: inout [FormatError]
  ) {
    guard node.valueCount > 0 else { return }
    guard claimed.insert(node.valueList.fileOffset) else {
      faults.append(reused(node.valueList.fileOffset, .listReused, "list of values"))
      return
    }
    list.removeAll(keepingCapacity: true)
    hive.readValues(of: node, into: &list, reporting: &faults)
    for offset in list {
      do throws(FormatError) {
        let record = try ValueRecord(parsing: hive.image, at: offset)
        guard claimed.insert(offset) else { throw reused(offset, .valueReused, "value") }
        records.append(record)
      } catch {
        faults.append(error)
      }
    }
  }

  /// Where the data of a value stand, as far as they can be read, and what is wrong with the value.
  mutating func extent(
    of record: ValueRecord, reporting faults: inout [FormatError]
  ) -> ValueExtent {
    if Int(record.storedNameLength) != record.name.byteCount, let fault = record.nameFault {
      faults.append(fault)
    }
    if record.isInline, record.dataSize <= 4 {
      return .run(offset: record.inlineOffset, count: record.dataSize)
    }
    let extent = hive.image.extent(of: record, reporting: &faults)
    guard !record.isInline else { return extent }
    switch extent {
    case .run(let offset, let count):
      guard count > 0, !claimed.insert(offset - 4) else { return extent }
      return mayRepeat(offset - 4, count, reporting: &faults)
        ? extent : .run(offset: offset, count: 0)
    case .segments(let runs):
      for (index, run) in runs.enumerated() where !claimed.insert(run.offset - 4) {
        guard mayRepeat(run.offset - 4, run.count, reporting: &faults) else {
          return .segments([ValueExtent.Run](runs[..<index]))
        }
      }
      return extent
    }
  }

  private mutating func mayRepeat(
    _ cell: Int, _ count: Int, reporting faults: inout [FormatError]
  ) -> Bool {
    faults.append(reused(cell, .dataReused, "value's data"))
    guard count <= repeatableBytes else { return false }
    repeatableBytes -= count
    return true
  }

  private func reused(_ offset: Int, _ code: FormatError.Code, _ what: String) -> FormatError {
    FormatError(
      code, at: offset, expected: "a \(what) that belongs to one place only",
      found: "a second reference to it")
  }
}

/// A set of cells of a file, one bit a cell.
struct CellSet {
  private var words: [UInt64]

  /// A set that takes in nothing: every cell is new to it.
  static let none = CellSet(covering: 0)

  init(covering size: Int) {
    words = [UInt64](repeating: 0, count: size / 512 + 1)
  }

  /// Adds the cell at a file offset, which must lie in the file; false where it was in already.
  @inline(__always)
  mutating func insert(_ offset: Int) -> Bool {
    // No two cells begin in the same 8 bytes.
    let bit: UInt64 = 1 << UInt64((offset >> 3) & 63)
    let index = offset >> 9
    guard words.indices.contains(index) else { return true }
    if words[index] & bit != 0 { return false }
    words[index] |= bit
    return true
  }
}
