// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents

/// Writes events as JSON objects.
struct EventsJSONWriter {
  private let records: DatedRecords
  private let objects: JSONRecords

  init(to records: DatedRecords, _ format: ListFormat) {
    self.records = records
    objects = JSONRecords(draft: records.draft, format: format)
  }

  /// Writes events, with what to call their machines.
  func write(_ events: [(event: ProfileEvent, machine: String?)]) {
    for (event, machine) in events {
      objects.write { write(event, machine, to: &$0) }
      records.add(at: event.record.time)
    }
  }

  private func write(_ event: ProfileEvent, _ machine: String?, to json: inout JSONWriter) {
    let record = event.record
    json.member("time", record.time)
    if let machine { json.member("machine", machine) }
    json.member("log", record.log)
    json.member("record", Int(clamping: record.number))
    if record.isRecovered { json.member("recovered", true) }
    json.member("provider", record.provider)
    json.member("event", record.event)
    json.member("level", record.level.rawValue)
    json.member("computer", record.computer)
    json.member("user", optional: record.user) { $0.value($1.description) }
    json.member("subject", optional: event.subject) { $0.value($1.description) }
    if let account = event.account { json.member("account", account) }
    if let path = event.profilePath { json.member("profilePath", path) }
    json.member("kind", event.kind.rawValue)
    json.member("meaning", event.meaning.summary)
    json.name("strings")
    json.array(record.strings) { $0.value($1) }
    if let leaks = event.leaks {
      json.name("leaks")
      write(leaks, to: &json)
    }
    if let classID = event.classID { json.member("class", classID) }
    writeDetails(of: event, to: &json)
  }

  private func writeDetails(of event: ProfileEvent, to json: inout JSONWriter) {
    if let error = event.error {
      json.name("error")
      json.object { json in
        json.member("kind", error.kind.rawValue)
        json.member("text", error.text)
        if let code = error.code { json.member("code", Int(code)) }
      }
    }
    if let process = event.process {
      json.name("process")
      json.object { json in
        json.member("image", process.image)
        if let number = process.number { json.member("process", number) }
      }
    }
    if let server = event.server { json.member("server", server) }
    if let session = event.session { json.member("session", session) }
  }

  private func write(_ leaks: HandleLeaks, to json: inout JSONWriter) {
    json.object { json in
      json.member("hive", optional: leaks.hive) { $0.value($1) }
      json.member("declared", optional: leaks.declared) { $0.value($1) }
      json.name("handles")
      json.array(leaks.handles) { json, handle in
        json.object { json in
          json.member("process", handle.process)
          json.member("image", handle.image)
          json.member("key", handle.key)
        }
      }
      if !leaks.otherLines.isEmpty {
        json.name("otherLines")
        json.array(leaks.otherLines) { $0.value($1) }
      }
    }
  }
}
