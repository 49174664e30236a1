// SPDX-License-Identifier: MIT

import HiveFormat

/// The keys of two copies of a hive that belong together.
///
/// Changes refer to it and work out their paths when asked: in a deep tree, the paths of all keys
/// are many times larger than the hive.
final class KeyPairs: Sendable {
  /// A key in both copies or in one, by the places of its accounts.
  struct Pair: Sendable {
    let before: Int?
    let after: Int?
    /// The pair above; -1 for the first.
    let parent: Int
    /// How many pairs are above.
    let depth: Int
  }

  let before: HiveUsage
  let after: HiveUsage
  /// Parents before children.
  let list: [Pair]
  private let start: RegistryPath

  init(before: HiveUsage, after: HiveUsage, start: RegistryPath, list: [Pair]) {
    self.before = before
    self.after = after
    self.start = start
    self.list = list
  }

  func path(of index: Int) -> RegistryPath {
    var names: [RegistryString] = []
    var pair = list[index]
    while pair.parent >= 0 {
      if let index = pair.after {
        names.append(KeyUsage(usage: after, index: index).name)
      } else if let index = pair.before {
        names.append(KeyUsage(usage: before, index: index).name)
      }
      pair = list[pair.parent]
    }
    return RegistryPath(names: start.names + names.reversed())
  }

  /// The path of a key that is a pair's, or below it in one of the copies.
  func path(of index: Int, below account: Int, in usage: HiveUsage) -> RegistryPath {
    let top = usage === after ? list[index].after : list[index].before
    let depth = usage.accounts[account].depth - (top.map { usage.accounts[$0].depth } ?? 0)
    let names = KeyUsage(usage: usage, index: account).path.names.suffix(Int(depth))
    return RegistryPath(names: path(of: index).names + names)
  }
}

/// A change of a key, as the comparison finds it.
struct FoundChange {
  let pair: Int
  let coversSubkeys: Bool
  let values: [FoundValue]
  let valueCount: Int
}

/// A change of a value, as the comparison finds it.
struct FoundValue: Sendable {
  let pair: Int
  /// The account of the key that the value is in, in the later copy where that has the value.
  let account: Int
  let name: StoredName
  let before: Int?
  let after: Int?

  private static let limit = 10

  /// Those of some changes that are largest; their order decides between equal ones.
  static func largest(_ values: [FoundValue]) -> [FoundValue] {
    func size(_ value: FoundValue) -> Int { abs((value.after ?? 0) - (value.before ?? 0)) }
    return values.enumerated().sorted { first, second in
      let (one, other) = (size(first.element), size(second.element))
      return one != other ? one > other : first.offset < second.offset
    }.prefix(limit).map(\.element)
  }
}
