// SPDX-License-Identifier: MIT

import HiveFormat

extension Hive {
  /// The most subkeys and values of a key that libhivex gives out.
  private static let hivexLimits = (subkeys: 70_000, values: 110_000)

  /// Compares the lists of all keys with those that libhivex gives.
  ///
  /// Keys with findings are left out: libhivex refuses a list for one bad element, and follows lists
  /// that overlap again and again. A hive with findings may be refused as a whole.
  func disagreements(with hivex: HivexHandle?) -> FaultTally {
    var found = FaultTally()
    guard let hivex else {
      if findings.isEmpty {
        found.add(
          FormatError(
            .hivexDisagrees, at: 0, expected: "a hive that libhivex opens",
            found: "one that it refuses, although nothing is wrong with its header and bins"))
      }
      return found
    }
    var traversal = Traversal(image, bins: bins, root: root.offset)
    var list: [Int] = []
    while let node = traversal.next() {
      guard traversal.visit.faults.isEmpty else { continue }
      let key = Int32(traversal.visit.index)
      if traversal.visit.hasSubkeys, traversal.elements.count <= Self.hivexLimits.subkeys {
        list.removeAll(keepingCapacity: true)
        for element in traversal.elements {
          if let reference = try? image.uint32(at: element) { list.append(reference.fileOffset) }
        }
        found.compare("subkeys", list.count, hivex.hasSubkeys(list, at: node.offset), node, key)
      }
      if node.valueCount > 0, traversal.visit.values.count <= Self.hivexLimits.values {
        list.removeAll(keepingCapacity: true)
        for value in traversal.visit.values { list.append(value.record.offset) }
        found.compare("values", list.count, hivex.hasValues(list, at: node.offset), node, key)
      }
    }
    return found
  }
}

extension FaultTally {
  /// Counts a list of a key that libhivex does not give.
  fileprivate mutating func compare(
    _ what: StaticString, _ count: Int, _ isSame: Bool?, _ node: KeyNode, _ key: Int32
  ) {
    guard isSame != true else { return }
    add(.hivexDisagrees, key: key) {
      FormatError(
        .hivexDisagrees, at: node.offset, expected: "\(count) \(what) in libhivex too",
        found: isSame == nil ? "that it refuses the list" : "others")
    }
  }
}
