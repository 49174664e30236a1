// SPDX-License-Identifier: MIT

private let nowhere = UInt32.max

extension HiveWriter {
  /// Writes a key's cells, and gives its subkeys in the order in which they are to be written.
  mutating func writeKey(_ index: Int, isFree: Bool) -> [HiveDescription.KeyID] {
    let key = hive.keys[index]
    let subkeys = ordered(key)
    let listed = subkeys.filter { !hive.keys[$0.index].isDeleted }
    writeNode(index, key: key, listed: listed, isFree: isFree)
    let record = keys[index].node + 4

    let security = writeSecurity(of: key, isFree: isFree)
    keys[index].security = security
    bytes.put(relative(security), at: record + 44)
    if !key.className.isEmpty {
      let cell = openCell(key.className.count * 2, \.classNames, isFree: isFree)
      bytes.append(contentsOf: littleEndianBytes(of: key.className))
      closeCell()
      keys[index].className = cell
      bytes.put(relative(cell), at: record + 48)
    }
    if let list = writeValues(of: key, index: index, isFree: isFree) {
      keys[index].valueList = list
      bytes.put(relative(list), at: record + 40)
    }
    if !listed.isEmpty {
      let lists = writeSubkeyList(of: key, listed, isFree: isFree)
      keys[index].subkeyLists = lists
      bytes.put(relative(lists[0]), at: record + 28)
    }
    return subkeys
  }

  private mutating func writeNode(
    _ index: Int, key: KeyDescription, listed: [HiveDescription.KeyID], isFree: Bool
  ) {
    let name = key.name.storedBytes
    let cell = openCell(76 + name.count, \.keys, isFree: isFree)
    keys[index].node = cell
    if listSlots[index] > 0 {
      bytes.put(relative(cell), at: listSlots[index])
    }
    var flags: UInt16 = key.name.isCompressed ? 0x20 : 0
    if index == 0 {
      // The root of a hive, which cannot be deleted.
      flags |= 0x0C
    }
    let values = key.values.lazy.filter { !$0.isDeleted }
    var longestName = 0
    var longestClass = 0
    for subkey in listed {
      longestName = max(longestName, hive.keys[subkey.index].name.units.count * 2)
      longestClass = max(longestClass, hive.keys[subkey.index].className.count * 2)
    }

    bytes.append(contentsOf: [0x6E, 0x6B])
    bytes.append(number: key.flags ?? flags)
    bytes.append(number: key.lastWritten)
    bytes.append(number: key.accessBits)
    bytes.append(number: key.parent.map { relative(keys[$0.index].node) } ?? nowhere)
    bytes.append(number: UInt32(listed.count))
    bytes.append(number: UInt32(0))
    bytes.append(number: nowhere)
    bytes.append(number: nowhere)
    bytes.append(number: UInt32(values.count))
    bytes.append(number: nowhere)
    bytes.append(number: nowhere)
    bytes.append(number: nowhere)
    bytes.append(number: UInt16(truncatingIfNeeded: longestName))
    bytes.append(key.userFlags)
    bytes.append(0)
    bytes.append(number: UInt32(longestClass))
    bytes.append(number: UInt32(values.map { $0.name.units.count * 2 }.max() ?? 0))
    bytes.append(number: UInt32(values.map(\.data.count).max() ?? 0))
    bytes.append(number: UInt32(0))
    bytes.append(number: UInt16(name.count))
    bytes.append(number: UInt16(key.className.count * 2))
    bytes.append(contentsOf: name)
    closeCell()
  }

  private func ordered(_ key: KeyDescription) -> [HiveDescription.KeyID] {
    guard key.sortsSubkeys, key.subkeys.count > 1 else { return key.subkeys }
    let named = key.subkeys.map { (name: hive.keys[$0.index].name.upcased, id: $0) }
    // Most descriptions are in order already, and sorting 100,000 names takes its time.
    let isSorted = zip(named, named.dropFirst()).allSatisfy {
      !$1.name.lexicographicallyPrecedes($0.name)
    }
    if isSorted {
      return key.subkeys
    }
    return named.sorted { $0.name.lexicographicallyPrecedes($1.name) }.map(\.id)
  }
}

