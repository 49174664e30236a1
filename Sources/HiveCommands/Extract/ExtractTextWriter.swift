// SPDX-License-Identifier: MIT

import FileAccess
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
///
/// What was found is sorted by rule in a temporary file, so that no number of records needs more
/// memory.
struct ExtractTextWriter: ExtractWriter {
  /// How many characters of data are shown.
  private static let shownCount = 200

  private let output: Output
  /// Where a record becomes text, which is sorted before it is written.
  private let draft: Output
  /// The place of each category, by the name, among those of the rules.
  private let categories: [String: UInt64]
  private let rules: [ExtractionRule]
  private var sorter = RecordSorter()
  private var failure: FileError?
  /// The file offset of the key that each rule gave something of last.
  private var lastKeys: [Int: Int] = [:]
  private var hasWritten = false

  var repeatsTexts: Bool { false }

  init(to output: Output, _ rules: ExtractionRules) {
    self.output = output
    draft = Output(color: output.hasColor ? .always : .never)
    self.rules = rules.rules
    var categories: [String: UInt64] = [:]
    for rule in rules.rules where categories[rule.category] == nil {
      categories[rule.category] = UInt64(categories.count)
    }
    self.categories = categories
  }

  mutating func write(_ shown: ShownRecord, from source: ExtractSource) {
    guard failure == nil else { return }
    let record = shown.record
    if lastKeys[record.ruleIndex] != record.key.offset {
      lastKeys[record.ruleIndex] = record.key.offset
      writeKey(shown.path, record)
    }
    if let row = record.row {
      write(row)
    } else if let value = record.value {
      write(value, record)
    }
    let category = categories[record.rule.category] ?? 0
    do throws(FileError) {
      try sorter.add(category << 32 | UInt64(record.ruleIndex), draft.takeHeld()[...])
    } catch {
      failure = error
    }
  }

  mutating func endHive(_ source: ExtractSource) throws(CommandFailure) {
    var sorted = sorter.finish()
    sorter = RecordSorter()
    lastKeys = [:]
    if let failure { throw CommandFailure(failure) }
    var last: UInt64?
    while output.failure == nil, let (number, record) = sorted.next() {
      if last == nil { writeHeading(source) }
      if number != last { writeRule(number, behind: last) }
      last = number
      output.append(record)
    }
    if let failure = sorted.failure { throw CommandFailure(failure) }
  }

  /// Begins what a rule found, and before it its category where that is another one.
  private func writeRule(_ number: UInt64, behind last: UInt64?) {
    let rule = rules[Int(number & UInt64(UInt32.max))]
    if last.map({ $0 >> 32 }) != number >> 32 {
      output.append("\n")
      output.styled(.bold) {
        output.append(text: rule.category.isEmpty ? "(no category)" : rule.category)
      }
      output.append("\n")
    }
    output.append("  ")
    output.append(text: rule.description)
    output.append("\n")
  }

  private mutating func writeHeading(_ source: ExtractSource) {
    if hasWritten { output.append("\n") }
    hasWritten = true
    output.styled(.bold) { output.append(text: source.input.path) }
    output.append(" (")
    output.append(text: source.kind.rawValue)
    if let machine = source.input.machine {
      output.append(", ")
      output.append(text: machine)
    }
    if let profile = source.input.profile {
      output.append(", ")
      output.append(text: profile.name)
    }
    output.append(")\n")
  }

  private func writeKey(_ path: RegistryPath, _ record: ExtractedRecord) {
    draft.append("    ")
    draft.append(path.isRoot ? "\\" : path.joined, as: VisibleEscaping.self)
    draft.append("  ")
    draft.styled(.dim) { draft.append(record.key.lastWritten) }
    if record.isDeleted { draft.append(" (deleted)") }
    draft.append("\n")
  }

  private func write(_ value: Value, _ record: ExtractedRecord) {
    draft.append("      ")
    draft.append(RECmdForm.valueName(value.name), as: VisibleEscaping.self)
    draft.append("  ")
    if record.extent == nil {
      draft.append("(data written over)")
    } else {
      switch record.converted {
      case .time(let time)?: draft.append(time)
      case .text(let text)?: draft.append(text: text)
      case nil: write(cut: RECmdForm.data(record.bytes, value.type))
      }
    }
    draft.append("\n")
  }

  private func write(_ row: DecodedRow) {
    draft.append("      ")
    draft.styled(.dim) {
      draft.append(text: row.decoder)
      draft.append(":")
    }
    for (index, field) in row.fields.enumerated() {
      draft.append(index == 0 ? " " : ", ")
      if index > 0 {
        draft.append(text: field.name)
        draft.append(" ")
      }
      switch field.value {
      case .text(let text): write(cut: text)
      case .number(let number): draft.append(text: String(number))
      case .time(let time): draft.append(time)
      case .flag(let isTrue): draft.append(isTrue ? "yes" : "no")
      }
    }
    draft.append("\n")
  }

  private func write(cut text: RegistryString) {
    guard text.utf16.count > Self.shownCount else {
      return draft.append(text, as: VisibleEscaping.self)
    }
    draft.append(
      RegistryString(utf16: [UInt16](text.utf16.prefix(Self.shownCount))), as: VisibleEscaping.self)
    draft.append("…")
  }
}
