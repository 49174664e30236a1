// SPDX-License-Identifier: MIT

/// The bytes of a hive that its keys and values are made of, and those keys.
///
/// What a cell holds after its record is not among them, so that remains of older records in used
/// cells can be determined from the records themselves. One bit stands for 8 bytes.
struct ReachableBytes {
  private(set) var bytes: BitSet
  /// The keys, each after its parent: their nodes, and their parents' places in the list.
  private(set) var keys: [(node: CellReference, parent: Int32)] = []

  init(_ image: HiveImage, bins: BinScan, root: Int) {
    bytes = BitSet(covering: image.binsEnd, stride: 8)
    var traversal = Traversal(image, bins: bins, root: root, listsParts: true)
    while let node = traversal.next() {
      keys.append((node.reference, Int32(traversal.visit.parent)))
      for part in traversal.visit.parts {
        bytes.insert(from: part.cell.offset, to: part.cell.content + part.used)
      }
    }
  }
}

/// Where the next member of a set is, found in the same time wherever that may be.
struct NextMember {
  private let words: [UInt64]
  /// For each word, the first one from it on with a member in it.
  private let following: [UInt32]

  init(_ set: BitSet) {
    words = set.words
    var following = [UInt32](repeating: UInt32(words.count), count: words.count + 1)
    for index in words.indices.reversed() {
      following[index] = words[index] != 0 ? UInt32(index) : following[index + 1]
    }
    self.following = following
  }

  /// The offset of the first member at or after an offset; the end of the file where there is
  /// none.
  func offset(from start: Int) -> Int {
    let member = (start + 7) >> 3
    let index = member >> 6
    guard words.indices.contains(index) else { return words.count << 9 }
    let rest = words[index] & (.max << UInt64(member & 63))
    if rest != 0 { return (index << 6 | rest.trailingZeroBitCount) << 3 }
    let next = Int(following[index + 1])
    guard next < words.count else { return words.count << 9 }
    return (next << 6 | words[next].trailingZeroBitCount) << 3
  }
}
