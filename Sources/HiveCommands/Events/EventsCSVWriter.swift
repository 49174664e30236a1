// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents

/// Writes a row an event (RFC 4180).
struct EventsCSVWriter {
  private let output: Output
  private let machine: (ProfileEvent) -> String?

  /// Makes a writer; `machine` says what to call the machine of an event, where there are several.
  init(to output: Output, _ machine: @escaping (ProfileEvent) -> String?) {
    self.output = output
    self.machine = machine
  }

  func write(_ events: [ProfileEvent]) {
    output.append(
      "Time,Log,Record,Recovered,Provider,Event,Level,Computer,User,Subject,Account,Class,Handles,")
    output.append("Meaning,Strings,Kind,ProfilePath,Error,Process,Server,Session,Machine\r\n")
    for event in events { write(event) }
  }

  private func write(_ event: ProfileEvent) {
    let record = event.record
    output.append(record.time)
    field(record.log)
    output.append(text: ",\(record.number),\(record.isRecovered)")
    field(record.provider)
    output.append(text: ",\(record.event),\(record.level.rawValue)")
    field(record.computer)
    output.append(text: ",\(record.user?.description ?? ""),\(event.subject?.description ?? "")")
    field(event.account ?? "")
    field(event.classID ?? "")
    output.append(text: ",\(event.leaks.map { String($0.handles.count) } ?? "")")
    field(event.meaning.meaning)
    field(record.strings.joined(separator: " | "))
    output.append(text: ",\(event.kind.rawValue)")
    field(event.profilePath ?? "")
    output.append(text: ",\(event.error?.kind.rawValue ?? "")")
    field(event.process?.image ?? "")
    field(event.server ?? "")
    output.append(text: ",\(event.session.map(String.init) ?? "")")
    field(machine(event) ?? "")
    output.append("\r\n")
  }

  private func field(_ text: String) {
    output.append(",")
    if !text.isEmpty { output.append(quoted: RegistryString(text), as: CSVEscaping.self) }
  }
}
