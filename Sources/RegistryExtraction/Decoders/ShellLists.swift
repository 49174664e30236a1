// SPDX-License-Identifier: MIT

import RegistryHive

extension DecodedRow {
  /// Adds what an item says of its file or folder.
  fileprivate mutating func add(_ item: ShellItem) {
    add("kind", text: item.kind)
    add("created", item.created)
    add("modified", item.modified)
    add("accessed", item.accessed)
    add("fileSize", item.fileSize)
    add("mftEntry", item.fileRecord?.entry)
    add("mftSequence", item.fileRecord?.sequence)
  }
}

extension Decoder {
  /// Files that were opened or saved with the dialogs of Windows Vista and later, each a list of shell
  /// items.
  static let openSavePidl = Decoder(
    "OpenSavePidlMRU", [(.ntuser, explorer + "ComDlg32\\OpenSavePidlMRU…\\*")]
  ) { key in
    rows("OpenSavePidlMRU", key) { value, row in
      guard value.type == .binary else { return }
      let items = ShellItem.list(in: ByteReader(value.bytes))
      guard let last = items.last else { return }
      row.add("path", ShellPath(items).text)
      row.add("extension", key.name)
      row.add(last)
    }
  }

  /// Folders that the user has seen in Explorer.
  ///
  /// Each key holds the items of one folder, and the key of an item's number those of that one. Source:
  /// "Most recently used (MRU)" in winreg-kb,
  /// <https://winreg-kb.readthedocs.io/en/latest/sources/explorer-keys/Most-recently-used.html>.
  static let shellBags = Decoder(
    "ShellBags",
    ["Shell", "ShellNoRoam"].flatMap { shell -> [(RuleHive, String)] in
      let key = "Software\\Microsoft\\Windows\\\(shell)\\BagMRU"
      return [
        (.ntuser, key), (.ntuser, "Local Settings\\" + key),
        (.usrClass, "Local Settings\\" + key),
        (.usrClass, "Wow6432Node\\Local Settings\\" + key),
      ]
    },
    tree: { key, limit in
      var bags = ShellBags(limit: limit)
      bags.read(key)
      return bags.rows
    })
}

/// The tree of folders below a key `BagMRU`.
private struct ShellBags {
  /// A folder, and the key with those in it.
  private struct Place {
    let key: Key
    let path: ShellPath
    let numbers: String
    let depth: Int
  }

  /// How deep Windows has keys.
  private static let depthLimit = 512

  private(set) var rows: [DecodedRow] = []
  private var limit: Int
  private var pending: [Place] = []
  private var seen: Set<Int> = []

  init(limit: Int) {
    self.limit = limit
  }

  mutating func read(_ root: Key) {
    pending = [Place(key: root, path: ShellPath(), numbers: "", depth: 0)]
    seen = [root.offset]
    while let place = pending.popLast(), limit > 0 { read(place) }
  }

  private mutating func read(_ place: Place) {
    let next = pending.count
    let order = RecencyOrder(place.key)
    let values = place.key.values
    limit -= values.count + 1
    limit -= values.reduce(0) { $0 + $1.readableCount } / DecoderRun.bytesPerValue
    let folders = values.compactMap { value -> (place: Int, value: Value, items: [ShellItem])? in
      guard value.type == .binary, let number = UInt32(value.name.description) else { return nil }
      let items = ShellItem.list(in: ByteReader(value.bytes))
      return items.isEmpty
        ? nil : (order.place(of: value.name) ?? Int(number) + 1 << 32, value, items)
    }
    for (position, value, items) in folders.sorted(by: { $0.place < $1.place }) {
      var path = place.path
      for item in items { path.append(item) }
      let numbers = place.numbers + "\\\(value.name)"
      var row = DecodedRow("ShellBags")
      row.add("folder", path.text)
      if let item = items.last { row.add(item) }
      row.add("bagPath", text: "BagMRU" + numbers)
      let child = place.key.subkey(named: value.name)
      row.add("bag", child?.decodedNumber("NodeSlot"))
      if position < 1 << 32 { row.add("position", position) }
      // Using the first one wrote the list, and with it the key.
      if position == 0 { row.add("lastUsed", place.key.lastWritten) }
      row.add("keyLastWritten", child?.lastWritten)
      rows.append(row)
      // The path has the names of all folders above.
      limit -= row.textCount / DecoderRun.bytesPerValue
      if let child, place.depth < Self.depthLimit, seen.insert(child.offset).inserted {
        pending.append(Place(key: child, path: path, numbers: numbers, depth: place.depth + 1))
      }
    }
    pending[next...].reverse()
  }
}
