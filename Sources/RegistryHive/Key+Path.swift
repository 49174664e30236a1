// SPDX-License-Identifier: MIT

import HiveFormat

extension Key {
  /// The key that this one is in; nil for the root, and where it cannot be read.
  public var parent: Key? {
    guard offset != hive.root.offset,
      let node = try? KeyNode(parsing: hive.image, at: node.parent.fileOffset)
    else { return nil }
    return Key(hive: hive, node: node)
  }

  /// The key's path from the hive's root, as the keys above it are named.
  ///
  /// In a damaged hive the way up may not lead to the root; the path then begins at the last key
  /// that can be reached. ``KeyWalk/path`` says the way that led down to a key.
  public var path: RegistryPath {
    var names: [RegistryString] = []
    var visited: Set<Int> = []
    var current = self
    while visited.insert(current.offset).inserted, let parent = current.parent {
      names.append(current.name)
      current = parent
    }
    return RegistryPath(names: names.reversed())
  }
}
