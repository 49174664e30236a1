// SPDX-License-Identifier: MIT

/// Reads the lists of keys: the one place where elements of lists are followed.
///
/// Lists may overlap in a crafted file, thousands of them in a page. An element, which is 4 bytes
/// of the file, is handed out once; to pass by those that were handed out before takes a 64th of
/// the time. What is an element of a list of one kind may be one of another kind too: whatever
/// leads to nothing there takes nothing from the list that has it.
package struct ListReader: Sendable {
  /// A list of subkeys, and which of the elements that were read last are its own.
  package struct Leaf: Sendable {
    package let list: SubkeyList
    package let elements: Range<Int>
    /// The element of the list of lists that led to it; nil where the key has no such list.
    let index: Int?
  }

  let image: HiveImage
  /// The elements of lists of subkeys that were handed out.
  private var keyElements: BitSet?
  /// The elements of lists of lists that were handed out; made when there are any.
  private var listElements: BitSet?
  /// The elements of lists of values that were handed out.
  private var valueElements: BitSet?
  /// The places in the file of the elements that were read last.
  package private(set) var elements: [Int] = []
  /// The lists of the key whose subkeys were read last, that of lists first.
  package private(set) var leaves: [Leaf] = []
  private var indexElements: [Int] = []
  private let isWhole: Bool
  /// Elements that are handed out once more, to the key whose subkeys are read next.
  private var reopened = ReopenedElements()

  /// Makes a reader.
  ///
  /// - Parameters:
  ///   - image: The hive.
  ///   - isWhole: Whether it reads the lists of many keys. Otherwise it forgets what it handed
  ///     out, and needs no memory.
  package init(_ image: HiveImage, isWhole: Bool) {
    self.image = image
    self.isWhole = isWhole
    guard isWhole else { return }
    keyElements = BitSet(covering: image.binsEnd, stride: 4)
    valueElements = keyElements
  }

  /// Makes a reader that has read some elements.
  package init(_ image: HiveImage, elements: [Int]) {
    self.init(image, isWhole: false)
    self.elements = elements
  }

  /// Lets the key whose subkeys are read next have elements that were handed out before.
  mutating func reopen(_ elements: [Int]) { reopened = ReopenedElements(elements) }

  /// Reads the elements of a key's lists of subkeys.
  ///
  /// What cannot be read is reported and left out.
  package mutating func readSubkeys(of node: KeyNode, reporting faults: inout [FormatError]) {
    elements.removeAll(keepingCapacity: true)
    leaves.removeAll(keepingCapacity: true)
    defer { if !reopened.isEmpty { reopened = ReopenedElements() } }
    guard node.subkeyCount > 0 else { return }
    var listed = 0
    if let list = list(at: node.subkeyList, reporting: &faults) {
      if list.kind == .indexRoot {
        leaves.append(Leaf(list: list, elements: 0..<0, index: nil))
        let lists = lists(in: list, reporting: &faults)
        // The lists of a single key can have an element twice only where they overlap.
        if keyElements == nil, Self.overlap(lists.map(\.list)) {
          keyElements = BitSet(covering: image.binsEnd, stride: 4)
        }
        for (leaf, element) in lists {
          add(leaf, at: element, listed: &listed, reporting: &faults)
        }
      } else {
        add(list, at: nil, listed: &listed, reporting: &faults)
      }
    }
    if listed != Int(node.subkeyCount) {
      faults.report(
        FormatError(
          .listCount, at: node.cell.content + KeyNode.Layout.subkeyCount,
          expected: "\(listed) subkeys, as listed", found: "\(node.subkeyCount)"))
    }
  }

  /// The lists of a key's subkeys, without reading their elements; nil where that cannot be done,
  /// since they overlap.
  package mutating func lists(of node: KeyNode) -> [SubkeyList]? {
    guard node.subkeyCount > 0 else { return [] }
    var ignored: [FormatError] = []
    guard let list = list(at: node.subkeyList, reporting: &ignored) else { return [] }
    guard list.kind == .indexRoot else { return [list] }
    let lists = lists(in: list, reporting: &ignored).map(\.list)
    return Self.overlap(lists) ? nil : lists
  }

  /// The lists that a list of lists leads to, and the elements that lead to them.
  private mutating func lists(
    in index: SubkeyList, reporting faults: inout [FormatError]
  ) -> [(list: SubkeyList, element: Int)] {
    indexElements.removeAll(keepingCapacity: true)
    if isWhole, listElements == nil {
      listElements = BitSet(covering: image.binsEnd, stride: 4)
    }
    Self.take(
      index, of: image, marking: &listElements, besides: &reopened, into: &indexElements,
      reporting: &faults)
    var lists: [(list: SubkeyList, element: Int)] = []
    for element in indexElements {
      guard let reference = try? image.uint32(at: element),
        let leaf = list(at: reference, reporting: &faults)
      else { continue }
      if leaf.kind == .indexRoot {
        faults.report(
          FormatError(
            .listNesting, at: leaf.cell.content, expected: "a list of keys",
            found: "a list of lists inside another"))
      } else {
        lists.append((leaf, element))
      }
    }
    return lists
  }

  private static func overlap(_ lists: [SubkeyList]) -> Bool {
    var ranges = lists.map { $0.offset(of: 0)..<$0.offset(of: $0.count) }
    ranges.sort { $0.lowerBound < $1.lowerBound }
    return zip(ranges, ranges.dropFirst()).contains { $0.upperBound > $1.lowerBound }
  }

  private mutating func add(
    _ leaf: SubkeyList, at index: Int?, listed: inout Int, reporting faults: inout [FormatError]
  ) {
    let first = elements.count
    Self.take(
      leaf, of: image, marking: &keyElements, besides: &reopened, into: &elements,
      reporting: &faults)
    leaves.append(Leaf(list: leaf, elements: first..<elements.count, index: index))
    if elements.count > first { listed += leaf.count }
  }

  /// Hands out the elements of a list that were not handed out before.
  private static func take(
    _ list: SubkeyList, of image: HiveImage, marking marks: inout BitSet?,
    besides reopened: inout ReopenedElements, into fresh: inout [Int],
    reporting faults: inout [FormatError]
  ) {
    if let fault = list.countFault { faults.report(fault) }
    let first = fresh.count
    if marks?.insertRow(
      at: list.offset(of: 0), count: list.count, distance: list.kind.stride, into: &fresh) == nil
    {
      for index in 0..<list.count { fresh.append(list.offset(of: index)) }
    }
    if !reopened.isEmpty {
      reopened.take(
        from: list.offset(of: 0), to: list.offset(of: list.count), distance: list.kind.stride,
        into: &fresh)
      fresh[first...].sort()
    }
    image.reportRepeated(
      list.count - (fresh.count - first), of: list.count, in: list.cell, "list of subkeys",
      to: &faults)
  }

  /// Reports a free cell that something leads to; of many keys, the traversal does.
  private func reportFree(_ cell: Cell, to faults: inout [FormatError]) {
    if !cell.isAllocated, !isWhole { faults.report(image.cellFree(at: cell.offset)) }
  }

  private func list(
    at reference: CellReference, reporting faults: inout [FormatError]
  ) -> SubkeyList? {
    do throws(FormatError) {
      let list = try SubkeyList(parsing: image, at: reference.fileOffset)
      reportFree(list.cell, to: &faults)
      return list
    } catch {
      faults.report(error)
      return nil
    }
  }
}

