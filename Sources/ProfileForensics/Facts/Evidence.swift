// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents

extension CheckEvidence {
  /// Evidence in a key of a hive.
  init(
    in hive: String, _ path: RegistryPath, value: RegistryString? = nil, time: FileTime? = nil,
    _ fact: String
  ) {
    var units = [UInt16](hive.utf16)
    for name in path.names { units += [0x5C] + name.utf16 }
    self.init(source: RegistryString(utf16: units), value: value, time: time, fact: fact)
  }
}

extension ProfileEvent {
  /// The event as evidence, with its meaning, or what its text says to the point.
  func evidence(_ fact: String? = nil) -> CheckEvidence {
    CheckEvidence(
      source: RegistryString("\(record.log), record \(record.number)"), time: record.time,
      fact: fact ?? "event \(record.event): \(summary)")
  }

  /// What the event says: its meaning, or the programs that it lists, and its texts.
  private var summary: String {
    if let leaks, !leaks.handles.isEmpty {
      let byProgram = Dictionary(grouping: leaks.handles.enumerated()) { $0.element.program }
      return byProgram.sorted { $0.value[0].offset < $1.value[0].offset }
        .map { "\($0.key) had open \($0.value.map(\.element.hkcuPath).unique)" }
        .joined(separator: "; ")
    }
    let texts = record.strings.map { string in
      string.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }.filter { !$0.isEmpty }.prefix(8)
    return texts.isEmpty
      ? meaning.summary : "\(meaning.summary) [\(texts.joined(separator: "; "))]"
  }
}

extension LeakedHandle {
  /// The program as the event names it, and the number of its process.
  fileprivate var program: String {
    "\(image.isEmpty ? "a program that the event does not name" : image) (process \(process))"
  }
}

extension [ProfileEvent] {
  /// How many occasions the events, oldest first, are about: those of one log-on or log-off are
  /// written within five minutes of each other.
  var occasions: Int {
    var count = 0
    var last: FileTime?
    for event in self {
      if last.map({ !event.record.time.isWithin(ProfileHistory.logOffSeconds, of: $0) }) ?? true {
        count += 1
      }
      last = event.record.time
    }
    return count
  }
}

extension FileTime {
  /// Date and time to the second, for sentences.
  var sentenceText: String {
    description.prefix { $0 != "." }.split(separator: "T").joined(separator: " ") + " UTC"
  }

  /// Whether two times are at most this many seconds apart.
  func isWithin(_ seconds: UInt64, of other: FileTime) -> Bool {
    let (early, late) = self < other ? (self, other) : (other, self)
    return late.rawValue - early.rawValue <= seconds * FileTime.ticksPerSecond
  }
}

extension [String] {
  /// The different texts, with commas between them.
  var unique: String { distinct.joined(separator: ", ") }

  /// The different texts, in the order of their first appearance.
  var distinct: [String] {
    var seen: Set<String> = []
    return filter { seen.insert($0).inserted }
  }
}
