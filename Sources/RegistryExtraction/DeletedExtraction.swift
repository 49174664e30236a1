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
  /// The live key that the deleted ones at hand were in, and its path.
  private var liveParent: Int?
  private var start = RegistryPath(names: [])
  /// The names of the deleted keys down to the current one.
  private var trail: [RegistryString] = []
  /// Keys that are further down are left out; -1 where all are.
  private var limit = -1
  private var anchors: PathAnchors
  private var pending: [ExtractedRecord] = []
  private(set) var leftOutCount = 0

  init(_ hive: Hive, _ rules: [ExtractionRule], _ tree: RuleTree, workLimit: Int) {
    self.hive = hive
    self.rules = rules
    records = hive.deletedRecords()
    anchors = PathAnchors(budget: PathAnchors.budget(for: hive.image))
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
    let entry = records.scan.keys[index]
    if depth == 0 { begin(below: entry.parent) }
    if depth > limit { return }
    limit = .max
    let name = RegistryString(utf16: hive.image.units(of: entry.node.name))
    states.enter(name.upcased, depth: start.names.count + depth + 1)
    trail.removeLast(trail.count - depth)
    trail.append(name)
    anchors.move(
      to: entry.node, depth: depth + 1, isPlain: hive.image.isPlain(entry.node.name))
    if !states.leadsOn { limit = depth }
    guard !states.requests.isEmpty else { return }
    let path = path
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
  private mutating func begin(below parent: DeletedScan.Parent) {
    limit = -1
    trail = []
    guard case .live(let live) = parent else { return }
    if live != liveParent {
      liveParent = live
      start = records.livePath(of: live)
    }
    states.enterRoot()
    for (index, name) in start.names.enumerated() {
      guard states.leadsOn else { return }
      states.enter(name.upcased, depth: index + 1)
    }
    guard states.leadsOn else { return }
    limit = .max
    anchors.begin(at: records.scan.liveKeys[live].node.fileOffset, path: start)
  }

  /// The path of the current key.
  private var path: RegistryPath {
    guard let anchor = anchors.current else { return RegistryPath(names: start.names + trail) }
    return RegistryPath(below: anchor.offset, names: trail[anchor.depth...])
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
