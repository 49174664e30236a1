// SPDX-License-Identifier: MIT

import ProfileForensics
import RegistryHive

/// Writes what is known of policies: for each its name in the Group Policy editor, a row for each
/// place that sets it, and below the rows the effect and the warnings.
///
/// What rows that follow each other have in common is written once, below the last of them.
struct PolicyTextWriter {
  private let output: Output

  init(to output: Output) {
    self.output = output
  }

  func write(_ readings: [PolicyReading]) {
    let blocks = readings.map(Self.rows)
    let header = ["", "STATE", "VALUE", "KEY LAST WRITTEN", "SOURCE"]
    let table = TextTable([header] + blocks.flatMap(\.self))
    output.styled(.bold) {
      output.append("POLICY\n")
      table.write(header, to: output)
    }
    for (index, reading) in readings.enumerated() {
      let next = index + 1 < readings.count ? readings[index + 1] : nil
      if index == 0 || readings[index - 1].policy != reading.policy {
        output.append("\n")
        output.append(foldable: "\(reading.policy.title) (\(reading.policy.name))")
      }
      for row in blocks[index] { table.write(row, to: output) }
      if let next, next.policy == reading.policy, reading.hasSameNotes(as: next) { continue }
      output.append(sentence: reading.effect, indent: 4)
      for warning in reading.warnings {
        output.append(sentence: warning, indent: 4, label: "Warning: ")
      }
    }
  }

  /// The row of a place that sets a policy, and one more for each other value that is set.
  private static func rows(of reading: PolicyReading) -> [[String]] {
    let lead = reading.decidingIndex
    let first = [
      "", reading.state.text, reading.settings[lead].text,
      reading.keyLastWritten?.toTheSecond ?? "-", RegistryString(reading.source).visible,
    ]
    let others = reading.settings.enumerated().filter { index, setting in
      index != lead && setting.content != .missing
    }
    return [first] + others.map { ["", $0.element.state.text, $0.element.text, "", ""] }
  }
}

extension PolicyReading {
  fileprivate func hasSameNotes(as other: PolicyReading) -> Bool {
    effect == other.effect && warnings == other.warnings
  }
}

extension PolicyState {
  /// The word for people.
  var text: String { self == .notConfigured ? "not configured" : rawValue }
}

extension SettingReading {
  /// The longest data that are shown whole, in characters.
  private static let shown = 40

  fileprivate var text: String {
    let name = setting.name.visible
    switch content {
    case .missing: return name
    case .deleted, .cleared: return "\(name) (to be deleted)"
    case .value(let type, let bytes):
      var text = "\(name) = \(data?.shortText(Self.shown) ?? "")"
      if case .number(_, let unit, _) = setting.meaning, state != .invalid { text += " \(unit)" }
      if state == .invalid { text += " (\(type), \(bytes.count) bytes)" }
      return text
    }
  }
}

extension ValueData {
  fileprivate func shortText(_ limit: Int) -> String {
    func short(_ text: RegistryString) -> String {
      let isCut = text.utf16.count > limit
      let kept = RegistryString(utf16: [UInt16](text.utf16.prefix(limit)))
      return "\"\(kept.visible)\(isCut ? "…" : "")\""
    }
    switch self {
    case .string(let text), .expandString(let text), .link(let text):
      return short(text)
    case .multiString(let texts):
      if texts.count > 1, let first = texts.first { return "\(short(first)) and more" }
      return texts.first.map(short) ?? "(empty list)"
    case .dword(let number), .dwordBigEndian(let number): return String(number)
    case .qword(let number): return String(number)
    case .bytes(let bytes):
      return bytes.isEmpty ? "(no data)" : hexText(bytes.prefix(8)) + (bytes.count > 8 ? "…" : "")
    }
  }
}
