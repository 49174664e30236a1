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
  private var cells: ClaimedCells
  /// The names of the current key and of those above it, down from the one where the walk began.
  private var trail: [StoredName] = []
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
    cells = ClaimedCells(of: hive, from: key.offset)
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
    let depth = depth + 1
    cells.readSubkeys(of: node, reporting: &faults)
    for offset in cells.subkeys { pending.append((offset, depth)) }
  }

  private mutating func readValues(of node: KeyNode) {
    cells.readValues(of: node, into: &records, reporting: &faults)
  }

  /// Where the data of one of the current key's values stand, as far as they can be read.
  ///
  /// What is wrong with the value is added to ``faults``. Data that several values refer to are
  /// read more than once only up to the size of the file in all.
  package mutating func extent(of record: ValueRecord) -> ValueExtent {
    cells.extent(of: record, reporting: &faults)
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
