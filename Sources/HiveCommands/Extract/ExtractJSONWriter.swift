// SPDX-License-Identifier: MIT

import ProfileForensics
import RegistryExtraction
import RegistryHive

/// Writes each record as a JSON object.
struct ExtractJSONWriter: ExtractWriter {
  private let records: JSONRecords
  private let namesHive: Bool

  init(to output: Output, _ format: ExtractFormat, namesHive: Bool) {
    records = JSONRecords(to: output, format: format)
    self.namesHive = namesHive
  }

  func begin() { records.begin() }
  func end() { records.end() }

  mutating func write(_ shown: ShownRecord, from source: ExtractSource) {
    let record = shown.record
    let input = source.input
    records.write { json in
      if let machine = input.machine { json.member("machine", machine) }
      if let profile = input.profile {
        json.member("user", profile.name)
        if let identifier = profile.identifier { json.member("sid", identifier.description) }
      }
      if namesHive { json.member("hive", input.path) }
      json.member("hiveType", source.kind.rawValue)
      json.member("description", shown.texts.description)
      json.member("category", shown.texts.category)
      json.member("comment", shown.texts.comment)
      json.member("rule", record.rule.line)
      json.member("path", shown.path)
      json.member("lastWritten", record.key.lastWritten)
      if record.isDeleted { json.member("deleted", true) }
      if let value = record.value {
        json.members(of: value, extent: record.extent)
        write(record.converted, &json)
      }
      if let row = record.row { write(row, &json) }
    }
  }

  private func write(_ converted: ConvertedData?, _ json: inout JSONWriter) {
    switch converted {
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
