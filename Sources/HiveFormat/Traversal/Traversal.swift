// SPDX-License-Identifier: MIT

/// Goes through a hive key by key, parents before children, in stored order.
///
/// It is the one way through a hive: whatever goes through all keys is a fold over it, so all find
/// the same faults and the same keys. The place in the tree is kept on the heap, and an element of
/// a list is followed once, so that time and memory are bounded by the size of the file.
///
/// A key that two lists have belongs to the key that it names as its parent; where that does not
/// list it, to the first one that does.
package struct Traversal: Sendable {
  /// The deepest level of keys that Windows allows; the root is on level 0.
  package static let deepestLevel = 512

  private struct Pending {
    /// The cell of the key node.
    let key: CellReference
    /// The number of the key above; -1 for none.
    let parent: Int32
    let depth: Int32
  }

  let image: HiveImage
  /// The cells as the bins have them.
  package let bins: BinScan
  private let root: Int
  /// Whether a list has any key that it leads to, whichever parent this names.
  private var followsAll = false
  private let startDepth: Int
  /// Whether the cells of keys are listed in ``Visit/parts``.
  let listsParts: Bool
  var lists: ListReader
  var data: DataReader
  /// The keys and values that were given out; their signatures tell them apart.
  var records: BitSet
  private var pending: [Pending]
  private var soundSecurity = CellReference.noCell
  /// The records of the current key that it lists more than once, and for how many references to
  /// them there was no room.
  var repeated: (records: Set<Int>, leftOut: Int) = ([], 0)
  /// What was read of records ahead of their turn, so that the compiler does not leave it out.
  private var readAhead: UInt32 = 0
  private var count: Int32 = 0

  /// The key that ``next(withSubkeys:)`` went on to.
  package internal(set) var visit = Visit()

  /// Elements that lead to keys which name another key as their parent, by that key.
  private var waiting: [CellReference: [Int]] = [:]
  /// The elements among those that are the only way to their key; nil where not worked out yet.
  private var adopted: Set<Int>?
  /// While these are worked out: the elements that are put off until all others were followed.
  private var deferred: [(element: Int, pending: Pending)]?

  /// Makes a traversal of a key and all keys below it.
  ///
  /// - Parameters:
  ///   - image: The hive.
  ///   - bins: Its cells.
  ///   - root: The file offset of the root key's cell.
  ///   - start: The file offset of the key to begin with; nil for the root.
  ///   - startDepth: How far that key is below the root.
  ///   - listsParts: Whether the cells of keys are to be listed in ``Visit/parts``.
  package init(
    _ image: HiveImage, bins: BinScan, root: Int, from start: Int? = nil, depth startDepth: Int = 0,
    listsParts: Bool = false
  ) {
    self.image = image
    self.bins = bins
    self.root = root
    self.startDepth = startDepth
    self.listsParts = listsParts
    lists = ListReader(image, isWhole: true)
    data = DataReader(image, bins: bins, listsParts: listsParts)
    records = BitSet(covering: image.binsEnd, stride: 8)
    let start = start ?? root
    _ = records.insert(start)
    pending = [
      Pending(key: CellReference(truncatingIfNeeded: start - BaseBlock.size), parent: -1, depth: 0)
    ]
  }

  /// Goes on to the next key.
  ///
  /// - Parameter withSubkeys: Whether to go down to the subkeys of the key, which is at this depth
  ///   below the first.
  /// - Returns: The key; nil at the end.
  @inline(__always)
  package mutating func next(withSubkeys: (Int) -> Bool = { _ in true }) -> KeyNode? {
    while let next = pending.popLast() {
      // Readable: that was made sure of before the key was put on the stack.
      guard let cell = image.keyNodeCell(at: next.key.fileOffset),
        let node = try? KeyNode(in: cell, of: image)
      else { continue }
      begin(next)
      read(node)
      if withSubkeys(Int(next.depth)) { addSubkeys(of: node) }
      return node
    }
    return nil
  }

  /// Leaves out what is below the current key.
  package mutating func skipSubkeys() {
    while let last = pending.last, Int(last.depth) > visit.depth { pending.removeLast() }
  }

  /// Reads a key by itself, for whoever goes through the keys in another order.
  ///
  /// Its subkeys are in ``subkeys``.
  package mutating func read(keyAt offset: Int) -> KeyNode? {
    guard let node = try? KeyNode(parsing: image, at: offset) else { return nil }
    _ = records.insert(offset)
    begin(Pending(key: node.reference, parent: -1, depth: 0))
    pending.removeAll(keepingCapacity: true)
    read(node)
    addSubkeys(of: node)
    return node
  }

  /// The lists of subkeys of the current key, where it has any.
  package var leaves: [ListReader.Leaf] { lists.leaves }
  /// The places in the file of the elements in the key's lists that no key had before.
  package var elements: [Int] { lists.elements }

  /// The file offsets of the subkeys of the key that was read by itself, in stored order.
  package var subkeys: [Int] { pending.reversed().map(\.key.fileOffset) }

  private mutating func begin(_ next: Pending) {
    visit.begin(index: Int(count), parent: Int(next.parent), depth: Int(next.depth))
    count &+= 1
  }

  @inline(__always)
  mutating func note(_ kind: Visit.Kind, _ cell: Cell, used: Int) {
    if listsParts { visit.parts.append(Visit.Part(kind: kind, cell: cell, used: used)) }
  }
}