// MARK: - Values

extension ListReader {
  /// Takes a key's list of values as a whole, where nothing is odd about it.
  ///
  /// None of its elements was handed out before then; they are not in ``elements``.
  ///
  /// - Returns: The list's cell; nil where it must be read by
  ///   ``readValues(of:repeatable:reporting:)``.
  @inline(__always)
  mutating func takeWhole(valuesOf node: KeyNode) -> Cell? {
    let count = Int(node.valueCount)
    guard let cell = image.cell(ifAt: node.valueList.fileOffset), cell.isAllocated,
      count <= cell.contentSize / 4,
      valueElements?.insertIfNew(from: cell.content, count: count) == true
    else { return nil }
    return cell
  }

  /// Reads the elements of a key's list of values.
  ///
  /// - Parameters:
  ///   - node: The key.
  ///   - repeatable: How many more elements may be handed out again. Where a list has more, only
  ///     so many are, besides its new ones.
  ///   - faults: What is wrong is added here.
  /// - Returns: The list's cell, how many elements it has, and how many are handed out again; nil
  ///   where it cannot be read.
  package mutating func readValues(
    of node: KeyNode, repeatable: Int, reporting faults: inout [FormatError]
  ) -> (cell: Cell, count: Int, again: Int)? {
    elements.removeAll(keepingCapacity: true)
    guard node.valueCount > 0 else { return nil }
    do throws(FormatError) {
      let cell = try listCell(of: node)
      reportFree(cell, to: &faults)
      let claimed = Int(node.valueCount)
      let count = min(claimed, cell.contentSize / 4)
      if count != claimed {
        faults.report(
          FormatError(
            .listOverrun, at: node.cell.content + KeyNode.Layout.valueCount,
            expected: "at most \(count) values in a list cell of \(cell.size) bytes",
            found: "\(claimed)"))
      }
      if valueElements?.insertRow(
        at: cell.content, count: count, distance: 4, into: &elements) == nil
      {
        addAll(count, of: cell)
      }
      let repeated = count - elements.count
      image.reportRepeated(repeated, of: count, in: cell, "list of values", to: &faults)
      guard repeated > 0 else { return (cell, count, 0) }
      let first = repeated <= repeatable ? count : min(repeatable, count)
      return (cell, count, repeatFirst(first, of: cell))
    } catch {
      faults.report(error)
      return nil
    }
  }

