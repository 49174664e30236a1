// SPDX-License-Identifier: MIT

/// Keys besides the root that are marked as the root of a hive, have subkeys, and are in no list.
///
/// A header may lead to a small tree that was made to be seen, while the hive's own root stands
/// beside it. So such keys are read as subkeys of the root. A mark without keys says nothing: any
/// bytes may have it.
package struct SecondRoots: Sendable {
  /// The bin to put behind the others, and where; it has a list that leads to the keys, too.
  package let bin: (offset: Int, bytes: [UInt8])
  /// The numbers that are to be changed so that it does, by their file offsets.
  package let changes: [(offset: Int, number: UInt32)]
  /// What is wrong, a fault for each of the keys.
  package let faults: [FormatError]

  /// Looks for such keys; nil where there are none.
  ///
  /// - Parameters:
  ///   - bins: The hive.
  ///   - root: Its root key.
  package init?(_ bins: BinScan, besides root: KeyNode) {
    let roots = Self.roots(bins, besides: root)
    let image = bins.image
    guard !roots.isEmpty, let lists = image.listsOfSubkeys(of: root) else { return nil }
    let offset = SyntheticBin.place(behind: image.binsEnd)
    var bin = SyntheticBin(at: offset)
    guard let list = bin.addIndex(of: lists + bin.addLeaves(of: roots.map(\.offset))) else {
      return nil
    }
    self.bin = (offset, bin.finish())
    let content = root.cell.content
    changes =
      [
        (content + KeyNode.Layout.subkeyCount, root.subkeyCount &+ UInt32(roots.count)),
        (content + KeyNode.Layout.subkeyList, list),
      ] + roots.map { (RootSearch.parentField(of: $0.offset), root.reference) }
    var faults: [FormatError] = []
    for node in roots {
      faults.report(
        FormatError(
          .secondRoot, at: node.cell.content + KeyNode.Layout.flags,
          expected: "one root, to which all keys belong",
          found:
            "another key that is marked as a root, and has subkeys; it is read below the root"))
    }
    self.faults = faults
  }

  /// The keys that are marked, are named as a parent, and cannot be reached.
  private static func roots(_ bins: BinScan, besides root: KeyNode) -> [KeyNode] {
    guard bins.markedRoots.contains(where: { $0 != root.offset }) else { return [] }
    let image = bins.image
    let marked = Set(bins.markedRoots)
    var parents: Set<Int> = []
    bins.forEachCell { cell in
      guard cell.isAllocated, let node = try? KeyNode(parsing: image, at: cell.offset) else {
        return
      }
      let parent = node.parent.fileOffset
      if parent != cell.offset, marked.contains(parent) { parents.insert(parent) }
    }
    var reach = Traversal(image, bins: bins, root: root.offset)
    _ = reach.reach(from: root.offset)
    var roots: [KeyNode] = []
    for offset in bins.markedRoots where parents.contains(offset) && !reach.isReached(offset) {
      guard let node = try? KeyNode(parsing: image, at: offset), node.nameFault == nil,
        node.subkeyCount > 0
      else { continue }
      _ = reach.reach(from: offset)
      roots.append(node)
    }
    return roots
  }
}

extension HiveImage {
  /// Whether the lists of a key lead to a key in use that names it as its parent.
  package func isParent(_ node: KeyNode) -> Bool {
    var ignored: [FormatError] = []
    var lists = ListReader(self, isWhole: false)
    lists.readSubkeys(of: node, reporting: &ignored)
    return lists.keyOffsets(reporting: &ignored).contains { offset in
      guard let subkey = try? KeyNode(parsing: self, at: offset) else { return false }
      return subkey.parent == node.reference && subkey.cell.isAllocated
    }
  }

  /// The lists of subkeys that a key has, one beside the other; nil where there are too many.
  ///
  /// What cannot be read is among them, so that it is still reported.
  fileprivate func listsOfSubkeys(of node: KeyNode) -> [CellReference]? {
    guard node.subkeyCount > 0 else { return [] }
    guard let list = try? SubkeyList(parsing: self, at: node.subkeyList.fileOffset),
      list.kind == .indexRoot
    else { return [node.subkeyList] }
    return (0..<list.count).compactMap { try? uint32(at: list.offset(of: $0)) }
  }
}
