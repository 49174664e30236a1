// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

extension Output {
  /// Appends a value's data as JSON: a string, an array, a number, or bytes as a string of hexadecimal
  /// digits.
  func append(jsonDataOf record: ValueRecord, extent: ValueExtent, in image: HiveImage) {
    switch ValueType(rawValue: record.type) {
    case .string, .expandString, .link:
      if case .run(let offset, let count) = extent, count % 2 == 0 {
        append("\"")
        try? image.withBytes(at: offset, count: count) { append(jsonOf: $0, upToNul: true) }
        append("\"")
        return
      }
      append(jsonDecoded: record, extent, in: image)
    case .dword:
      if case .run(let offset, 4) = extent, let number = try? image.uint32(at: offset) {
        append(decimal: number)
        return
      }
      append(jsonDecoded: record, extent, in: image)
    case .multiString:
      if case .run(let offset, let count) = extent, count % 2 == 0 {
        try? image.withBytes(at: offset, count: count) { append(jsonListOf: $0) }
        return
      }
      append(jsonDecoded: record, extent, in: image)
    case .dwordBigEndian, .qword:
      append(jsonDecoded: record, extent, in: image)
    default:
      append("\"")
      append(hexOf: extent, in: image)
      append("\"")
    }
  }

  private func append(
    jsonDecoded record: ValueRecord, _ extent: ValueExtent, in image: HiveImage
  ) {
    switch ValueData(image.bytes(in: extent), type: ValueType(rawValue: record.type)) {
    case .string(let text), .expandString(let text), .link(let text):
      append(json: text)
    case .multiString(let texts):
      var separator: StaticString = "["
      for text in texts {
        append(separator)
        separator = ","
        append(json: text)
      }
      append(texts.isEmpty ? "[]" : "]")
    case .dword(let number), .dwordBigEndian(let number):
      append(decimal: number)
    case .qword(let number):
      append(decimal: number)
    case .bytes:
      append("\"")
      append(hexOf: extent, in: image)
      append("\"")
    }
  }
}
