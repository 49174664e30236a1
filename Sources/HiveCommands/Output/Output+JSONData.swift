// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

extension Output {
  /// Appends the members that hold a value's data: `data` as a string, an array or a number, or as a
  /// string of hexadecimal digits, which `encoding` says where the type would be another; and with
  /// `raw` all bytes; behind these `time` and `property`, where a value has them.
  ///
  /// - Parameters:
  ///   - record: The value.
  ///   - extent: Where its data are; nil where they were overwritten.
  ///   - image: The hive.
  ///   - raw: Whether to write all bytes; they are written too where a string cannot hold the data.
  func append(
    jsonDataOf record: ValueRecord, extent: ValueExtent?, in image: HiveImage, raw: Bool = false
  ) {
    append("\"data\":")
    guard let extent else { return append("null") }
    let malformedCount = malformedTextCount
    if !append(decodedDataOf: record, extent, in: image) {
      append("\"")
      append(hexOf: extent, in: image)
      append(ValueType(rawValue: record.type).isDecoded ? "\",\"encoding\":\"hex\"" : "\"")
    }
    if raw || malformedTextCount > malformedCount {
      append(",\"raw\":\"")
      append(hexOf: extent, in: image)
      append("\"")
    }
    append(jsonMeaningOf: record, extent, in: image)
  }

  /// Appends data that are text or a number; false where they are not, or do not fit their type.
  private func append(
    decodedDataOf record: ValueRecord, _ extent: ValueExtent, in image: HiveImage
  ) -> Bool {
    let type = ValueType(rawValue: record.type)
    guard type.isDecoded else { return false }
    // Most values need no copy of their data.
    if case .run(let offset, let count) = extent {
      switch type {
      case .string where count % 2 == 0, .expandString where count % 2 == 0,
        .link where count % 2 == 0:
        append("\"")
        try? image.withBytes(at: offset, count: count) { append(jsonOf: $0, upToNul: true) }
        append("\"")
        return true
      case .dword where count == 4:
        guard let number = try? image.uint32(at: offset) else { break }
        append(decimal: number)
        return true
      case .multiString where count % 2 == 0:
        try? image.withBytes(at: offset, count: count) { append(jsonListOf: $0) }
        return true
      default: break
      }
    }
    return append(json: ValueData(image.bytes(in: extent), type: type))
  }

  /// Appends data that are text or a number; false where they are bytes.
  private func append(json data: ValueData) -> Bool {
    switch data {
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
    case .bytes: return false
    }
    return true
  }

  /// Appends the member `data`, and `encoding` where the data do not fit their type.
  func append(jsonData data: ValueData, of type: ValueType?) {
    append("\"data\":")
    if case .bytes(let bytes) = data {
      append(json: RegistryString(hexText(bytes)))
      if type?.isDecoded == true { append(",\"encoding\":\"hex\"") }
    } else {
      _ = append(json: data)
    }
  }
}

extension JSONWriter {
  /// Writes a value: its name, type, size and data.
  mutating func members(of value: Value, extent: ValueExtent?) {
    member("name", value.name)
    dataMembers(of: value, extent: extent)
  }

  /// Writes a value's type, size and data.
  mutating func dataMembers(of value: Value, extent: ValueExtent?) {
    member("type", value.type.description)
    member("typeCode", Int(value.type.rawValue))
    member("size", value.size)
    if value.record.isTombstone { member("tombstone", true) }
    raw { $0.append(jsonDataOf: value.record, extent: extent, in: value.hive.image) }
  }
}

extension CSVRow {
  /// Writes a value's data: as in JSON, without the escapes; the strings of a list have `|` between
  /// them.
  mutating func data(_ data: ValueData?) {
    raw { output in
      if let data { output.append(csv: data) }
    }
  }

  /// Writes a value's data, as far as they can be read.
  mutating func data(of value: Value, extent: ValueExtent?) {
    raw { output in
      guard let extent else { return }
      output.append(csvDataOf: value.record, extent: extent, in: value.hive.image)
    }
  }
}

extension ValueType {
  /// Whether data of this type are text or a number.
  fileprivate var isDecoded: Bool {
    switch self {
    case .string, .expandString, .link, .multiString, .dword, .dwordBigEndian, .qword: true
    default: false
    }
  }
}

/// Bytes as lower-case hexadecimal digits.
func hexText(_ bytes: some Sequence<UInt8>) -> String {
  String(decoding: bytes.flatMap { [hexDigit($0 >> 4), hexDigit($0 & 15)] }, as: UTF8.self)
}
