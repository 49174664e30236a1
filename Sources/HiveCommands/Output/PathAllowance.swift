// SPDX-License-Identifier: MIT

import RegistryHive

/// How many more bytes of paths may be written.
///
/// A path stands in every record, and keys may be deep: a small hive could stand for gigabytes of
/// paths. What is written of them in all, escapes included, is at most 32 times the size of the file;
/// behind that, of a long path only the end is written.
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
    let count = path.names.reduce(0) { $0 + $1.longestWritten + 1 }
    isCut = count > Self.shortestCut && count > rest
    guard isCut else {
      rest -= count
      return path
    }
    var names: [RegistryString] = []
    var length = 0
    for name in path.names.reversed() {
      length += name.longestWritten + 1
      if !names.isEmpty, length > Self.shortestCut { break }
      names.append(name)
    }
    return RegistryPath(names: ["…"] + names.reversed())
  }
}

extension RegistryString {
  /// How many bytes the text may take, escaped as formats do it.
  var longestWritten: Int { Self.longestWritten(utf16) }

  /// How many bytes text may take, escaped as formats do it.
  static func longestWritten(_ units: some Sequence<UInt16>) -> Int {
    units.reduce(0) { count, unit in
      let isPlain = unit >= 0x20 && unit < 0x7F && unit != 0x22 && unit != 0x5C
      return count + (isPlain ? 1 : 6)
    }
  }
}
