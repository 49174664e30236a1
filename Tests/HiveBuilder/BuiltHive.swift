// SPDX-License-Identifier: MIT

/// A hive's bytes, and where in them everything is.
///
/// All offsets are file offsets. A cell's offset is that of its size field; the record in it begins
/// 4 bytes further on.
package struct BuiltHive: Sendable {
  package internal(set) var bytes: [UInt8]
  package let description: HiveDescription
  /// One entry a key, in the order of ``HiveDescription/keys``.
  package let keys: [BuiltKey]
  /// The cells that hold security descriptors, in the order of their list.
  package let securityCells: [Int]
  /// The cells of ``HiveDescription/extraCells``, in their order.
  package let extraCells: [Int]
  /// Where each bin begins.
  package let bins: [Int]
  /// How many bytes go to what; together the size of the file.
  package let usage: BuiltUsage
  /// Where the last bin ends.
  package let binsEnd: Int
}

/// Where a key is.
package struct BuiltKey: Sendable, Hashable {
  /// The cell of the key node.
  package internal(set) var node = 0
  /// The cells of the subkey list: the leaf, or the index root and then its leaves.
  package internal(set) var subkeyLists: [Int] = []
  package internal(set) var valueList: Int?
  package internal(set) var className: Int?
  /// The cell of the security descriptor, shared with other keys.
  package internal(set) var security = 0
  /// One entry a value, in the order of ``KeyDescription/values``.
  package internal(set) var values: [BuiltValue] = []
}

/// Where a value is.
package struct BuiltValue: Sendable, Hashable {
  /// The cell of the value record.
  package internal(set) var record = 0
  /// The cell of the data, or of the big-data record.
  package internal(set) var data: Int?
  /// The cell of the list of segments, and the segments, of big data.
  package internal(set) var segmentList: Int?
  package internal(set) var segments: [Int] = []
}

/// The bytes of a hive by what they serve; allocated cells with their size fields and padding.
package struct BuiltUsage: Sendable, Hashable {
  package internal(set) var baseBlock = 4096
  package internal(set) var binHeaders = 0
  package internal(set) var keys = 0
  package internal(set) var subkeyLists = 0
  package internal(set) var valueLists = 0
  package internal(set) var values = 0
  package internal(set) var data = 0
  package internal(set) var security = 0
  package internal(set) var classNames = 0
  package internal(set) var unreferenced = 0
  package internal(set) var free = 0
  package internal(set) var trailing = 0

  package var total: Int {
    baseBlock + binHeaders + keys + subkeyLists + valueLists + values + data + security
      + classNames + unreferenced + free + trailing
  }
}

// MARK: - Finding things

extension BuiltHive {
  /// Where the key at a path is.
  ///
  /// A path that is not in the description is a mistake in the test, and ends it.
  package func key(_ path: String) -> BuiltKey {
    guard let id = description.id(of: path) else { preconditionFailure("no key \(path)") }
    return keys[id.index]
  }

  package func key(_ id: HiveDescription.KeyID) -> BuiltKey {
    keys[id.index]
  }

  /// Where a value of the key at a path is; the name must be given as it was described.
  package func value(_ path: String, _ name: NameDescription) -> BuiltValue {
    guard let id = description.id(of: path),
      let index = description[id].values.firstIndex(where: { $0.name.units == name.units })
    else { preconditionFailure("no value \(name) in \(path)") }
    return keys[id.index].values[index]
  }

  /// An offset as the file's own references have it: counted from the first bin.
  package func relative(_ offset: Int) -> UInt32 {
    UInt32(offset - 4096)
  }

  /// The offset of what a reference in the file leads to.
  package func absolute(_ reference: UInt32) -> Int {
    Int(reference) + 4096
  }

  package func number<Number: FixedWidthInteger & UnsignedInteger>(
    _ type: Number.Type, at offset: Int
  ) -> Number {
    bytes.number(type, at: offset)
  }
}
