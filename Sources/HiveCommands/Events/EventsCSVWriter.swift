// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents

/// Writes each event as a row of comma-separated values.
struct EventsCSVWriter {
  static let columns: [StaticString] = [
    "time", "machine", "log", "record", "recovered", "provider", "event", "level", "computer",
    "user", "subject", "account", "profilePath", "kind", "meaning", "strings", "leaks.handles",
    "class", "error.kind", "process.image", "server", "session",
  ]

  private let records: DatedRecords
  private let rows: CSVRecords

  init(to records: DatedRecords) {
    self.records = records
    rows = CSVRecords(to: records.draft, Self.columns)
  }

  /// Writes events, with what to call their machines; `strings` have ` | ` between them, and
  /// `leaks.handles` is the number of handles.
  func write(_ events: [(event: ProfileEvent, machine: String?)]) {
    for (event, machine) in events {
      rows.write { write(event, machine, to: &$0) }
      records.add(at: event.record.time)
    }
  }

  private func write(_ event: ProfileEvent, _ machine: String?, to row: inout CSVRow) {
    let record = event.record
    row.time(record.time)
    row.text(machine)
    row.text(record.log)
    row.number(record.number)
    row.mark(record.isRecovered)
    row.text(record.provider)
    row.number(record.event)
    row.word(record.level.rawValue)
    row.text(record.computer)
    row.word(record.user?.description)
    row.word(event.subject?.description)
    row.text(event.account)
    row.text(event.profilePath)
    row.word(event.kind.rawValue)
    row.text(event.meaning.summary)
    row.text(record.strings.joined(separator: " | "))
    row.number(event.leaks?.handles.count)
    row.text(event.classID)
    row.word(event.error?.kind.rawValue)
    row.text(event.process?.image)
    row.text(event.server)
    row.number(event.session)
  }
}
