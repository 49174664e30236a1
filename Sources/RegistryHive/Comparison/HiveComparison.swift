// SPDX-License-Identifier: MIT

import HiveFormat

/// Goes through two copies of a hive side by side and says what is not the same.
///
/// Keys and values belong together where their names differ in nothing but case. Changes come in
/// the order of names: a key, its values, then its subkeys. What only one copy has is reported with
/// everything in it, one by one.
///
/// ```swift
/// var comparison = HiveComparison(from: earlier, to: later)
/// while let change = comparison.next() {
///   print(change.kind, comparison.path)
/// }
/// ```
///
/// The comparison keeps its place on the heap and comes by no key, list or value twice: deep trees
/// and loops do it no harm. It takes little memory besides the files.
public struct HiveComparison: Sequence, IteratorProtocol {
  /// What to compare.
  public struct Options: Sendable {
    /// Keys that are left out with all below them.
    public var ignoring: [KeyPattern] = []
    /// Whether keys count as changed where nothing but their time did.
    public var includesTimes = true

    /// Compares everything.
    public init() {}
  }

  /// A key in both copies or in one, by the offsets of its nodes.
  private struct Pair {
    var before: Int?
    var after: Int?
    var depth: Int
  }

  /// The places of values in a key's list, in the order of their names.
  private struct MergedValues {
    var before: ArraySlice<Int32> = []
    var after: ArraySlice<Int32> = []
  }

  private var before: ComparedHive
  private var after: ComparedHive
  private let imageBefore: HiveImage
  private let imageAfter: HiveImage
  private let options: Options
  /// The places of those patterns of ``Options/ignoring`` that left a key out so far.
  package private(set) var usedPatterns: Set<Int> = []
  /// The security records of both copies that were found equal last.
  private var equalSecurity = (before: CellReference.noCell, after: CellReference.noCell)
  private var pending: [Pair]
  /// The change of the current key itself that is still to be reported.
  private var keyChange: HiveChange?
  /// Its values that are still to be compared.
  private var values = MergedValues()
  /// The names of the current key and of those above it, down from the root.
  private var trail: [(name: StoredName, isAfter: Bool)] = []
  private var anchors: PathAnchors

  /// Begins a comparison of two hives.
  public init(from before: Hive, to after: Hive, options: Options = Options()) {
    self.options = options
    self.before = ComparedHive(before)
    self.after = ComparedHive(after)
    imageBefore = before.image
    imageAfter = after.image
    pending = [Pair(before: before.root.offset, after: after.root.offset, depth: 0)]
    anchors = PathAnchors(
      budget: PathAnchors.budget(for: before.image) + PathAnchors.budget(for: after.image))
    anchors.begin(at: after.root.offset, path: "")
  }

  /// The path of the key that the last change is about or in, in the letters of the later copy
  /// where that has the key.
  public var path: RegistryPath {
    let anchor = anchors.current
    let names = trail.dropFirst((anchor?.depth ?? 0) + 1).map { step in
      let image = step.isAfter ? after.hive.image : before.hive.image
      return RegistryString(utf16: image.units(of: step.name))
    }
    guard let anchor else { return RegistryPath(names: names) }
    return RegistryPath(below: anchor.offset, names: names)
  }

  /// What could not be read in the earlier copy so far: the first thousand findings.
  public var findingsBefore: [KeyFinding] { before.findings.list }
  /// What could not be read in the later copy so far: the first thousand findings.
  public var findingsAfter: [KeyFinding] { after.findings.list }
  /// How many findings there are so far in the earlier copy.
  public var findingCountBefore: Int { before.findings.count }
  /// How many findings there are so far in the later copy.
  public var findingCountAfter: Int { after.findings.count }

  /// Goes on to the next change; nil at the end.
  public mutating func next() -> HiveChange? {
    while true {
      if let change = keyChange {
        keyChange = nil
        return change
      }
      if let change = nextValueChange() { return change }
      guard let pair = pending.popLast() else { return nil }
      visit(pair)
    }
  }

  /// Counts the changes that were not reported yet.
  public func counts() -> ChangeCounts {
    var counts = ChangeCounts()
    for change in self { counts.add(change) }
    return counts
  }
}

// MARK: - Keys

extension HiveComparison {
  private mutating func visit(_ pair: Pair) {
    // Readable: that was made sure of before the offsets were put on the stack.
    before.read(pair.before)
    after.read(pair.after)
    guard let node = after.node ?? before.node else { return }
    trail.removeLast(trail.count - pair.depth)
    trail.append((node.name, after.node != nil))
    let image = after.node == nil ? imageBefore : imageAfter
    anchors.move(to: node, depth: pair.depth, isPlain: image.isPlain(node.name))
    addKey(before.node, after.node)
    addValues()
    push(depth: pair.depth + 1)
    if before.hasFaults { before.keepFaults(at: path) }
    if after.hasFaults { after.keepFaults(at: path) }
  }

  private mutating func addKey(_ old: KeyNode?, _ new: KeyNode?) {
    var aspects: [HiveChange.Aspect] = []
    if let old, let new {
      aspects = aspectsThatDiffer(old, new)
      guard !aspects.isEmpty else { return }
    }
    let subject = HiveChange.Subject.key(
      before: old.map { Key(hive: before.hive, node: $0) },
      after: new.map { Key(hive: after.hive, node: $0) })
    keyChange = HiveChange(
      subject: subject, aspects: aspects, lastWritten: Self.time(new ?? old))
  }

