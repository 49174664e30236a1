// SPDX-License-Identifier: MIT

/// What a key takes up in its hive: it alone, and with all keys below it.
///
/// There is one for each key, so it holds no more than it must.
package struct KeySpace: Sendable {
  /// The cell of the key node.
  package let node: CellReference
  /// The place of the key above among all keys; -1 for the root.
  package let parent: Int32
  /// How many keys are above.
  package let depth: Int32
  /// How many values the key has.
  package internal(set) var ownValueCount: Int32 = 0
  /// The key's own cells: node, lists, values, data and class name.
  package internal(set) var ownBytes = 0
  /// The part of them that are values and their data.
  package internal(set) var ownValueBytes = 0
  /// When the key was last written, a FILETIME.
  package internal(set) var lastWritten: UInt64 = 0

  /// The cells of the key and of all keys below it.
  package internal(set) var bytes = 0
  /// How many keys these are.
  package internal(set) var keyCount: Int32 = 1
  /// How many values they have.
  package internal(set) var valueCount: Int32 = 0
  /// The latest time at which one of them was written, a FILETIME.
  package internal(set) var latestWritten: UInt64 = 0

  init(node: CellReference, parent: Int32, depth: Int32) {
    self.node = node
    self.parent = parent
    self.depth = depth
  }
}

/// The bytes of a hive's used cells by what leads to them, in whole cells.
package struct CellKindBytes: Sendable, Hashable {
  package private(set) var keys = 0
  package private(set) var subkeyLists = 0
  package private(set) var valueLists = 0
  package private(set) var values = 0
  package private(set) var data = 0
  package private(set) var security = 0
  package private(set) var classNames = 0

  mutating func add(_ bytes: Int, of kind: Visit.Kind) {
    switch kind {
    case .key: keys += bytes
    case .subkeyList: subkeyLists += bytes
    case .valueList: valueLists += bytes
    case .value: values += bytes
    case .data: data += bytes
    case .security: security += bytes
    case .className: classNames += bytes
    }
  }

  /// All of them together.
  package var total: Int {
    keys + subkeyLists + valueLists + values + data + security + classNames
  }
}
