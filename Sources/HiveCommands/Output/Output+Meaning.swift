// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

/// What the data of a value mean, beside what they are: a time, or a device property.
struct ValueMeaning {
  /// The time; nil where the value holds none.
  let time: ValueTime?
  /// The device property; nil where the value is none.
  let property: DeviceProperty?

  /// Nil for most values: what their type says is all.
  @inline(__always)
  init?(_ record: ValueRecord, _ extent: ValueExtent?, in image: HiveImage) {
    guard record.dataSize == 8 || record.dataSize == 16 || record.type >= 0xFFFF_0000,
      let extent
    else { return nil }
    self.init(special: record, extent, in: image)
  }

  private init?(special record: ValueRecord, _ extent: ValueExtent, in image: HiveImage) {
    let type = ValueType(rawValue: record.type)
    let isProperty = DeviceProperty.type(of: type) != nil
    let mayBeTime = ValueTime.mayBeTime(record, in: image)
    guard isProperty || mayBeTime else { return nil }
    let bytes = image.bytes(in: extent)
    property = DeviceProperty(bytes, type: type)
    time = mayBeTime ? ValueTime(bytes) : nil
    if property == nil, time == nil { return nil }
  }

  /// The meaning of a value.
  init?(_ value: Value, _ extent: ValueExtent?) {
    self.init(value.record, extent, in: value.hive.image)
  }

  /// The property's data, or the time, for a person; nil where the data stand for themselves.
  var shown: String? {
    if let content = property?.content { return content.shown }
    return time.map { "(\($0))" }
  }
}

// MARK: - JSON and CSV

extension Output {
  /// Appends the members `time` and `property`, behind others, where a value has them.
  func append(jsonMeaningOf record: ValueRecord, _ extent: ValueExtent, in image: HiveImage) {
    guard let meaning = ValueMeaning(record, extent, in: image) else { return }
    if let time = meaning.time {
      append(",\"time\":\"")
      append(text: time.description)
      append("\"")
    }
    guard let property = meaning.property else { return }
    append(",\"property\":{\"type\":\"")
    append(text: property.typeName)
    append("\"")
    if let content = property.content {
      append(",\"data\":")
      append(json: content)
    }
    append("}")
  }

  private func append(json content: DeviceProperty.Content) {
    switch content {
    case .string(let text): append(json: text)
    case .strings(let texts):
      append("[")
      for (index, text) in texts.enumerated() {
        if index > 0 { append(",") }
        append(json: text)
      }
      append("]")
    case .signed(let number): append(decimal: number)
    case .unsigned(let number): append(decimal: number)
    case .boolean(let isTrue): append(isTrue ? "true" : "false")
    case .guid(let text): append(json: RegistryString(text))
    case .time(let time): append(json: RegistryString(time.description))
    }
  }

  /// Appends three fields of comma-separated values: `time`, `property.type`, `property.data`.
  func append(csvMeaning meaning: ValueMeaning?) {
    guard let meaning else { return append(",,") }
    if let time = meaning.time { append(text: time.description) }
    append(",")
    if let property = meaning.property { append(text: property.typeName) }
    append(",")
    switch meaning.property?.content {
    case .string(let text)?: append(quoted: text, as: CSVEscaping.self)
    case .strings(let texts)?: append(csv: .multiString(texts))
    case .guid(let text)?: append(quoted: RegistryString(text), as: CSVEscaping.self)
    case .signed(let number)?: append(decimal: number)
    case .unsigned(let number)?: append(decimal: number)
    case .boolean(let isTrue)?: append(isTrue ? "true" : "false")
    case .time(let time)?: append(time)
    case nil: break
    }
  }
}

extension CSVRow {
  /// Writes what a value means: a time and a device property.
  mutating func meaning(of value: Value?, extent: ValueExtent?) {
    raw { $0.append(csvMeaning: value.flatMap { ValueMeaning($0, extent) }) }
  }
}

// MARK: - Text

extension DeviceProperty.Content {
  /// The data for a person.
  var shown: String {
    switch self {
    case .string(let text): "\"\(text.visible)\""
    case .strings(let texts):
      texts.isEmpty ? "(empty list)" : texts.map { "\"\($0.visible)\"" }.joined(separator: ", ")
    case .signed(let number): "\(number)"
    case .unsigned(let number): "\(number) (0x\(String(number, radix: 16)))"
    case .boolean(let isTrue): isTrue ? "true" : "false"
    case .guid(let text): text
    case .time(let time): time.description
    }
  }
}

extension ValueType {
  /// The type for a person: of device properties, the name of the property's type.
  var shown: String {
    DeviceProperty.typeName(of: self) ?? description
  }
}
