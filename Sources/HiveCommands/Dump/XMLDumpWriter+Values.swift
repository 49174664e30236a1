// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

extension XMLDumpWriter {
  /// Writes a value.
  func write(_ record: ValueRecord, extent: ValueExtent) {
    let bytes = image.bytes(in: extent)
    output.append("<value type=\"")
    switch ValueData(bytes, type: ValueType(rawValue: record.type)) {
    case .string(let text) where canHold(text), .expandString(let text) where canHold(text),
      .link(let text) where canHold(text):
      open(record, as: Self.typeName(of: record.type), bytes: bytes) {
        output.append(" value=")
        output.append(quoted: text, as: XMLEscaping.self)
      }
    case .multiString(let texts) where texts.allSatisfy(canHold):
      open(record, as: "string-list", bytes: bytes) {}
      for text in texts {
        output.append("<string>")
        output.append(text, as: XMLEscaping.self)
        output.append("</string>")
      }
    case .dword(let number), .dwordBigEndian(let number):
      open(record, as: "int32", bytes: bytes) {
        append(number: Int32(bitPattern: number))
      }
    case .qword(let number):
      open(record, as: "int64", bytes: bytes) {
        append(number: Int64(bitPattern: number))
      }
    default:
      open(record, as: Self.badTypeName(of: record.type), isEncoded: true, bytes: bytes) {
        append(base64: bytes, as: "value")
      }
    }
    close(record, extent: extent)
  }

  private func canHold(_ text: RegistryString) -> Bool {
    XMLEscaping.canHold(text.utf16.count) { text.utf16[$0] }
  }

  /// Writes the rest of a value's tag, with the attributes that hold its data in the middle.
  private func open(
    _ record: ValueRecord, as type: StaticString, isEncoded: Bool = false, bytes: [UInt8],
    data: () -> Void
  ) {
    output.append(type)
    output.append(isEncoded ? "\" encoding=\"base64\"" : "\"")
    if record.name.byteCount == 0 {
      output.append(" default=\"1\"")
    } else {
      append(record.name, as: "key", encodedAs: "key-utf16")
    }
    data()
    if record.type == ValueType.dwordBigEndian.rawValue || record.type >= ValueType.names.count {
      output.append(" type-code=\"")
      output.append(decimal: record.type)
      output.append("\"")
    }
    if record.isTombstone { output.append(" tombstone=\"1\"") }
    if raw { append(base64: bytes, as: "raw") }
    output.append(">")
  }

  /// Appends a number, which `hivexml` takes to be signed.
  private func append(number: some SignedInteger) {
    output.append(" value=\"")
    output.append(decimal: number)
    output.append("\"")
  }

  /// What `hivexml` calls a type.
  private static func typeName(of type: UInt32) -> StaticString {
    switch ValueType(rawValue: type) {
    case .none: "none"
    case .string: "string"
    case .expandString: "expand"
    case .binary: "binary"
    case .dword, .dwordBigEndian: "int32"
    case .link: "link"
    case .multiString: "string-list"
    case .resourceList: "resource-list"
    case .fullResourceDescriptor: "resource-description"
    case .resourceRequirementsList: "resource-requirements"
    case .qword: "int64"
    default: "unknown"
    }
  }

  /// What `hivexml` calls a type when its data are written in Base64.
  private static func badTypeName(of type: UInt32) -> StaticString {
    switch ValueType(rawValue: type) {
    case .string: "bad-string"
    case .expandString: "bad-expand"
    case .link: "bad-link"
    case .multiString: "bad-string-list"
    default: typeName(of: type)
    }
  }
}
