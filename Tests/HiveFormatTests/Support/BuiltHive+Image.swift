// SPDX-License-Identifier: MIT

import HiveBuilder
import HiveFormat

extension BuiltHive {
  /// The bytes as a reader gets them, with cells up to the last bin.
  var image: HiveImage { HiveImage(bytes).limited(toBinsEnd: binsEnd) }

  func node(_ path: String) throws(FormatError) -> KeyNode {
    try KeyNode(parsing: image, at: key(path).node)
  }

  func record(_ path: String, _ name: NameDescription) throws(FormatError) -> ValueRecord {
    try ValueRecord(parsing: image, at: value(path, name).record)
  }

  /// The cells of a key's subkeys, and what is wrong with the list.
  func subkeys(of path: String) throws(FormatError) -> (offsets: [Int], faults: [FormatError]) {
    try image.subkeys(of: node(path))
  }

  /// The cells of a key's values, and what is wrong with the list.
  func values(of path: String) throws(FormatError) -> (offsets: [Int], faults: [FormatError]) {
    try image.values(of: node(path))
  }
}

extension HiveImage {
  func subkeys(of node: KeyNode) -> (offsets: [Int], faults: [FormatError]) {
    var faults: [FormatError] = []
    var reader = ListReader(self, isWhole: false)
    reader.readSubkeys(of: node, reporting: &faults)
    return (reader.keyOffsets(reporting: &faults), faults)
  }

  func values(of node: KeyNode) -> (offsets: [Int], faults: [FormatError]) {
    var faults: [FormatError] = []
    var reader = ListReader(self, isWhole: false)
    _ = reader.readValues(of: node, repeatable: 0, reporting: &faults)
    return (reader.valueOffsets(reporting: &faults), faults)
  }
}

extension FormatError {
  /// The error for a reference that leads out of the bins of a hive.
  static func outOfBounds(_ offset: Int, in hive: BuiltHive) -> FormatError {
    FormatError(
      .cellOutOfBounds, at: offset,
      expected: "a cell between 0x1020 and \(hex(hive.binsEnd))",
      found: "a reference to \(hex(offset))")
  }
}

/// Where a reference leads that ``BuiltHive`` redirects to nowhere.
let nowhere = 4096 + 0x7FFF_FFF8
