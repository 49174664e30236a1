// SPDX-License-Identifier: MIT

package import HiveFormat

/// A walk over a key and all keys below it: parents before children, in stored order.
///
/// The walk keeps its place on the heap, not on the call stack, and visits no key, list or value
/// twice: deep trees and loops do it no harm.
///
/// A `for` loop over it gives the keys alone. To ask for the path and the findings of the current
/// key, keep the walk in a variable:
///
/// ```swift
/// var walk = hive.root.walk()
/// while let key = walk.next() {
///   print(walk.path, key.values.count)
/// }
/// ```
public struct KeyWalk: Sequence, IteratorProtocol {
  private let hive: Hive
  private let start: RegistryPath
  private let maximumDepth: Int
  private var pending: [(offset: Int, depth: Int)]
  private var visited: CellSet
  /// The names of the current key and of those above it, down from the one where the walk began.
  private var trail: [StoredName] = []
  /// How many more bytes of data may be read that were read before.
  private var repeatableBytes: Int
  private var list: [Int] = []
  private var count = 0
  /// The security record seen last that nothing is wrong with.
  private var soundSecurity = CellReference.noCell

  /// How far the current key is below the one where the walk began.
  public private(set) var depth = 0
  /// The current key's values, in stored order.
  package private(set) var records: [ValueRecord] = []
  /// What is wrong with the current key and with its lists.
  package private(set) var faults: [FormatError] = []

  init(_ key: Key, maximumDepth: Int) {
    hive = key.hive
    start = key.path
    self.maximumDepth = maximumDepth
    pending = [(key.offset, 0)]
    visited = CellSet(covering: hive.image.count)
    _ = visited.insert(key.offset)
    repeatableBytes = hive.image.count
  }

  /// Goes on to the next key; nil at the end.
  public mutating func next() -> Key? {
    nextNode().map { Key(hive: hive, node: $0) }
  }

  /// The current key's path from the hive's root.
  public var path: RegistryPath {
    RegistryPath(
      names: start.names
        + trail.dropFirst().map { RegistryString(utf16: hive.image.units(of: $0)) })
  }

  /// What is wrong with the current key, its lists, and its values.
  public var findings: [Finding] {
    var copy = self
    for record in records { _ = copy.extent(of: record) }
    return copy.faults.map(Finding.init)
  }

  /// Goes on to the next key and reads its lists.
  package mutating func nextNode() -> KeyNode? {
    if !faults.isEmpty { faults.removeAll(keepingCapacity: true) }
    if !records.isEmpty { records.removeAll(keepingCapacity: true) }
    guard
      let (offset, depth) = pending.popLast(),
      // Readable: that was made sure of before the offset was put on the stack.
      let node = try? KeyNode(parsing: hive.image, at: offset)
    else { return nil }
    self.depth = depth
    count += 1
    // libhivex maps the file as well: what the walk has passed need not be in memory twice.
    if count % 512 == 0 { hive.image.discardResidentPages() }
    trail.removeLast(trail.count - depth)
    trail.append(node.name)
    reportOwnFaults(of: node)
    readValues(of: node)
    if depth < maximumDepth { pushSubkeys(of: node) }
    return node
  }

  private mutating func reportOwnFaults(of node: KeyNode) {
    // Neighbours mostly share their security descriptor: no need to judge it for each of them.
    let isSecurityKnown = node.security == soundSecurity
    let count = faults.count
    hive.reportFaults(of: node, securityIncluded: !isSecurityKnown, to: &faults)
    if !isSecurityKnown, faults.count == count { soundSecurity = node.security }
  }

  private mutating func pushSubkeys(of node: KeyNode) {
    guard node.subkeyCount > 0 else { return }
    list.removeAll(keepingCapacity: true)
    hive.readSubkeys(of: node, claimingListsIn: &visited, into: &list, reporting: &faults)
    for offset in list.reversed() {
      do throws(FormatError) {
        try hive.image.checkKeyNode(at: offset)
        guard visited.insert(offset) else { throw reused(offset, .keyReused, "key") }
        pending.append((offset, depth + 1))
      } catch {
        faults.append(error)
      }
    }
  }

  private mutating func readValues(of node: KeyNode) {
    guard node.valueCount > 0 else { return }
    guard visited.insert(node.valueList.fileOffset) else {
      faults.append(reused(node.valueList.fileOffset, .listReused, "list of values"))
      return
    }
    list.removeAll(keepingCapacity: true)
    hive.readValues(of: node, into: &list, reporting: &faults)
    for offset in list {
      do throws(FormatError) {
        let record = try ValueRecord(parsing: hive.image, at: offset)
        guard visited.insert(offset) else { throw reused(offset, .valueReused, "value") }
        records.append(record)
      } catch {
        faults.append(error)
      }
    }
  }

  /// Where the data of one of the current key's values stand, as far as they can be read.
  ///
  /// What is wrong with the value is added to ``faults``. Data that several values refer to are
  /// read more than once only up to the size of the file in all.
  package mutating func extent(of record: ValueRecord) -> ValueExtent {
    if let fault = record.nameFault { faults.append(fault) }
    let extent = hive.image.extent(of: record, reporting: &faults)
    guard !record.isInline else { return extent }
    switch extent {
    case .run(let offset, let count):
      guard count > 0, !visited.insert(offset - 4) else { return extent }
      return mayRepeat(offset - 4, count) ? extent : .run(offset: offset, count: 0)
    case .segments(let runs):
      for (index, run) in runs.enumerated() where !visited.insert(run.offset - 4) {
        guard mayRepeat(run.offset - 4, run.count) else {
          return .segments([ValueExtent.Run](runs[..<index]))
        }
      }
      return extent
    }
  }

  private mutating func mayRepeat(_ cell: Int, _ count: Int) -> Bool {
    faults.append(reused(cell, .dataReused, "value's data"))
    guard count <= repeatableBytes else { return false }
    repeatableBytes -= count
    return true
  }

  private func reused(_ offset: Int, _ code: FormatError.Code, _ what: String) -> FormatError {
    FormatError(
      code, at: offset, expected: "a \(what) that belongs to one place only",
      found: "a second reference to it")
  }
}

extension Key {
  /// A walk over the key and all keys below it.
  ///
  /// - Parameter maximumDepth: How many levels below the key to visit: 0 for the key alone.
  /// - Returns: The walk, before its first step.
  public func walk(maximumDepth: Int = .max) -> KeyWalk {
    KeyWalk(self, maximumDepth: maximumDepth)
  }
}

/// A set of cells of a file, one bit a cell.
struct CellSet {
  private var words: [UInt64]

  /// A set that takes in nothing: every cell is new to it.
  static let none = CellSet(covering: 0)

  init(covering size: Int) {
    words = [UInt64](repeating: 0, count: size / 512 + 1)
  }

  /// Adds the cell at a file offset, which must lie in the file; false where it was in already.
  @inline(__always)
  mutating func insert(_ offset: Int) -> Bool {
    // No two cells begin in the same 8 bytes.
    let bit: UInt64 = 1 << UInt64((offset >> 3) & 63)
    let index = offset >> 9
    guard words.indices.contains(index) else { return true }
    if words[index] & bit != 0 { return false }
    words[index] |= bit
    return true
  }
}
