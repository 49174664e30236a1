// SPDX-License-Identifier: MIT

import HiveFormat
public import RegistryHive

/// What a decoder made of a key or one of its values.
public struct DecodedRow: Sendable, Hashable {
  /// A fact.
  public enum FieldValue: Sendable, Hashable {
    case text(RegistryString)
    case number(Int64)
    case time(FileTime)
    case flag(Bool)
  }

  /// A fact and what to call it.
  public struct Field: Sendable, Hashable {
    /// What to call it, in camel case.
    public let name: String
    /// The fact.
    public let value: FieldValue
  }

  /// The decoder's name.
  public let decoder: String
  /// The name of the value that the row is made of; nil where it is made of a whole key.
  public let valueName: RegistryString?
  /// The facts, the one that matters most first.
  public private(set) var fields: [Field] = []

  init(_ decoder: String, valueName: RegistryString? = nil) {
    self.decoder = decoder
    self.valueName = valueName
  }

  /// How many UTF-16 units the texts have.
  var textCount: Int {
    fields.reduce(0) { count, field in
      if case .text(let text) = field.value { return count + text.utf16.count }
      return count
    }
  }

  mutating func add(_ name: String, _ text: RegistryString?) {
    guard let text, !text.isEmpty else { return }
    fields.append(Field(name: name, value: .text(text)))
  }

  mutating func add(_ name: String, text: String?) {
    add(name, text.map { RegistryString($0) })
  }

  mutating func add(_ name: String, _ number: (some BinaryInteger)?) {
    guard let number, let number = Int64(exactly: number) else { return }
    fields.append(Field(name: name, value: .number(number)))
  }

  mutating func add(_ name: String, _ time: FileTime?) {
    guard let time, time.rawValue != 0 else { return }
    fields.append(Field(name: name, value: .time(time)))
  }

  mutating func add(_ name: String, _ flag: Bool?) {
    guard let flag else { return }
    fields.append(Field(name: name, value: .flag(flag)))
  }
}

extension Value {
  /// How many bytes of the data can be read.
  var readableCount: Int { extent.count }
}

extension Key {
  /// The text of a value; the strings of a list with a space between them.
  func decodedText(_ name: RegistryString) -> RegistryString? {
    switch value(named: name)?.data {
    case .string(let text), .expandString(let text), .link(let text): return text
    case .multiString(let texts):
      return RegistryString(utf16: [UInt16](texts.map(\.utf16).joined(separator: [0x20])))
    default: return nil
    }
  }

  /// The number of a value.
  func decodedNumber(_ name: RegistryString) -> UInt64? {
    switch value(named: name)?.data {
    case .dword(let number), .dwordBigEndian(let number): UInt64(number)
    case .qword(let number): number
    default: nil
    }
  }

  /// The number of a value that may be negative, such as a time zone's minutes.
  func decodedSignedNumber(_ name: RegistryString) -> Int32? {
    guard case .dword(let number) = value(named: name)?.data else { return nil }
    return Int32(bitPattern: number)
  }

  /// The data of a value.
  func decodedBytes(_ name: RegistryString) -> ByteReader? {
    value(named: name).map { ByteReader($0.bytes) }
  }
}
