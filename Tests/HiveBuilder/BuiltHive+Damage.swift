// SPDX-License-Identifier: MIT

// Damage of known kinds. Each function leaves everything else as it was, so that a test can say
// exactly what must still be readable.

// MARK: - Lists

extension BuiltHive {
  /// Where the element for a subkey is in its parent's list.
  ///
  /// The element is the offset of the key node, then hint or hash. `index` counts in the order of
  /// the list, over all leaves.
  package func subkeyElement(of path: String, at index: Int) -> Int {
    var rest = index
    for list in key(path).subkeyLists {
      let signature = bytes[list + 4..<list + 6]
      if signature.elementsEqual("ri".utf8) { continue }
      let count = Int(number(UInt16.self, at: list + 6))
      if rest < count {
        return list + 8 + rest * (signature.elementsEqual("li".utf8) ? 4 : 8)
      }
      rest -= count
    }
    preconditionFailure("\(path) has no subkey \(index)")
  }

  /// Where the reference to a value is in its key's list.
  package func valueElement(of path: String, at index: Int) -> Int {
    guard let list = key(path).valueList else { preconditionFailure("\(path) has no values") }
    return list + 4 + index * 4
  }

  /// Lets the list name one subkey twice and another one not at all.
  package mutating func listSubkeyTwice(in path: String, at index: Int = 0, insteadOf lost: Int = 1)
  {
    put(
      number(UInt32.self, at: subkeyElement(of: path, at: index)),
      at: subkeyElement(of: path, at: lost))
  }

  /// Lets an element of a subkey list lead somewhere else: to no cell at all unless told where.
  package mutating func redirectSubkey(
    of path: String, at index: Int, to reference: UInt32 = 0x7FFF_FFF8
  ) {
    put(reference, at: subkeyElement(of: path, at: index))
  }

  /// Lets an element of a value list lead somewhere else: to no cell at all unless told where.
  package mutating func redirectValue(
    of path: String, at index: Int, to reference: UInt32 = 0x7FFF_FFF8
  ) {
    put(reference, at: valueElement(of: path, at: index))
  }

  /// Lets a subkey be the key at `ancestor`, so that the tree has a loop.
  package mutating func closeLoop(from path: String, at index: Int = 0, to ancestor: String = "") {
    redirectSubkey(of: path, at: index, to: relative(key(ancestor).node))
  }

  /// Lets the index root of a key with several leaves list itself as its first leaf.
  package mutating func listIndexInItself(of path: String) {
    let root = key(path).subkeyLists[0]
    put(relative(root), at: root + 8)
  }

  /// Exchanges two subkeys in the list, so that it is no longer in order.
  package mutating func swapSubkeys(of path: String, _ first: Int, _ second: Int) {
    let one = subkeyElement(of: path, at: first)
    let other = subkeyElement(of: path, at: second)
    let kind = key(path).subkeyLists.last.map { bytes[$0 + 5] }
    for offset in stride(from: 0, to: kind == UInt8(ascii: "i") ? 4 : 8, by: 4) {
      let number = number(UInt32.self, at: one + offset)
      put(self.number(UInt32.self, at: other + offset), at: one + offset)
      put(number, at: other + offset)
    }
  }

  /// Lets the header of a list say that it has `count` elements.
  package mutating func setListCount(of path: String, list index: Int = 0, to count: UInt16) {
    put(count, at: key(path).subkeyLists[index] + 6)
  }
}

// MARK: - Values and names

extension BuiltHive {
  /// Lets a big-data record claim `count` segments.
  package mutating func setSegmentCount(of path: String, _ name: NameDescription, to count: UInt16)
  {
    guard let record = value(path, name).data else { preconditionFailure("no cell of data") }
    put(count, at: record + 6)
  }

  /// Lets a value claim more data than its cell has.
  package mutating func setDataSize(of path: String, _ name: NameDescription, to size: UInt32) {
    set(.dataSize, of: path, name, to: size)
  }

  /// Lets a key claim a name that reaches past its cell.
  package mutating func setNameLength(of path: String, to length: UInt16) {
    set(.nameLength, of: path, to: length)
  }
}

// MARK: - Cells, bins and the file

extension BuiltHive {
  /// Marks the cell at an offset free, or allocated if it was free.
  package mutating func flipAllocation(of cell: Int) {
    put(Int32(-cellSize(at: cell)), at: cell)
  }

  /// Writes any number into a cell's size field.
  package mutating func setCellSize(at cell: Int, to size: Int32) {
    put(size, at: cell)
  }

  /// Makes the last 8 bytes of the last bin an allocated cell that begins with `signature`.
  ///
  /// Its record is cut off by the end of the bins. The bytes are taken from the free cell that ends
  /// the bin.
  ///
  /// - Returns: The new cell, or nil where the last bin ends with an allocated cell or too little
  ///   is free.
  package mutating func makeTinyCellAtEnd(_ signature: String) -> Int? {
    guard let bin = bins.last else { return nil }
    var cell = bin + 32
    while cell + max(abs(cellSize(at: cell)), 8) < binsEnd {
      cell += max(abs(cellSize(at: cell)), 8)
    }
    let size = cellSize(at: cell)
    guard size >= 16 else { return nil }
    put(Int32(size - 8), at: cell)
    put(Int32(-8), at: binsEnd - 8)
    put(Array(signature.utf8), at: binsEnd - 4)
    return binsEnd - 8
  }

  /// Cuts the file off after the first `count` bins, while the base block still counts all.
  package mutating func truncate(afterBins count: Int) {
    truncate(to: count < bins.count ? bins[count] : binsEnd)
  }

  /// Overwrites the signature of a bin.
  package mutating func breakBin(_ index: Int, signature: String = "gbin") {
    put(Array(signature.utf8), at: bins[index])
  }

  /// Marks the hive as one whose last write was not finished.
  package mutating func makeDirty() {
    set(.primarySequence, to: number(UInt32.self, at: HeaderField.secondarySequence.offset) &+ 1)
  }

  /// Makes the checksum wrong.
  package mutating func breakChecksum() {
    bytes[HeaderField.checksum.offset] ^= 0xFF
  }
}
