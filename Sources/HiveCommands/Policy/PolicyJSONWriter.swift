// SPDX-License-Identifier: MIT

import ProfileForensics
import RegistryHive

/// Writes what is known of policies as JSON objects: one array, an object a line, or lines alone.
struct PolicyJSONWriter {
  private let output: Output

  init(to output: Output) {
    self.output = output
  }

  func write(
    _ readings: [(machine: String?, reading: PolicyReading)], asArray isArray: Bool
  ) {
    if isArray { output.append("[") }
    for (index, reading) in readings.enumerated() {
      if isArray { output.append(index == 0 ? "\n" : ",\n") }
      write(reading.reading, of: reading.machine)
      if !isArray { output.append("\n") }
    }
    if isArray { output.append(readings.isEmpty ? "]\n" : "\n]\n") }
  }

  private func write(_ reading: PolicyReading, of machine: String?) {
    output.append("{")
    if let machine {
      output.append("\"machine\":")
      output.append(json: RegistryString(machine))
      output.append(",")
    }
    output.append("\"policy\":")
    output.append(json: RegistryString(reading.policy.name))
    let lead = reading.leadIndex
    output.append(",")
    writeValue(reading.settings[lead], state: reading.state)
    output.append(",\"source\":")
    output.append(json: RegistryString(reading.source))
    output.append(",\"keyLastWritten\":")
    if let time = reading.keyLastWritten {
      output.append("\"")
      output.append(time)
      output.append("\"")
    } else {
      output.append("null")
    }
    output.append(",\"effect\":")
    output.append(json: RegistryString(reading.effect))
    output.append(",\"warnings\":")
    write(reading.warnings.map { RegistryString($0) })
    if reading.settings.count > 1 {
      var separator: StaticString = ",\"elements\":[{"
      for (index, setting) in reading.settings.enumerated() where index != lead {
        output.append(separator)
        separator = ",{"
        writeValue(setting, state: setting.state)
        output.append("}")
      }
      output.append("]")
    }
    output.append("}")
  }

  private func writeValue(_ reading: SettingReading, state: PolicyState) {
    output.append("\"key\":")
    output.append(json: reading.key.text)
    output.append(",\"value\":")
    output.append(json: reading.setting.name)
    output.append(",\"state\":")
    output.append(json: RegistryString(state.rawValue))
    output.append(",\"type\":")
    if let type = reading.type {
      output.append(json: RegistryString(type.description))
    } else {
      output.append("null")
    }
    output.append(",\"data\":")
    switch reading.data {
    case nil:
      output.append("null")
    case .string(let text), .expandString(let text), .link(let text):
      output.append(json: text)
    case .multiString(let texts):
      write(texts)
    case .dword(let number), .dwordBigEndian(let number):
      output.append(decimal: number)
    case .qword(let number):
      output.append(decimal: number)
    case .bytes(let bytes):
      output.append(json: RegistryString(hexText(bytes)))
    }
  }

  private func write(_ texts: [RegistryString]) {
    output.append("[")
    for (index, text) in texts.enumerated() {
      if index > 0 { output.append(",") }
      output.append(json: text)
    }
    output.append("]")
  }
}

/// Bytes as lower-case hexadecimal digits.
func hexText(_ bytes: some Sequence<UInt8>) -> String {
  String(decoding: bytes.flatMap { [hexDigit($0 >> 4), hexDigit($0 & 15)] }, as: UTF8.self)
}

extension RegistryPath {
  /// The path as one text, with nothing lost.
  var text: RegistryString {
    RegistryString(utf16: [UInt16](names.map(\.utf16).joined(separator: [0x5C])))
  }
}
