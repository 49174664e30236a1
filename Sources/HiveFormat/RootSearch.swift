// SPDX-License-Identifier: MIT

/// Looks for the keys to begin with in a hive whose root key cannot be read.
///
/// Keys know their parents, so every key node that is in use leads up to one that has no readable
/// parent; those, or the one among them that is marked as a root, take the lost root's place. Parent
/// fields may be wrong, so keys with subkeys that cannot be reached from these are added; and keys
/// with values that have no readable parent, which may be all that is left below the lost root.
package struct RootSearch: Sendable {
  /// The file offsets of the keys to begin with: the root alone, where it is marked as one.
  package private(set) var tops: [Int] = []
  /// Whether the only key to begin with is the root itself.
  package private(set) var isRoot = false

  /// Looks through a hive.
  package init(_ image: HiveImage) {
    let bins = BinScan(image)
    /// The keys that are marked as a root, and how many keys name each as their parent.
    var marked: [Int: Int] = [:]
    var first: Int?
    Self.forEachKey(of: bins) { node in
      first = first ?? node.offset
      if node.flags & KeyNode.hiveEntry != 0 {
        marked[node.offset] = 0
      } else if !image.hasUsedKey(at: node.parent.fileOffset) {
        tops.append(node.offset)
      }
    }
    if !marked.isEmpty {
      Self.forEachKey(of: bins) { node in
        if node.parent.fileOffset != node.offset { marked[node.parent.fileOffset]? += 1 }
      }
    }
    // The mark alone proves nothing: any bytes can have it, and old roots are left in cells that
    // nothing leads to. The root is the one that most keys name.
    let roots = marked.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    if let root = roots.first, root.value > 0 || tops.isEmpty {
      tops = [root.key]
    } else if !tops.isEmpty {
      tops = (tops + marked.keys).sorted()
    } else if let first {
      // All keys are their own ancestors: any will do.
      tops = [first]
    }
    addUnreached(bins, marked: roots)
    isRoot = tops.count == 1 && marked[tops[0]] != nil
  }

  /// Adds the keys that no list leads to from those found, where keys or values would be lost.
  private mutating func addUnreached(_ bins: BinScan, marked: [(key: Int, value: Int)]) {
    guard let first = tops.first else { return }
    var reach = Traversal(bins.image, bins: bins, root: first)
    for top in tops { _ = reach.reach(from: top) }
    let found = tops.count
    func add(_ key: Int, leastCount: Int = 2) {
      if !reach.isReached(key), reach.reach(from: key) >= leastCount { tops.append(key) }
    }
    for (key, children) in marked { add(key, leastCount: children > 0 ? 1 : 2) }
    // Those whose parent is not one of the others come first: they are above others, most likely.
    Self.forEachKey(of: bins) { node in
      let parent = node.parent.fileOffset
      guard node.subkeyCount > 0, !reach.isReached(node.offset) else { return }
      if parent == node.offset || reach.isReached(parent)
        || !bins.image.hasUsedKey(at: parent)
      {
        add(node.offset)
      }
    }
    Self.forEachKey(of: bins) { node in
      if node.subkeyCount > 0 { add(node.offset) }
    }
    Self.forEachKey(of: bins) { node in
      guard node.valueCount > 0, !bins.image.hasUsedKey(at: node.parent.fileOffset) else { return }
      add(node.offset, leastCount: 1)
    }
    tops[found...].sort()
  }

  /// Gives out every key node, in the order of the file, whether or not anything leads to it.
  private static func forEachKey(of bins: BinScan, _ body: (KeyNode) -> Void) {
    func look(at offset: Int) {
      guard (try? bins.image.uint16(at: offset + 4)) == KeyNode.signature,
        let node = try? KeyNode(parsing: bins.image, at: offset), node.cell.isAllocated,
        node.nameFault == nil
      else { return }
      body(node)
    }
    bins.forEachCell { cell in
      if cell.isAllocated { look(at: cell.offset) }
    }
    for hole in bins.unmapped {
      for offset in stride(from: hole.lowerBound, to: hole.upperBound - 8, by: 8) {
        look(at: offset)
      }
    }
  }
}

extension HiveImage {
  /// Whether a key node stands in the used cell at a file offset.
  fileprivate func hasUsedKey(at offset: Int) -> Bool {
    keyNodeCell(at: offset)?.isAllocated == true
  }
}

extension RootSearch {
  /// What the made-up root is called; no path has it in it.
  private static let name: StaticString = "(root lost)"

  /// A bin with a root key whose subkeys are the keys found.
  ///
  /// Those keys have to name it as their parent: see ``parentField(of:)``.
  ///
  /// - Parameters:
  ///   - binsEnd: Where the bins of the hive end.
  ///   - time: When the root key is to have been written, a FILETIME.
  /// - Returns: Where the bin is to stand in the file, its bytes, and the file offset of the root.
  package func rootBin(
    behind binsEnd: Int, lastWritten time: UInt64
  ) -> (offset: Int, bytes: [UInt8], root: Int) {
    let offset = SyntheticBin.place(behind: binsEnd)
    var bin = SyntheticBin(at: offset)
    let root = bin.addRoot(
      named: Self.name.description, lastWritten: time, subkeyCount: tops.count)
    if let list = bin.addIndex(of: bin.addLeaves(of: tops)) { bin.setSubkeyList(list, of: root) }
    return (offset, bin.finish(), root)
  }

  /// Where a key names its parent.
  package static func parentField(of key: Int) -> Int { key + 4 + KeyNode.Layout.parent }
}
