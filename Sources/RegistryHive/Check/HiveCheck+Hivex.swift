// SPDX-License-Identifier: MIT

import HiveFormat

/// Compares the lists of all keys with those that libhivex gives.
///
/// Keys with findings are left out: libhivex refuses a list for one bad element, and follows lists
/// that overlap again and again. A hive with findings may be refused as a whole.
struct HivexComparison {
  /// The most subkeys and values of a key that libhivex returns.
  private static let limits = (subkeys: 70_000, values: 110_000)

  private let image: HiveImage
  private let hivex: HivexHandle?
  private(set) var found = FaultTally()

  /// Begins a comparison.
  ///
  /// - Parameters:
  ///   - hive: The hive.
  ///   - hivex: The hive as libhivex has it open; nil where libhivex refuses it.
  init(of hive: Hive, with hivex: HivexHandle?) {
    image = hive.image
    self.hivex = hivex
    if hivex == nil, hive.findings.isEmpty {
      found.add(
        FormatError(
          .hivexDisagrees, at: 0, expected: "a hive that libhivex opens",
          found: "one that it refuses, although nothing is wrong with its header and bins"))
    }
  }

  /// Compares the lists of the key that a traversal is at.
  mutating func compare(_ node: KeyNode, _ traversal: borrowing Traversal) {
    guard let hivex, traversal.visit.faults.isEmpty else { return }
    let key = Int32(traversal.visit.index)
    if traversal.visit.hasSubkeys, traversal.elements.count <= Self.limits.subkeys {
      let elements = traversal.elements
      let isSame = hivex.compareSubkeys(of: node.offset, count: elements.count) {
        (try? image.uint32(at: elements[$0]))?.fileOffset
      }
      found.compare("subkeys", elements.count, isSame, node, key)
    }
    if node.valueCount > 0, traversal.visit.values.count <= Self.limits.values {
      let values = traversal.visit.values
      let isSame = hivex.compareValues(of: node.offset, count: values.count) {
        values[$0].record.offset
      }
      found.compare("values", values.count, isSame, node, key)
    }
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
