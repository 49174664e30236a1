// SPDX-License-Identifier: MIT

import ProfileForensics
import RegistryHive

/// Writes each value of each policy as a row of comma-separated values (RFC 4180).
///
/// What holds for the policy as a whole, its state, effect and warnings, stands in the row of the
/// value that decides. Text is quoted; the parts of a list have `|` between them.
struct PolicyCSVWriter {
  private let output: Output

  init(to output: Output) {
    self.output = output
  }

  func write(_ readings: [(machine: String?, reading: PolicyReading)]) {
    let hasMachines = readings.contains { $0.machine != nil }
    if hasMachines { output.append("Machine,") }
    output.append("Policy,Value,State,Type,Data,Key,KeyLastWritten,Source,Effect,Warnings\r\n")
    for (machine, reading) in readings {
      let lead = reading.leadIndex
      for (index, setting) in reading.settings.enumerated() {
        if hasMachines {
          write(RegistryString(machine ?? ""))
          output.append(",")
        }
        write(reading, setting, isLead: index == lead)
      }
    }
  }

  private func write(_ reading: PolicyReading, _ setting: SettingReading, isLead: Bool) {
    write(RegistryString(reading.policy.name))
    output.append(",")
    write(setting.setting.name)
    output.append(",")
    output.append(text: (isLead ? reading.state : setting.state).rawValue)
    output.append(",")
    output.append(text: setting.type?.description ?? "")
    output.append(",")
    write(setting.data)
    output.append(",")
    write(setting.key.text)
    output.append(",")
    if let time = setting.keyLastWritten { output.append(time) }
    output.append(",")
    write(RegistryString(reading.source))
    output.append(",")
    write(RegistryString(isLead ? reading.effect : ""))
    output.append(",")
    write(RegistryString(isLead ? reading.warnings.joined(separator: " | ") : ""))
    output.append("\r\n")
  }

  private func write(_ text: RegistryString) {
    output.append(quoted: text, as: CSVEscaping.self)
  }

  private func write(_ data: ValueData?) {
    switch data {
    case nil: break
    case .string(let text), .expandString(let text), .link(let text): write(text)
    case .multiString(let texts):
      write(RegistryString(utf16: [UInt16](texts.map(\.utf16).joined(separator: [0x7C]))))
    case .dword(let number), .dwordBigEndian(let number): output.append(decimal: number)
    case .qword(let number): output.append(decimal: number)
    case .bytes(let bytes): output.append(text: hexText(bytes))
    }
  }
}