// MARK: - A key

extension Traversal {
  private mutating func read(_ node: KeyNode) {
    note(.key, node.cell, used: KeyNode.fixedSize + node.name.byteCount)
    checkNames(of: node)
    if visit.depth + startDepth == Self.deepestLevel + 1 {
      visit.faults.report(
        FormatError(
          .keyDepth, at: node.offset, expected: "at most \(Self.deepestLevel) levels of keys",
          found: "another one"))
    }
    readSecurity(of: node)
    if node.classNameLength > 0, node.className != .noCell { readClassName(of: node) }
    if node.valueCount > 0 { readValues(of: node) }
  }

  private mutating func checkNames(of node: KeyNode) {
    if Int(node.storedNameLength) != node.name.byteCount, let fault = node.nameFault {
      visit.faults.report(fault)
    }
    checkLength(of: node.name, at: node.cell.content + KeyNode.Layout.nameLength)
    visit.hasPlainName = node.name.byteCount > 0 && image.isPlain(node.name)
    guard !visit.hasPlainName else { return visit.isEscapedInPath = false }
    let hasBackslash = image.contains(0x5C, node.name)
    visit.isEscapedInPath =
      hasBackslash || node.name.byteCount == 0
      || !node.name.isLatin1
        && (image.contains(0x2039, node.name) || image.contains(0x2026, node.name))
    if node.storedNameLength == 0, node.offset != root {
      visit.faults.report(
        FormatError(
          .keyNameEmpty, at: node.cell.content + KeyNode.Layout.nameLength, expected: "a name",
          found: "a name of 0 bytes"))
    }
    if hasBackslash, node.offset != root {
      visit.faults.report(
        FormatError(
          .keyNameBackslash, at: node.name.offset, expected: "a name without a backslash",
          found: "one that has a backslash"))
    }
  }

  @inline(__always)
  mutating func checkLength(of name: StoredName, at offset: @autoclosure () -> Int) {
    guard !name.isLatin1, name.byteCount & 1 != 0 else { return }
    visit.faults.report(
      FormatError(
        .nameOddLength, at: offset(), expected: "an even number of bytes of UTF-16",
        found: "\(name.byteCount)"))
  }

  private mutating func readSecurity(of node: KeyNode) {
    // Neighbours mostly share their security descriptor: no need to judge it for each of them.
    guard node.security != soundSecurity, node.security != .noCell else { return }
    do throws(FormatError) {
      let record = try SecurityRecord(parsing: image, at: node.security.fileOffset)
      note(.security, record.cell, used: SecurityRecord.fixedSize + record.descriptorSize)
      let isPlaced = bins.checkStart(of: record.cell, reporting: &visit.faults)
      if let fault = record.sizeFault {
        visit.faults.report(fault)
      } else if isPlaced {
        soundSecurity = node.security
      }
    } catch {
      visit.faults.report(error)
    }
  }

  private mutating func readClassName(of node: KeyNode) {
    do throws(FormatError) {
      let (cell, name) = try image.classNameCell(of: node, reporting: &visit.faults)
      note(.className, cell, used: name.byteCount)
      data.reportsReuse = true
      let count = data.take(
        name.byteCount, of: cell, for: .className, .classNameReused, "class name",
        reporting: &visit.faults)
      visit.className = StoredName(offset: name.offset, byteCount: count, isLatin1: false)
    } catch {
      visit.faults.report(error)
    }
  }
}

// MARK: - Subkeys

