// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents

/// Writes which programs kept users' registries open.
struct HandleTableWriter {
  private let output: Output
  private let format: ListFormat

  init(to output: Output, format: ListFormat) {
    self.output = output
    self.format = format
  }

  /// Writes what events list, each with what to call its machine: text for all machines together,
  /// the other formats for each.
  func write(_ events: [(event: ProfileEvent, machine: String?)]) {
    switch format {
    case .text: writeText(HandleTable(events.lazy.map(\.event)))
    case .csv: writeCSV(Self.rows(of: events))
    case .ndjson, .json:
      let records = JSONRecords(to: output, format: format)
      records.write(all: Self.rows(of: events)) { write($1, to: &$0) }
    }
  }

  /// A program on a machine.
  private typealias Row = (program: HandleTable.Row, machine: String?)

  /// The programs of each machine, those with most handles first.
  private static func rows(of events: [(event: ProfileEvent, machine: String?)]) -> [Row] {
    Dictionary(grouping: events, by: \.machine)
      .flatMap { machine, events in
        HandleTable(events.lazy.map(\.event)).rows.map { (program: $0, machine: machine) }
      }
      .sorted {
        ($1.program.handleCount, $0.program.image, $0.machine ?? "")
          < ($0.program.handleCount, $1.program.image, $1.machine ?? "")
      }
  }

  private func write(_ row: Row, to json: inout JSONWriter) {
    let (row, machine) = row
    if let machine { json.member("machine", machine) }
    json.member("image", row.image)
    json.member("handles", row.handleCount)
    json.member("events", row.eventCount)
    json.member("first", row.first)
    json.member("last", row.last)
    json.name("users")
    json.array(row.users) { $0.value($1.description) }
    json.name("keys")
    json.array(row.keys) { json, key in
      json.object { json in
        json.member("key", key.key)
        json.member("handles", key.count)
      }
    }
  }

  /// Writes a row for each key that a program kept open on a machine.
  private func writeCSV(_ rows: [Row]) {
    let records = CSVRecords(
      to: output, ["machine", "image", "key", "handles", "events", "users", "first", "last"])
    records.begin()
    for (row, machine) in rows {
      for key in row.keys {
        records.write { fields in
          fields.text(machine)
          fields.text(row.image)
          fields.text(key.key)
          fields.number(key.count)
          fields.number(row.eventCount)
          fields.text(row.users.map(\.description).joined(separator: " | "))
          fields.time(row.first)
          fields.time(row.last)
        }
      }
    }
  }

  /// The first users, and how many more there are.
  private static func text(of users: [SecurityIdentifier]) -> String {
    let shown = users.prefix(10).map(\.description).joined(separator: ", ")
    return users.count > 10 ? "\(shown) and \(grouped(users.count - 10)) more" : shown
  }

  private func writeText(_ table: HandleTable) {
    defer {
      if table.otherLineCount > 0 {
        output.append("\n")
        output.append(
          foldable:
            "\(counted(table.otherLineCount, "line")) of the events name no handle, or in a form"
            + " that is not known; 'hive events' shows them.")
      }
    }
    guard !table.rows.isEmpty else {
      output.append("No event names a program that kept a user's registry open.\n")
      return
    }
    var report = TextReport(to: output)
    for (index, row) in table.rows.enumerated() {
      if index > 0 { output.append("\n") }
      output.styled(.bold) { output.append(foldable: RegistryString(row.image).visible) }
      let handles = counted(row.handleCount, "handle")
      let days = date(row.first) == date(row.last) ? "" : " to \(date(row.last))"
      output.append(
        wrapped:
          "\(handles) in \(counted(row.eventCount, "event")), \(date(row.first))\(days); users: "
          + Self.text(of: row.users), indent: 2, hanging: 2)
      report.table([.left, .right, .left]) { rows in
        for key in row.keys {
          rows.append(["", grouped(key.count), RegistryString(key.key).visible])
        }
      }
    }
  }
}
