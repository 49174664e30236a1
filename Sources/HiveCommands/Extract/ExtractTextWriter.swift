// SPDX-License-Identifier: MIT

import FileAccess
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
    draft = Output(draftFor: output)
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
    let name = path.isRoot ? "\\" : path.joined.visible
    var parts = [Part("    \(name)  "), Part(record.key.lastWritten.description, in: .dim)]
    if record.isDeleted { parts.append(Part(" (deleted)")) }
    write(parts)
  }

  private func write(_ value: Value, _ record: ExtractedRecord) {
    let text =
      if record.extent == nil {
        "(data written over)"
      } else {
        switch record.converted {
        case .time(let time)?: time.description
        case .text(let text)?: text
        case nil: Self.cut(RECmdForm.data(record.bytes, value.type))
        }
      }
    write([Part("      \(RECmdForm.valueName(value.name).visible)  \(text)")])
  }

  private func write(_ row: DecodedRow) {
    var parts = [Part("      "), Part("\(row.decoder):", in: .dim)]
    for (index, field) in row.fields.enumerated() {
      let text =
        switch field.value {
        case .text(let text): Self.cut(text)
        case .number(let number): String(number)
        case .time(let time): time.description
        case .flag(let isTrue): isTrue ? "yes" : "no"
        }
      parts.append(Part(index == 0 ? " \(text)" : ", \(field.name) \(text)"))
    }
    write(parts)
  }

  /// The beginning of a text, with a mark where it is long.
  private static func cut(_ text: RegistryString) -> String {
    guard text.utf16.count > shownCount else { return text.visible }
    return RegistryString(utf16: [UInt16](text.utf16.prefix(shownCount))).visible + "…"
  }
}

// MARK: - Lines

extension ExtractTextWriter {
  /// A part of a line.
  private struct Part {
    let text: String
    let style: TerminalStyle?

    init(_ text: String, in style: TerminalStyle? = nil) {
      self.text = text
      self.style = style
    }
  }

  private func write(_ parts: [Part]) {
    let line = parts.map(\.text).joined()
    guard draft.hasColor, !draft.isTerminal || line.count <= draft.columns else {
      return draft.append(foldable: line)
    }
    for part in parts {
      if let style = part.style {
        draft.append(part.text, in: style)
      } else {
        draft.append(text: part.text)
      }
    }
    draft.append("\n")
  }
}
