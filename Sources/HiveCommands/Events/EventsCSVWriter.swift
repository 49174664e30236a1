// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents

/// Writes each event as a row of comma-separated values.
struct EventsCSVWriter {
  private let records: CSVRecords
  private let machine: (ProfileEvent) -> String?

  /// Makes a writer; `machine` says what to call the machine of an event, where there are several.
  init(to output: Output, _ machine: @escaping (ProfileEvent) -> String?) {
    self.machine = machine
    records = CSVRecords(
      to: output,
      [
        "time", "machine", "log", "record", "recovered", "provider", "event", "level", "computer",
        "user", "subject", "account", "profilePath", "kind", "meaning", "strings", "leaks.handles",
        "class", "error.kind", "process.image", "server", "session",
      ])
  }

  /// Writes events; `strings` have ` | ` between them, and `leaks.handles` is the number of handles.
  func write(_ events: [ProfileEvent]) {
    records.write(all: events) { row, event in
      let record = event.record
      row.time(record.time)
      row.text(machine(event))
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
}
