// SPDX-License-Identifier: MIT

import WindowsTypes

extension StructurePass {
  /// What is known of the lists of the key that is looked at.
  private struct Progress {
    /// How many elements the lists have.
    var listed = 0
    /// The last name, in the order of the lists.
    var previous: StoredName?
    var isOrdered = true
    /// The longest name in bytes of UTF-16.
    var longestName = 0
  }

  /// Checks a key's lists of subkeys and puts the subkeys on the stack.
  ///
  /// - Returns: The length of the longest subkey name, in bytes of UTF-16.
  mutating func addSubkeys(of node: KeyNode) -> Int {
    guard node.subkeyCount > 0 else {
      if node.subkeyList != .noCell {
        uncountedLists.append(
          UncountedList(list: node.subkeyList, key: current, isOfValues: false))
      }
      return 0
    }
    let first = pendingCount
    var progress = Progress()
    var leaves: [SubkeyList] = []
    do throws(FormatError) {
      let list = try SubkeyList(parsing: image, at: node.subkeyList.fileOffset)
      guard add(list) else { return 0 }
      if list.kind == .indexRoot {
        for index in 0..<list.count {
          guard let leaf = leaf(at: list.offset(of: index)), add(leaf) else { continue }
          leaves.append(leaf)
        }
      } else {
        leaves.append(list)
      }
    } catch {
      report(error)
      return 0
    }
    for leaf in leaves { addKeys(of: leaf, &progress) }
    if progress.listed != Int(node.subkeyCount) {
      let listed = progress.listed
      report(
        .listCount, at: node.cell.content + 20, expected: "\(listed) subkeys, as listed",
        found: "\(node.subkeyCount)")
    }
    // In order, equal names are neighbours and were found. Otherwise they may be anywhere.
    if !progress.isOrdered { checkDuplicates(in: leaves) }
    reversePending(from: first)
    return progress.longestName
  }

  private mutating func leaf(at element: Int) -> SubkeyList? {
    do throws(FormatError) {
      let reference: CellReference = try image.uint32(at: element)
      let leaf = try SubkeyList(parsing: image, at: reference.fileOffset)
      guard leaf.kind != .indexRoot else {
        throw FormatError(
          .listNesting, at: leaf.cell.content, expected: "a list of keys",
          found: "a list of lists inside another")
      }
      return leaf
    } catch {
      report(error)
      return nil
    }
  }

  /// Checks a list by itself; false where another key has it too.
  private mutating func add(_ list: SubkeyList) -> Bool {
    if let fault = list.countFault { report(fault) }
    guard cells.claim(list.cell) != nil else {
      reportReuse(of: list.cell, as: .listReused, "list of subkeys")
      return false
    }
    switch list.kind {
    case .hashLeaf where minorVersion < 5: reportKind(of: list, "lh", since: "1.5")
    case .fastLeaf where minorVersion < 3: reportKind(of: list, "lf", since: "1.3")
    default: break
    }
    return true
  }

  private mutating func reportKind(of list: SubkeyList, _ kind: String, since version: String) {
    let minor = minorVersion
    report(
      .listKind, at: list.cell.content, expected: "a kind of list that version 1.\(minor) has",
      found: "\(kind), which there is since version \(version)")
  }

  private mutating func addKeys(of leaf: SubkeyList, _ progress: inout Progress) {
    let parent = current
    progress.listed += leaf.count
    for index in 0..<leaf.count {
      let element = leaf.offset(of: index)
      guard let reference = try? image.uint32(at: element) else { continue }
      push(reference, parent: parent, at: element)
      guard let key = try? KeyNode(parsing: image, at: reference.fileOffset) else { continue }
      progress.longestName = max(progress.longestName, 2 * key.name.unitCount)
      if let previous = progress.previous { checkOrder(of: key, behind: previous, &progress) }
      progress.previous = key.name
      switch leaf.kind {
      case .fastLeaf: checkHint(of: key, at: element + 4)
      case .hashLeaf: checkHash(of: key, at: element + 4)
      case .indexLeaf, .indexRoot: break
      }
    }
  }

  private mutating func checkOrder(
    of key: KeyNode, behind previous: StoredName, _ progress: inout Progress
  ) {
    let order = image.compare(key.name, to: previous, in: image)
    if order < 0 {
      progress.isOrdered = false
      let image = image
      report(
        .subkeyOrder, at: key.offset,
        expected: "a name that sorts behind \(image.quoted(previous))",
        found: image.quoted(key.name))
    } else if order == 0, key.name.offset != previous.offset {
      reportDuplicate(of: key.name, at: key.offset)
    }
  }

  private mutating func reportDuplicate(of name: StoredName, at offset: Int) {
    let image = image
    report(
      .subkeyDuplicate, at: offset, expected: "subkeys of different names",
      found: "a second \(image.quoted(name))")
  }

  private mutating func checkDuplicates(in leaves: [SubkeyList]) {
    var names = NameSet(image)
    var previous: StoredName?
    for leaf in leaves {
      for index in 0..<leaf.count {
        guard let reference = try? image.uint32(at: leaf.offset(of: index)),
          let key = try? KeyNode(parsing: image, at: reference.fileOffset)
        else { continue }
        // Neighbours were compared before.
        let isKnown = previous.map { image.compare(key.name, to: $0, in: image) == 0 } ?? false
        previous = key.name
        if !isKnown, !names.insert(key.name) { reportDuplicate(of: key.name, at: key.offset) }
      }
    }
  }
}

// MARK: - Hints and hashes

extension StructurePass {
  private mutating func checkHint(of key: KeyNode, at offset: Int) {
    var hint: UInt32 = 0
    for index in 0..<min(4, key.name.unitCount) {
      let unit = image.unit(index, of: key.name)
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
      expected: "\(hex(expected)), the beginning of \(image.quoted(key.name))",
      found: hex(stored))
  }

  private mutating func checkHash(of key: KeyNode, at offset: Int) {
    var hash: UInt32 = 0
    for index in 0..<key.name.unitCount {
      hash = hash &* 37 &+ UInt32(Upcase.unit(image.unit(index, of: key.name)))
    }
    guard let stored = try? image.uint32(at: offset), stored != hash else { return }
    let image = image
    let expected = hash
    report(
      .listHash, at: offset, expected: "\(hex(expected)), the hash of \(image.quoted(key.name))",
      found: hex(stored))
  }
}

/// A set of names that does not tell upper from lower case, as Windows does not.
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
