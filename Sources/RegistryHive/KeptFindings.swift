// SPDX-License-Identifier: MIT

package import HiveFormat

/// The findings of a way through a hive: the first ones, and how many there are.
package struct KeptFindings {
  /// How many findings are kept; the rest are counted.
  private static let limit = 1000
  /// How many characters of a path are kept: a thousand long ones would be many times the file.
  private static let longestPath = 1000

  package private(set) var list: [KeyFinding] = []
  package private(set) var count = 0

  package init() {}

  /// Adds what is wrong with a key.
  package mutating func add(_ faults: [FormatError], at path: @autoclosure () -> RegistryPath) {
    count += faults.reduce(0) { $0 + $1.faultCount }
    let kept = faults.prefix(Self.limit - list.count)
    guard !kept.isEmpty else { return }
    let path = path().end(upTo: Self.longestPath)
    for fault in kept { list.append(KeyFinding(path: path, finding: Finding(fault))) }
  }
}

extension RegistryPath {
  /// The path, or the end of one that is longer than so many characters, behind a `…`.
  func end(upTo longest: Int) -> RegistryPath {
    var length = 0
    var first = names.count
    while first > 0, length + names[first - 1].utf16.count < longest || first == names.count {
      first -= 1
      length += names[first].utf16.count + 1
    }
    return first == 0 ? self : RegistryPath(names: ["…"] + names[first...])
  }
}
