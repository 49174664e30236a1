// SPDX-License-Identifier: MIT

package import HiveFormat

/// Decides which paths of keys do not begin at the root.
///
/// A path repeats the names of all keys above. In a tree as deep as a crafted file can make it, or
/// with very many long names, paths would be a thousand times the file. So below the deepest level
/// that Windows has, and where the paths so far are many times as long as the file, a path begins
/// at a key above that its offset names: its anchor.
package struct PathAnchors: Sendable {
  /// A key that paths go on from.
  package struct Anchor: Sendable, Hashable {
    /// How far it is below the key where the paths begin.
    package let depth: Int
    /// The file offset of its cell.
    package let offset: Int
  }

  /// How many levels further down there is another anchor.
  package static let distance = 16

  /// What is kept of the current key and of those above it.
  private struct Level {
    let offset: Int
    /// The length of the path from the anchor.
    let length: Int
  }

  private var startLevel = 0
  /// One for each level down to the current key's; what is behind it is left from other keys.
  private var levels: [Level] = []
  private var anchors: [Anchor] = []
  /// How long all further paths may be together.
  private var budget: Int

  /// The anchor of the current key.
  package var current: Anchor? { anchors.last }

  /// Makes room for paths.
  ///
  /// - Parameter budget: How long all of them may be together.
  package init(budget: Int) {
    self.budget = budget
  }

  /// Begins at a key.
  ///
  /// - Parameters:
  ///   - offset: The file offset of its cell.
  ///   - path: Its path.
  package mutating func begin(at offset: Int, path: RegistryPath) {
    startLevel = path.names.count
    anchors.removeAll()
    let length = path.names.reduce(0) { $0 + 6 * ($1.utf16.count + 1) }
    levels = [Level(offset: offset, length: length)]
  }

  /// How long all paths in a hive may be.
  package static func budget(for image: HiveImage) -> Int { 60 * image.count }

  /// Goes on to a key that is at most one level deeper.
  ///
  /// - Parameters:
  ///   - node: The key.
  ///   - depth: How far it is below the key to begin with.
  ///   - isPlain: Whether its name is printable ASCII. Of other names a unit counts six times, as
  ///     much as its escape has.
  package mutating func move(to node: KeyNode, depth: Int, isPlain: Bool) {
    guard depth > 0, depth <= levels.count else { return }
    while let last = anchors.last, last.depth >= depth { anchors.removeLast() }
    let above = levels[depth - 1]
    var length = above.length
    let isTooDeep =
      startLevel + depth > Traversal.deepestLevel
      && depth - (anchors.last?.depth ?? -Self.distance) > Self.distance
    if isTooDeep || length > budget, anchors.last?.depth != depth - 1 {
      anchors.append(Anchor(depth: depth - 1, offset: above.offset))
      length = 12
      // What is below the key above continues from there too.
      levels[depth - 1] = Level(offset: above.offset, length: length)
    }
    budget = max(budget - length, 0)
    let level = Level(
      offset: node.offset, length: length + 1 + node.name.unitCount * (isPlain ? 1 : 6))
    if depth < levels.count { levels[depth] = level } else { levels.append(level) }
  }
}

extension RegistryPath {
  /// The path from a key that its offset names.
  package init(below anchor: Int, names: some Sequence<RegistryString>) {
    self.init(names: [RegistryString(Self.mark(of: anchor))] + names, isAnchored: true)
  }

  /// What is in a path in place of the names down to a key.
  package static func mark(of anchor: Int) -> String { "…0x" + String(anchor, radix: 16) }

  /// The path of one of several keys, each of which says where in the list its parent is.
  ///
  /// - Parameters:
  ///   - index: The key's place in the list.
  ///   - image: The hive.
  ///   - longest: How many characters the path may have at the most before its first names are left
  ///     out.
  ///   - parent: Gives the node of a key, and the place of its parent; -1 for the first key, whose
  ///     name is not part of paths.
  package init(
    of index: Int, in image: HiveImage, upTo longest: Int = .max,
    parent: (Int) -> (node: CellReference, parent: Int)?
  ) {
    var places: [CellReference] = []
    var index = index
    while let (node, parent) = parent(index), parent >= 0 {
      places.append(node)
      index = parent
    }
    var anchor: Int?
    let (deepest, distance) = (Traversal.deepestLevel, PathAnchors.distance)
    if places.count > deepest {
      let below = (places.count - deepest - 1) % distance + 1
      anchor = places[below].fileOffset
      places.removeLast(places.count - below)
    }
    var names: [RegistryString] = []
    var length = 0
    for place in places {
      guard let node = try? KeyNode(parsing: image, at: place.fileOffset) else { continue }
      length += node.name.unitCount + 1
      if length > longest, !names.isEmpty {
        anchor = node.offset
        break
      }
      names.append(RegistryString(utf16: image.units(of: node.name)))
    }
    names.reverse()
    if let anchor {
      self.init(below: anchor, names: names)
    } else {
      self.init(names: names)
    }
  }
}
