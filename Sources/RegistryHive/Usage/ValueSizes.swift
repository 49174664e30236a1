// SPDX-License-Identifier: MIT

package import HiveFormat

/// The sizes of single values, in whole cells.
package struct ValueSizes {
  /// A value and what it takes up.
  package struct Entry {
    /// The value's name as it stands in the file.
    package let name: StoredName
    /// The number of the type of its data.
    package let type: UInt32
    /// The cell of the record, and those of the data.
    package fileprivate(set) var bytes: Int
  }

  private var traversal: Traversal
  private var cells: CellClaims

  package init(_ hive: Hive) {
    traversal = Traversal(hive.image, bins: hive.bins, root: hive.root.offset, listsParts: true)
    cells = CellClaims(hive.bins)
  }

  /// The values of a key, in stored order, as far as they can be read.
  ///
  /// No cell counts twice, however often damaged lists refer to it.
  package mutating func entries(of key: Int) -> [Entry] {
    guard traversal.read(keyAt: key) != nil else { return [] }
    var entries: [Entry] = []
    for part in traversal.visit.parts {
      switch part.kind {
      case .value:
        let record = traversal.visit.values[entries.count].record
        entries.append(
          Entry(name: record.name, type: record.type, bytes: cells.claim(part.cell) ?? 0))
      case .data: entries[entries.count - 1].bytes += cells.claim(part.cell) ?? 0
      default: break
      }
    }
    return entries
  }
}
