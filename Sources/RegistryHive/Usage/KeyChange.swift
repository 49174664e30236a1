// SPDX-License-Identifier: MIT

internal import HiveFormat

/// How something changed between two copies of a hive.
public enum SizeChange: String, Sendable, Hashable, CaseIterable {
  /// Only the later copy has it.
  case added
  /// Only the earlier copy has it.
  case removed
  /// It has more bytes than before.
  case grown
  /// It has fewer bytes than before.
  case shrunk
  /// Its bytes are others, but as many as before.
  case changed

  init(from before: Int?, to after: Int?) {
    switch (before, after) {
    case (nil, _): self = .added
    case (_, nil): self = .removed
    case (let before?, let after?):
      self = after > before ? .grown : after < before ? .shrunk : .changed
    }
  }
}

/// What changed in a key between two copies of a hive.
public struct KeyChange: Sendable {
  private let pairs: KeyPairs
  let pair: Int
  /// Whether the sizes are those of the key with all keys below it, or of the key alone.
  public let coversSubkeys: Bool
  private var found: [FoundValue]
  /// How many values were added or removed, or changed their size.
  public private(set) var valueChangeCount: Int

  init(_ change: FoundChange, in pairs: KeyPairs) {
    self.pairs = pairs
    pair = change.pair
    coversSubkeys = change.coversSubkeys
    found = change.values
    valueChangeCount = change.valueCount
  }

  private init(
    _ pairs: KeyPairs, pair: Int, found: [FoundValue], valueChangeCount: Int
  ) {
    self.pairs = pairs
    self.pair = pair
    coversSubkeys = true
    self.found = found
    self.valueChangeCount = valueChangeCount
  }

  /// The key's path, in the letters of the later copy where that has it.
  public var path: RegistryPath { pairs.path(of: pair) }

  /// The bytes in the earlier copy; nil where it has no such key.
  public var before: Int? { bytes(pairs.before, pairs.list[pair].before) }
  /// The bytes in the later copy; nil where it has no such key.
  public var after: Int? { bytes(pairs.after, pairs.list[pair].after) }
  /// How many keys the sizes cover in the earlier copy.
  public var keysBefore: Int { keys(pairs.before, pairs.list[pair].before) }
  /// How many keys the sizes cover in the later copy.
  public var keysAfter: Int { keys(pairs.after, pairs.list[pair].after) }

  /// How the key changed.
  public var change: SizeChange { SizeChange(from: before, to: after) }
  /// How many bytes larger the key is.
  public var delta: Int { (after ?? 0) - (before ?? 0) }

  /// The values that were added or removed, or changed their size; those that changed most first,
  /// and no more than ten.
  public var values: [ValueChange] { found.map { ValueChange($0, pairs: pairs) } }

  private func bytes(_ usage: HiveUsage, _ index: Int?) -> Int? {
    index.map { coversSubkeys ? usage.accounts[$0].bytes : usage.accounts[$0].ownBytes }
  }

  private func keys(_ usage: HiveUsage, _ index: Int?) -> Int {
    index.map { coversSubkeys ? Int(usage.accounts[$0].keyCount) : 1 } ?? 0
  }

  /// The change as one of a key above that stands for all below it.
  func moved(to pair: Int) -> KeyChange {
    KeyChange(pairs, pair: pair, found: found, valueChangeCount: valueChangeCount)
  }

  /// Takes in the values of another change.
  mutating func add(_ other: KeyChange) {
    found = FoundValue.largest(found + other.found)
    valueChangeCount += other.valueChangeCount
  }
}

/// What changed in the size of a value between two copies of a hive.
public struct ValueChange: Sendable, Hashable {
  /// The path of the key that the value is in.
  public let key: RegistryPath
  /// The value's name; empty for the default value.
  public let name: RegistryString
  /// The bytes of the value's record and data in the earlier copy; nil where it has no such value.
  public let before: Int?
  /// The bytes of the value's record and data in the later copy; nil where it has no such value.
  public let after: Int?

  /// How the value changed.
  public var change: SizeChange { SizeChange(from: before, to: after) }
  /// How many bytes larger the value is.
  public var delta: Int { (after ?? 0) - (before ?? 0) }

  init(_ value: FoundValue, pairs: KeyPairs) {
    let usage = value.after == nil ? pairs.before : pairs.after
    key = pairs.path(of: value.pair, below: value.account, in: usage)
    name = RegistryString(utf16: usage.hive.image.units(of: value.name))
    before = value.before
    after = value.after
  }
}