extension Traversal {
  private mutating func addSubkeys(of node: KeyNode) {
    let own = node.reference
    guard node.subkeyCount > 0 else { return }
    if !waiting.isEmpty, let elements = waiting.removeValue(forKey: own) {
      // Another key's list led to these first, and they are this key's.
      lists.reopen(elements)
    }
    visit.hasSubkeys = true
    lists.readSubkeys(of: node, reporting: &visit.faults)
    for leaf in lists.leaves {
      _ = bins.checkStart(of: leaf.list.cell, reporting: &visit.faults)
      note(.subkeyList, leaf.list.cell, used: 4 + leaf.list.count * leaf.list.kind.stride)
    }
    for element in lists.elements { lookAhead(at: element) }
    let first = pending.count
    for leaf in lists.leaves {
      for place in leaf.elements {
        let element = lists.elements[place]
        guard let reference = try? image.uint32(at: element) else { continue }
        add(
          Pending(key: reference, parent: count &- 1, depth: Int32(visit.depth) &+ 1),
          at: element, of: leaf, own)
      }
    }
    // The stack gives out last what was put on it first.
    pending[first...].reverse()
  }

  /// Touches the record that an element leads to, long before it is looked at: the processor then
  /// waits for many at a time, not for one after the other.
  @inline(__always)
  mutating func lookAhead(at element: Int) {
    guard let reference = image.fields(at: element, count: 4)?.uint32(at: 0) else { return }
    readAhead &+= image.fields(at: reference.fileOffset, count: 4)?.uint32(at: 0) ?? 0
  }

  /// Puts a key on the stack, unless it belongs elsewhere.
  @inline(__always)
  private mutating func add(
    _ key: Pending, at element: Int, of leaf: ListReader.Leaf, _ lister: CellReference
  ) {
    let offset = key.key.fileOffset
    guard let cell = image.keyNodeCell(at: offset) else {
      visit.faults.report { [image] () throws(FormatError) in
        try image.checkKeyNode(at: offset)
      }
      return
    }
    _ = bins.checkStart(of: cell, reporting: &visit.faults)
    let parent = (try? image.uint32(at: cell.content + KeyNode.Layout.parent)) ?? .noCell
    guard parent == lister || isAdopted(key, at: element, of: leaf, by: parent),
      records.insert(offset)
    else {
      let reused = image.reused(offset, .keyReused, "key")
      return visit.faults.report(reused)
    }
    pending.append(key)
  }

  /// Whether a list has a key that names another parent, which does not list it.
  @inline(never)
  private mutating func isAdopted(
    _ key: Pending, at element: Int, of leaf: ListReader.Leaf, by parent: CellReference
  ) -> Bool {
    if followsAll { return true }
    if adopted == nil, deferred == nil { adopted = orphans() }
    if let adopted, adopted.contains(element) { return true }
    waiting[parent, default: []].append(element)
    if let index = leaf.index { waiting[parent, default: []].append(index) }
    deferred?.append((element, key))
    return false
  }

  /// Finds the elements that are the only way to a key whose own parent does not list it.
  ///
  /// For that, all keys are gone through by the elements that lead to children of their own; then
  /// the others are tried one by one, in the same order.
  private func orphans() -> Set<Int> {
    var scout = Traversal(image, bins: bins, root: root)
    scout.deferred = []
    var adopted: Set<Int> = []
    var next = 0
    while true {
      while let entry = scout.pending.popLast() {
        guard let node = try? KeyNode(parsing: image, at: entry.key.fileOffset) else { continue }
        scout.begin(entry)
        scout.addSubkeys(of: node)
      }
      guard let late = scout.deferred, next < late.count else { return adopted }
      if scout.records.insert(late[next].pending.key.fileOffset) {
        adopted.insert(late[next].element)
        scout.pending.append(late[next].pending)
      }
      next += 1
    }
  }
}

// MARK: - What can be reached

extension Traversal {
  /// Goes through a key and all keys that lists lead to from it, whichever parents these name.
  ///
  /// - Returns: How many of the keys had not been reached before.
  mutating func reach(from start: Int) -> Int {
    followsAll = true
    if records.insert(start) {
      let key = CellReference(truncatingIfNeeded: start - BaseBlock.size)
      pending.append(Pending(key: key, parent: -1, depth: 0))
    }
    var count = 0
    while let next = pending.popLast() {
      guard let node = try? KeyNode(parsing: image, at: next.key.fileOffset) else { continue }
      begin(next)
      addSubkeys(of: node)
      count += 1
    }
    return count
  }

  /// Whether a key was reached.
  func isReached(_ key: Int) -> Bool { records.contains(key) }
}
