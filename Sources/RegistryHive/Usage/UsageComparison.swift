// SPDX-License-Identifier: MIT

import HiveFormat

/// Goes through two copies of a hive side by side.
struct UsageComparison {
  private let before: HiveUsage
  private let after: HiveUsage
  private var sizesBefore: ValueSizes
  private var sizesAfter: ValueSizes
  /// The pairs that are done, parents before children.
  private(set) var pairs: [KeyPairs.Pair] = []
  private var pending: [KeyPairs.Pair] = []
  private var changes: [FoundChange] = []

  init(before: HiveUsage, after: HiveUsage) {
    self.before = before
    self.after = after
    sizesBefore = ValueSizes(before.hive)
    sizesAfter = ValueSizes(after.hive)
  }

  /// Compares the keys at a path and all below them.
  mutating func run(at path: RegistryPath) -> [FoundChange] {
    let first = before.key(at: path)?.index
    let second = after.key(at: path)?.index
    guard first != nil || second != nil else { return [] }
    pending = [KeyPairs.Pair(before: first, after: second, parent: -1, depth: 0)]
    while let pair = pending.popLast() {
      pairs.append(pair)
      if let before = pair.before, let after = pair.after {
        compare(before, after, depth: pair.depth)
      } else if let index = pair.after {
        addWhole(index, in: after, isNew: true)
      } else if let index = pair.before {
        addWhole(index, in: before, isNew: false)
      }
    }
    return changes
  }
}

// MARK: - Keys

extension UsageComparison {
  /// Compares a key that both copies have, and finds the pairs below it.
  private mutating func compare(_ first: Int, _ second: Int, depth: Int) {
    let old = before.accounts[first]
    let new = after.accounts[second]
    let this = pairs.count - 1
    // A change of a value always changes the key's time, unless somebody set that back.
    if old.ownBytes != new.ownBytes || old.lastWritten != new.lastWritten
      || old.ownValueBytes != new.ownValueBytes || old.ownValueCount != new.ownValueCount
    {
      let values = compareValues(first, second)
      if old.ownBytes != new.ownBytes || !values.isEmpty {
        changes.append(
          FoundChange(
            pair: this, coversSubkeys: false, values: FoundValue.largest(values),
            valueCount: values.count))
      }
    }
    let next = pending.count
    merge(
      sortedSubkeys(of: first, in: before), sortedSubkeys(of: second, in: after),
      order: { [before, after] in
        before.hive.image.compare($0.name, to: $1.name, in: after.hive.image)
      }
    ) { old, new in
      pending.append(
        KeyPairs.Pair(before: old?.index, after: new?.index, parent: this, depth: depth + 1))
    }
    // The stack gives out last what was put on it first.
    pending[next...].reverse()
  }

  private func sortedSubkeys(
    of index: Int, in usage: HiveUsage
  ) -> [(name: StoredName, index: Int)] {
    let image = usage.hive.image
    var list = KeyUsage(usage: usage, index: index).subkeys.map { ($0.storedName, $0.index) }
    func areInOrder(_ first: (StoredName, Int), _ second: (StoredName, Int)) -> Bool {
      let order = image.compare(first.0, to: second.0, in: image)
      return order != 0 ? order < 0 : first.1 < second.1
    }
    // Nearly always they are in order already.
    if !zip(list, list.dropFirst()).allSatisfy({ areInOrder($0, $1) }) {
      list.sort(by: areInOrder)
    }
    return list
  }

  /// Adds a key that only one copy has, with all below it.
  private mutating func addWhole(_ index: Int, in usage: HiveUsage, isNew: Bool) {
    var values: [FoundValue] = []
    var count = 0
    KeyUsage(usage: usage, index: index).forEachWithin { member, account in
      for entry in entries(of: member, in: usage, isNew: isNew) {
        values.append(
          FoundValue(
            pair: pairs.count - 1, account: member, name: entry.name,
            before: isNew ? nil : entry.bytes, after: isNew ? entry.bytes : nil))
        count += 1
      }
      if values.count > 1000 { values = FoundValue.largest(values) }
    }
    changes.append(
      FoundChange(
        pair: pairs.count - 1, coversSubkeys: true, values: FoundValue.largest(values),
        valueCount: count))
  }
}

// MARK: - Values

extension UsageComparison {
  private mutating func entries(
    of index: Int, in usage: HiveUsage, isNew: Bool
  ) -> [ValueSizes.Entry] {
    let account = usage.accounts[index]
    guard account.ownValueCount > 0 else { return [] }
    let offset = account.node.fileOffset
    return isNew ? sizesAfter.entries(of: offset) : sizesBefore.entries(of: offset)
  }

  private mutating func compareValues(_ first: Int, _ second: Int) -> [FoundValue] {
    let images = (before.hive.image, after.hive.image)
    func sorted(_ list: [ValueSizes.Entry], in image: HiveImage) -> [ValueSizes.Entry] {
      list.enumerated().sorted { first, second in
        let order = image.compare(first.element.name, to: second.element.name, in: image)
        return order != 0 ? order < 0 : first.offset < second.offset
      }.map(\.element)
    }
    var found: [FoundValue] = []
    merge(
      sorted(entries(of: first, in: before, isNew: false), in: images.0),
      sorted(entries(of: second, in: after, isNew: true), in: images.1),
      order: { images.0.compare($0.name, to: $1.name, in: images.1) }
    ) { old, new in
      guard old?.bytes != new?.bytes, let name = new?.name ?? old?.name else { return }
      found.append(
        FoundValue(
          pair: pairs.count - 1, account: new == nil ? first : second, name: name,
          before: old?.bytes, after: new?.bytes))
    }
    return found
  }
}
