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

  func write(_ table: HandleTable) {
    switch format {
    case .text: writeText(table)
    case .csv: writeCSV(table)
    case .json:
      var json = JSONWriter(to: output)
      json.array(table.rows, inLines: true) { write($1, to: &$0) }
      json.end()
    case .ndjson:
      for row in table.rows {
        var json = JSONWriter(to: output)
        write(row, to: &json)
        json.end()
      }
    }
  }

  private func write(_ row: HandleTable.Row, to json: inout JSONWriter) {
    json.object { json in
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
  }

  private func writeCSV(_ table: HandleTable) {
    output.append("Image,Key,Handles,Events,Users,First,Last\r\n")
    for row in table.rows {
      for key in row.keys {
        output.append(quoted: RegistryString(row.image), as: CSVEscaping.self)
        output.append(",")
        output.append(quoted: RegistryString(key.key), as: CSVEscaping.self)
        output.append(text: ",\(key.count),\(row.eventCount),")
        output.append(text: row.users.map(\.description).joined(separator: " | "))
        output.append(",")
        output.append(row.first)
        output.append(",")
        output.append(row.last)
        output.append("\r\n")
      }
    }
  }

  private func writeText(_ table: HandleTable) {
    defer {
      if table.otherLineCount > 0 {
        output.append(
          text:
            "\n\(counted(table.otherLineCount, "line")) of the events name no handle, or in a form"
            + " that is not known; 'hive events' shows them.\n")
      }
    }
    guard !table.rows.isEmpty else {
      output.append("No event names a program that kept a user's registry open.\n")
      return
    }
    var report = TextReport(to: output)
    for (index, row) in table.rows.enumerated() {
      if index > 0 { output.append("\n") }
      output.append(RegistryString(row.image).visible, in: .bold)
      output.append("\n")
      let handles = counted(row.handleCount, "handle")
      let days = date(row.first) == date(row.last) ? "" : " to \(date(row.last))"
      report.line(
        "  \(handles) in \(counted(row.eventCount, "event")), \(date(row.first))\(days); users: "
          + row.users.map(\.description).joined(separator: ", "))
      report.table([.left, .right, .left]) { rows in
        for key in row.keys {
          rows.append(["", grouped(key.count), RegistryString(key.key).visible])
        }
      }
    }
  }
}
