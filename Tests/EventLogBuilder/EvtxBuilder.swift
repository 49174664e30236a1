// SPDX-License-Identifier: MIT

/// Writes logs of Windows Vista and later: chunks of records in binary XML, each with a template of
/// its own and the values to put into it.
///
/// Source of the format: "Windows XML Event Log (EVTX) format" of J. Metz.
package struct EvtxBuilder {
  private static let chunkSize = 65_536
  /// The records of each chunk.
  private let chunks: [[EventDescription]]
  /// Whether the last record is where the chunk's header does not lead.
  private let hidesLast: Bool
  /// The number of the first record.
  private let firstNumber: UInt64

  /// - Parameters:
  ///   - events: The records, in order.
  ///   - perChunk: How many of them a chunk has at most.
  ///   - hidesLast: Whether the last record is left in the unused tail of its chunk, as if the log
  ///     had been cleared before it.
  ///   - firstNumber: The number of the first record; more than 1 where older ones are gone.
  package init(
    _ events: [EventDescription], perChunk: Int = 20, hidesLast: Bool = false,
    firstNumber: UInt64 = 1
  ) {
    self.firstNumber = firstNumber
    chunks = stride(from: 0, to: events.count, by: perChunk).map {
      Array(events[$0..<min($0 + perChunk, events.count)])
    }
    self.hidesLast = hidesLast
  }

  /// The file.
  package func build() -> [UInt8] {
    var file = ByteWriter()
    file.put([UInt8]("ElfFile\0".utf8))
    file.put(0 as UInt64)
    file.put(UInt64(max(chunks.count, 1) - 1))
    file.put(UInt64(chunks.reduce(0) { $0 + $1.count }) + firstNumber)
    file.put(128 as UInt32)
    file.put(1 as UInt16)
    file.put(3 as UInt16)
    file.put(4096 as UInt16)
    file.put(UInt16(chunks.count))
    file.put([UInt8](repeating: 0, count: 76))
    file.put(0 as UInt32)
    file.put(crc32(file.bytes[..<120]))
    file.pad(to: 4096)
    var number = firstNumber
    for (index, events) in chunks.enumerated() {
      file.put(Self.chunk(events, from: number, hidesLast: hidesLast && index == chunks.count - 1))
      number += UInt64(events.count)
    }
    return file.bytes
  }

  /// A file with the checksums made right, as who changes a log on purpose would make them.
  package static func withRightChecksums(_ file: [UInt8]) -> [UInt8] {
    var writer = ByteWriter(bytes: file)
    writer.set(crc32(file[..<120]), at: 124)
    for chunk in stride(from: 4096, to: file.count, by: chunkSize) {
      let free = file[chunk + 48..<chunk + 52].reversed().reduce(0) { $0 << 8 | Int($1) }
      if (512...chunkSize).contains(free) {
        writer.set(crc32(file[chunk + 512..<chunk + free]), at: chunk + 52)
      }
      let header = writer.bytes[chunk..<chunk + 120] + writer.bytes[chunk + 128..<chunk + 512]
      writer.set(crc32(header), at: chunk + 124)
    }
    return writer.bytes
  }

  private static func chunk(
    _ events: [EventDescription], from first: UInt64, hidesLast: Bool
  ) -> [UInt8] {
    var chunk = ByteWriter()
    chunk.put([UInt8](repeating: 0, count: 512))
    var last = 512
    var end = 512
    for (index, event) in events.enumerated() {
      let start = chunk.count
      record(event, number: first + UInt64(index), in: &chunk)
      if index + 1 < events.count || !hidesLast {
        last = start
        end = chunk.count
      }
    }
    let count = UInt64(hidesLast ? events.count - 1 : events.count)
    var header = ByteWriter()
    header.put([UInt8]("ElfChnk\0".utf8))
    for _ in 0..<2 {
      header.put(first)
      header.put(first + count - 1)
    }
    header.put(128 as UInt32)
    header.put(UInt32(last))
    header.put(UInt32(end))
    header.put(crc32(chunk.bytes[512..<end]))
    header.put([UInt8](repeating: 0, count: 512 - header.count))
    header.set(crc32(header.bytes[..<120] + header.bytes[128...]), at: 124)
    chunk.bytes.replaceSubrange(..<512, with: header.bytes)
    chunk.pad(to: chunkSize)
    return chunk.bytes
  }

  private static func record(
    _ event: EventDescription, number: UInt64, in chunk: inout ByteWriter
  ) {
    let start = chunk.count
    chunk.put(0x2A2A as UInt32)
    chunk.put(0 as UInt32)
    chunk.put(number)
    chunk.put(event.time)
    chunk.put(fragmentHeader)
    var template = EvtxTemplate(at: chunk.count)
    template.write(event, number: number)
    chunk.put(template.bytes)
    chunk.put([0])
    chunk.pad(to: 8)
    chunk.put([0, 0, 0, 0])
    let size = UInt32(chunk.count - start + 4)
    chunk.put(size)
    chunk.set(size, at: start + 4)
  }

  static let fragmentHeader: [UInt8] = [0x0F, 1, 1, 0]
}

