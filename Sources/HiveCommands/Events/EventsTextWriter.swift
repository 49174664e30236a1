// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents

/// Writes events for a person to read.
struct EventsTextWriter {
  private let records: DatedRecords
  private var output: Output { records.draft }

  init(to records: DatedRecords) {
    self.records = records
  }

  /// Writes events, with what to call their machines, and after those of all machines how far the
  /// logs reach.
  func write(_ events: [(event: ProfileEvent, machine: String?)], reaches: [String]) {
    let logOffs = Dictionary(
      LogOffSpan.all(in: events.map(\.event)).map { ($0.end, $0) },
      uniquingKeysWith: { first, _ in first })
    for (event, machine) in events {
      write(event, machine)
      if let ticks = logOffs[event]?.ticks {
        line("it took \(counted(Int(clamping: ticks / FileTime.ticksPerSecond), "second"))")
      }
      records.add(at: event.record.time)
    }
    for reach in reaches {
      output.styled(.dim) { output.append(foldable: reach) }
      records.addAfterAll()
    }
  }

  private func write(_ event: ProfileEvent, _ machine: String?) {
    let record = event.record
    let number = String(record.event)
    var who = " \(record.level.text), \(RegistryString(record.provider.short).visible)"
    if let user = event.account ?? event.userText { who += ", \(RegistryString(user).visible)" }
    let log = "\(record.log) \(record.number)\(record.isRecovered ? ", recovered" : "")"
    let place = RegistryString(machine.map { "\($0): \(log)" } ?? log).visible
    let line = "\(record.time.toTheSecond)  \(number)\(who) (\(place))"
    if output.isTerminal, line.count > output.columns {
      output.append(foldable: line)
    } else {
      output.append(text: "\(record.time.toTheSecond)  ")
      output.append(number, in: .bold)
      output.append(text: who)
      output.append(" (\(place))\n", in: .dim)
    }
    output.append(sentence: event.meaning.summary)
    if let leaks = event.leaks {
      write(leaks)
    } else {
      writeStrings(of: event)
    }
  }

  private func write(_ leaks: HandleLeaks) {
    for handle in leaks.handles {
      line("\(handle.imageName) (\(handle.process)): \(handle.hkcuPath)")
    }
    for text in leaks.otherLines { line(text) }
    if let declared = leaks.declared, declared != leaks.handles.count {
      line("by its own count, \(declared) handles")
    }
  }

  private func writeStrings(of event: ProfileEvent) {
    for (index, text) in event.record.strings.enumerated() {
      let shown = text.trimmed
      guard !shown.isEmpty else { continue }
      let fields = event.meaning.fields(of: event.record)
      line(index < fields.count ? "\(fields[index]): \(shown)" : String(shown))
    }
  }

  /// A line below an event; texts of events may have more than one.
  private func line(_ text: String) {
    for part in text.split(whereSeparator: \.isNewline) {
      output.append(foldable: "    \(RegistryString(String(part)).visible)")
    }
  }
}

extension String {
  /// The name of a provider as the event viewer shows it.
  fileprivate var short: String {
    hasPrefix("Microsoft-Windows-") ? String(dropFirst(18)) : self
  }
}

extension ProfileEvent {
  /// Whom the event is about: the user's identifier, or the profile where only that is known.
  fileprivate var userText: String? {
    if let profilePath, subject?.isUser != true { return profilePath }
    return subject?.description
  }
}

extension LogReach {
  /// From when to when the log speaks, in a line.
  var text: String {
    let name = RegistryString(log).visible
    guard recordCount > 0 else { return "\(name): no records" }
    var text = "\(name): \(counted(recordCount, "record"))"
    if let oldest, let newest { text += ", \(oldest.toTheSecond) to \(newest.toTheSecond)" }
    if let firstRecord, isWrapped {
      text +=
        "; records before number \(firstRecord) are "
        + (mayBeSelection ? "not in it (overwritten, or not exported)" : "gone")
    }
    if !missing.isEmpty {
      let count = missing.reduce(0) { $0 &+ ($1.upperBound - $1.lowerBound &+ 1) }
      text += "; \(counted(Int(clamping: count), "record")) missing between"
    }
    return text
  }
}

extension EventLevel {
  fileprivate var text: String {
    switch self {
    case .auditSuccess: "audit success"
    case .auditFailure: "audit failure"
    case .unknown: "of unknown level"
    default: rawValue
    }
  }
}
