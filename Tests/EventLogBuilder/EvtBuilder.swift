// SPDX-License-Identifier: MIT

/// Writes logs of Windows NT to Server 2003.
///
/// Source of the format: "Windows Event Log (EVT) format" of J. Metz.
package struct EvtBuilder {
  private let events: [EventDescription]

  package init(_ events: [EventDescription]) {
    self.events = events
  }

  /// The file, filled up to 64 KiB as Windows makes it.
  package func build() -> [UInt8] {
    var file = ByteWriter()
    file.put([UInt8](repeating: 0, count: 48))
    for (index, event) in events.enumerated() {
      Self.record(event, number: UInt32(index + 1), in: &file)
    }
    let end = UInt32(file.count)
    for mark in [0x28, 0x1111_1111, 0x2222_2222, 0x3333_3333, 0x4444_4444] as [UInt32] {
      file.put(mark)
    }
    for number in [48, end, UInt32(events.count + 1), 1, 0x28] { file.put(number) }
    var header = ByteWriter()
    for number in [48, 0x654C_664C, 1, 1, 48, end, UInt32(events.count + 1), 1] as [UInt32] {
      header.put(number)
    }
    header.put(65_536 as UInt32)
    header.put(0 as UInt32)
    header.put(0 as UInt32)
    header.put(48 as UInt32)
    file.bytes.replaceSubrange(..<48, with: header.bytes)
    file.pad(to: 65_536)
    return file.bytes
  }

  /// A log that has gone round: the oldest record is behind the mark of the end, with some
  /// bytes between that no record has.
  ///
  /// - Parameters:
  ///   - split: How many bytes of a record in the middle are at the end of the file; the others
  ///     are after the header. With none, the last bytes of the file are filled up.
  ///   - isDirty: Whether the header is older than the log, as on a machine that runs.
  /// - Returns: The file, whose first record has the number 101.
  package func buildWrapped(split: Int, isDirty: Bool = false) -> [UInt8] {
    let records = events.enumerated().map { index, event in
      var record = ByteWriter()
      Self.record(event, number: UInt32(index + 101), in: &record)
      return record.bytes
    }
    let middle = records.count / 2
    var file = ByteWriter()
    file.put([UInt8](repeating: 0, count: 48))
    file.put(Array(records[middle][split...]))
    for record in records[(middle + 1)...] { file.put(record) }
    let end = UInt32(file.count)
    let start = end + 40 + 24
    let numbers = [start, end, UInt32(records.count + 101), 101] as [UInt32]
    for mark in [0x28, 0x1111_1111, 0x2222_2222, 0x3333_3333, 0x4444_4444] as [UInt32] {
      file.put(mark)
    }
    for number in numbers + [0x28] { file.put(number) }
    file.put([UInt8](repeating: 0xEE, count: 24))
    for record in records[..<middle] { file.put(record) }
    if split > 0 {
      file.put(Array(records[middle][..<split]))
    } else {
      for _ in 0..<5 { file.put(0x27 as UInt32) }
    }
    var header = ByteWriter()
    header.put(words: [48, 0x654C_664C, 1, 1])
    header.put(words: isDirty ? [48, 48, 1, 0] : numbers)
    header.put(words: [UInt32(file.count), isDirty ? 1 : 0, 0, 48])
    file.bytes.replaceSubrange(..<48, with: header.bytes)
    return file.bytes
  }

  private static func record(
    _ event: EventDescription, number: UInt32, in file: inout ByteWriter
  ) {
    let seconds = UInt32(truncatingIfNeeded: event.time / 10_000_000 - 11_644_473_600)
    var texts = ByteWriter()
    for text in [event.provider, event.computer] {
      texts.put(utf16: text)
      texts.put(0 as UInt16)
    }
    texts.pad(to: 4)
    let user = 56 + texts.count
    texts.put(event.user)
    let strings = 56 + texts.count
    for data in event.data {
      texts.put(utf16: data.text)
      texts.put(0 as UInt16)
    }
    let data = 56 + texts.count
    // libevt refuses a record whose offsets lead to its very end.
    if event.data.isEmpty { texts.put(0 as UInt32) }
    texts.pad(to: 4)
    let size = UInt32(56 + texts.count + 4)
    for field in [size, 0x654C_664C, number, seconds, seconds, UInt32(event.event)] {
      file.put(field)
    }
    for field in [event.type, UInt16(event.data.count), 0, 0] { file.put(field) }
    for field in [0, strings, event.user.count, user, 0, data] { file.put(UInt32(field)) }
    file.put(texts.bytes)
    file.put(size)
  }
}
