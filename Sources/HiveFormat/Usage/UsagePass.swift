// SPDX-License-Identifier: MIT

/// Goes through a hive once, first along its bins and then along its tree, and finds out for every
/// cell what leads to it.
///
/// The lists are read here and not through libhivex, because it is their cells that count. The
/// place in the tree is kept on the heap, and no cell is entered twice: the work is bounded by the
/// size of the file, whatever it refers to.
package struct UsagePass: Sendable {
  /// A fault, and the account of the key that it was met at; -1 where it belongs to none.
  package struct Fault: Sendable {
    package let error: FormatError
    package let key: Int32
  }

  /// How many faults are kept; the others are counted.
  static let faultLimit = 1000

  let image: HiveImage
  /// The cells as the bins hold them.
  package internal(set) var cells: CellMap
  /// The bytes that the tree leads to, by kind.
  package internal(set) var kinds = CellKindBytes()
  /// One for each key, every key before those below it, in stored order.
  package private(set) var keys: [KeyAccount] = []
  /// How many values there are.
  package internal(set) var valueCount = 0
  /// The faults met in the tree, the first ones.
  package private(set) var faults: [Fault] = []
  /// How many faults there are in all, those in ``CellMap/faults`` not counted.
  package private(set) var faultCount = 0
  /// The used cells that nothing leads to: how many, and their size.
  package private(set) var unreferenced = (count: 0, bytes: 0)

  private var budget: ReadingBudget
  private var pending: [(node: CellReference, parent: Int32, bytes: Int)] = []
  private var lastSecurity = CellReference.noCell

  /// Goes through a hive.
  ///
  /// - Parameters:
  ///   - image: The hive.
  ///   - root: The file offset of the root key's cell.
  package init(_ image: HiveImage, root: Int) {
    self.image = image
    cells = CellMap(image)
    budget = ReadingBudget(for: image)
    keys.reserveCapacity(cells.allocatedCellCount / 5)
    push(CellReference(truncatingIfNeeded: root - BaseBlock.size), parent: -1)
    while let next = pending.popLast() {
      visit(next)
    }
    sumUp()
    unreferenced = cells.unclaimedCells()
  }

  private mutating func sumUp() {
    for index in keys.indices.reversed() {
      let key = keys[index]
      guard key.parent >= 0 else { continue }
      let parent = Int(key.parent)
      keys[parent].bytes += key.bytes
      keys[parent].keyCount += key.keyCount
      keys[parent].valueCount += key.valueCount
      keys[parent].latestWritten = max(keys[parent].latestWritten, key.latestWritten)
    }
  }

  mutating func report(_ error: FormatError) {
    faultCount += 1
    guard keepsFaults else { return }
    faults.append(Fault(error: error, key: Int32(keys.count) - 1))
  }

  /// How many elements of a list may be read: fewer than it has only where lists overlap.
  mutating func takeElements(_ count: Int, of list: Cell) -> Int {
    let taken = budget.take(elements: count)
    if taken < count { report(image.overlap(at: list.offset, "\(count) more elements in a list")) }
    return taken
  }

  /// Counts a fault, and makes its description only where that is kept.
  mutating func reportAnother() { faultCount += 1 }

  var keepsFaults: Bool { faults.count < Self.faultLimit }

  mutating func reportReuse(of cell: Cell, as code: FormatError.Code, _ what: String) {
    guard keepsFaults else { return reportAnother() }
    report(
      FormatError(
        code, at: cell.offset, expected: "a \(what) that belongs to one place only",
        found: "a second reference to it"))
  }
}

// MARK: - Keys

extension UsagePass {
  private mutating func visit(_ next: (node: CellReference, parent: Int32, bytes: Int)) {
    // Readable: that was made sure of before the offset was put on the stack.
    guard let node = try? KeyNode(parsing: image, at: next.node.fileOffset) else { return }
    var account = KeyAccount(
      node: next.node, parent: next.parent,
      depth: next.parent < 0 ? 0 : keys[Int(next.parent)].depth + 1, ownBytes: next.bytes)
    account.lastWritten = node.lastWritten
    account.latestWritten = node.lastWritten
    keys.append(account)
    if let fault = node.nameFault { report(fault) }
    addSecurity(of: node)
    if node.classNameLength > 0, node.className != .noCell { addClassName(of: node, &account) }
    if node.valueCount > 0 { addValues(of: node, &account) }
    if node.subkeyCount > 0 { addSubkeys(of: node, &account) }
    account.bytes = account.ownBytes
    account.valueCount = account.ownValueCount
    keys[keys.count - 1] = account
  }

