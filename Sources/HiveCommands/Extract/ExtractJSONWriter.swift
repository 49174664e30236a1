// SPDX-License-Identifier: MIT

import HiveFormat
import ProfileForensics
import RegistryExtraction
import RegistryHive

/// Writes each record as a JSON object: on lines of their own, or as one array.
struct ExtractJSONWriter: ExtractWriter {
  private let output: Output
  private let isArray: Bool
  private let namesHive: Bool
  private var isFirst = true

  init(to output: Output, asArray isArray: Bool, namesHive: Bool) {
    self.output = output
    self.isArray = isArray
    self.namesHive = namesHive
  }

  mutating func begin() {
    if isArray { output.append("[\n") }
  }

  mutating func end() {
    if isArray { output.append(isFirst ? "]\n" : "\n]\n") }
  }

  mutating func write(_ record: ExtractedRecord, path: RegistryPath, from source: ExtractSource) {
    if isArray, !isFirst { output.append(",\n") }
    isFirst = false
    var json = JSONWriter(to: output)
    let rule = record.rule
    let input = source.input
    json.object { json in
      if let machine = input.machine { json.member("machine", machine) }
      if let profile = input.profile {
        json.member("user", profile.name)
        if let identifier = profile.identifier { json.member("sid", identifier.description) }
      }
      if namesHive { json.member("hive", input.path) }
      json.member("hiveType", source.kind.rawValue)
      json.member("description", rule.description)
      json.member("category", rule.category)
      json.member("comment", rule.comment)
      json.member("rule", rule.line)
      json.member("path", path)
      json.member("lastWritten", record.key.lastWritten)
      if record.isDeleted { json.member("deleted", true) }
      if let value = record.value { write(value, of: record, &json) }
      if let row = record.row { write(row, &json) }
    }
    if !isArray { output.append("\n") }
  }

  private func write(_ value: Value, of record: ExtractedRecord, _ json: inout JSONWriter) {
    json.member("name", value.name)
    json.member("type", value.type.description)
    json.member("typeCode", Int(value.type.rawValue))
    json.member("size", value.size)
    let output = output
    json.member("data", optional: record.extent) { json, extent in
      json.raw { output.append(jsonDataOf: value.record, extent: extent, in: value.hive.image) }
    }
    switch record.converted {
    case .time(let time)?: json.member("converted", time)
    case .text(let text)?: json.member("converted", text)
    case nil: break
    }
  }

  private func write(_ row: DecodedRow, _ json: inout JSONWriter) {
    if let name = row.valueName { json.member("name", name) }
    json.member("decoder", row.decoder)
    json.name("decoded")
    json.object { json in
      for field in row.fields {
        json.name(field.name)
        switch field.value {
        case .text(let text): json.value(text)
        case .number(let number): json.value(Int(number))
        case .time(let time): json.value(time)
        case .flag(let isTrue): json.value(isTrue)
        }
      }
    }
  }
}
