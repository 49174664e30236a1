// SPDX-License-Identifier: MIT

import HiveFormat
import ProfileForensics
import RegistryExtraction
import RegistryHive

/// Writes the records of each hive by category, rule and key, for a person to read.
///
/// ```
/// NTUSER.DAT (NtUser)
///
/// Autoruns
///   Run
///     Software\Microsoft\Windows\CurrentVersion\Run  2012-04-09T13:10:43.4537497Z
///       OneDrive  "C:\Program Files\OneDrive.exe" /background
/// ```
struct ExtractTextWriter: ExtractWriter {
  /// How many characters of data are shown.
  private static let shownCount = 200

  private let output: Output
  private var records: [(record: ExtractedRecord, path: RegistryPath)] = []
  private var hasWritten = false

  init(to output: Output) {
    self.output = output
  }

  mutating func write(_ record: ExtractedRecord, path: RegistryPath, from source: ExtractSource) {
    records.append((record, path))
  }

  mutating func endHive(_ source: ExtractSource) {
    guard !records.isEmpty else { return }
    if hasWritten { output.append("\n") }
    hasWritten = true
    writeHeading(source)
    // Categories in the order in which they come first in the file; what a rule finds stays together.
    var categories: [String: Int] = [:]
    for (record, _) in records.sorted(by: { $0.record.ruleIndex < $1.record.ruleIndex })
    where categories[record.rule.category] == nil {
      categories[record.rule.category] = categories.count
    }
    let sorted = records.enumerated().sorted { first, second in
      let (one, two) = (first.element.record, second.element.record)
      let left = (categories[one.rule.category] ?? 0, one.ruleIndex, first.offset)
      return left < (categories[two.rule.category] ?? 0, two.ruleIndex, second.offset)
    }
    records = []
    var category: String?
    var rule: Int?
    var path: RegistryPath?
    for (_, (record, recordPath)) in sorted where output.failure == nil {
      if category != record.rule.category {
        category = record.rule.category
        output.append("\n")
        output.styled(.bold) {
          append(record.rule.category.isEmpty ? "(no category)" : record.rule.category)
        }
        output.append("\n")
      }
      if rule != record.ruleIndex {
        rule = record.ruleIndex
        path = nil
        output.append("  ")
        append(record.rule.description)
        output.append("\n")
      }
      if path != recordPath {
        path = recordPath
        writeKey(recordPath, record)
      }
      if let row = record.row {
        write(row)
      } else if let value = record.value {
        write(value, record)
      }
    }
  }

  private func writeHeading(_ source: ExtractSource) {
    output.styled(.bold) { append(source.input.path) }
    output.append(" (")
    append(source.kind.rawValue)
    if let machine = source.input.machine {
      output.append(", ")
      append(machine)
    }
    if let profile = source.input.profile {
      output.append(", ")
      append(profile.name)
    }
    output.append(")\n")
  }

  private func writeKey(_ path: RegistryPath, _ record: ExtractedRecord) {
    output.append("    ")
    output.append(path.isRoot ? "\\" : path.joined, as: VisibleEscaping.self)
    output.append("  ")
    output.styled(.dim) { output.append(record.key.lastWritten) }
    if record.isDeleted { output.append(" (deleted)") }
    output.append("\n")
  }

  private func write(_ value: Value, _ record: ExtractedRecord) {
    output.append("      ")
    output.append(RECmdForm.valueName(value.name), as: VisibleEscaping.self)
    output.append("  ")
    if record.extent == nil {
      output.append("(data written over)")
    } else {
      switch record.converted {
      case .time(let time)?: output.append(time)
      case .text(let text)?: append(text)
      case nil: write(cut: RECmdForm.data(record.bytes, value.type))
      }
    }
    output.append("\n")
  }

  private func write(_ row: DecodedRow) {
    output.append("      ")
    output.styled(.dim) {
      append(row.decoder)
      output.append(":")
    }
    for (index, field) in row.fields.enumerated() {
      output.append(index == 0 ? " " : ", ")
      if index > 0 {
        append(field.name)
        output.append(" ")
      }
      switch field.value {
      case .text(let text): write(cut: text)
      case .number(let number): output.append(text: String(number))
      case .time(let time): output.append(time)
      case .flag(let isTrue): output.append(isTrue ? "yes" : "no")
      }
    }
    output.append("\n")
  }

  private func write(cut text: RegistryString) {
    guard text.utf16.count > Self.shownCount else {
      return output.append(text, as: VisibleEscaping.self)
    }
    output.append(
      RegistryString(utf16: [UInt16](text.utf16.prefix(Self.shownCount))), as: VisibleEscaping.self)
    output.append("…")
  }

  private func append(_ text: String) {
    output.append(text: text)
  }
}
