// SPDX-License-Identifier: MIT

package import HiveFormat

/// The findings of a way through a hive: the first ones, and how many there are.
package struct KeptFindings {
  /// How many findings are kept; the rest are counted.
  private static let limit = 1000

  package private(set) var list: [KeyFinding] = []
  package private(set) var count = 0

  package init() {}

  /// Adds what is wrong with a key.
  package mutating func add(_ faults: [FormatError], at path: @autoclosure () -> RegistryPath) {
    count += faults.reduce(0) { $0 + $1.faultCount }
    let kept = faults.prefix(Self.limit - list.count)
    guard !kept.isEmpty else { return }
    let path = path()
    for fault in kept { list.append(KeyFinding(path: path, finding: Finding(fault))) }
  }
}
