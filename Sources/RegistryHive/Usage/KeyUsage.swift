// SPDX-License-Identifier: MIT

package import HiveFormat

/// How much of a hive a key takes up: it alone, and with all keys below it.
public struct KeyUsage: Sendable {
  /// The account of the whole hive.
  public let usage: HiveUsage
  let index: Int

  init(usage: HiveUsage, index: Int) {
    self.usage = usage
    self.index = index
  }

  package var account: KeySpace { usage.accounts[index] }

  /// The key's path from the hive's root, as the lists led to it.
  public var path: RegistryPath {
    usage.path(of: index)
  }

  /// The key's name.
  public var name: RegistryString {
    RegistryString(utf16: usage.hive.image.units(of: storedName))
  }

  /// The key; nil is not expected, since it was read before.
  public var key: Key? {
    (try? KeyNode(parsing: usage.hive.image, at: account.node.fileOffset))
      .map { Key(hive: usage.hive, node: $0) }
  }

  /// How many keys are above this one.
  public var depth: Int { Int(account.depth) }

  /// The bytes of the key's own cells: its node, lists, values, data and class name.
  public var ownBytes: Int { account.ownBytes }
  /// The part of ``ownBytes`` that are values and their data.
  public var ownValueBytes: Int { account.ownValueBytes }
  /// How many values the key has.
  public var ownValueCount: Int { Int(account.ownValueCount) }
  /// When the key was last written.
  public var lastWritten: FileTime { FileTime(rawValue: account.lastWritten) }

  /// The bytes of the cells of this key and of all keys below it.
  public var bytes: Int { account.bytes }
  /// How many keys these are, this one among them.
  public var keyCount: Int { Int(account.keyCount) }
  /// How many values they have.
  public var valueCount: Int { Int(account.valueCount) }
  /// The latest time at which one of them was written.
  public var latestWritten: FileTime { FileTime(rawValue: account.latestWritten) }

  /// The accounts of the key's subkeys, in stored order.
  public var subkeys: [KeyUsage] {
    var list: [KeyUsage] = []
    var next = index + 1
    while next < end {
      list.append(KeyUsage(usage: usage, index: next))
      next += Int(usage.accounts[next].keyCount)
    }
    return list
  }

  /// Just behind the last key below this one.
  private var end: Int { index + Int(account.keyCount) }

  /// The name as it stands in the file.
  package var storedName: StoredName {
    (try? KeyNode(parsing: usage.hive.image, at: account.node.fileOffset))?.name
      ?? StoredName(offset: 0, byteCount: 0, isLatin1: true)
  }

  /// Hands out the accounts of the keys below this one, parents before children, down to so many
  /// levels below it.
  package func forEachBelow(depth: Int, _ body: (Int, KeySpace) -> Void) {
    let level = self.depth
    var next = index + 1
    while next < end {
      let account = usage.accounts[next]
      body(next, account)
      next += Int(account.depth) - level >= depth ? Int(account.keyCount) : 1
    }
  }

  /// Hands out the accounts of this key and of all below it, parents before children.
  func forEachWithin(_ body: (Int, KeySpace) -> Void) {
    for member in index..<end { body(member, usage.accounts[member]) }
  }

  /// The keys below this one that take up most bytes, with those below them; the largest first.
  ///
  /// - Parameters:
  ///   - count: How many keys to give out at the most.
  ///   - depth: How many levels below this key to look.
  ///   - omitsPassThroughKeys: Whether to leave out keys that owe nine tenths or more of their bytes to one
  ///     subkey, which says the same.
  /// - Returns: The keys; a key stands before those below it, also where they are of equal size.
  public func largest(
    _ count: Int, depth: Int = .max, omitsPassThroughKeys: Bool = false
  ) -> [KeyUsage] {
    guard count > 0, depth > 0 else { return [] }
    let passages = omitsPassThroughKeys ? passages : []
    var found: [(index: Int, bytes: Int)] = []
    func sortOut() {
      // The order of the file decides between keys of equal size.
      found.sort { $0.bytes != $1.bytes ? $0.bytes > $1.bytes : $0.index < $1.index }
      found.removeLast(max(found.count - count, 0))
    }
    var least = 0
    let room = max(2 * min(count, 1 << 30), 64)
    forEachBelow(depth: depth) { index, account in
      guard account.bytes > least || found.count < count else { return }
      if omitsPassThroughKeys, passages[index - self.index] { return }
      found.append((index, account.bytes))
      guard found.count == room else { return }
      sortOut()
      least = found.count == count ? found[count - 1].bytes : 0
    }
    sortOut()
    return found.map { KeyUsage(usage: usage, index: $0.index) }
  }

  /// For this key and each below it, whether it owes most of its bytes to one subkey.
  private var passages: [Bool] {
    var marks = [Bool](repeating: false, count: end - index)
    forEachWithin { member, account in
      guard member > index else { return }
      let parent = Int(account.parent)
      if account.bytes >= usage.accounts[parent].bytes / 10 * 9 { marks[parent - index] = true }
    }
    return marks
  }

  /// The bytes and keys by the month in which the keys were last written, oldest first.
  ///
  /// This is what survives: a key counts whole in the month of its last change, however old most
  /// of it is, and what was deleted or overwritten since counts nowhere. It is not a record of what
  /// was written when.
  public func history() -> [HistoryMonth] {
    var months: [Int: (keys: Int, bytes: Int)] = [:]
    // Neighbours are often written together: the month of the last day looked up is kept.
    var lastDay = UInt64.max
    var month = 0
    var sum = (keys: 0, bytes: 0)
    func addSum() {
      guard sum.keys > 0 else { return }
      months[month, default: (0, 0)].keys += sum.keys
      months[month, default: (0, 0)].bytes += sum.bytes
      sum = (0, 0)
    }
    for account in usage.accounts[index..<end] {
      let day = account.lastWritten / (FileTime.ticksPerSecond * 86_400)
      if day != lastDay {
        addSum()
        let parts = FileTime(rawValue: account.lastWritten).components
        month = parts.year * 12 + parts.month - 1
        lastDay = day
      }
      sum = (sum.keys + 1, sum.bytes + account.ownBytes)
    }
    addSum()
    return months.sorted { $0.key < $1.key }.map {
      HistoryMonth(
        year: $0.key / 12, month: $0.key % 12 + 1, keys: $0.value.keys, bytes: $0.value.bytes)
    }
  }
}

/// The keys of a hive that were last written in a month, in UTC.
public struct HistoryMonth: Sendable, Hashable {
  /// The year.
  public let year: Int
  /// The month, from 1 to 12.
  public let month: Int
  /// How many keys there are.
  public let keys: Int
  /// The bytes of these keys' own cells.
  public let bytes: Int
}

extension HistoryMonth: CustomStringConvertible {
  /// The month as in ISO 8601, such as `2012-04`.
  public var description: String {
    let year = String(year)
    return String(repeating: "0", count: max(4 - year.count, 0)) + year
      + (month < 10 ? "-0" : "-") + String(month)
  }
}
