// SPDX-License-Identifier: MIT

package import HiveFormat

/// Keys and values that were deleted and can still be read.
///
/// Windows marks the cells of what it deletes as free, and leaves what is in them until they are
/// used again. Old records may also stand behind newer ones in used cells, and in used cells that
/// nothing leads to. They are found by what they look like: each is judged strictly, and one that
/// something was written into since is left out, but nothing proves that a record ever belonged to
/// this hive at this place. None of them is among the live keys and values.
///
/// ```swift
/// for key in hive.deletedRecords().keys {
///   print(key.path, key.lastWritten, key.values.count)
/// }
/// ```
public final class DeletedRecords: Sendable {
  /// The hive.
  public let hive: Hive
  package let scan: DeletedScan
  /// The keys' places in the scan, each behind its parent where that is deleted too, and how many
  /// deleted keys are above it.
  package let order: [(index: Int, depth: Int)]
  /// The values without a key, by their places in the scan.
  private let keyless: [Int]

  init(_ hive: Hive) {
    self.hive = hive
    scan = DeletedScan(hive.image, bins: hive.bins, root: hive.root.offset)
    order = Self.order(of: scan.keys)
    keyless = scan.values.indices.filter { [scan] in !scan.values[$0].hasKey }
  }

  private static func order(of keys: [DeletedScan.Key]) -> [(index: Int, depth: Int)] {
    // The first child of each key, and the next one of the same parent.
    var firstChild = [Int](repeating: -1, count: keys.count)
    var next = firstChild
    for index in keys.indices.reversed() {
      guard case .deleted(let parent) = keys[index].parent else { continue }
      next[index] = firstChild[parent]
      firstChild[parent] = index
    }
    var order: [(index: Int, depth: Int)] = []
    order.reserveCapacity(keys.count)
    for top in keys.indices {
      if case .deleted = keys[top].parent { continue }
      var pending = [(index: top, depth: 0)]
      while let (index, depth) = pending.popLast() {
        order.append((index, depth))
        if depth > 0, next[index] >= 0 { pending.append((next[index], depth)) }
        if firstChild[index] >= 0 { pending.append((firstChild[index], depth + 1)) }
      }
    }
    return order
  }

  /// The deleted keys: each behind its parent where that is deleted too, otherwise in the order of
  /// the file.
  public var keys: LazyMapCollection<Range<Int>, DeletedKey> {
    order.indices.lazy.map { DeletedKey(records: self, index: self.order[$0].index) }
  }

  /// The deleted values whose key is not known, in the order of the file.
  public var values: LazyMapCollection<Range<Int>, DeletedValue> {
    keyless.indices.lazy.map { DeletedValue(records: self, index: self.keyless[$0]) }
  }
}

extension Hive {
  /// Finds the keys and values that were deleted and can still be read.
  ///
  /// The whole file is read.
  public func deletedRecords() -> DeletedRecords { DeletedRecords(self) }
}

/// Where a deleted key or value was found.
public enum DeletedPlace: String, Sendable, Hashable, CaseIterable {
  /// In a free cell.
  case freeCell = "free-cell"
  /// In a used cell, behind what the cell is used for now.
  case slack
  /// In a used cell that nothing leads to.
  case unreferencedCell = "unreferenced-cell"

  package init(_ place: DeletedScan.Place) {
    self =
      switch place {
      case .freeCell: .freeCell
      case .slack: .slack
      case .unreferenced: .unreferencedCell
      }
  }
}

/// A deleted key.
public struct DeletedKey: Sendable {
  let records: DeletedRecords
  let index: Int

  private var entry: DeletedScan.Key { records.scan.keys[index] }

  /// The key's name.
  public var name: RegistryString {
    RegistryString(utf16: records.hive.image.units(of: entry.node.name))
  }

  /// When the key was last changed; mostly that is when it was deleted, or its last value before.
  public var lastWritten: FileTime { FileTime(rawValue: entry.node.lastWritten) }

  /// The file offset of the cell that the key had.
  public var offset: Int { entry.node.offset }

  /// Where the key was found.
  public var place: DeletedPlace { DeletedPlace(entry.place) }

  /// The key's values whose records are still there, in stored order.
  public var values: [DeletedValue] {
    entry.values.map { DeletedValue(records: records, index: $0) }
  }

  /// The key's path from the hive's root, as the keys above it are named; where
  /// ``isPathComplete`` is false, it begins at the last of them that is still there.
  ///
  /// A key in the path may have taken the cell of the one that was there before. Then the path is
  /// wrong, and nothing in the file shows it.
  public var path: RegistryPath { records.path(of: index).path }

  /// Whether the path begins at the root.
  public var isPathComplete: Bool { records.path(of: index).isComplete }
}

/// A deleted value.
public struct DeletedValue: Sendable {
  let records: DeletedRecords
  let index: Int

  private var entry: DeletedScan.Value { records.scan.values[index] }

  /// The value's name; empty for a key's default value.
  public var name: RegistryString {
    RegistryString(utf16: records.hive.image.units(of: entry.record.name))
  }

  /// What the data were meant to be.
  public var type: ValueType { ValueType(rawValue: entry.record.type) }

  /// The data's size in bytes, as the value claims it.
  public var size: Int { entry.record.dataSize }

  /// The file offset of the cell that the value had.
  public var offset: Int { entry.record.offset }

  /// Where the value was found.
  public var place: DeletedPlace { DeletedPlace(entry.place) }

  /// The data as stored; nil where something else was written over them.
  public var bytes: [UInt8]? { entry.data.map { records.hive.image.bytes(in: $0) } }

  /// The data, decoded as the type says; nil where something else was written over them.
  public var data: ValueData? { bytes.map { ValueData($0, type: type) } }
}

// MARK: - Paths

extension DeletedRecords {
  /// The path of a deleted key, and whether it begins at the root.
  package func path(of index: Int) -> (path: RegistryPath, isComplete: Bool) {
    var names: [RegistryString] = []
    var index = index
    while true {
      let key = scan.keys[index]
      names.append(RegistryString(utf16: hive.image.units(of: key.node.name)))
      switch key.parent {
      case .deleted(let parent): index = parent
      case .lost: return (RegistryPath(names: names.reversed()), false)
      case .live(let live):
        return (RegistryPath(names: livePath(of: live).names + names.reversed()), true)
      }
    }
  }

  /// The path of a live key.
  package func livePath(of index: Int) -> RegistryPath {
    RegistryPath(of: index, in: hive.image) { [scan] index in
      (scan.liveKeys[index].node, Int(scan.liveKeys[index].parent))
    }
  }
}