  private static func time(_ node: KeyNode?) -> FileTime {
    FileTime(rawValue: node?.lastWritten ?? 0)
  }

  private mutating func aspectsThatDiffer(_ old: KeyNode, _ new: KeyNode) -> [HiveChange.Aspect] {
    var aspects: [HiveChange.Aspect] = []
    if !namesAreEqual(old.name, new.name) { aspects.append(.name) }
    if options.includesTimes, old.lastWritten != new.lastWritten { aspects.append(.lastWritten) }
    if before.className != after.className { aspects.append(.className) }
    // Keys share their descriptors with many others.
    if equalSecurity.before != old.security || equalSecurity.after != new.security {
      if before.security == after.security {
        equalSecurity = (old.security, new.security)
      } else {
        aspects.append(.security)
      }
    }
    // How a name is stored is not a mark of the key.
    if (old.flags ^ new.flags) & ~KeyNode.compressedName != 0 || old.userFlags != new.userFlags
      || old.virtualizationFlags != new.virtualizationFlags
      || old.layerSemantics != new.layerSemantics
    {
      aspects.append(.flags)
    }
    return aspects
  }

  private mutating func push(depth: Int) {
    guard before.hasSubkeys || after.hasSubkeys else { return }
    let images = (imageBefore, imageAfter)
    let parent = options.ignoring.isEmpty ? nil : path
    let next = pending.count
    merge(
      before.subkeys, after.subkeys,
      order: { images.0.compare($0.name, to: $1.name, in: images.1) }
    ) { old, new in
      if let parent {
        let name =
          new.map { images.1.units(of: $0.name) } ?? old.map { images.0.units(of: $0.name) }
        let path = parent.appending(RegistryString(utf16: name ?? []))
        if let index = options.ignoring.firstIndex(where: { $0.matches(path) }) {
          usedPatterns.insert(index)
          return
        }
      }
      pending.append(Pair(before: old?.offset, after: new?.offset, depth: depth))
    }
    // The stack returns last what was put on it first.
    pending[next...].reverse()
  }

  private func namesAreEqual(_ old: StoredName, _ new: StoredName) -> Bool {
    imageBefore.hasSameUnits(old, as: new, in: imageAfter)
  }
}

// MARK: - Values

extension HiveComparison {
  /// Whether both copies have the same values in the same order, as nearly all keys do.
  private var areValuesEqual: Bool {
    guard let old = before.storedValues, let new = after.storedValues, old.count == new.count else {
      return false
    }
    return old.indices.allSatisfy { index in
      let (one, two) = (old[index].record, new[index].record)
      return one.type == two.type && one.dataSize == two.dataSize
        && one.isTombstone == two.isTombstone && namesAreEqual(one.name, two.name)
        && imageBefore.isEqual(old[index].extent, to: new[index].extent, in: imageAfter)
    }
  }

  /// Lets the current key's values be compared one after the other: there may be millions.
  private mutating func addValues() {
    if areValuesEqual { return }
    values = MergedValues(before: before.valueOrder, after: after.valueOrder)
  }

  /// The next change among the current key's values.
  private mutating func nextValueChange() -> HiveChange? {
    while let (one, other) = nextPlaces() {
      let (old, new) = (one.map { before.value($0) }, other.map { after.value($0) })
      if let change = change(of: old, new) { return change }
    }
    return nil
  }

  /// The places of the value that comes next by its name, in both copies or in one.
  private mutating func nextPlaces() -> (Int32?, Int32?)? {
    guard let one = values.before.first else {
      return values.after.popFirst().map { (nil, $0) }
    }
    guard let other = values.after.first else {
      return values.before.popFirst().map { ($0, nil) }
    }
    let order = before.hive.image.compare(
      before.value(one).record.name, to: after.value(other).record.name, in: after.hive.image)
    if order <= 0 { values.before.removeFirst() }
    if order >= 0 { values.after.removeFirst() }
    return (order <= 0 ? one : nil, order >= 0 ? other : nil)
  }

  private func change(of first: Visit.Value?, _ second: Visit.Value?) -> HiveChange? {
    let images = (imageBefore, imageAfter)
    var aspects: [HiveChange.Aspect] = []
    let (old, new) = (first?.record, second?.record)
    if let old, let new, let first = first?.extent, let second = second?.extent {
      if !namesAreEqual(old.name, new.name) { aspects.append(.name) }
      if old.isTombstone != new.isTombstone { aspects.append(.flags) }
      if old.type != new.type { aspects.append(.type) }
      if old.dataSize != new.dataSize || !images.0.isEqual(first, to: second, in: images.1) {
        aspects.append(.data)
      }
      guard !aspects.isEmpty else { return nil }
    }
    let subject = HiveChange.Subject.value(
      before: old.map { Value(hive: before.hive, record: $0) },
      after: new.map { Value(hive: after.hive, record: $0) })
    return HiveChange(
      subject: subject, aspects: aspects, extents: (first?.extent, second?.extent),
      lastWritten: Self.time(
        new == nil ? before.node ?? after.node : after.node ?? before.node))
  }
}
