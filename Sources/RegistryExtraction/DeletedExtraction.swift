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
  private var pending: [ExtractedRecord] = []
  private(set) var leftOutCount = 0

  init(_ hive: Hive, _ rules: [ExtractionRule], _ tree: RuleTree, workLimit: Int) {
    self.hive = hive
    self.rules = rules
    records = hive.deletedRecords()
    states = RuleStates(tree, workLimit: workLimit)
  }

  var isExhausted: Bool { states.isExhausted }

  mutating func next() -> ExtractedRecord? {
    while true {
      if let record = pending.popLast() { return record }
      guard nextKey < records.order.count else { return nil }
      let index = records.order[nextKey].index
      nextKey += 1
      fill(index)
    }
  }

  private mutating func fill(_ index: Int) {
    let (path, isComplete) = records.path(of: index)
    guard isComplete, enter(path) else { return }
    let entry = records.scan.keys[index]
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

  /// Follows the rules down a path; false where nothing is asked for at its end.
  private mutating func enter(_ path: RegistryPath) -> Bool {
    states.enterRoot()
    for (index, name) in path.names.enumerated() {
      guard states.leadsOn else { return false }
      states.enter(name.upcased, depth: index + 1)
    }
    return !states.requests.isEmpty
  }

  private mutating func add(
    _ found: (rules: [Int32], leftOut: Int), _ path: RegistryPath, _ key: Key, _ value: Value?,
    _ extent: ValueExtent?
  ) {
    leftOutCount += found.leftOut
    for index in firstOfGroups(found.rules, rules) {
      pending.append(
        ExtractedRecord(
          rule: rules[Int(index)], ruleIndex: Int(index), path: path, key: key, value: value,
          row: nil, isDeleted: true, extent: extent))
    }
  }
}
