// SPDX-License-Identifier: MIT

/// A value of JSON, read as RFC 8259 has it and no otherwise.
///
/// Foundation's reader takes a true for a 1, and keeps one of two members of the same name.
enum JSONValue: Equatable {
  case null
  case bool(Bool)
  case integer(Int128)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// Why a text is no JSON.
  struct Failure: Error, CustomStringConvertible {
    let offset: Int
    let reason: String

    var description: String { "at byte \(offset): \(reason)" }
  }

  /// Reads a document.
  init(parsing bytes: some Sequence<UInt8>) throws(Failure) {
    var parser = JSONParser(bytes: [UInt8](bytes))
    self = try parser.document()
  }

  subscript(name: String) -> JSONValue? {
    if case .object(let members) = self { members[name] } else { nil }
  }

  var text: String? {
    if case .string(let text) = self { text } else { nil }
  }

  var elements: [JSONValue]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  /// The types of JSON Schema that the value has.
  var types: Set<String> {
    switch self {
    case .null: ["null"]
    case .bool: ["boolean"]
    case .integer: ["integer", "number"]
    case .number: ["number"]
    case .string: ["string"]
    case .array: ["array"]
    case .object: ["object"]
    }
  }
}

private struct JSONParser {
  let bytes: [UInt8]
  private var index = 0
  private var depth = 0

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  mutating func document() throws(JSONValue.Failure) -> JSONValue {
    let value = try value()
    skipSpace()
    guard index == bytes.count else { throw failure("more than one value") }
    return value
  }

  private func failure(_ reason: String) -> JSONValue.Failure {
    JSONValue.Failure(offset: index, reason: reason)
  }

  private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func skipSpace() {
    while let byte = next, [0x20, 0x0A, 0x0D, 0x09].contains(byte) { index += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  private mutating func value() throws(JSONValue.Failure) -> JSONValue {
    skipSpace()
    depth += 1
    defer { depth -= 1 }
    guard depth < 100 else { throw failure("nested too deep") }
    switch next {
    case UInt8(ascii: "{"): return .object(try members())
    case UInt8(ascii: "["): return .array(try elements())
    case UInt8(ascii: "\""): return .string(try string())
    default: return try word()
    }
  }

  private mutating func members() throws(JSONValue.Failure) -> [String: JSONValue] {
    index += 1
    var members: [String: JSONValue] = [:]
    skipSpace()
    if take("}") { return members }
    while true {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw failure("no name of a member") }
      let name = try string()
      skipSpace()
      guard take(":") else { throw failure("no colon") }
      guard members.updateValue(try value(), forKey: name) == nil else {
        throw failure("two members named \(name)")
      }
      skipSpace()
      if take("}") { return members }
      guard take(",") else { throw failure("no comma") }
    }
  }

  private mutating func elements() throws(JSONValue.Failure) -> [JSONValue] {
    index += 1
    var elements: [JSONValue] = []
    skipSpace()
    if take("]") { return elements }
    while true {
      elements.append(try value())
      skipSpace()
      if take("]") { return elements }
      guard take(",") else { throw failure("no comma") }
    }
  }

  private mutating func string() throws(JSONValue.Failure) -> String {
    index += 1
    var units: [UInt8] = []
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        index += 1
        guard let text = String(validating: units, as: UTF8.self) else {
          throw failure("not valid UTF-8")
        }
        return text
      case UInt8(ascii: "\\"):
        index += 1
        units += String(try escape()).utf8
      case ..<0x20:
        throw failure("a control character")
      default:
        units.append(byte)
        index += 1
      }
    }
    throw failure("no end of a string")
  }

  private mutating func escape() throws(JSONValue.Failure) -> Unicode.Scalar {
    let plain: [UInt8: Unicode.Scalar] = [
      0x22: "\"", 0x5C: "\\", 0x2F: "/", 0x62: "\u{8}", 0x66: "\u{C}", 0x6E: "\n", 0x72: "\r",
      0x74: "\t",
    ]
    guard let byte = next else { throw failure("no end of an escape") }
    index += 1
    if let scalar = plain[byte] { return scalar }
    guard byte == UInt8(ascii: "u") else { throw failure("an unknown escape") }
    let first = try unit()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, take("\\"), take("u") else { throw failure("half a character") }
    let second = try unit()
    guard (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(
        0x10000 + (UInt32(first - 0xD800) << 10 | UInt32(second - 0xDC00)))
    else { throw failure("half a character") }
    return scalar
  }

  private mutating func unit() throws(JSONValue.Failure) -> UInt16 {
    let digits = bytes[index...].prefix(4)
    guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw failure("no four hexadecimal digits") }
    index += 4
    return unit
  }

  private mutating func word() throws(JSONValue.Failure) -> JSONValue {
    let ends: Set<UInt8> = [0x2C, 0x5D, 0x7D, 0x20, 0x0A, 0x0D, 0x09]
    let text = String(decoding: bytes[index...].prefix { !ends.contains($0) }, as: UTF8.self)
    let isNumber = text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/) != nil
    let value: JSONValue? =
      switch text {
      case "null": .null
      case "true": .bool(true)
      case "false": .bool(false)
      default:
        isNumber ? Int128(text).map { .integer($0) } ?? Double(text).map { .number($0) } : nil
      }
    guard let value else { throw failure("'\(text.prefix(20))' is no value") }
    index += text.utf8.count
    return value
  }
}