// MARK: - Lists of subkeys

extension HiveWriter {
  /// Writes a list with room for the offsets of the subkeys, which are not written yet.
  private mutating func writeSubkeyList(
    of key: KeyDescription, _ subkeys: [HiveDescription.KeyID], isFree: Bool
  ) -> [Int] {
    let (leaf, leafSize, hasIndex) = key.list.resolved(
      count: subkeys.count, minorVersion: hive.header.minorVersion)
    let starts = Array(stride(from: 0, to: subkeys.count, by: leafSize))
    var lists: [Int] = []
    if hasIndex {
      let root = openCell(4 + 4 * starts.count, \.subkeyLists, isFree: isFree)
      lists.append(root)
      bytes.append(contentsOf: Array("ri".utf8))
      bytes.append(number: UInt16(starts.count))
      closeCell()
    }
    for (index, start) in starts.enumerated() {
      let part = subkeys[start..<min(start + leafSize, subkeys.count)]
      let cell = writeLeaf(leaf, part, isFree: isFree)
      if hasIndex {
        bytes.put(relative(cell), at: lists[0] + 8 + 4 * index)
      }
      lists.append(cell)
    }
    return lists
  }

  private mutating func writeLeaf(
    _ leaf: SubkeyList.Leaf, _ subkeys: ArraySlice<HiveDescription.KeyID>, isFree: Bool
  ) -> Int {
    let cell = openCell(4 + leaf.elementSize * subkeys.count, \.subkeyLists, isFree: isFree)
    bytes.append(contentsOf: Array("\(leaf)".utf8))
    bytes.append(number: UInt16(subkeys.count))
    for subkey in subkeys {
      listSlots[subkey.index] = bytes.count
      bytes.append(number: UInt32(0))
      let name = hive.keys[subkey.index].name
      switch leaf {
      case .li: break
      case .lf: bytes.append(contentsOf: nameHint(of: name.units))
      case .lh: bytes.append(number: nameHash(of: name.upcased))
      }
    }
    closeCell()
    return cell
  }
}

/// The first four characters of a name, where all of them take one byte.
private func nameHint(of units: [UInt16]) -> [UInt8] {
  let first = units.prefix(4)
  guard first.allSatisfy({ $0 < 0x100 }) else { return [0, 0, 0, 0] }
  return first.map { UInt8($0) } + Array(repeating: 0, count: 4 - first.count)
}

/// The hash by which a name in upper case is looked up.
package func nameHash(of upcased: [UInt16]) -> UInt32 {
  upcased.reduce(0) { $0 &* 37 &+ UInt32($1) }
}

// MARK: - Security descriptors

extension HiveWriter {
  /// The cell with a key's descriptor, written when the first key needs it.
  private mutating func writeSecurity(of key: KeyDescription, isFree: Bool) -> Int {
    let descriptor = key.security ?? hive.defaultSecurity
    let index: Int
    if let known = securityIndex[descriptor] {
      index = known
    } else {
      index = securityCells.count
      securityIndex[descriptor] = index
      securityUsers.append(0)
      securityCells.append(openCell(20 + descriptor.count, \.security))
      bytes.append(contentsOf: [0x73, 0x6B, 0, 0])
      bytes.append(number: UInt64(0))
      bytes.append(number: UInt32(0))
      bytes.append(number: UInt32(descriptor.count))
      bytes.append(contentsOf: descriptor)
      closeCell()
    }
    securityUsers[index] += isFree ? 0 : 1
    return securityCells[index]
  }

  /// Joins all descriptors to a ring, and notes how many keys use each.
  mutating func linkSecurity() {
    let count = securityCells.count
    for (index, cell) in securityCells.enumerated() {
      bytes.put(relative(securityCells[(index + 1) % count]), at: cell + 8)
      bytes.put(relative(securityCells[(index + count - 1) % count]), at: cell + 12)
      bytes.put(securityUsers[index], at: cell + 16)
    }
  }
}
