// SPDX-License-Identifier: MIT

import ProfileForensics
import RegistryHive

/// Writes each fact as a JSON object, with the members that Timesketch requires.
struct TimelineJSONWriter: TimelineWriter {
  private let records: JSONRecords

  init(to draft: Output, _ format: TimelineFormat) {
    records = JSONRecords(draft: draft, format: format)
  }

  mutating func write(_ entry: TimelineEntry) {
    records.write { json in
      json.member("datetime", entry.time)
      json.member("timestamp_desc", entry.kind.rawValue)
      json.member("message", entry.shownMessage)
      if let machine = entry.machine { json.member("machine", machine) }
      if let event = entry.event {
        json.member("log", entry.file)
        json.member("record", Int(clamping: event.record))
        json.member("provider", event.provider)
        json.member("event", event.number)
      } else {
        json.member("hive", entry.file)
      }
      if let path = entry.path { json.member("path", path) }
      if let value = entry.value { json.member("name", value) }
      if let user = entry.user { json.member("user", user) }
    }
  }
}

/// Writes each fact as a row of comma-separated values, with the columns that Timesketch requires.
struct TimelineCSVWriter: TimelineWriter {
  static let columns: [StaticString] = [
    "datetime", "timestamp_desc", "message", "machine", "hive", "path", "name", "user", "log",
    "record", "provider", "event",
  ]

  private let records: CSVRecords

  init(to output: Output) {
    records = CSVRecords(to: output, Self.columns)
  }

  func write(_ entry: TimelineEntry) {
    records.write { row in
      row.time(entry.time)
      row.text(entry.kind.rawValue)
      row.text(entry.shownMessage)
      row.text(entry.machine)
      row.text(entry.event == nil ? entry.file : nil)
      row.text(entry.path)
      row.text(entry.value)
      row.text(entry.user)
      row.text(entry.event == nil ? nil : entry.file)
      row.number(entry.event?.record)
      row.text(entry.event?.provider)
      row.number(entry.event?.number)
    }
  }
}

/// Writes a line for each fact, for a person to read.
///
/// ```
/// 2024-06-21T17:03:44.0000000Z  Profile unloaded           C:\Users\anna was unloaded (SOFTWARE)
/// ```
struct TimelineTextWriter: TimelineWriter {
  private static let kindWidth = TimelineEntry.Kind.allCases.map(\.rawValue.count).max() ?? 0

  private let output: Output

  init(to output: Output) {
    self.output = output
  }

  mutating func write(_ entry: TimelineEntry) {
    output.append(entry.time)
    output.append("  ")
    output.append(text: entry.kind.rawValue)
    output.append(spaces: Self.kindWidth - entry.kind.rawValue.count + 2)
    output.append(entry.shownMessage, as: VisibleEscaping.self)
    var place = entry.file
    if let event = entry.event { place += " \(event.record)" }
    if let machine = entry.machine { place = "\(machine): \(place)" }
    output.append("  (")
    output.append(RegistryString(place), as: VisibleEscaping.self)
    output.append(")\n")
  }
}

/// Writes each fact as a line of a body file of The Sleuth Kit 3.x:
/// `MD5|name|inode|mode|UID|GID|size|atime|mtime|ctime|crtime`.
///
/// The time is that of modification, in whole seconds since 1970. The others are -1: mactime makes a
/// row of a time of 0. Facts before 1970 have no line.
struct TimelineBodyfileWriter: TimelineWriter {
  private let output: Output

  init(to output: Output) {
    self.output = output
  }

  mutating func write(_ entry: TimelineEntry) {
    guard entry.time.unixSeconds > 0 else { return }
    let place = entry.machine.map { "\($0): \(entry.file): " } ?? "\(entry.file): "
    output.append("0|")
    output.append(RegistryString(place), as: BodyfileEscaping.self)
    output.append(entry.shownMessage, as: BodyfileEscaping.self)
    if entry.kind != .keyWritten { output.append(text: " (\(entry.kind.rawValue))") }
    output.append("|0|0|0|0|0|-1|")
    output.append(decimal: entry.time.unixSeconds)
    output.append("|-1|-1\n")
  }
}

extension TimelineEntry {
  /// What a person reads; the path of the root is empty.
  fileprivate var shownMessage: RegistryString { message.isEmpty ? "\\" : message }
}