  /// Puts a key on the stack, unless it was there before.
  private mutating func push(_ reference: CellReference, parent: Int32) {
    guard keepsFaults || image.keyNodeCell(at: reference.fileOffset) != nil else {
      return reportAnother()
    }
    do throws(FormatError) {
      let cell = try image.cell(
        at: reference.fileOffset, signature: KeyNode.signature,
        minimumContent: KeyNode.fixedSize)
      guard let bytes = cells.claim(cell) else {
        return reportReuse(of: cell, as: .keyReused, "key")
      }
      guard budget.take(record: cell) else { throw image.overlap(at: cell.offset, "another key") }
      kinds.keys += bytes
      pending.append((reference, parent, bytes))
    } catch {
      report(error)
    }
  }

  private mutating func addSubkeys(of node: KeyNode, _ account: inout KeyAccount) {
    let first = pending.count
    var listed = 0
    do throws(FormatError) {
      let list = try SubkeyList(parsing: image, at: node.subkeyList.fileOffset)
      guard add(list, to: &account) else { return }
      if list.kind == .indexRoot {
        for index in 0..<takeElements(list.count, of: list.cell) {
          listed += addLeaf(at: list.offset(of: index), &account)
        }
      } else {
        listed = addKeys(of: list)
      }
    } catch {
      return report(error)
    }
    if listed != Int(node.subkeyCount) {
      report(
        FormatError(
          .listCount, at: node.cell.content + 20, expected: "\(listed) subkeys, as listed",
          found: "\(node.subkeyCount)"))
    }
    // The stack gives out last what was put on it first.
    pending[first...].reverse()
  }

  private mutating func addLeaf(at element: Int, _ account: inout KeyAccount) -> Int {
    do throws(FormatError) {
      let reference: CellReference = try image.uint32(at: element)
      let leaf = try SubkeyList(parsing: image, at: reference.fileOffset)
      guard leaf.kind != .indexRoot else {
        throw FormatError(
          .listNesting, at: leaf.cell.content, expected: "a list of keys",
          found: "a list of lists inside another")
      }
      return add(leaf, to: &account) ? addKeys(of: leaf) : 0
    } catch {
      report(error)
      return 0
    }
  }

  /// Counts a list's cell; false where it was counted before.
  private mutating func add(_ list: SubkeyList, to account: inout KeyAccount) -> Bool {
    if let fault = list.countFault { report(fault) }
    guard let bytes = cells.claim(list.cell) else {
      reportReuse(of: list.cell, as: .listReused, "list of subkeys")
      return false
    }
    kinds.subkeyLists += bytes
    account.ownBytes += bytes
    return true
  }

  private mutating func addKeys(of leaf: SubkeyList) -> Int {
    let parent = Int32(keys.count - 1)
    for index in 0..<takeElements(leaf.count, of: leaf.cell) {
      if let reference = try? image.uint32(at: leaf.offset(of: index)) {
        push(reference, parent: parent)
      }
    }
    return leaf.count
  }
}

// MARK: - Class names and security

extension UsagePass {
  private mutating func addClassName(of node: KeyNode, _ account: inout KeyAccount) {
    do throws(FormatError) {
      let cell = try image.allocatedCell(at: node.className.fileOffset)
      guard let bytes = cells.claim(cell) else {
        return reportReuse(of: cell, as: .classNameReused, "class name")
      }
      kinds.classNames += bytes
      account.ownBytes += bytes
    } catch {
      report(error)
    }
  }

  /// Counts a security record the first time that a key refers to it.
  private mutating func addSecurity(of node: KeyNode) {
    guard node.security != lastSecurity, node.security != .noCell else { return }
    lastSecurity = node.security
    do throws(FormatError) {
      let record = try SecurityRecord(parsing: image, at: node.security.fileOffset)
      guard let bytes = cells.claim(record.cell) else { return }
      kinds.security += bytes
    } catch {
      report(error)
    }
  }
}

extension FormatError.Code {
  /// A key stands in two lists, or twice in one, or is its own ancestor.
  package static let keyReused = Self(rawValue: "key-reused")
  /// A value stands in two lists, or twice in one.
  package static let valueReused = Self(rawValue: "value-reused")
  /// Two values refer to the same data.
  package static let dataReused = Self(rawValue: "data-reused")
  /// Two keys refer to the same class name.
  package static let classNameReused = Self(rawValue: "class-name-reused")
}
