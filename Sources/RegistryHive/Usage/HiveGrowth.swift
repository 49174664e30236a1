// SPDX-License-Identifier: MIT

internal import HiveFormat

/// What changed in size between two copies of a hive.
///
/// Keys are matched by their paths, as Windows compares names; sizes are those of whole cells, as
/// in ``HiveUsage``. The changes of keys sum to the growth of all used cells, together with those of
/// cells that belong to no key:
///
/// ```
/// allocatedBytes = sum of changes + securityBytes + unreferencedBytes
/// ```
public struct HiveGrowth: Sendable {
  /// The account of the earlier copy.
  public let before: HiveUsage
  /// The account of the later copy.
  public let after: HiveUsage
  /// The key that was compared, with all below it.
  public let path: RegistryPath
  /// Every key whose own cells changed.
  ///
  /// Parents stand before children, and these in the order of names. A key that was added or removed
  /// stands for all keys below it.
  public let changes: [KeyChange]

  private let pairs: KeyPairs

  /// How many bytes larger the file is.
  public var fileBytes: Int { after.bytes.file - before.bytes.file }
  /// How many more bytes the used cells have.
  public var allocatedBytes: Int { after.bytes.allocated - before.bytes.allocated }
  /// How many more bytes the security descriptors have, which keys share.
  public var securityBytes: Int { after.bytes.security - before.bytes.security }
  /// How many more bytes the used cells have that nothing leads to.
  public var unreferencedBytes: Int {
    after.bytes.unreferencedCells - before.bytes.unreferencedCells
  }
  /// How many more bytes the compared keys have.
  public let keyBytes: Int

  /// Compares two copies of a hive.
  ///
  /// - Parameters:
  ///   - before: The account of the earlier copy.
  ///   - after: The account of the later copy.
  ///   - path: The key to compare with all below it; all keys unless one is named. Where neither
  ///     copy has it, there are no changes.
  public init(from before: HiveUsage, to after: HiveUsage, at path: RegistryPath = "") {
    self.before = before
    self.after = after
    self.path = path
    var comparison = UsageComparison(before: before, after: after)
    let found = comparison.run(at: path)
    pairs = KeyPairs(before: before, after: after, start: path, list: comparison.pairs)
    changes = found.map { [pairs] in KeyChange($0, in: pairs) }
    keyBytes = changes.reduce(0) { $0 + $1.delta }
  }

  /// The changes with keys below a level added to those above them.
  ///
  /// Like ``changes`` they sum to ``keyBytes``: a key on the last level stands for all below it, any
  /// other only for its own cells.
  ///
  /// - Parameter depth: How many levels below the compared key there are to be.
  /// - Returns: The changes, in the same order.
  public func changes(depth: Int) -> [KeyChange] {
    // For each pair the one that it is added to; parents come first.
    var targets: [Int] = []
    targets.reserveCapacity(pairs.list.count)
    for (index, pair) in pairs.list.enumerated() {
      targets.append(pair.depth <= depth ? index : targets[pair.parent])
    }
    var folded: [KeyChange] = []
    for change in changes {
      let target = targets[change.pair]
      guard pairs.list[target].depth >= depth else {
        folded.append(change)
        continue
      }
      if let last = folded.last, last.pair == target {
        folded[folded.count - 1].add(change)
      } else {
        folded.append(change.moved(to: target))
      }
    }
    return folded
  }
}

extension HiveBytes {
  /// The used cells that nothing leads to, without bytes that are in no cell.
  var unreferencedCells: Int {
    allocated - keys - subkeyLists - valueLists - values - data - security - classNames
  }
}
