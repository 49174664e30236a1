// SPDX-License-Identifier: MIT

import HiveFormat
public import RegistryHive

/// What rules find in a hive, in one way through it: key after key in stored order, of each its values,
/// then the rows that decoders make of it.
///
/// Parts of the hive that no rule is about are not entered. The way may be ended after any record.
public struct Extraction: Sequence, IteratorProtocol {
  private let hive: Hive
  private let rules: [ExtractionRule]
  private var states: RuleStates
  private var walk: KeyWalk
  private var isWalking: Bool
  private var deleted: DeletedExtraction?
  private let includesDeleted: Bool
  private var decoding: DecoderRun
  private var repeats: RepeatAllowance

  /// The current key, and the next of its values.
  private var node: KeyNode?
  private var path = RegistryPath(names: [])
  private var nextValue = 0
  /// The rules that gave something of the current key.
  private var rulesOfKey: Set<Int32> = []
  private var pending: [ExtractedRecord] = []
  private var leftOutOfLive = 0

  /// Which hive the rules see in this one.
  public let kind: RuleHive
  private var keptFindings = KeptFindings()
  /// How many records were left out, because too many rules match the same: of one value or key a
  /// hundred give it at most, and of all of them fewer where it would be many times the hive.
  public private(set) var leftOutCount = 0

  init(
    _ rules: ExtractionRules, _ hive: Hive, user: SecurityIdentifier?, includesDeleted: Bool,
    workLimit: Int = RuleStates.workLimit
  ) {
    self.hive = hive
    self.rules = rules.rules
    self.includesDeleted = includesDeleted
    let resolver = PathResolver(hive)
    kind = resolver.kind
    let tree = RuleTree(rules.rules, for: resolver, user: user)
    states = RuleStates(tree, workLimit: workLimit)
    walk = hive.root.walk()
    isWalking = !tree.isEmpty
    decoding = DecoderRun(kind: resolver.kind, isBatch: rules.format == .batch, hive: hive)
    repeats = RepeatAllowance(fileSize: hive.fileSize)
  }

  /// What of the keys that were entered could not be read so far: the first thousand findings.
  public var findings: [KeyFinding] { keptFindings.list }
  /// How many findings there are so far.
  public var findingCount: Int { keptFindings.count }
  /// Whether the rules are too many ways to follow, so that not all of them were.
  public var isCutShort: Bool { states.isExhausted || deleted?.isExhausted == true }
  /// Whether keys share so many values that not all rows of decoders were made.
  public var isDecodingCutShort: Bool { decoding.isCutShort }
  /// RECmd's plugins that rules would have called, for which there is no decoder here.
  public var missingPlugins: [String] { decoding.missingPlugins }

  /// Goes on to the next record; nil at the end.
  public mutating func next() -> ExtractedRecord? {
    while true {
      if let record = pending.popLast() { return record }
      if isWalking {
        fill()
      } else if includesDeleted, !states.tree.isEmpty {
        if deleted == nil {
          deleted = DeletedExtraction(
            hive, rules, states.tree, workLimit: states.workLimit, repeats: repeats)
        }
        guard let record = deleted?.next() else { return nil }
        leftOutCount = (deleted?.leftOutCount ?? 0) + leftOutOfLive
        return record
      } else {
        return nil
      }
    }
  }

  /// Puts the next records into `pending`, the last one first.
  private mutating func fill() {
    guard let node else { return advance() }
    if nextValue < walk.values.count {
      let (record, extent) = (walk.values[nextValue].record, walk.values[nextValue].extent)
      nextValue += 1
      let value = Value(hive: hive, record: record)
      let found = states.rules(forValue: value.name.upcased)
      add(found, node, value, extent)
    } else {
      if walk.values.isEmpty { add(states.rulesForKey(), node, nil, nil) }
      decode(node)
      self.node = nil
    }
  }

  private mutating func add(
    _ found: (rules: [Int32], leftOut: Int), _ node: KeyNode, _ value: Value?,
    _ extent: ValueExtent?
  ) {
    let wanted = firstOfGroups(found.rules, rules)
    let count = repeats.take(wanted.count, size: recordSize(path, value, extent))
    let chosen = wanted.prefix(count)
    leftOutOfLive += found.leftOut + wanted.count - count
    leftOutCount = leftOutOfLive
    guard count > 0 else { return }
    rulesOfKey.formUnion(chosen)
    let key = Key(hive: hive, node: node)
    pending = chosen.reversed().map { index in
      ExtractedRecord(
        rule: rules[Int(index)], ruleIndex: Int(index), path: path, key: key, value: value,
        row: nil, isDeleted: false, extent: extent)
    }
  }

  private mutating func decode(_ node: KeyNode) {
    guard !rulesOfKey.isEmpty else { return }
    let key = Key(hive: hive, node: node)
    let rows = decoding.rows(
      of: key, path: path, rulesOfKey.sorted().map { ($0, rules[Int($0)]) }, &repeats)
    leftOutOfLive += rows.leftOut
    leftOutCount = leftOutOfLive
    // The records that are there come first, and `pending` is taken from its end.
    let rowsOfKey = rows.list.reversed().map { index, row in
      ExtractedRecord(
        rule: rules[Int(index)], ruleIndex: Int(index), path: path, key: key, value: nil, row: row,
        isDeleted: false, extent: nil)
    }
    pending = rowsOfKey + pending
  }

  /// Goes on to the next key that something is asked for at.
  private mutating func advance() {
    while true {
      if !walk.faults.isEmpty { keptFindings.add(walk.faults, at: walk.path) }
      guard let next = walk.nextNode() else {
        isWalking = false
        return
      }
      if walk.depth == 0 {
        states.enterRoot()
      } else {
        states.enter(hive.image.units(of: next.name).map(Upcase.unit), depth: walk.depth)
      }
      if !states.leadsOn { walk.skipSubkeys() }
      guard !states.requests.isEmpty else { continue }
      node = next
      path = walk.path
      nextValue = 0
      rulesOfKey.removeAll(keepingCapacity: true)
      return
    }
  }
}

/// About how many bytes the path and the data of a record take, written as text.
func recordSize(_ path: RegistryPath, _ value: Value?, _ extent: ValueExtent?) -> Int {
  path.names.reduce(0) { $0 + 3 * $1.utf16.count + 1 } + 3 * (value?.name.utf16.count ?? 0)
    + 3 * (extent?.count ?? 0)
}

/// The rules without those whose definition is there already.
func firstOfGroups(_ found: [Int32], _ rules: [ExtractionRule]) -> [Int32] {
  guard found.count > 1 else { return found }
  var groups: Set<Int> = []
  return found.filter { groups.insert(rules[Int($0)].group).inserted }
}

extension Hive {
  /// What rules find in the hive.
  ///
  /// - Parameters:
  ///   - rules: The rules; those for other hives find nothing here.
  ///   - user: The user that the hive belongs to, as far as that is known: some paths name one.
  ///   - includesDeleted: Whether to look through deleted keys and values too.
  /// - Returns: The records, before the first one.
  public func extract(
    _ rules: ExtractionRules, user: SecurityIdentifier? = nil, includesDeleted: Bool = false
  ) -> Extraction {
    Extraction(rules, self, user: user, includesDeleted: includesDeleted)
  }
}
