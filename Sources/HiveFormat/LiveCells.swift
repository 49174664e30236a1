// SPDX-License-Identifier: MIT

/// The cells that keys lead to, and which bytes of them are used.
package struct LiveCells: Sendable {
  private var starts: BitSet
  private var used: ReadBytes

  /// Without a root, keys are looked at below so many others at the most.
  private static let topLimit = 64

  /// Goes through a hive.
  ///
  /// - Parameters:
  ///   - image: The hive, up to the end of its bins.
  ///   - root: Where its root key should be. Where it is not, the keys count that take its place;
  ///     where these are too many, none.
  package init(_ image: HiveImage, root: Int) {
    starts = BitSet(covering: image.binsEnd, stride: 8)
    used = ReadBytes(covering: image.binsEnd)
    let bins = BinScan(image)
    var tops = [root]
    let isRoot =
      (try? image.allocatedCell(at: root)) != nil && (try? KeyNode(parsing: image, at: root)) != nil
    if !isRoot {
      tops = RootSearch(image).tops
    }
    guard tops.count <= Self.topLimit else { return }
    for top in tops {
      var traversal = Traversal(image, bins: bins, root: top, listsParts: true)
      while traversal.next() != nil {
        for part in traversal.visit.parts { add(part) }
      }
    }
  }

  private mutating func add(_ part: Visit.Part) {
    _ = starts.insert(part.cell.offset)
    // Other cells begin at multiples of 8: not among the first bytes of the content.
    _ = used.insert(
      from: part.cell.offset + 8, to: part.cell.content + min(part.used, part.cell.contentSize))
  }

  /// Whether a cell that a key leads to begins at an offset.
  package func begins(at offset: Int) -> Bool { starts.contains(offset) }

  /// Whether what is used of a cell that begins before an offset is stored there.
  package func covers(_ offset: Int) -> Bool { used.contains(offset) }
}
