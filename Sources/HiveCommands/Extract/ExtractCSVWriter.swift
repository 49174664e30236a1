// SPDX-License-Identifier: MIT

import RegistryExtraction
import RegistryHive

/// Writes each record as a row with RECmd's columns and in its forms (RFC 4180).
///
/// Rows of decoders have the type `(plugin)`: the first fact in `ValueData`, the second with its name
/// in `ValueData2`, all others in `ValueData3`.
struct ExtractCSVWriter: ExtractWriter {
  private let output: Output

  init(to output: Output) {
    self.output = output
  }

  mutating func begin() {
    output.append(
      "HivePath,HiveType,Description,Category,KeyPath,ValueName,ValueType,ValueData,ValueData2,")
    output.append("ValueData3,Comment,Recursive,Deleted,LastWriteTimestamp,PluginDetailFile\r\n")
  }

  mutating func write(_ shown: ShownRecord, from source: ExtractSource) {
    let record = shown.record
    let rule = record.rule
    field(RegistryString(source.input.path))
    field(RegistryString(source.kind.rawValue))
    field(RegistryString(shown.texts.description))
    field(RegistryString(shown.texts.category))
    // RECmd's paths begin with the root's own name.
    field(RegistryPath(names: [source.hive.root.name] + shown.path.names).joined)
    if let row = record.row {
      field(row.valueName.map(RECmdForm.valueName) ?? "")
      output.append("(plugin),")
      writeFields(of: row)
    } else if let value = record.value {
      field(RECmdForm.valueName(value.name))
      field(RegistryString(RECmdForm.typeName(value.type)))
      field(RECmdForm.data(of: record, value))
      output.append(",,")
    } else {
      output.append(",,,,,")
    }
    field(RegistryString(shown.texts.comment))
    output.append(rule.isRecursive ? "True," : "False,")
    output.append(record.isDeleted ? "True," : "False,")
    output.append(text: RECmdForm.time(record.key.lastWritten))
    output.append(",\r\n")
  }

  private func writeFields(of row: DecodedRow) {
    let fields = row.fields
    field(fields.first.map { RECmdForm.field($0.value) } ?? "")
    field(fields.count > 1 ? labelled(fields[1]) : "")
    var rest: [UInt16] = []
    for (index, field) in fields.dropFirst(2).enumerated() {
      if index > 0 { rest += [0x2C, 0x20] }
      rest += labelled(field).utf16
    }
    field(RegistryString(utf16: rest))
  }

  private func labelled(_ field: DecodedRow.Field) -> RegistryString {
    RegistryString(utf16: [UInt16]("\(field.name): ".utf16) + RECmdForm.field(field.value).utf16)
  }

  /// Writes a field, between quotation marks where it needs them.
  private func field(_ text: RegistryString) {
    let needsQuotes = text.utf16.contains { $0 == 0x2C || $0 == 0x22 || $0 < 0x20 }
    if needsQuotes || text.utf16.first == 0x20 || text.utf16.last == 0x20 {
      output.append(quoted: text, as: CSVEscaping.self)
    } else {
      output.append(text, as: CSVEscaping.self)
    }
    output.append(",")
  }
}
