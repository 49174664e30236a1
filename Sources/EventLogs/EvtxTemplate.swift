// SPDX-License-Identifier: MIT

import HiveFormat
import WindowsEvents

/// The tokens of binary XML that templates of events have.
enum EvtxToken {
  static let end: UInt8 = 0x00
  static let openElement: UInt8 = 0x01
  static let closeStart: UInt8 = 0x02
  static let closeEmpty: UInt8 = 0x03
  static let closeElement: UInt8 = 0x04
  static let text: UInt8 = 0x05
  static let attribute: UInt8 = 0x06
  static let template: UInt8 = 0x0C
  static let value: UInt8 = 0x0D
  static let optionalValue: UInt8 = 0x0E
  static let fragmentHeader: UInt8 = 0x0F
  /// Set where an element has attributes, or more of the same follows.
  static let more: UInt8 = 0x40
}

/// Reads a chunk's bytes in order; offsets count from the chunk's start.
struct EvtxCursor {
  /// The most units of UTF-16 that the name of an element or attribute has here.
  private static let longestName = 64

  let file: HiveImage
  let chunk: Int
  var position: Int
  var end: Int

  /// Makes room for some bytes, which must be before the end.
  private mutating func advance(_ count: Int) throws(FormatError) -> Int {
    let start = position
    guard start >= 0, count >= 0, count <= end - start else {
      throw FormatError(
        .endOfFile, at: chunk + max(start, 0), expected: "\(count) bytes", found: "the end")
    }
    position += count
    return chunk + start
  }

  mutating func uint8() throws(FormatError) -> UInt8 { try file.uint8(at: try advance(1)) }
  mutating func uint16() throws(FormatError) -> UInt16 { try file.uint16(at: try advance(2)) }
  mutating func uint32() throws(FormatError) -> UInt32 { try file.uint32(at: try advance(4)) }

  mutating func bytes(_ count: Int) throws(FormatError) -> [UInt8] {
    try file.bytes(at: try advance(count), count: count)
  }

  mutating func text(units: Int) throws(FormatError) -> String {
    let bytes = try bytes(units * 2)
    let units = (0..<units).map { UInt16(bytes[$0 * 2]) | UInt16(bytes[$0 * 2 + 1]) << 8 }
    return String(decoding: units.prefix { $0 != 0 }, as: UTF16.self)
  }

  /// Takes the four bytes that a fragment begins with; returns whether they are there.
  mutating func takeFragmentHeader() throws(FormatError) -> Bool {
    let token = try uint8()
    let version = try bytes(3)
    return token == EvtxToken.fragmentHeader && version == [1, 1, 0]
  }

  /// Reads a name, which is here or elsewhere in the chunk.
  mutating func name() throws(FormatError) -> String {
    let offset = Int(try uint32())
    var reader = self
    reader.position = offset
    reader.end = EvtxHeader.chunkSize
    // The next name with the same hash, and the hash.
    reader.position += 6
    let units = Int(try reader.uint16())
    guard units <= Self.longestName else {
      throw FormatError(
        .endOfFile, at: chunk + offset, expected: "a name of a template", found: "a longer one")
    }
    let text = try reader.text(units: units)
    if offset == position { position = reader.position + 2 }
    return text
  }
}

/// What a template has to say about which event a record is.
///
/// Windows writes the parts of an event that are always the same, its elements and their names,
/// once a chunk, and for each record only the values that differ.
struct EvtxTemplate {
  /// What an element or attribute holds.
  private enum Content {
    case text(String)
    case value(Int)
  }

  /// The number of the next template with the same hash, an identifier, and the size.
  static let headerSize = 24

  /// The most bytes that the part up to the end of `System` takes, which is a fixed set of elements.
  private static let longestSystem = 4096

  /// The number of bytes after the header.
  let size: Int
  /// The names that the provider may have, where they are the same for all records.
  private(set) var fixedNames: [String]?
  private var event: Content?
  private var names: [Content] = []
  private var identifier: Content?

  /// Reads a template up to the end of its `System`.
  ///
  /// - Throws: ``FormatError`` where it holds what is not expected there: then its records have to
  ///   be decoded.
  init(_ cursor: inout EvtxCursor) throws(FormatError) {
    cursor.position += Self.headerSize - 4
    size = Int(try cursor.uint32())
    cursor.end = min(cursor.end, cursor.position + min(size, Self.longestSystem))
    guard try cursor.takeFragmentHeader() else { throw Self.notExpected(cursor) }
    var open: [String] = []
    var attribute: String?
    while true {
      let token = try cursor.uint8()
      switch token & ~EvtxToken.more {
      case EvtxToken.openElement:
        // What it depends on, and its size.
        cursor.position += 6
        open.append(try cursor.name())
        if token & EvtxToken.more != 0 { cursor.position += 4 }
      case EvtxToken.attribute: attribute = try cursor.name()
      case EvtxToken.text:
        guard try cursor.uint8() == ValueType.string else { throw Self.notExpected(cursor) }
        let units = Int(try cursor.uint16())
        try take(.text(try cursor.text(units: units)), open, attribute, cursor)
      case EvtxToken.value, EvtxToken.optionalValue:
        let index = Int(try cursor.uint16())
        cursor.position += 1
        try take(.value(index), open, attribute, cursor)
      case EvtxToken.closeStart: attribute = nil
      case EvtxToken.closeEmpty, EvtxToken.closeElement:
        attribute = nil
        guard let name = open.popLast() else { throw Self.notExpected(cursor) }
        if name == "System", open == ["Event"] {
          guard event != nil, names.count <= 2 else { throw Self.notExpected(cursor) }
          fixedNames = namesWithoutValues
          return
        }
      default: throw Self.notExpected(cursor)
      }
    }
  }

