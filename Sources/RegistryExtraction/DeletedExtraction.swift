// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

/// What rules find among the deleted keys of a hive whose way from the root is known.
struct DeletedExtraction {
  private let hive: Hive
  private let rules: [ExtractionRule]
  private let records: DeletedRecords
  private var states: RuleStates
  private var nextKey = 0
  private var trail: DeletedTrail
  /// Keys that are further down are left out; -1 where all are.
  private var limit = -1
  private var pending: [ExtractedRecord] = []
  private var repeats: RepeatAllowance
  private(set) var leftOutCount = 0

  init(
    _ hive: Hive, _ rules: [ExtractionRule], _ tree: RuleTree, workLimit: Int,
    repeats: RepeatAllowance
  ) {
    self.hive = hive
    self.rules = rules
    self.repeats = repeats
    records = hive.deletedRecords()
    trail = DeletedTrail(records)
    states = RuleStates(tree, workLimit: workLimit)
  }

  var isExhausted: Bool { states.isExhausted }

  mutating func next() -> ExtractedRecord? {
    while true {
      if let record = pending.popLast() { return record }
      guard nextKey < records.order.count else { return nil }
      let (index, depth) = records.order[nextKey]
      nextKey += 1
      fill(index, depth: depth)
    }
  }

  private mutating func fill(_ index: Int, depth: Int) {
    trail.enter(index, depth: depth)
    if depth == 0 { begin() }
    if depth > limit { return }
    limit = .max
    states.enter(trail.name.upcased, depth: trail.namesAbove.count + depth + 1)
    if !states.leadsOn { limit = depth }
    guard !states.requests.isEmpty else { return }
    let entry = records.scan.keys[index]
    let path = trail.path
    let key = Key(hive: hive, node: entry.node)
    if entry.values.isEmpty { add(states.rulesForKey(), path, key, nil, nil) }
    for place in entry.values {
      let value = records.scan.values[place]
      let name = RegistryString(utf16: hive.image.units(of: value.record.name))
      add(
        states.rules(forValue: name.upcased), path, key, Value(hive: hive, record: value.record),
        value.data)
    }
    pending.reverse()
  }

  /// Follows the rules down to the live key that a deleted one was in.
  private mutating func begin() {
    limit = -1
    guard trail.isKnown else { return }
    states.enterRoot()
    for (index, name) in trail.namesAbove.enumerated() {
      guard states.leadsOn else { return }
      states.enter(name.upcased, depth: index + 1)
    }
    if states.leadsOn { limit = .max }
  }

  private mutating func add(
    _ found: (rules: [Int32], leftOut: Int), _ path: RegistryPath, _ key: Key, _ value: Value?,
    _ extent: ValueExtent?
  ) {
    let wanted = firstOfGroups(found.rules, rules)
    let count = repeats.take(wanted.count, size: recordSize(path, value, extent))
    leftOutCount += found.leftOut + wanted.count - count
    for index in wanted.prefix(count) {
      pending.append(
        ExtractedRecord(
          rule: rules[Int(index)], ruleIndex: Int(index), path: path, key: key, value: value,
          row: nil, isDeleted: true, extent: extent))
    }
  }
}
