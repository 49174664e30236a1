// SPDX-License-Identifier: MIT

/// What a traversal found at a key.
package struct Visit: Sendable {
  /// A value and where its data are, as far as they can be read.
  package struct Value: Sendable {
    package let record: ValueRecord
    package let extent: ValueExtent

    /// Whether all data are in one cell, or in the record, and no more than a segment has.
    var isInOneCell: Bool {
      if case .run(_, let count) = extent {
        count == record.dataSize && count <= BigData.segmentSize
      } else {
        false
      }
    }
  }

  /// What a cell of a key is used for.
  package enum Kind: Sendable {
    case key, subkeyList, valueList, value, data, security, className
  }

  /// A cell that a key refers to.
  package struct Part: Sendable {
    package let kind: Kind
    package let cell: Cell
    /// How many bytes of the cell's content are used.
    package let used: Int
  }

  /// How many keys were visited before this one.
  package private(set) var index = 0
  /// The ``index`` of the key above; -1 for the first.
  package private(set) var parent = -1
  /// How far the key is below the first.
  package private(set) var depth = 0
  /// Whether the key's name is printable ASCII, without a backslash.
  package internal(set) var hasPlainName = true
  /// Whether the key's name is another one in paths as text.
  package internal(set) var isEscapedInPath = false
  package internal(set) var className: StoredName?
  /// The values, in stored order.
  package internal(set) var values: [Value] = []
  /// Whether the key has lists of subkeys, and they were read.
  package internal(set) var hasSubkeys = false
  /// The cells of the key in the order of their references, where they were asked for.
  ///
  /// Those of a value's data follow the value.
  package internal(set) var parts: [Part] = []
  /// What is wrong with the key, its lists, and its values.
  package internal(set) var faults: [FormatError] = []

  mutating func begin(index: Int, parent: Int, depth: Int) {
    self.index = index
    self.parent = parent
    self.depth = depth
    className = nil
    hasSubkeys = false
    if !values.isEmpty { values.removeAll(keepingCapacity: true) }
    if !parts.isEmpty { parts.removeAll(keepingCapacity: true) }
    if !faults.isEmpty { faults.removeAll(keepingCapacity: true) }
  }
}
