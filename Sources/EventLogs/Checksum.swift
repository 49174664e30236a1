// SPDX-License-Identifier: MIT

import HiveFormat

/// The checksum of `.evtx` files: CRC-32, with the polynomial 0xEDB88320, as in zip and PNG.
///
/// Source: "Windows XML Event Log (EVTX) format" of J. Metz.
struct Checksum {
  /// Table `n` has the effect of a byte that `n` more bytes follow.
  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      tables[byte] = (0..<8).reduce(UInt32(byte)) { sum, _ in
        sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1
      }
    }
    for index in 256..<tables.count {
      let before = tables[index - 256]
      tables[index] = before >> 8 ^ tables[Int(before & 0xFF)]
    }
    return tables
  }()

  private var sum = ~(0 as UInt32)

  var value: UInt32 { ~sum }

  /// Takes in a run of a file's bytes.
  ///
  /// - Throws: ``FormatError`` where the run is not inside the file.
  mutating func add(_ range: Range<Int>, of file: HiveImage) throws(FormatError) {
    let before = sum
    sum = try file.withBytes(at: range.lowerBound, count: range.count) { bytes in
      let tables = Self.tables.span
      var sum = before
      var index = 0
      while index + 8 <= bytes.count {
        let low =
          sum
          ^ (UInt32(bytes[index]) | UInt32(bytes[index + 1]) << 8
            | UInt32(bytes[index + 2]) << 16 | UInt32(bytes[index + 3]) << 24)
        sum = tables[7 * 256 + Int(low & 0xFF)] ^ tables[6 * 256 + Int(low >> 8 & 0xFF)]
        sum ^= tables[5 * 256 + Int(low >> 16 & 0xFF)] ^ tables[4 * 256 + Int(low >> 24)]
        sum ^= tables[3 * 256 + Int(bytes[index + 4])] ^ tables[2 * 256 + Int(bytes[index + 5])]
        sum ^= tables[256 + Int(bytes[index + 6])] ^ tables[Int(bytes[index + 7])]
        index += 8
      }
      while index < bytes.count {
        sum = sum >> 8 ^ tables[Int((sum ^ UInt32(bytes[index])) & 0xFF)]
        index += 1
      }
      return sum
    }
  }
}
