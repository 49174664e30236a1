// SPDX-License-Identifier: MIT

/// Compares everything in a hive with what the format calls for.
///
/// Nothing stops it: what cannot be read is a fault like any other, as the traversal finds it. The
/// rules here are about what a reader can do without.
package struct StructureRules: Sendable {
  let image: HiveImage
  /// The minor version of the format.
  let minorVersion: UInt32
  /// Whether the root key or its list is none of the file, so that nothing is to be said of it.
  private let ignoresRoot: Bool
  let bins: BinScan
  var cells: CellClaims
  /// What is wrong, by kind.
  package internal(set) var faults = FaultTally()

  /// The keys, each after its parent: their nodes, and their parents' places in the list.
  package private(set) var keys: [(node: CellReference, parent: Int32)] = []

  /// How many keys refer to each security record.
  var securityUsers: [CellReference: Int] = [:]
  /// The record of the key looked at last, and how many keys refer to it that are not in there yet.
  var lastSecurity: (record: CellReference, users: Int) = (.noCell, 0)
  /// Lists that keys refer to which say that they have no subkeys, or no values.
  private(set) var uncountedLists: [UncountedList] = []

  struct UncountedList {
    let list: CellReference
    let key: Int32
    let isOfValues: Bool
  }

  /// Goes through a hive.
  ///
  /// - Parameters:
  ///   - image: The hive.
  ///   - bins: Its cells.
  ///   - root: The file offset of the root key's cell.
  ///   - minorVersion: The minor version of the format, as the base block has it.
  ///   - ignoresRoot: Whether nothing is to be said of the root key, since it was made up or
  ///     changed.
  ///   - visit: Gets each key that the traversal is at.
  package init(
    _ image: HiveImage, bins: BinScan, root: Int, minorVersion: UInt32, ignoresRoot: Bool = false,
    visit: (KeyNode, borrowing Traversal) -> Void = { _, _ in }
  ) {
    self.image = image
    self.ignoresRoot = ignoresRoot
    self.minorVersion = minorVersion
    self.bins = bins
    cells = CellClaims(bins)
    keys.reserveCapacity(bins.allocatedCellCount / 5)
    var traversal = Traversal(image, bins: bins, root: root, listsParts: true)
    while let node = traversal.next() {
      keys.append((node.reference, Int32(traversal.visit.parent)))
      cells.claim(traversal.visit.parts) { _, _ in }
      for fault in traversal.visit.faults { report(fault) }
      check(node, traversal)
      visit(node, traversal)
    }
    checkSecurity()
    checkUncountedLists()
    for fault in bins.faults { faults.add(fault) }
    checkUnreferencedCells()
    checkTrailingBytes()
  }

  /// The place of the key that is looked at.
  var current: Int32 { Int32(keys.count) - 1 }

  /// Counts a fault of the key that is looked at.
  mutating func report(
    _ code: FormatError.Code, at offset: Int,
    expected: @autoclosure () -> String, found: @autoclosure () -> String
  ) {
    guard !ignoresRoot || current > 0 else { return }
    faults.add(code, key: current) {
      FormatError(code, at: offset, expected: expected(), found: found())
    }
  }

  private mutating func report(_ error: FormatError) {
    faults.add(error, key: current)
  }
}

// MARK: - Keys

extension StructureRules {
  private mutating func check(_ node: KeyNode, _ traversal: borrowing Traversal) {
    let parent = Int32(traversal.visit.parent)
    checkParent(of: node, parent: parent)
    checkFlags(of: node, isRoot: parent < 0)
    if !traversal.visit.hasPlainName { checkUnits(of: node.name) }
    if node.layerSemantics != 0 {
      report(
        .keyLayer, at: node.cell.content + KeyNode.Layout.layer,
        expected: "a key of one layer only",
        found: node.isTombstone ? "a tombstone" : "a key that replaces others")
    }
    addSecurity(of: node)
    addUncountedLists(of: node)
    let longestValue = check(traversal.visit.values)
    let longestName = checkSubkeys(traversal)
    checkLimits(of: node, longestName, longestValue)
  }

  /// Remembers the lists of a key that says it has nothing in them.
  private mutating func addUncountedLists(of node: KeyNode) {
    if node.subkeyCount == 0, node.subkeyList != .noCell {
      uncountedLists.append(UncountedList(list: node.subkeyList, key: current, isOfValues: false))
    }
    if node.valueCount == 0, node.valueList != .noCell {
      uncountedLists.append(UncountedList(list: node.valueList, key: current, isOfValues: true))
    }
  }

  private mutating func checkParent(of node: KeyNode, parent: Int32) {
    guard parent >= 0 else { return }
    let expected = keys[Int(parent)].node
    guard node.parent != expected else { return }
    report(
      .keyParent, at: node.cell.content + KeyNode.Layout.parent,
      expected: "\(hex(expected)), the key that lists this one", found: hex(node.parent))
  }

  private mutating func checkFlags(of node: KeyNode, isRoot: Bool) {
    let isEntry = node.flags & KeyNode.hiveEntry != 0
    let offset = node.cell.content + KeyNode.Layout.flags
    if isRoot, !isEntry {
      report(.rootFlag, at: offset, expected: "flag 0x4, the root", found: hex(node.flags))
    }
    if !isRoot, isEntry {
      report(
        .entryFlag, at: offset, expected: "no flag 0x4 outside the root", found: hex(node.flags))
    }
    // Volatile keys and mount points are made while Windows runs, and belong to no file.
    if node.flags & 0x0003 != 0 {
      report(
        .keyFlags, at: offset, expected: "no key that is volatile or a mount point",
        found: hex(node.flags))
    }
  }

  /// Checks what names of keys and of values have in common.
  mutating func checkUnits(of name: StoredName) {
    if image.contains(0, name) {
      report(
        .nameNul, at: name.offset, expected: "a name without NUL", found: "one that has a NUL")
    }
  }

  /// Compares the maxima that a key gives out with what it has.
  ///
  /// They never shrink when something is deleted, so only too small ones are wrong.
  private mutating func checkLimits(
    of node: KeyNode, _ longestSubkeyName: Int, _ longest: (name: Int, data: Int)
  ) {
    let content = node.cell.content
    func check(_ what: StaticString, _ stored: Int, at offset: Int, _ found: Int) {
      guard found > stored else { return }
      report(
        .keyLimits, at: content + offset, expected: "\(found) bytes as the longest \(what)",
        found: "\(stored)")
    }
    func stored(at offset: Int) -> Int {
      (try? image.uint32(at: content + offset)).map(Int.init) ?? 0
    }
    let (names, data) = (KeyNode.Layout.valueNameLimit, KeyNode.Layout.dataLimit)
    check(
      "name of a subkey", Int(node.subkeyNameLimit & 0xFFFF), at: KeyNode.Layout.subkeyNameLimit,
      longestSubkeyName)
    check("name of a value", stored(at: names), at: names, longest.name)
    check("data of a value", stored(at: data), at: data, longest.data)
  }
}
