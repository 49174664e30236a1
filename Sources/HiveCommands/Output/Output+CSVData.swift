// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

extension Output {
  /// Appends a value's data as a field of comma-separated values: as in JSON, without the escapes;
  /// the strings of a list have `|` between them.
  func append(csvDataOf record: ValueRecord, extent: ValueExtent, in image: HiveImage) {
    append(csv: ValueData(image.bytes(in: extent), type: ValueType(rawValue: record.type)))
  }

  /// Appends data as a field of comma-separated values.
  func append(csv data: ValueData) {
    switch data {
    case .string(let text), .expandString(let text), .link(let text):
      append(quoted: text, as: CSVEscaping.self)
    case .multiString(let texts):
      append("\"")
      for (index, text) in texts.enumerated() {
        if index > 0 { append("|") }
        append(text, as: CSVEscaping.self)
      }
      append("\"")
    case .dword(let number), .dwordBigEndian(let number):
      append(decimal: number)
    case .qword(let number):
      append(decimal: number)
    case .bytes(let bytes):
      for byte in bytes {
        append(hexDigit(byte >> 4))
        append(hexDigit(byte & 15))
      }
    }
  }
}
