// SPDX-License-Identifier: MIT

/// Goes through a hive once and compares everything with what the format calls for.
///
/// Nothing stops it: what cannot be read is a fault like any other. The place in the tree is kept
/// on the heap and no cell is entered twice, so the work is bounded by the size of the file.
package struct StructurePass: Sendable {
  let image: HiveImage
  /// The minor version of the format.
  let minorVersion: UInt32
  /// Whether the root key is none of the file, so that nothing is to be said of it.
  private let ignoresRoot: Bool
  var cells: CellMap
  /// What is wrong, by kind.
  package internal(set) var faults = FaultTally()

  /// The keys met, each behind its parent: their nodes, and their parents' places in the list.
  package private(set) var keys: [(node: CellReference, parent: Int32)] = []
  private var pending: [(node: CellReference, parent: Int32)] = []

  /// How many keys refer to each security record.
  var securityUsers: [CellReference: Int] = [:]
  /// Lists that keys refer to which say that they have no subkeys, or no values.
  var uncountedLists: [UncountedList] = []

  struct UncountedList {
    let list: CellReference
    let key: Int32
    let isOfValues: Bool
  }

  /// Goes through a hive.
  ///
  /// - Parameters:
  ///   - image: The hive.
  ///   - root: The file offset of the root key's cell.
  ///   - minorVersion: The minor version of the format, as the base block has it.
  ///   - ignoresRoot: Whether nothing is to be said of the root key, since it was made up.
  package init(_ image: HiveImage, root: Int, minorVersion: UInt32, ignoresRoot: Bool = false) {
    self.image = image
    self.ignoresRoot = ignoresRoot
    self.minorVersion = minorVersion
    cells = CellMap(image)
    keys.reserveCapacity(cells.allocatedCellCount / 5)
    push(CellReference(truncatingIfNeeded: root - BaseBlock.size), parent: -1, at: 36)
    while let next = pending.popLast() {
      keys.append(next)
      if let node = try? KeyNode(parsing: image, at: next.node.fileOffset) {
        visit(node, parent: next.parent)
      }
    }
    checkSecurity()
    checkUncountedLists()
    for fault in cells.faults { faults.add(fault) }
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

  mutating func report(_ error: FormatError) {
    faults.add(error, key: current)
  }

  mutating func reportReuse(of cell: Cell, as code: FormatError.Code, _ what: String) {
    report(
      code, at: cell.offset, expected: "a \(what) that belongs to one place only",
      found: "a second reference to it")
  }

  /// Puts a key on the stack, unless it was there before; false where it cannot be read.
  mutating func push(_ reference: CellReference, parent: Int32, at element: Int) {
    do throws(FormatError) {
      let cell = try image.cell(
        at: reference.fileOffset, signature: KeyNode.signature,
        minimumContent: KeyNode.fixedSize)
      guard cells.claim(cell) != nil else { return reportReuse(of: cell, as: .keyReused, "key") }
      pending.append((reference, parent))
    } catch {
      report(error)
    }
  }

  /// Lets the keys put on the stack since it had so many come off it in the order of their list.
  mutating func reversePending(from first: Int) {
    pending[first...].reverse()
  }

  var pendingCount: Int { pending.count }
}

// MARK: - Keys

extension StructurePass {
  private mutating func visit(_ node: KeyNode, parent: Int32) {
    checkParent(of: node, parent: parent)
    checkFlags(of: node, isRoot: parent < 0)
    checkName(of: node, isRoot: parent < 0)
    if node.layerSemantics != 0 {
      report(
        .keyLayer, at: node.cell.content + 13, expected: "a key of one layer only",
        found: node.isTombstone ? "a tombstone" : "a key that replaces others")
    }
    addSecurity(of: node)
    addClassName(of: node)
    let longestValue = addValues(of: node)
    let longestName = addSubkeys(of: node)
    checkLimits(of: node, longestName, longestValue)
  }

  private mutating func checkParent(of node: KeyNode, parent: Int32) {
    guard parent >= 0 else { return }
    let expected = keys[Int(parent)].node
    guard node.parent != expected else { return }
    report(
      .keyParent, at: node.cell.content + 16,
      expected: "\(hex(expected)), the key that lists this one", found: hex(node.parent))
  }

  private mutating func checkFlags(of node: KeyNode, isRoot: Bool) {
    let isEntry = node.flags & KeyNode.hiveEntry != 0
    let offset = node.cell.content + 2
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

  private mutating func checkName(of node: KeyNode, isRoot: Bool) {
    let offset = node.cell.content + 72
    if let fault = node.nameFault { report(fault) }
    if node.storedNameLength == 0, !isRoot {
      report(.keyNameEmpty, at: offset, expected: "a name", found: "a name of 0 bytes")
    }
    checkUnits(of: node.name, lengthAt: offset)
    if !isRoot, contains(0x5C, node.name) {
      report(
        .keyNameBackslash, at: node.name.offset, expected: "a name without a backslash",
        found: "one that has a backslash")
    }
  }

  /// Checks what names of keys and of values have in common.
  mutating func checkUnits(of name: StoredName, lengthAt offset: Int) {
    if !name.isLatin1, name.byteCount % 2 != 0 {
      report(
        .nameOddLength, at: offset, expected: "an even number of bytes of UTF-16",
        found: "\(name.byteCount)")
    }
    if contains(0, name) {
      report(
        .nameNul, at: name.offset, expected: "a name without NUL", found: "one that has a NUL")
    }
  }

  private func contains(_ unit: UInt16, _ name: StoredName) -> Bool {
    for index in 0..<name.unitCount where image.unit(index, of: name) == unit { return true }
    return false
  }

  private mutating func addClassName(of node: KeyNode) {
    guard node.classNameLength > 0, node.className != .noCell else { return }
    do throws(FormatError) {
      let cell = try image.allocatedCell(at: node.className.fileOffset)
      guard cells.claim(cell) != nil else {
        return reportReuse(of: cell, as: .classNameReused, "class name")
      }
      if Int(node.classNameLength) > cell.contentSize {
        report(
          .classNameOverrun, at: node.cell.content + 74,
          expected: "a class name of at most \(cell.contentSize) bytes",
          found: "\(node.classNameLength)")
      }
    } catch {
      report(error)
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
    check("name of a subkey", Int(node.subkeyNameLimit & 0xFFFF), at: 52, longestSubkeyName)
    check("name of a value", number(at: content + 60), at: 60, longest.name)
    check("data of a value", number(at: content + 64), at: 64, longest.data)
  }

  private func number(at offset: Int) -> Int {
    (try? image.uint32(at: offset)).map(Int.init) ?? 0
  }
}
