// SPDX-License-Identifier: MIT

package import HiveFormat

/// A walk over a key and all keys below it: parents before children, in stored order.
///
/// The walk keeps its place on the heap, not on the call stack, and visits no key, list or value
/// twice: deep trees and loops do it no harm.
///
/// A `for` loop over it gives the keys alone. To ask for the path and the findings of the current
/// key, keep the walk in a variable:
///
/// ```swift
/// var walk = hive.root.walk()
/// while let key = walk.next() {
///   print(walk.path, key.values.count)
/// }
/// ```
public struct KeyWalk: Sequence, IteratorProtocol {
  private let hive: Hive
  private let start: RegistryPath
  private let maximumDepth: Int
  /// What goes through the keys; its visit is what was found at the current one.
  package private(set) var traversal: Traversal
  /// The names of the current key and of those above it, down from the one where the walk began;
  /// what is behind the current key's is left from others.
  private var trail: [StoredName] = []
  private var anchors: PathAnchors
  /// The depth of the highest key above whose name is another one in paths as text.
  private var escapedDepth = Int.max

  init(_ key: Key, maximumDepth: Int) {
    hive = key.hive
    start = key.path
    self.maximumDepth = maximumDepth
    traversal = Traversal(
      hive.image, bins: hive.bins, root: hive.root.offset, from: key.offset,
      depth: start.names.count)
    anchors = PathAnchors(budget: PathAnchors.budget(for: hive.image))
    anchors.begin(at: key.offset, path: start)
    if start.names.contains(where: \.isEscapedInPath) { escapedDepth = 0 }
  }

  /// Goes on to the next key; nil at the end.
  public mutating func next() -> Key? {
    nextNode().map { Key(hive: hive, node: $0) }
  }

  /// How far the current key is below the one where the walk began.
  public var depth: Int { traversal.visit.depth }

  /// The current key's path from the hive's root.
  ///
  /// The path of a key that is deeper than Windows allows, or one of very many long ones, does not
  /// repeat all names above: it begins with the offset of the key that it continues from.
  public var path: RegistryPath {
    let names = { [hive] (name: StoredName) in
      RegistryString(utf16: hive.image.units(of: name))
    }
    let trail = trail.prefix(depth + 1)
    if let anchor = anchors.current {
      return RegistryPath(below: anchor.offset, names: trail[(anchor.depth + 1)...].map(names))
    }
    return RegistryPath(names: start.names + trail.dropFirst().map(names))
  }

  /// What is wrong with the current key, its lists, and its values.
  public var findings: [Finding] { faults.map(Finding.init) }

  /// What is wrong with the current key, its lists, and its values.
  package var faults: [FormatError] { traversal.visit.faults }
  /// The current key's values, in stored order, and where their data are.
  package var values: [Visit.Value] { traversal.visit.values }
  /// The current key's values, in stored order.
  package var records: [ValueRecord] { values.map(\.record) }
  /// Where the data of one of the current key's values are.
  package func extent(of record: ValueRecord) -> ValueExtent {
    values.first { $0.record.offset == record.offset }?.extent
      ?? .run(offset: record.inlineOffset, count: 0)
  }
  /// Where the current key's class name is, as far as it can be read.
  package var className: StoredName? { traversal.visit.className }
  /// Whether a name in the path of the current key is another one in paths as text.
  package var isPathEscaped: Bool { escapedDepth != .max }
  /// The key above from which the path of the current one continues, where it does not begin at the
  /// root.
  package var pathAnchor: PathAnchors.Anchor? { anchors.current }

  /// Leaves out what is below the current key.
  package mutating func skipSubkeys() { traversal.skipSubkeys() }

  /// Goes on to the next key and reads its lists and values.
  package mutating func nextNode() -> KeyNode? {
    let maximumDepth = maximumDepth
    guard let node = traversal.next(withSubkeys: { $0 < maximumDepth }) else { return nil }
    let depth = traversal.visit.depth
    if depth < trail.count { trail[depth] = node.name } else { trail.append(node.name) }
    if depth > 0, escapedDepth >= depth {
      escapedDepth = traversal.visit.isEscapedInPath ? depth : .max
    }
    anchors.move(to: node, depth: depth, isPlain: traversal.visit.hasPlainName)
    return node
  }
}

extension Key {
  /// A walk over the key and all keys below it.
  ///
  /// - Parameter maximumDepth: How many levels below the key to visit: 0 for the key alone.
  /// - Returns: The walk, before its first step.
  public func walk(maximumDepth: Int = .max) -> KeyWalk {
    KeyWalk(self, maximumDepth: maximumDepth)
  }
}
