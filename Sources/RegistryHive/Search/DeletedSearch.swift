// SPDX-License-Identifier: MIT

import HiveFormat

/// A search through the deleted keys and values of a hive: keys, each behind its parent, then the
/// values whose key is not known.
struct DeletedSearch {
  private let query: HiveQuery
  private let matcher: Matcher
  private let start: Key
  private let records: DeletedRecords
  private var trail: DeletedTrail
  /// The next key, by its place in the order of the records.
  private var nextKey = 0
  /// The current key, by its place in the scan.
  private var key: Int?
  private var isLeftOut = false
  /// The next of the current key's values, or of those without a key.
  private var nextValue = 0
  /// The values without a key; nil as long as there are keys.
  private var strays: [Int]?

  init(_ query: HiveQuery, _ matcher: Matcher, below start: Key) {
    self.query = query
    self.matcher = matcher
    self.start = start
    records = start.hive.deletedRecords()
    trail = DeletedTrail(records)
  }

  private var hive: Hive { records.hive }

  /// The path of the key that the last match is, or is in.
  var path: RegistryPath {
    key == nil ? RegistryPath(names: ["?"]) : trail.path
  }

  mutating func next() -> HiveMatch? {
    while true {
      if let match = nextMatchInValues() { return match }
      guard strays == nil, advance() else { return nil }
      if let key, query.takesKeys, isWanted(key) {
        let entry = records.scan.keys[key]
        if let range = matcher.find(in: entry.node.name, of: hive.image) {
          return HiveMatch(
            place: .key, key: Key(hive: hive, node: entry.node), value: nil, range: range,
            form: .utf16, deletedPlace: DeletedPlace(entry.place), extent: nil)
        }
      }
    }
  }

  /// Goes on to the next key, then to the values without one; false behind these.
  private mutating func advance() -> Bool {
    nextValue = 0
    guard nextKey < records.order.count else {
      key = nil
      guard start.offset == hive.root.offset, query.since == nil, query.until == nil else {
        return false
      }
      strays = records.scan.values.indices.filter { !records.scan.values[$0].hasKey }
      return true
    }
    let (index, depth) = records.order[nextKey]
    nextKey += 1
    key = index
    trail.enter(index, depth: depth)
    if depth == 0 { isLeftOut = !isBelowStart(records.scan.keys[index].parent) }
    return true
  }

  private func isBelowStart(_ parent: DeletedScan.Parent) -> Bool {
    if start.offset == hive.root.offset { return true }
    guard case .live(var index) = parent else { return false }
    let keys = records.scan.liveKeys
    while keys.indices.contains(index) {
      if keys[index].node.fileOffset == start.offset { return true }
      index = Int(keys[index].parent)
    }
    return false
  }

  private func isWanted(_ key: Int) -> Bool {
    !isLeftOut && query.takes(records.scan.keys[key].node)
  }

  private mutating func nextMatchInValues() -> HiveMatch? {
    let values: [Int]
    if let strays {
      values = strays
    } else {
      guard let key, isWanted(key) else { return nil }
      values = records.scan.keys[key].values
    }
    while nextValue < values.count {
      let value = records.scan.values[values[nextValue]]
      nextValue += 1
      guard query.takes(value.record),
        let match = matcher.match(
          value.record, value.data, in: hive,
          of: key.map { records.scan.keys[$0].node },
          deletedPlace: DeletedPlace(value.place))
      else { continue }
      return match
    }
    return nil
  }
}
