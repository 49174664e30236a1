// SPDX-License-Identifier: MIT

import HiveBuilder
import RegistryHive

extension Hive {
  /// A hive in memory, as a description builds it.
  convenience init(_ describe: (inout HiveDescription) -> Void) throws {
    var description = HiveDescription()
    describe(&description)
    try self.init(bytes: description.build().bytes)
  }

  /// Everything that can be read from a hive, one line a key and one a value.
  var tree: [String] {
    var lines: [String] = []
    var walk = root.walk()
    while let key = walk.next() {
      lines.append("[\(walk.path)] \(key.lastWritten) \(key.flags.rawValue)")
      for value in key.values {
        lines.append("\(value.name) \(value.type) \(value.size) \(value.bytes)")
      }
    }
    return lines
  }

  /// The paths of all keys, in the order of a walk.
  var paths: [String] {
    var paths: [String] = []
    var walk = root.walk()
    while walk.next() != nil { paths.append(walk.path.description) }
    return paths
  }

  /// What a walk finds wrong, by the path of the key, in order.
  var walkFindings: [String: [Finding]] {
    var findings: [String: [Finding]] = [:]
    var walk = root.walk()
    while walk.next() != nil {
      let found = walk.findings
      if !found.isEmpty { findings[walk.path.description, default: []] += found }
    }
    return findings
  }
}

extension Finding {
  /// The finding for a second reference to something that has one place only.
  static func reused(_ id: String, _ offset: Int, _ what: String) -> Finding {
    Finding(
      id: id, offset: offset, expected: "a \(what) that belongs to one place only",
      found: "a second reference to it")
  }

  /// The finding for a reference that ``BuiltHive`` redirects to nowhere.
  static func nowhere(in hive: BuiltHive) -> Finding {
    Finding(
      id: "cell-out-of-bounds", offset: 0x8000_0FF8,
      expected: "a cell between 0x1020 and 0x\(String(hive.binsEnd, radix: 16))",
      found: "a reference to 0x80000ff8")
  }
}
