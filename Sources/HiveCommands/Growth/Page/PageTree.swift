// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

/// The keys that a page names one by one.
///
/// A hive may have millions of keys; a page has the largest. A key is never there without those
/// above it, because they are at least as large.
struct PageTree {
  /// How many keys a page names at the most.
  static let keyLimit = 2_000
  /// How many subkeys of one key it names at the most.
  static let subkeyLimit = 150

  /// The keys that are named, by the cells of those they are in; the largest first.
  private let subkeys: [CellReference: [KeyUsage]]

  init(_ start: KeyUsage) {
    var subkeys: [CellReference: [KeyUsage]] = [:]
    var kept: Set<CellReference> = [start.account.node]
    // The largest come first, and those above a key before it.
    for key in start.largest(Self.keyLimit) {
      let parent = start.usage.accounts[Int(key.account.parent)].node
      guard kept.contains(parent), subkeys[parent, default: []].count < Self.subkeyLimit
      else { continue }
      subkeys[parent, default: []].append(key)
      kept.insert(key.account.node)
    }
    self.subkeys = subkeys
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
