// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents

/// Writes events as JSON objects.
struct EventsJSONWriter {
  private let records: JSONRecords
  private let machine: (ProfileEvent) -> String?

  /// Makes a writer; `machine` says what to call the machine of an event, where there are several.
  init(to output: Output, _ format: ListFormat, _ machine: @escaping (ProfileEvent) -> String?) {
    records = JSONRecords(to: output, format: format)
    self.machine = machine
  }

  func write(_ events: [ProfileEvent]) {
    records.write(all: events) { write($1, to: &$0) }
  }

  private func write(_ event: ProfileEvent, to json: inout JSONWriter) {
    let record = event.record
    json.member("time", record.time)
    if let machine = machine(event) { json.member("machine", machine) }
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
