// SPDX-License-Identifier: MIT

import HiveFormat

/// How much of a hive a value takes up.
public struct ValueUsage: Sendable, Hashable {
  /// The path of the key that the value is in.
  public let key: RegistryPath
  /// The value's name; empty for the default value.
  public let name: RegistryString
  /// The type of its data.
  public let type: ValueType
  /// The bytes of its record and of its data, in whole cells.
  public let bytes: Int
}

extension KeyUsage {
  /// The values of this key and of all keys below it that take up most bytes, the largest first.
  ///
  /// - Parameter count: How many values to give out at the most.
  /// - Returns: The values; of equal ones, those of the key that the lists reach first.
  public func largestValues(_ count: Int) -> [ValueUsage] {
    guard count > 0 else { return [] }
    let least = leastOfLargest(count)
    var keys: [(index: Int, bytes: Int)] = []
    forEachWithin { index, account in
      if account.ownValueCount > 0, account.ownValueBytes >= least {
        keys.append((index, account.ownValueBytes))
      }
    }
    keys.sort { $0.bytes != $1.bytes ? $0.bytes > $1.bytes : $0.index < $1.index }
    var sizes = ValueSizes(usage.hive)
    var found: [(key: Int, entry: ValueSizes.Entry)] = []
    for key in keys {
      // No value is larger than all of its key's together.
      if found.count == count, found[count - 1].entry.bytes >= key.bytes { break }
      found += sizes.entries(of: usage.accounts[key.index].node.fileOffset)
        .filter { $0.bytes > 0 }.map { (key.index, $0) }
      // Sorting keeps the order of equal ones by the key.
      found.sort {
        $0.entry.bytes != $1.entry.bytes ? $0.entry.bytes > $1.entry.bytes : $0.key < $1.key
      }
      found.removeLast(max(found.count - count, 0))
    }
    let image = usage.hive.image
    return found.map { found in
      ValueUsage(
        key: usage.path(of: found.key),
        name: RegistryString(utf16: image.units(of: found.entry.name)),
        type: ValueType(rawValue: found.entry.type), bytes: found.entry.bytes)
    }
  }

  /// A size that so many values have at the least: of a key with values, one has their average or
  /// more.
  private func leastOfLargest(_ count: Int) -> Int {
    var averages: [Int] = []
    let room = min(count, 1000)
    forEachWithin { _, account in
      guard account.ownValueCount > 0 else { return }
      let average = account.ownValueBytes / Int(account.ownValueCount)
      guard averages.count < room || average > averages[room - 1] else { return }
      let place = averages.firstIndex { $0 < average } ?? averages.endIndex
      averages.insert(average, at: place)
      if averages.count > room { averages.removeLast() }
    }
    return averages.count == count ? averages[count - 1] : 0
  }
}
