// SPDX-License-Identifier: MIT

import WindowsEvents

/// Reads the elements of a small XML file that Windows writes: no namespaces, no document types.
///
/// What is not well-formed is skipped; a file is read once, from front to back, and entities
/// other than the five of XML stay as they are.
struct MarkupReader {
  /// What comes next in a file.
  enum Token: Sendable, Equatable {
    /// An element begins; one that is empty ends at once with an ``end``.
    case start(name: String, attributes: [String: String])
    /// An element ends.
    case end(name: String)
    /// Text between elements, without blanks around it.
    case text(String)
  }

  /// The largest file that is read, in bytes.
  static let sizeLimit = 4 << 20

  private var tokens: [Token] = []

  /// The tokens of a file in UTF-8, or in UTF-16 with a byte order mark.
  static func tokens(_ bytes: [UInt8]) -> [Token] {
    guard bytes.count <= sizeLimit else { return [] }
    var reader = MarkupReader()
    reader.read(text(of: bytes))
    return reader.tokens
  }

  private static func text(of bytes: [UInt8]) -> String {
    guard bytes.count >= 2 else { return "" }
    let isLittle = bytes[0] == 0xFF && bytes[1] == 0xFE
    guard isLittle || bytes[0] == 0xFE && bytes[1] == 0xFF else {
      return String(decoding: bytes, as: UTF8.self)
    }
    let units = stride(from: 2, to: bytes.count - 1, by: 2).map { index in
      isLittle
        ? UInt16(bytes[index]) | UInt16(bytes[index + 1]) << 8
        : UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1])
    }
    return String(decoding: units, as: UTF16.self)
  }

  private mutating func read(_ text: String) {
    let bytes = Array(text.utf8)
    var index = 0
    while index < bytes.count {
      let open = bytes[index...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
      addText(bytes[index..<open])
      guard open < bytes.count else { return }
      if bytes[open...].starts(with: "<!--".utf8) {
        index = Self.end(of: "-->", in: bytes, from: open)
        continue
      }
      index = addTag(bytes, from: open + 1)
    }
  }

  /// The place after a mark, or the end where there is none.
  private static func end(of mark: String, in bytes: [UInt8], from start: Int) -> Int {
    let wanted = Array(mark.utf8)
    var index = start
    while index + wanted.count <= bytes.count {
      if bytes[index..<(index + wanted.count)].elementsEqual(wanted) { return index + wanted.count }
      index += 1
    }
    return bytes.count
  }

  private mutating func addText(_ bytes: ArraySlice<UInt8>) {
    let text = Self.decoded(bytes).trimmed
    if !text.isEmpty { tokens.append(.text(String(text))) }
  }

  /// Takes a tag up to its `>`, which may be in a quoted value too.
  private mutating func addTag(_ bytes: [UInt8], from start: Int) -> Int {
    var index = start
    var quote: UInt8?
    while index < bytes.count {
      let byte = bytes[index]
      if let open = quote {
        if byte == open { quote = nil }
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        quote = byte
      } else if byte == UInt8(ascii: ">") {
        break
      }
      index += 1
    }
    add(tag: bytes[start..<index])
    return min(index + 1, bytes.count)
  }

  private mutating func add(tag: ArraySlice<UInt8>) {
    guard let first = tag.first, first != UInt8(ascii: "?"), first != UInt8(ascii: "!") else {
      return
    }
    if first == UInt8(ascii: "/") {
      tokens.append(.end(name: Self.name(tag.dropFirst()[...])))
      return
    }
    let isEmpty = tag.last == UInt8(ascii: "/")
    let name = Self.name(tag)
    tokens.append(.start(name: name, attributes: Self.attributes(tag.dropFirst(name.utf8.count))))
    if isEmpty { tokens.append(.end(name: name)) }
  }

  private static func name(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes.prefix { $0 > 0x20 && $0 != UInt8(ascii: "/") }, as: UTF8.self)
  }

  private static func attributes(_ bytes: ArraySlice<UInt8>) -> [String: String] {
    var attributes: [String: String] = [:]
    var rest = bytes
    while let equals = rest.firstIndex(of: UInt8(ascii: "=")) {
      let name = String(decoding: rest[..<equals], as: UTF8.self).trimmed
      let value = rest[rest.index(after: equals)...].drop { $0 <= 0x20 }
      guard let quote = value.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'")
      else {
        return attributes
      }
      let inner = value.dropFirst()
      let end = inner.firstIndex(of: quote) ?? inner.endIndex
      attributes[String(name)] = decoded(inner[..<end])
      rest = inner[end...].dropFirst()
    }
    return attributes
  }

  private static let entities = [
    ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&"),
  ]

  private static func decoded(_ bytes: ArraySlice<UInt8>) -> String {
    var text = String(decoding: bytes, as: UTF8.self)
    guard bytes.contains(UInt8(ascii: "&")) else { return text }
    for (entity, character) in entities { text = text.replacing(entity, with: character) }
    return text
  }
}