  /// The cell of a key's list of values; a free one where the list still leads to a value.
  private func listCell(of node: KeyNode) throws(FormatError) -> Cell {
    let cell = try image.cell(at: node.valueList.fileOffset)
    guard !cell.isAllocated else { return cell }
    guard image.valueRecordCell(at: try image.uint32(at: cell.content).fileOffset) != nil else {
      throw image.cellFree(at: cell.offset)
    }
    return cell
  }

  private mutating func addAll(_ count: Int, of list: Cell) {
    for index in 0..<count { elements.append(list.content + 4 * index) }
  }

  /// Puts the first elements of a list before those of the others that are new.
  ///
  /// - Returns: How many of them are not new.
  private mutating func repeatFirst(_ count: Int, of list: Cell) -> Int {
    let fresh = elements
    let end = list.content + 4 * count
    elements.removeAll(keepingCapacity: true)
    addAll(count, of: list)
    let later = fresh.drop { $0 < end }
    elements += later
    return count - (fresh.count - later.count)
  }
}

// MARK: - Single keys

extension ListReader {
  /// The file offsets of the key nodes that the elements read last lead to.
  package func keyOffsets(reporting faults: inout [FormatError]) -> [Int] {
    offsets(reporting: &faults) { (offset) throws(FormatError) in
      try image.checkKeyNode(at: offset)
    }
  }

  /// The file offsets of the value records that the elements read last lead to.
  package func valueOffsets(reporting faults: inout [FormatError]) -> [Int] {
    offsets(reporting: &faults) { (offset) throws(FormatError) in
      try image.checkValueRecord(at: offset)
    }
  }

  private func offsets(
    reporting faults: inout [FormatError], checking check: (Int) throws(FormatError) -> Void
  ) -> [Int] {
    var offsets: [Int] = []
    offsets.reserveCapacity(elements.count)
    for element in elements {
      guard let reference = try? image.uint32(at: element) else { continue }
      do throws(FormatError) {
        try check(reference.fileOffset)
        offsets.append(reference.fileOffset)
        if let cell = try? image.cell(at: reference.fileOffset) { reportFree(cell, to: &faults) }
      } catch {
        faults.report(error)
      }
    }
    return offsets
  }
}

extension HiveImage {
  /// Reports that elements of a list are those of other lists too.
  func reportRepeated(
    _ repeated: Int, of count: Int, in cell: Cell, _ what: String,
    to faults: inout [FormatError]
  ) {
    guard repeated > 0 else { return }
    faults.report(
      repeated == count
        ? reused(cell.offset, .listReused, what)
        : overlap(at: cell.offset, "\(repeated) elements of another list"))
  }

  /// The fault of a second reference to something.
  func reused(_ offset: Int, _ code: FormatError.Code, _ what: String) -> FormatError {
    FormatError(
      code, at: offset, expected: "a \(what) that belongs to one place only",
      found: "a second reference to it")
  }
}
