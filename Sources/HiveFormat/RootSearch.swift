// SPDX-License-Identifier: MIT

/// Looks for the keys to begin with in a hive whose root key cannot be read.
///
/// Keys know their parents, so every key node that is in use leads up to one that has no readable
/// parent; those, or the one among them that is marked as a root, take the lost root's place. Parent
/// fields may be wrong, so keys with subkeys that cannot be reached from these are added.
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
    addUnreached(bins, marked: roots.map(\.key))
    isRoot = tops.count == 1 && marked[tops[0]] != nil
  }

  /// Adds the keys with subkeys that no list leads to from those found.
  private mutating func addUnreached(_ bins: BinScan, marked: [Int]) {
    guard let first = tops.first else { return }
    var reach = Traversal(bins.image, bins: bins, root: first)
    for top in tops { _ = reach.reach(from: top) }
    let found = tops.count
    func add(_ key: Int) {
      if !reach.isReached(key), reach.reach(from: key) > 1 { tops.append(key) }
    }
    for key in marked { add(key) }
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
  /// How many keys a list of the made-up root names.
  private static let leafSize = 1000
  /// What the made-up root is called; no path has it in it.
  private static let name: StaticString = "(root lost)"

  /// A bin with a root key whose subkeys are the keys found.
  ///
  /// Those keys have to name it as their parent: see ``parentField(of:)``.
  ///
  /// - Parameters:
  ///   - offset: Where the bin is to stand in the file.
  ///   - time: When the root key is to have been written, a FILETIME.
  /// - Returns: The bytes of the bin.
  package func rootBin(at offset: Int, lastWritten time: UInt64) -> [UInt8] {
    let name = Self.name.description.utf8
    let chunks = stride(from: 0, to: tops.count, by: Self.leafSize).map {
      tops[$0..<min($0 + Self.leafSize, tops.count)]
    }
    var bin = ByteWriter()
    bin.append(UInt32(Bin.signature))
    bin.append(reference(to: offset))
    bin.append(UInt32(0))
    bin.appendZeros(20)

    let nodeEnd = Bin.headerSize + Self.cellSize(KeyNode.fixedSize + name.count)
    bin.beginCell(KeyNode.fixedSize + name.count)
    bin.append(KeyNode.signature)
    bin.append(KeyNode.hiveEntry | KeyNode.compressedName)
    bin.append(time)
    bin.append(UInt32(0))
    bin.append(CellReference.noCell)
    bin.append(UInt32(tops.count))
    bin.append(UInt32(0))
    bin.append(reference(to: offset + nodeEnd))
    bin.append(CellReference.noCell)
    bin.append(UInt32(0))
    for _ in 0..<3 { bin.append(CellReference.noCell) }
    // The longest name that there can be, rather than one too short.
    bin.append(UInt32(0xFFFF))
    bin.appendZeros(16)
    bin.append(UInt16(name.count))
    bin.append(UInt16(0))
    bin.append(contentsOf: name)
    bin.endCell()

    if chunks.count > 1 {
      bin.beginCell(4 + 4 * chunks.count)
      bin.append(UInt16(0x6972))
      bin.append(UInt16(chunks.count))
      var leaf = offset + nodeEnd + Self.cellSize(4 + 4 * chunks.count)
      for chunk in chunks {
        bin.append(reference(to: leaf))
        leaf += Self.cellSize(4 + 4 * chunk.count)
      }
      bin.endCell()
    }
    for chunk in chunks {
      bin.beginCell(4 + 4 * chunk.count)
      bin.append(UInt16(0x696C))
      bin.append(UInt16(chunk.count))
      for top in chunk { bin.append(reference(to: top)) }
      bin.endCell()
    }
    return bin.finish()
  }

  /// Where a key names its parent.
  package static func parentField(of key: Int) -> Int { key + 4 + 16 }

  private func reference(to offset: Int) -> CellReference {
    CellReference(truncatingIfNeeded: offset - BaseBlock.size)
  }

  private static func cellSize(_ content: Int) -> Int { (content + 4 + 7) & ~7 }

  /// The bytes of a bin, from its header on.
  private struct ByteWriter {
    private var bytes: [UInt8] = []
    private var cellEnd = 0

    mutating func append(_ number: some FixedWidthInteger) {
      for shift in stride(from: 0, to: number.bitWidth, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: number >> shift))
      }
    }

    mutating func append(contentsOf more: some Sequence<UInt8>) {
      bytes.append(contentsOf: more)
    }

    mutating func appendZeros(_ count: Int) {
      bytes.append(contentsOf: repeatElement(0, count: count))
    }

    mutating func beginCell(_ content: Int) {
      let size = RootSearch.cellSize(content)
      cellEnd = bytes.count + size
      append(Int32(truncatingIfNeeded: -size))
    }

    mutating func endCell() {
      appendZeros(cellEnd - bytes.count)
    }

    /// Fills the bin up with a free cell and writes its size into its header.
    mutating func finish() -> [UInt8] {
      let rest = -bytes.count & (Bin.alignment - 1)
      if rest > 0 {
        append(Int32(truncatingIfNeeded: rest))
        appendZeros(rest - 4)
      }
      let size = UInt32(truncatingIfNeeded: bytes.count)
      for index in 0..<4 { bytes[8 + index] = UInt8(truncatingIfNeeded: size >> (8 * index)) }
      return bytes
    }
  }
}
