// SPDX-License-Identifier: MIT

import ProfileForensics
import RegistryHive

/// Writes what is known of policies as JSON objects.
struct PolicyJSONWriter {
  private let records: JSONRecords

  init(to output: Output, _ format: ListFormat) {
    records = JSONRecords(to: output, format: format)
  }

  func write(_ readings: [(machine: String?, reading: PolicyReading)]) {
    records.write(all: readings) { Self.write($1.reading, of: $1.machine, to: &$0) }
  }

  private static func write(
    _ reading: PolicyReading, of machine: String?, to json: inout JSONWriter
  ) {
    if let machine { json.member("machine", machine) }
    json.member("policy", reading.policy.name)
    let lead = reading.decidingIndex
    write(reading.settings[lead], state: reading.state, to: &json)
    json.member("source", reading.source)
    json.member("keyLastWritten", optional: reading.keyLastWritten) { $0.value($1) }
    json.member("effect", reading.effect)
    json.name("warnings")
    json.array(reading.warnings) { $0.value($1) }
    guard reading.settings.count > 1 else { return }
    json.name("elements")
    json.array(reading.settings.indices.filter { $0 != lead }) { json, index in
      let setting = reading.settings[index]
      json.object { write(setting, state: setting.state, to: &$0) }
    }
  }

  private static func write(
    _ reading: SettingReading, state: PolicyState, to json: inout JSONWriter
  ) {
    json.member("key", reading.key)
    json.member("value", reading.setting.name)
    json.member("state", state.rawValue)
    json.member("type", optional: reading.type?.description) { $0.value($1) }
    guard let data = reading.data else {
      json.name("data")
      return json.null()
    }
    json.raw { $0.append(jsonData: data, of: reading.type) }
  }
}