/// A template of binary XML with its values, which begins at an offset of a chunk.
private struct EvtxTemplate {
  private enum ValueType: UInt8 {
    case string = 0x01
    case uint8 = 0x04
    case uint16 = 0x06
    case uint64 = 0x0A
    case guid = 0x0F
    case time = 0x11
    case sid = 0x13
  }

  private var writer = ByteWriter()
  private let start: Int
  private var values: [(type: ValueType, bytes: [UInt8])] = []

  var bytes: [UInt8] { writer.bytes }

  init(at offset: Int) { start = offset }

  mutating func write(_ event: EventDescription, number: UInt64) {
    writer.put([0x0C, 1])
    writer.put(UInt32(truncatingIfNeeded: number))
    writer.put(UInt32(start + writer.count + 4))
    writer.put(0 as UInt32)
    writer.put([UInt8](repeating: 0x5A, count: 16))
    let size = writer.count
    writer.put(0 as UInt32)
    writer.put(EvtxBuilder.fragmentHeader)
    element("Event") { template in
      template.system(event, number)
      if !event.data.isEmpty {
        template.element("EventData") { template in
          for data in event.data {
            template.element("Data", ["Name": .text(data.name)]) {
              $0.substitution(.string, utf16(data.text))
            }
          }
        }
      }
    }
    writer.put([0])
    writer.set(UInt32(writer.count - size - 4), at: size)
    writer.put(UInt32(values.count))
    for value in values {
      writer.put(UInt16(value.bytes.count))
      writer.put([value.type.rawValue, 0])
    }
    for value in values { writer.put(value.bytes) }
  }

  private mutating func system(_ event: EventDescription, _ number: UInt64) {
    element("System") { template in
      var provider: KeyValuePairs<String, Attribute> = ["Name": .text(event.provider)]
      if let id = event.providerID {
        provider = ["Name": .text(event.provider), "Guid": .value(.guid, id)]
      }
      template.element("Provider", provider) { _ in }
      template.element("EventID") { $0.substitution(.uint16, little(event.event)) }
      template.element("Level") { $0.substitution(.uint8, [event.level]) }
      template.element(
        "TimeCreated", ["SystemTime": .value(.time, little(event.time))]
      ) { _ in }
      template.element("EventRecordID") { $0.substitution(.uint64, little(number)) }
      template.element("Computer") { $0.text(event.computer) }
      template.element("Security", ["UserID": .value(.sid, event.user)]) { _ in }
    }
  }

  private enum Attribute {
    case text(String)
    case value(ValueType, [UInt8])
  }

  private mutating func element(
    _ name: String, _ attributes: KeyValuePairs<String, Attribute> = [:],
    _ content: (inout Self) -> Void
  ) {
    writer.put([attributes.isEmpty ? 0x01 : 0x41])
    writer.put(0xFFFF as UInt16)
    let size = writer.count
    writer.put(0 as UInt32)
    put(name: name)
    if !attributes.isEmpty {
      let listSize = writer.count
      writer.put(0 as UInt32)
      for (index, attribute) in attributes.enumerated() {
        writer.put([index + 1 < attributes.count ? 0x46 : 0x06])
        put(name: attribute.key)
        switch attribute.value {
        case .text(let value): text(value)
        case .value(let type, let bytes): substitution(type, bytes)
        }
      }
      writer.set(UInt32(writer.count - listSize - 4), at: listSize)
    }
    let before = writer.count
    writer.put([0x02])
    content(&self)
    if writer.count == before + 1 {
      writer.bytes[before] = 0x03
    } else {
      writer.put([0x04])
    }
    writer.set(UInt32(writer.count - size - 4), at: size)
  }

  /// A name that is right after the reference to it.
  private mutating func put(name: String) {
    writer.put(UInt32(start + writer.count + 4))
    writer.put(0 as UInt32)
    writer.put(
      name.utf16.reduce(0 as UInt32) { $0 &* 65_599 &+ UInt32($1) } & 0xFFFF, as: UInt16.self)
    writer.put(UInt16(name.utf16.count))
    writer.put(utf16: name)
    writer.put(0 as UInt16)
  }

  private mutating func text(_ text: String) {
    writer.put([0x05, ValueType.string.rawValue])
    writer.put(UInt16(text.utf16.count))
    writer.put(utf16: text)
  }

  private mutating func substitution(_ type: ValueType, _ bytes: [UInt8]) {
    writer.put([0x0D])
    writer.put(UInt16(values.count))
    writer.put([type.rawValue])
    values.append((type, bytes))
  }
}

extension ByteWriter {
  fileprivate mutating func put<Number: FixedWidthInteger>(_ number: UInt32, as type: Number.Type) {
    put(Number(truncatingIfNeeded: number))
  }
}

private func little(_ number: some FixedWidthInteger) -> [UInt8] {
  var writer = ByteWriter()
  writer.put(number)
  return writer.bytes
}

private func utf16(_ text: String) -> [UInt8] {
  var writer = ByteWriter()
  writer.put(utf16: text)
  return writer.bytes
}