  private var namesWithoutValues: [String]? {
    let contents = names + (identifier.map { [$0] } ?? [])
    let texts = contents.compactMap { content -> String? in
      guard case .text(let text) = content else { return nil }
      return text
    }
    guard !names.isEmpty, texts.count == contents.count else { return nil }
    guard identifier != nil else { return texts }
    return texts.dropLast()
      + (EventMeaning.providerName(of: texts[texts.count - 1]).map { [$0] } ?? [])
  }

  private static func notExpected(_ cursor: EvtxCursor) -> FormatError {
    FormatError(
      .endOfFile, at: cursor.chunk + cursor.position, expected: "a template", found: "another")
  }

  private mutating func take(
    _ content: Content, _ open: [String], _ attribute: String?, _ cursor: EvtxCursor
  ) throws(FormatError) {
    switch (open, attribute) {
    case (["Event", "System", "EventID"], nil):
      guard event == nil else { throw Self.notExpected(cursor) }
      event = content
    case (["Event", "System", "Provider"], "Name"?),
      (
        ["Event", "System", "Provider"],
        "EventSourceName"?
      ):
      names.append(content)
    case (["Event", "System", "Provider"], "Guid"?):
      guard identifier == nil else { throw Self.notExpected(cursor) }
      identifier = content
    default: break
    }
  }

  private enum ValueType {
    static let string: UInt8 = 0x01
    static let uint16: UInt8 = 0x06
    static let guid: UInt8 = 0x0F
  }

  /// The number of a record's event; nil where its value is not of the type that is expected.
  func event(_ values: EvtxValues) throws(FormatError) -> UInt16? {
    switch event {
    case .text(let text)?: return UInt16(text)
    case .value(let index)?:
      guard let value = try values[index], value.type == ValueType.uint16, value.size == 2 else {
        return nil
      }
      var data = value.data
      return try data.uint16()
    case nil: return nil
    }
  }

  /// The names that a record's provider may have; nil where a value is not of the type that is
  /// expected.
  func providers(_ values: EvtxValues) throws(FormatError) -> [String]? {
    if let fixedNames { return fixedNames }
    var known: [String] = []
    for name in names {
      switch name {
      case .text(let text): known.append(text)
      case .value(let index):
        guard let value = try values[index], value.type == ValueType.string else { return nil }
        var data = value.data
        known.append(try data.text(units: value.size / 2))
      }
    }
    if let identifier {
      guard let name = try providerName(identifier, values) else { return nil }
      if !name.isEmpty { known.append(name) }
    }
    return known.isEmpty ? nil : known
  }

  /// The name of a provider by its identifier, empty where it is not known; nil where the
  /// identifier is not of the type that is expected.
  private func providerName(
    _ identifier: Content, _ values: EvtxValues
  ) throws(FormatError) -> String? {
    switch identifier {
    case .text(let text): return EventMeaning.providerName(of: text) ?? ""
    case .value(let index):
      guard let value = try values[index], value.type == ValueType.guid, value.size == 16 else {
        return nil
      }
      var data = value.data
      let bytes = try data.bytes(16)
      // The first three numbers have their low byte first.
      let digits = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map { index in
        let text = String(bytes[index], radix: 16)
        return text.count == 2 ? text : "0" + text
      }
      return EventMeaning.providerName(of: digits.joined()) ?? ""
    }
  }
}

/// The values of a record: first the sizes and types of all, then the values.
struct EvtxValues {
  private let count: Int
  private let types: EvtxCursor
  private let data: EvtxCursor

  /// Reads the number of values; nil where there is no room for so many.
  init?(_ start: EvtxCursor) throws(FormatError) {
    var cursor = start
    count = Int(try cursor.uint32())
    types = cursor
    guard count <= (cursor.end - cursor.position) / 4 else { return nil }
    cursor.position += count * 4
    data = cursor
  }

  /// A value; nil where the record has none of this number.
  subscript(_ index: Int) -> (type: UInt8, size: Int, data: EvtxCursor)? {
    get throws(FormatError) {
      guard index < count else { return nil }
      var types = types
      var data = data
      for _ in 0..<index {
        data.position += Int(try types.uint16())
        types.position += 2
      }
      let size = Int(try types.uint16())
      let type = try types.uint8()
      guard size <= data.end - data.position else { return nil }
      return (type, size, data)
    }
  }

  /// Where the data of the values end; nil where a record has no room for them.
  private var end: Int? {
    var types = types
    var end = data.position
    for _ in 0..<count {
      guard let size = try? types.uint16() else { return nil }
      types.position += 2
      end += Int(size)
    }
    return end <= data.end ? end : nil
  }

  /// Where the values of a record end, with which its contents end.
  ///
  /// - Parameters:
  ///   - offset: The record.
  ///   - end: Where its size says that it ends.
  ///   - chunk: The chunk that it is in.
  ///   - file: The log.
  /// - Returns: The offset; nil where the contents are not a template with values.
  static func end(
    ofRecordAt offset: Int, before end: Int, chunk: Int, of file: HiveImage
  ) -> Int? {
    var cursor = EvtxCursor(
      file: file, chunk: chunk, position: offset - chunk + headerSize, end: end - chunk)
    guard (try? cursor.takeFragmentHeader()) == true,
      (try? cursor.uint8()) == EvtxToken.template
    else { return nil }
    cursor.position += 5
    guard let definition = try? cursor.uint32() else { return nil }
    if definition == cursor.position {
      cursor.position += EvtxTemplate.headerSize - 4
      guard let size = try? cursor.uint32() else { return nil }
      cursor.position += Int(size)
    }
    return (try? EvtxValues(cursor))?.end.map { chunk + $0 }
  }

  /// What comes in a record before its contents.
  private static let headerSize = 24
}
