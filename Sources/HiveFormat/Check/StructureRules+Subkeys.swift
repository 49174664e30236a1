// SPDX-License-Identifier: MIT

import WindowsTypes

extension StructureRules {
  /// What is known of the lists of the key that is looked at.
  private struct Progress {
    /// The last name, in the order of the lists.
    var previous: StoredName?
    var isOrdered = true
    /// The longest name in bytes of UTF-16.
    var longestName = 0
  }

  /// Checks a key's lists of subkeys.
  ///
  /// - Returns: The length of the longest subkey name, in bytes of UTF-16.
  mutating func checkSubkeys(_ traversal: borrowing Traversal) -> Int {
    guard traversal.visit.hasSubkeys else { return 0 }
    var progress = Progress()
    let image = image
    for leaf in traversal.leaves {
      switch leaf.list.kind {
      case .hashLeaf where minorVersion < 5: reportKind(of: leaf.list, "lh", since: "1.5")
      case .fastLeaf where minorVersion < 3: reportKind(of: leaf.list, "lf", since: "1.3")
      default: break
      }
      for element in traversal.elements[leaf.elements] {
        guard let name = image.nameOfKey(listedAt: element) else { continue }
        check(name, at: element, in: leaf.list.kind, &progress)
      }
    }
    // In order, equal names are neighbours and were found. Otherwise they may be anywhere.
    if !progress.isOrdered { checkDuplicates(among: traversal.elements) }
    return progress.longestName
  }

  private mutating func check(
    _ name: StoredName, at element: Int, in kind: SubkeyList.Kind, _ progress: inout Progress
  ) {
    progress.longestName = max(progress.longestName, 2 * name.unitCount)
    if let previous = progress.previous { checkOrder(of: name, after: previous, &progress) }
    progress.previous = name
    switch kind {
    case .fastLeaf: checkHint(of: name, at: element + 4)
    case .hashLeaf: checkHash(of: name, at: element + 4)
    case .indexLeaf, .indexRoot: break
    }
  }

  private mutating func reportKind(of list: SubkeyList, _ kind: String, since version: String) {
    let minor = minorVersion
    report(
      .listKind, at: list.cell.content, expected: "a kind of list that version 1.\(minor) has",
      found: "\(kind), which there is since version \(version)")
  }

  private mutating func checkOrder(
    of name: StoredName, after previous: StoredName, _ progress: inout Progress
  ) {
    let order = image.compare(name, to: previous, in: image)
    if order < 0 {
      progress.isOrdered = false
      let image = image
      report(
        .subkeyOrder, at: name.keyOffset,
        expected: "a name that sorts after \(image.quoted(previous))", found: image.quoted(name))
    } else if order == 0, name.offset != previous.offset {
      reportDuplicate(of: name)
    }
  }

  private mutating func reportDuplicate(of name: StoredName) {
    let image = image
    report(
      .subkeyDuplicate, at: name.keyOffset, expected: "subkeys of different names",
      found: "a second \(image.quoted(name))")
  }

  private mutating func checkDuplicates(among elements: [Int]) {
    var names = NameSet(image)
    var previous: StoredName?
    for element in elements {
      guard let name = image.nameOfKey(listedAt: element) else { continue }
      // Neighbours were compared before.
      let isKnown = previous.map { image.compare(name, to: $0, in: image) == 0 } ?? false
      previous = name
      if !isKnown, !names.insert(name) { reportDuplicate(of: name) }
    }
  }
}

extension HiveImage {
  /// The name of the key that an element of a list leads to; nil where there is none.
  fileprivate func nameOfKey(listedAt element: Int) -> StoredName? {
    guard let reference = try? uint32(at: element), let cell = keyNodeCell(at: reference.fileOffset)
    else { return nil }
    return KeyNode.name(in: cell, of: self)
  }
}

extension StoredName {
  /// Where the cell of the key begins that has the name.
  fileprivate var keyOffset: Int { offset - KeyNode.fixedSize - 4 }
}

// MARK: - Hints and hashes

extension StructureRules {
  private mutating func checkHint(of name: StoredName, at offset: Int) {
    var hint: UInt32 = 0
    for index in 0..<min(4, name.unitCount) {
      let unit = image.unit(index, of: name)
      // What does not fit in a byte makes the hint empty, in some writers' files only from there. Of
      // other letters than those of ASCII Windows itself stores another byte than the name has.
      guard unit < 0x80 else { return }
      hint |= UInt32(unit) << UInt32(8 * index)
    }
    guard let stored = try? image.uint32(at: offset), stored != hint else { return }
    let image = image
    let expected = hint
    report(
      .listHint, at: offset,
      expected: "\(hex(expected)), the beginning of \(image.quoted(name))",
      found: hex(stored))
  }

  private mutating func checkHash(of name: StoredName, at offset: Int) {
    let image = image
    let hash = image.subkeyHash(of: name)
    guard let stored = try? image.uint32(at: offset), stored != hash else { return }
    report(
      .listHash, at: offset, expected: "\(hex(hash)), the hash of \(image.quoted(name))",
      found: hex(stored))
  }
}

/// A set of names that ignores case, as Windows does.
struct NameSet {
  private let image: HiveImage
  /// The first name of each hash.
  ///
  /// The hash is seeded anew in each process, so that no file can bring names of equal hashes.
  private var names: [Int: StoredName] = [:]

  init(_ image: HiveImage) {
    self.image = image
  }

  /// Adds a name; false where it was in already.
  mutating func insert(_ name: StoredName) -> Bool {
    var hasher = Hasher()
    for index in 0..<name.unitCount { hasher.combine(Upcase.unit(image.unit(index, of: name))) }
    let hash = hasher.finalize()
    guard let known = names[hash] else {
      names[hash] = name
      return true
    }
    return known.offset == name.offset || image.compare(name, to: known, in: image) != 0
  }
}

extension HiveImage {
  /// A name for messages.
  func quoted(_ name: StoredName) -> String {
    "\"" + String(decoding: units(of: name), as: UTF16.self) + "\""
  }
}
