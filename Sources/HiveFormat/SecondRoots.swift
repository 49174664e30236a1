// SPDX-License-Identifier: MIT

extension BinScan {
  /// Reports keys that are marked as the root of a hive, have subkeys, and are in no list.
  ///
  /// A header may lead to a small tree that was made to be seen, while the hive's own root stands
  /// beside it. A mark without keys says nothing: any bytes may have it.
  ///
  /// - Parameter root: The file offset of the root key's cell.
  /// - Returns: The faults.
  package func secondRoots(besides root: Int) -> [FormatError] {
    guard markedRoots.contains(where: { $0 != root }) else { return [] }
    var faults: [FormatError] = []
    var lists = ListReader(image, isWhole: true)
    var parents = ListReader(image, isWhole: true)
    var listed: Set<Int> = []
    for offset in markedRoots where offset != root {
      guard let node = try? KeyNode(parsing: image, at: offset), node.nameFault == nil,
        lists.keys(below: node).contains(where: { subkey in
          (try? KeyNode(parsing: image, at: subkey))?.parent == node.reference
        })
      else { continue }
      if let parent = try? KeyNode(parsing: image, at: node.parent.fileOffset) {
        listed.formUnion(parents.keys(below: parent))
      }
      guard !listed.contains(offset) else { continue }
      faults.report(
        FormatError(
          .secondRoot, at: node.cell.content + KeyNode.Layout.flags,
          expected: "one root, to which all keys belong",
          found: "another key that is marked as a root, and has subkeys"))
    }
    return faults
  }
}

extension ListReader {
  /// The file offsets of the subkeys of a key, whatever is wrong with its lists.
  fileprivate mutating func keys(below node: KeyNode) -> [Int] {
    var ignored: [FormatError] = []
    readSubkeys(of: node, reporting: &ignored)
    return keyOffsets(reporting: &ignored)
  }
}
