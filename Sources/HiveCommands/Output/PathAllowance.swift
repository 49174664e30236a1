// SPDX-License-Identifier: MIT

import RegistryHive

/// How many more letters of paths may be written.
///
/// A path stands in every record, and keys may be deep: a small hive could stand for gigabytes of
/// paths. What is written of them in all is at most some times the size of the file; behind that, of
/// a long path only the end is written.
struct PathAllowance {
  private static let shortestCut = 512
  private var rest: Int
  /// Whether the last path was cut.
  private(set) var isCut = false

  init(fileSize: Int) {
    rest = 32 * fileSize
  }

  /// The path, cut where the allowance is used up.
  mutating func take(_ path: RegistryPath) -> RegistryPath {
    let count = path.names.reduce(0) { $0 + $1.utf16.count + 1 }
    isCut = count > Self.shortestCut && count > rest
    guard isCut else {
      rest -= count
      return path
    }
    var names: [RegistryString] = []
    var length = 0
    for name in path.names.reversed() {
      length += name.utf16.count + 1
      if !names.isEmpty, length > Self.shortestCut { break }
      names.append(name)
    }
    return RegistryPath(names: ["…"] + names.reversed())
  }
}
