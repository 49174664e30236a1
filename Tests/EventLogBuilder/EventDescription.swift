// SPDX-License-Identifier: MIT

/// An event to be written to a log.
package struct EventDescription: Sendable {
  /// When, as a FILETIME.
  package var time: UInt64
  package var provider: String
  /// The provider's identifier, as the sixteen bytes that Windows stores.
  package var providerID: [UInt8]?
  package var event: UInt16
  /// The level of an `.evtx` record; for `.evt`, ``type`` is written.
  package var level: UInt8
  package var computer: String
  /// The bytes of a security identifier.
  package var user: [UInt8]
  /// The names and contents of the data.
  package var data: [(name: String, text: String)]

  package init(
    time: UInt64, provider: String, providerID: [UInt8]? = nil, event: UInt16, level: UInt8 = 4,
    computer: String = "PC1", user: [UInt8] = Self.localSystem,
    data: [(name: String, text: String)] = []
  ) {
    self.time = time
    self.provider = provider
    self.providerID = providerID
    self.event = event
    self.level = level
    self.computer = computer
    self.user = user
    self.data = data
  }

  /// `S-1-5-18`.
  package static let localSystem: [UInt8] = [1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0]

  /// The type of an `.evt` record that stands for the level.
  var type: UInt16 {
    switch level {
    case 1, 2: 1
    case 3: 2
    default: 4
    }
  }
}

/// Bytes that are put together from the start, numbers with the low byte first.
struct ByteWriter {
  var bytes: [UInt8] = []

  var count: Int { bytes.count }

  mutating func put<Number: FixedWidthInteger>(_ number: Number) {
    for shift in stride(from: 0, to: Number.bitWidth, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> Number(shift)))
    }
  }

  mutating func put(_ more: [UInt8]) { bytes += more }

  mutating func put(words numbers: [UInt32]) {
    for number in numbers { put(number) }
  }

  mutating func put(utf16 text: String) {
    for unit in text.utf16 { put(unit) }
  }

  mutating func set<Number: FixedWidthInteger>(_ number: Number, at offset: Int) {
    var part = ByteWriter()
    part.put(number)
    bytes.replaceSubrange(offset..<offset + part.count, with: part.bytes)
  }

  mutating func pad(to multiple: Int) {
    while bytes.count % multiple != 0 { bytes.append(0) }
  }
}

/// The checksum that zip, PNG and `.evtx` use.
func crc32(_ bytes: some Sequence<UInt8>) -> UInt32 {
  ~bytes.reduce(~0 as UInt32) { sum, byte in
    (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in
      sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1
    }
  }
}
