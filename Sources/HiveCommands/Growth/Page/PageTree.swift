// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

/// The keys that a page names one by one, with their largest values.
///
/// A hive may have millions of keys; a page has the largest. A key is never there without those
/// above it, because they are at least as large.
struct PageTree {
  /// How many keys a page names at the most.
  static let keyLimit = 2_000
  /// How many subkeys of one key it names at the most.
  static let subkeyLimit = 150

  /// How many values it names at the most, in all and of one key, and how large they must be.
  private static let valueLimit = 3_000
  private static let valueLimitOfKey = 20
  private static let leastValue = 512

  /// A value, and the bytes of its record and data.
  struct NamedValue {
    let name: RegistryString
    let bytes: Int
  }

  /// The keys that are named, by the cells of those they are in; the largest first.
  private let subkeys: [CellReference: [KeyUsage]]
  /// The values that are named, by the cells of their keys; the largest first.
  private let values: [CellReference: [NamedValue]]

  init(_ start: KeyUsage, keyLimit: Int = PageTree.keyLimit) {
    var subkeys: [CellReference: [KeyUsage]] = [:]
    var kept: Set<CellReference> = [start.account.node]
    // The largest come first, and those above a key before it.
    for key in start.largest(keyLimit) {
      let parent = start.usage.accounts[Int(key.account.parent)].node
      guard kept.contains(parent), subkeys[parent, default: []].count < Self.subkeyLimit
      else { continue }
      subkeys[parent, default: []].append(key)
      kept.insert(key.account.node)
    }
    self.subkeys = subkeys
    values = Self.largestValues(of: [start] + subkeys.values.flatMap(\.self))
  }

  private static func largestValues(of keys: [KeyUsage]) -> [CellReference: [NamedValue]] {
    let keys = keys.filter { $0.ownValueBytes >= leastValue }
      .sorted { $0.ownValueBytes > $1.ownValueBytes }
    guard let image = keys.first?.usage.hive.image, let hive = keys.first?.usage.hive else {
      return [:]
    }
    var sizes = ValueSizes(hive)
    var values: [CellReference: [NamedValue]] = [:]
    var count = 0
    for key in keys where count < valueLimit {
      let all = sizes.entries(of: key.account.node.fileOffset)
      let named = all.filter { $0.bytes >= leastValue }.sorted { $0.bytes > $1.bytes }
        .prefix(valueLimitOfKey)
      // In a damaged hive, another key may have had the cells first.
      guard named.reduce(0, { $0 + $1.bytes }) <= key.ownValueBytes, !named.isEmpty else {
        continue
      }
      count += named.count
      values[key.account.node] = named.map {
        NamedValue(name: RegistryString(utf16: image.units(of: $0.name)), bytes: $0.bytes)
      }
    }
    return values
  }

  /// The values that are named, the largest first.
  func values(of key: KeyUsage) -> [NamedValue] {
    values[key.account.node] ?? []
  }

  /// The subkeys that are named, the largest first.
  func subkeys(of key: KeyUsage) -> [KeyUsage] {
    subkeys[key.account.node] ?? []
  }
}

/// A key that a page names, and the same key in the earliest copy that the hive is compared with.
struct PageKey {
  let usage: KeyUsage
  let before: KeyUsage?

  /// How many bytes larger the key is, with all keys below it.
  var delta: Int { usage.bytes - (before?.bytes ?? 0) }

  /// The same for some of the subkeys.
  func subkeys(_ subkeys: [KeyUsage]) -> [PageKey] {
    guard let before, !subkeys.isEmpty else {
      return subkeys.map { PageKey(usage: $0, before: nil) }
    }
    var earlier: [[UInt16]: KeyUsage] = [:]
    for key in before.subkeys {
      let name = key.displayName.upcased
      if earlier[name] == nil { earlier[name] = key }
    }
    return subkeys.map { PageKey(usage: $0, before: earlier[$0.displayName.upcased]) }
  }
}

extension KeyUsage {
  /// The key's name, with all units that it is made of.
  var displayName: RegistryString {
    RegistryString(utf16: usage.hive.image.units(of: storedName))
  }
}
