// SPDX-License-Identifier: MIT

import RegistryHive

/// Lists of what was used most recently.
///
/// Source: "Most Recently Used (MRU) keys" in winreg-kb,
/// <https://winreg-kb.readthedocs.io/en/latest/sources/explorer-keys/Most-recently-used.html>.
struct RecencyOrder {
  /// The places of values in the list, by name; 0 is the most recent one.
  private var places: [[UInt16]: Int] = [:]

  /// Reads `MRUListEx`, numbers of 32 bits, or `MRUList`, letters.
  init(_ key: Key) {
    if let list = key.decodedBytes("MRUListEx") {
      var offset = 0
      while let number = list.uint32(at: offset), number != UInt32.max {
        let name = RegistryString(String(number)).utf16
        if places[name] == nil { places[name] = offset / 4 }
        offset += 4
      }
    } else if let letters = key.decodedText("MRUList") {
      for (place, letter) in letters.utf16.enumerated() where places[[letter]] == nil {
        places[[letter]] = place
      }
    }
  }

  func place(of name: RegistryString) -> Int? { places[name.utf16] }
}

extension Decoder {
  static let explorer = "Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\"

  /// Rows of the values of a list, most recent first.
  static func rows(
    _ decoder: String, _ key: Key, _ read: (Value, inout DecodedRow) -> Void
  ) -> [DecodedRow] {
    let order = RecencyOrder(key)
    var rows: [(place: Int, row: DecodedRow)] = []
    for value in key.values {
      let name = value.name
      if name.isEmpty || name.matches("MRUListEx") || name.matches("MRUList") { continue }
      var row = DecodedRow(decoder, valueName: name)
      read(value, &row)
      guard !row.fields.isEmpty else { continue }
      let place = order.place(of: name)
      row.add("position", place)
      // Using the first one wrote the list, and with it the key.
      if place == 0 { row.add("lastUsed", key.lastWritten) }
      rows.append((place ?? Int.max, row))
    }
    return rows.sorted { $0.place < $1.place }.map(\.row)
  }

  /// Documents opened in Explorer: a name, and after it a shell item.
  static let recentDocs = Decoder(
    "RecentDocs",
    [(.ntuser, explorer + "RecentDocs"), (.ntuser, explorer + "RecentDocs\\*")]
  ) { key in
    rows("RecentDocs", key) { value, row in
      guard value.type == .binary else { return }
      row.add("document", ByteReader(value.bytes).text(at: 0))
      row.add("extension", key.name.matches("RecentDocs") ? nil : key.name)
    }
  }

  /// Words looked for in Explorer.
  static let wordWheelQuery = Decoder(
    "WordWheelQuery", [(.ntuser, explorer + "WordWheelQuery")]
  ) { key in
    rows("WordWheelQuery", key) { value, row in
      row.add("searchTerm", ByteReader(value.bytes).text(at: 0))
    }
  }

  /// Commands typed into the Run dialog; each ends with `\1`.
  static let runMRU = Decoder("RunMRU", [(.ntuser, explorer + "RunMRU")]) { key in
    rows("RunMRU", key) { value, row in
      guard case .string(var text) = value.data else { return }
      if text.utf16.suffix(2) == [0x5C, 0x31] {
        text = RegistryString(utf16: [UInt16](text.utf16.dropLast(2)))
      }
      row.add("command", text)
    }
  }

  /// Programs that opened or saved a file last: a program's name, and after it the folder as a list
  /// of shell items.
  static let lastVisited = Decoder(
    "LastVisitedPidlMRU",
    [
      (.ntuser, explorer + "ComDlg32\\LastVisitedPidlMRU"),
      (.ntuser, explorer + "ComDlg32\\LastVisitedPidlMRULegacy"),
      (.ntuser, explorer + "ComDlg32\\LastVisitedMRU"),
    ]
  ) { key in
    rows("LastVisitedPidlMRU", key) { value, row in
      guard value.type == .binary else { return }
      let data = ByteReader(value.bytes)
      guard let program = data.text(at: 0) else { return }
      row.add("program", program)
      let end = 2 * program.utf16.count + 2
      // The older list has the folder's path in place of shell items.
      row.add(
        "folder",
        key.name.matches("LastVisitedMRU")
          ? data.text(at: end) : ShellPath(ShellItem.list(in: data, from: end)).text)
    }
  }

  /// Addresses typed into Internet Explorer, `url1` the most recent; the times are in a key of
  /// their own.
  static let typedURLs = Decoder(
    "TypedURLs", [(.ntuser, "Software\\Microsoft\\Internet Explorer\\TypedURLs")]
  ) { key in
    let times = key.parent?.subkey(named: "TypedURLsTime")
    return numbered("TypedURLs", "url", key) { value, row in
      row.add("url", text(of: value))
      row.add("time", times?.decodedBytes(value.name)?.time(at: 0))
    }
  }

  /// Paths typed into Explorer, `url1` the most recent.
  static let typedPaths = Decoder("TypedPaths", [(.ntuser, explorer + "TypedPaths")]) { key in
    numbered("TypedPaths", "path", key) { value, row in row.add("path", text(of: value)) }
  }

  private static func text(of value: Value) -> RegistryString? {
    switch value.data {
    case .string(let text), .expandString(let text): text
    default: nil
    }
  }

  /// Rows of values that are called `url1` and so on, in the order of their numbers.
  private static func numbered(
    _ decoder: String, _ field: String, _ key: Key, _ read: (Value, inout DecodedRow) -> Void
  ) -> [DecodedRow] {
    var rows: [(number: Int, row: DecodedRow)] = []
    for value in key.values {
      let name = value.name.description.lowercased()
      guard name.hasPrefix("url"), let number = Int(name.dropFirst(3)), number > 0 else { continue }
      var row = DecodedRow(decoder, valueName: value.name)
      read(value, &row)
      guard !row.fields.isEmpty else { continue }
      row.add("position", number - 1)
      if number == 1 { row.add("lastUsed", key.lastWritten) }
      rows.append((number, row))
    }
    return rows.sorted { $0.number < $1.number }.map(\.row)
  }

  private static let office = "Software\\Microsoft\\Office\\*\\*\\"

  /// Files and folders opened in Office: `[F…][T…][O…]*path`, with a FILETIME in hexadecimal digits
  /// after `T`.
  ///
  /// Source: "Microsoft Office" in winreg-kb, <https://winreg-kb.readthedocs.io>.
  static let officeMRU = Decoder(
    "OfficeMRU",
    ["File MRU", "Place MRU", "User MRU\\*\\File MRU", "User MRU\\*\\Place MRU"].map {
      (.ntuser, office + $0)
    }
  ) { key in
    key.values.compactMap { value in
      guard let text = text(of: value)?.description, let star = text.firstIndex(of: "*"),
        value.name.description.lowercased().hasPrefix("item ")
      else { return nil }
      var row = DecodedRow("OfficeMRU", valueName: value.name)
      row.add("path", text: String(text[text.index(after: star)...]))
      for part in text[..<star].split(whereSeparator: { $0 == "[" || $0 == "]" })
      where part.first == "T" {
        row.add("lastOpened", UInt64(part.dropFirst(), radix: 16).map(FileTime.init))
      }
      return row
    }
  }
}
