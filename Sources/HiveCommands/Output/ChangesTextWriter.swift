// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

/// Writes changes for a person to read: a line for each key with changes, and below it one for each
/// of its values.
///
/// ```
/// ~ [Software\Editor]  2024-06-21T16:45:12.4537497Z, was 2024-06-20T08:00:00.0000000Z
///   + Recent  REG_SZ "letter.txt"
///   ~ Launches  REG_DWORD 8 (0x00000008), was REG_DWORD 7 (0x00000007)
/// ```
struct ChangesTextWriter {
  /// How much of text and of bytes is shown.
  private static let shownUnits = 60
  private static let shownBytes = 16

  private let output: Output
  private var counts = ChangeCounts()
  private var lastPath: RegistryPath?

  init(to output: Output) {
    self.output = output
  }

  /// Goes on to another hive.
  mutating func beginHive() {
    lastPath = nil
  }

  mutating func write(_ change: HiveChange, at path: RegistryPath) {
    counts.add(change)
    switch change.subject {
    case .key(let before, let after):
      write(mark(of: change), path)
      write(change.aspects, before, after)
      output.append("\n")
    case .value(let before, let after):
      // The key of a value may itself be the same as before.
      if lastPath != path {
        write(" ", path)
        output.append("\n")
      }
      output.append("  ")
      output.append(text: mark(of: change))
      output.append(" ")
      let name = (after ?? before)?.name ?? ""
      output.append(text: name.isEmpty ? "(Default)" : name.visible)
      output.append("  ")
      let texts = (
        after.map { text(of: $0, change.extents.after) },
        before.map { text(of: $0, change.extents.before) }
      )
      output.append(text: texts.0 ?? texts.1 ?? "")
      if let old = texts.1, texts.0 != nil {
        output.append(", was ")
        output.append(text: old == texts.0 ? "the same but for what is not shown" : old)
      }
      output.append("\n")
    }
    lastPath = path
  }

  mutating func end() {
    guard !counts.isEmpty else { return output.append("Nothing changes.\n") }
    func line(_ noun: String, _ added: Int, _ changed: Int, _ removed: Int) -> String {
      "\(noun): \(grouped(added)) added, \(grouped(changed)) changed, \(grouped(removed)) removed\n"
    }
    output.append("\n")
    output.append(
      text: line("keys", counts.keysAdded, counts.keysChanged, counts.keysRemoved))
    output.append(
      text: line("values", counts.valuesAdded, counts.valuesChanged, counts.valuesRemoved))
  }

  private func mark(of change: HiveChange) -> String {
    switch change.kind {
    case .added: "+"
    case .changed: "~"
    case .removed: "-"
    }
  }

  private func write(_ mark: String, _ path: RegistryPath) {
    output.append(text: mark)
    output.append(" [")
    output.append(text: path.isRoot ? "\\" : path.visible)
    output.append("]")
  }

  private func write(_ aspects: [HiveChange.Aspect], _ before: Key?, _ after: Key?) {
    if let time = (after ?? before)?.lastWritten {
      output.append("  ")
      output.append(time)
    }
    guard let before, let after else { return }
    for aspect in aspects {
      let old: String
      switch aspect {
      case .lastWritten: old = "was \(before.lastWritten)"
      case .name: old = "name was \(before.name.visible)"
      case .className:
        let names = [after, before].map { $0.className.map { "\"\($0.visible)\"" } ?? "none" }
        old = "class \(names[0]), was \(names[1])"
      case .security: old = "other security descriptor"
      case .flags:
        old =
          "flags 0x\(hexDigits(Int(after.flags.rawValue)))"
          + ", were 0x\(hexDigits(Int(before.flags.rawValue)))"
      case .type, .data: continue
      }
      output.append(", ")
      output.append(text: old)
    }
  }
}

// MARK: - Values

extension ChangesTextWriter {
  /// The type and the beginning of the data of a value, on one line.
  private func text(of value: Value, _ extent: ValueExtent?) -> String {
    let type = value.type.shown
    if value.record.isTombstone { return "\(type) (tombstone)" }
    let bytes = extent.map { value.hive.image.bytes(in: $0) } ?? []
    let meaning = ValueMeaning(value, extent)
    if meaning?.property != nil, let shown = meaning?.shown { return "\(type) \(shown)" }
    let data = "\(type) \(text(of: ValueData(bytes, type: value.type), bytes))"
    return meaning?.shown.map { "\(data) \($0)" } ?? data
  }

  private func text(of data: ValueData, _ bytes: [UInt8]) -> String {
    switch data {
    case .string(let text), .expandString(let text), .link(let text):
      return quoted(text)
    case .multiString(let texts):
      let shown = texts.prefix(4).map(quoted)
      return "[" + shown.joined(separator: ", ") + (texts.count > 4 ? ", …]" : "]")
    case .dword(let number), .dwordBigEndian(let number):
      return "\(number) (\(paddedHex(number)))"
    case .qword(let number):
      return "\(number) (\(paddedHex(number)))"
    case .bytes:
      let shown = bytes.prefix(Self.shownBytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
      guard bytes.count > Self.shownBytes else {
        return bytes.isEmpty ? "(no data)" : shown.joined(separator: " ")
      }
      return shown.joined(separator: " ") + " … \(grouped(bytes.count)) bytes"
    }
  }

  private func quoted(_ text: RegistryString) -> String {
    let start = RegistryString(utf16: [UInt16](text.utf16.prefix(Self.shownUnits)))
    let shown = start.visible.replacing("\"", with: "\\\"")
    guard text.utf16.count > Self.shownUnits else { return "\"\(shown)\"" }
    return "\"\(shown)…\" (\(grouped(text.utf16.count)) characters)"
  }
}
