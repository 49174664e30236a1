// SPDX-License-Identifier: MIT

import HiveFormat
import Synchronization

extension Key {
  /// The subkey of a name, found as Windows finds it: case does not matter.
  ///
  /// Returns nil where there is none.
  public func subkey(named name: RegistryString) -> Key? {
    let lookup = SubkeyLookup(of: node, in: hive, target: name.upcased)
    if let found = lookup.search() { return Key(hive: hive, node: found) }
    // The search relies on the list's order. Where that is not known to be right, every name
    // counts.
    guard !hive.orderedLists.contains(node.subkeyList) else { return nil }
    let scan = lookup.scan()
    if scan.isOrdered { hive.orderedLists.insert(node.subkeyList) }
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
        return Value(hive: hive, record: record, of: node)
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

/// The search for a name in the lists of a key's subkeys, without a copy of any other name.
private struct SubkeyLookup {
  private let image: HiveImage
  /// The key's lists, and how many elements are in those before each.
  private var lists: [(list: SubkeyList, first: Int)] = []
  /// The places in the file of the elements, where the lists overlap or many keys have them.
  private var elements: [Int] = []
  private var count = 0
  /// The name, in upper case.
  private let target: [UInt16]

  init(of node: KeyNode, in hive: Hive, target: [UInt16]) {
    image = hive.image
    self.target = target
    if let limited = hive.sharedReads.subkeyElements(of: node) {
      elements = limited
      count = limited.count
      return
    }
    var reader = ListReader(image, isWhole: false)
    if let found = reader.lists(of: node) {
      for list in found where list.count > 0 {
        lists.append((list, count))
        count += list.count
      }
    } else {
      var ignored: [FormatError] = []
      reader.readSubkeys(of: node, reporting: &ignored)
      elements = reader.elements
      count = elements.count
    }
  }

  /// The place in the file of an element.
  private func element(at index: Int) -> Int {
    guard elements.isEmpty else { return elements[index] }
    var low = 0
    var high = lists.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if lists[middle].first <= index { low = middle } else { high = middle - 1 }
    }
    return lists[low].list.offset(of: index - lists[low].first)
  }

  private func node(at index: Int) -> KeyNode? {
    guard let reference = try? image.uint32(at: element(at: index)) else { return nil }
    return try? KeyNode(parsing: image, at: reference.fileOffset)
  }

  /// Looks where the name must be in a list that is in order.
  ///
  /// What it finds is right in any list; not to find anything proves nothing in one out of order.
  func search() -> KeyNode? {
    var low = 0
    var high = count
    while low < high {
      let middle = low + (high - low) / 2
      guard let candidate = node(at: middle) else { return nil }
      let order = image.compare(candidate.name, toUpcased: target)
      if order == 0 { return candidate }
      if order < 0 { low = middle + 1 } else { high = middle }
    }
    return nil
  }

  /// Compares every name, and returns whether they are in order.
  func scan() -> (found: KeyNode?, isOrdered: Bool) {
    var previous: [UInt16] = []
    var isOrdered = true
    for index in 0..<count {
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

/// The lists of subkeys that were seen to be in order, so that a search in them is final.
final class OrderedLists: Sendable {
  private let lists = Mutex<Set<CellReference>>([])

  func contains(_ list: CellReference) -> Bool {
    lists.withLock { $0.contains(list) }
  }

  func insert(_ list: CellReference) {
    lists.withLock { _ = $0.insert(list) }
  }
}
