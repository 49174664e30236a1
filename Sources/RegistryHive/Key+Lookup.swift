// SPDX-License-Identifier: MIT

import HiveFormat
import Synchronization

extension Key {
  /// The subkey of a name, found as Windows finds it: case does not matter.
  ///
  /// Returns nil where there is none.
  public func subkey(named name: RegistryString) -> Key? {
    let target = name.upcased
    var ignored: [FormatError] = []
    var reader = ListReader(hive.image, isWhole: false)
    reader.readSubkeys(of: node, reporting: &ignored)
    let lookup = SubkeyLookup(image: hive.image, elements: reader.elements, target: target)
    if let found = lookup.search() { return Key(hive: hive, node: found) }
    // The search relies on the list's order. Where that is not known to be right, every name
    // counts.
    guard !hive.orderedLists.contains(node.offset) else { return nil }
    let scan = lookup.scan()
    if scan.isOrdered { hive.orderedLists.insert(node.offset) }
    return scan.found.map { Key(hive: hive, node: $0) }
  }

  /// The value of a name, found as Windows finds it: case does not matter.
  ///
  /// The empty name is that of the default value. Returns nil where there is none.
  public func value(named name: RegistryString) -> Value? {
    let target = name.upcased
    var faults: [FormatError] = []
    for offset in hive.values(of: node, from: hive.hivex, reporting: &faults) {
      if let record = try? ValueRecord(parsing: hive.image, at: offset),
        hive.image.matches(record.name, upcased: target)
      {
        return Value(hive: hive, record: record)
      }
    }
    return nil
  }

  /// The key at a path below this one, found as Windows finds it: case does not matter.
  ///
  /// Returns nil where there is none.
  public func key(at path: RegistryPath) -> Key? {
    var key = self
    for name in path.names {
      guard let next = key.subkey(named: name) else { return nil }
      key = next
    }
    return key
  }
}

/// The search for a name in the list of a key's subkeys, without a copy of any other name.
private struct SubkeyLookup {
  let image: HiveImage
  /// The places in the file of the elements of its lists.
  let elements: [Int]
  /// The name, in upper case.
  let target: [UInt16]

  private func node(at index: Int) -> KeyNode? {
    guard let reference = try? image.uint32(at: elements[index]) else { return nil }
    return try? KeyNode(parsing: image, at: reference.fileOffset)
  }

  /// Looks where the name must be in a list that is in order.
  ///
  /// What it finds is right in any list; not to find anything proves nothing in one out of order.
  func search() -> KeyNode? {
    var low = 0
    var high = elements.count
    while low < high {
      let middle = low + (high - low) / 2
      guard let candidate = node(at: middle) else { return nil }
      let order = image.compare(candidate.name, toUpcased: target)
      if order == 0 { return candidate }
      if order < 0 { low = middle + 1 } else { high = middle }
    }
    return nil
  }

  /// Compares every name, and tells whether they are in order.
  func scan() -> (found: KeyNode?, isOrdered: Bool) {
    var previous: [UInt16] = []
    var isOrdered = true
    for index in elements.indices {
      guard let candidate = node(at: index) else {
        isOrdered = false
        continue
      }
      if image.matches(candidate.name, upcased: target) { return (candidate, false) }
      if isOrdered {
        isOrdered = image.compare(candidate.name, toUpcased: previous) > 0 || previous.isEmpty
        previous = image.units(of: candidate.name).map(Upcase.unit)
      }
    }
    return (nil, isOrdered)
  }
}

/// The keys whose lists of subkeys were seen to be in order, so that a search in them is final.
final class OrderedLists: Sendable {
  private let offsets = Mutex<Set<Int>>([])

  func contains(_ offset: Int) -> Bool {
    offsets.withLock { $0.contains(offset) }
  }

  func insert(_ offset: Int) {
    offsets.withLock { _ = $0.insert(offset) }
  }
}
