// SPDX-License-Identifier: MIT

import HiveFormat

/// A search through a hive: key after key, each with its values, in stored order.
///
/// There is one match for a key, and one for a value: where both its name and its data match, it is
/// the name's. The search may be ended after any match.
///
/// ```swift
/// var search = hive.find(HiveQuery(text: "OneDrive"))
/// while let match = search.next() {
///   print(search.path, match.value?.name ?? "")
/// }
/// ```
public struct HiveSearch: Sequence, IteratorProtocol {
  private let hive: Hive
  private let query: HiveQuery
  private let matcher: Matcher
  private let looksInKeys: Bool
  private var walk: KeyWalk
  private var node: KeyNode?
  /// The next of the current key's values.
  private var nextValue = 0
  private var keptFindings = KeptFindings()
  private var deleted: DeletedSearch?
  private var isBehindLiveKeys = false
  private let start: Key

  init(_ query: HiveQuery, from start: Key) {
    hive = start.hive
    self.query = query
    self.start = start
    matcher = Matcher(query)
    looksInKeys = query.takesKeys
    walk = start.walk()
  }

  /// What could not be read so far: the first thousand findings.
  public var findings: [KeyFinding] { keptFindings.list }
  /// How many findings there are so far.
  public var findingCount: Int { keptFindings.count }
  /// How many texts were not looked through, because the regular expression needs too long for
  /// them.
  public var skippedTextCount: Int { matcher.skippedTextCount }

  /// The path of the key that the last match is, or is in.
  ///
  /// That of a deleted key begins with `?` where the keys above it are not known.
  public var path: RegistryPath { deleted?.path ?? walk.path }

  /// Goes on to the next match; nil at the end.
  public mutating func next() -> HiveMatch? {
    while !isBehindLiveKeys {
      if let match = nextMatchInValues() { return match }
      if !walk.faults.isEmpty { keptFindings.add(walk.faults, at: walk.path) }
      node = walk.nextNode()
      nextValue = 0
      guard let node else {
        isBehindLiveKeys = true
        break
      }
      // The root's name is not part of any path, and is not shown.
      if looksInKeys, query.takes(node), node.offset != hive.root.offset,
        let range = matcher.find(in: node.name, of: hive.image)
      {
        return HiveMatch(
          place: .key, key: Key(hive: hive, node: node), value: nil, range: range, form: .utf16,
          deletedPlace: nil, extent: nil)
      }
    }
    guard query.includesDeleted else { return nil }
    if deleted == nil { deleted = DeletedSearch(query, matcher, below: start) }
    return deleted?.next()
  }

  /// Goes on to the next match among the current key's values.
  private mutating func nextMatchInValues() -> HiveMatch? {
    guard let node else { return nil }
    let isWanted = query.takes(node)
    let values = isWanted ? walk.values : []
    while nextValue < values.count {
      let value = values[nextValue]
      nextValue += 1
      guard query.takes(value.record),
        let match = matcher.match(
          value.record, value.extent, in: hive, of: node,
          deletedPlace: nil)
      else { continue }
      return match
    }
    return nil
  }
}

extension Hive {
  /// Looks for text, a regular expression or bytes in all keys and values.
  public func find(_ query: HiveQuery) -> HiveSearch { root.find(query) }
}

extension Key {
  /// Looks for text, a regular expression or bytes in the key, in all keys below it, and in their
  /// values.
  public func find(_ query: HiveQuery) -> HiveSearch { HiveSearch(query, from: self) }
}

extension HiveQuery {
  /// Whether the names of keys are looked through.
  var takesKeys: Bool { places.contains(.keys) && types.isEmpty }

  /// Whether a key was last written at a time that is asked for.
  func takes(_ node: KeyNode) -> Bool {
    let time = FileTime(rawValue: node.lastWritten)
    if let since, time < since { return false }
    if let until, time >= until { return false }
    return true
  }

  /// Whether a value has a type that is asked for.
  func takes(_ record: ValueRecord) -> Bool {
    types.isEmpty || types.contains(ValueType(rawValue: record.type))
  }
}
