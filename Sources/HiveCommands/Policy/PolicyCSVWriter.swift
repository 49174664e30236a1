// SPDX-License-Identifier: MIT

import ProfileForensics
import RegistryHive

/// Writes each value of each policy as a row of comma-separated values.
///
/// What is so of the policy as a whole, its state, effect and warnings, is in the row of the value
/// that decides. Several warnings have ` | ` between them.
struct PolicyCSVWriter {
  private let output: Output

  init(to output: Output) {
    self.output = output
  }

  func write(_ readings: [(machine: String?, reading: PolicyReading)]) {
    let hasMachines = readings.contains { $0.machine != nil }
    let columns: [StaticString] = [
      "policy", "key", "value", "state", "type", "data", "source", "keyLastWritten", "effect",
      "warnings",
    ]
    let records = CSVRecords(to: output, hasMachines ? ["machine"] + columns : columns)
    records.begin()
    for (machine, reading) in readings {
      let lead = reading.decidingIndex
      for (index, setting) in reading.settings.enumerated() {
        records.write { row in
          if hasMachines { row.text(machine) }
          Self.write(reading, setting, isLead: index == lead, to: &row)
        }
      }
    }
  }

  private static func write(
    _ reading: PolicyReading, _ setting: SettingReading, isLead: Bool, to row: inout CSVRow
  ) {
    row.text(reading.policy.name)
    row.path(setting.key)
    row.text(setting.setting.name)
    row.word((isLead ? reading.state : setting.state).rawValue)
    row.word(setting.type?.description)
    row.data(setting.data)
    row.text(reading.source)
    row.time(setting.keyLastWritten)
    row.text(isLead ? reading.effect : nil)
    row.text(isLead ? reading.warnings.joined(separator: " | ") : nil)
  }
}
