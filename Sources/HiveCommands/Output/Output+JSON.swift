// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

/// Turns UTF-16 units into the inside of a JSON string, in UTF-8.
typealias JSONStringEncoder = UTF8Encoder<JSONEscaping>

// MARK: - Strings of a hive

extension Output {
  /// Appends the inside of a JSON string: a name.
  func append(jsonOf name: StoredName, in image: HiveImage) {
    try? image.withBytes(at: name.offset, count: name.byteCount) { bytes in
      if name.isLatin1 {
        append(jsonOfLatin1: bytes)
      } else {
        append(jsonOf: bytes)
      }
    }
  }

  /// Appends a JSON array of the strings in a list, as `ValueData` has them.
  func append(jsonListOf bytes: Span<UInt8>) {
    var end = bytes.count
    func endsWithNul(_ end: Int) -> Bool {
      end >= 2 && bytes[end - 1] == 0 && bytes[end - 2] == 0
    }
    for _ in 0..<2 where endsWithNul(end) { end -= 2 }
    // Writers end an empty list with one NUL or two.
    if (0..<end).allSatisfy({ bytes[$0] == 0 }) {
      append("[]")
      return
    }
    append("[\"")
    var start = 0
    for index in stride(from: 0, to: end, by: 2) where bytes[index] == 0 && bytes[index + 1] == 0 {
      append(jsonOf: bytes.extracting(start..<index))
      append("\",\"")
      start = index + 2
    }
    append(jsonOf: bytes.extracting(start..<end))
    append("\"]")
  }

  /// Appends a JSON string with its quotes.
  func append(json text: RegistryString) {
    append("\"")
    var encoder = JSONStringEncoder()
    for unit in text.utf16 {
      unsafe append(atMost: JSONStringEncoder.growth) { unsafe encoder.encode(unit, to: $0) }
    }
    unsafe append(atMost: JSONStringEncoder.growth) { unsafe encoder.finish(to: $0) }
    if encoder.isMalformed { malformedTextCount += 1 }
    append("\"")
  }
}

// MARK: - Text as it stands in a hive

// Most of a dump is such text. So it is copied in words of eight bytes for as long as it stands
// for itself in JSON, and goes through the encoder character by character where it does not.
extension Output {
  /// How many units are written at a time: as many as fit when each is an escape.
  private static let stretch = 4096 / JSONStringEncoder.growth - 1

  /// Appends the inside of a JSON string: UTF-16, all of it or up to the first NUL.
  func append(jsonOf bytes: Span<UInt8>, upToNul: Bool = false) {
    unsafe bytes.withUnsafeBytes { bytes in
      let count = bytes.count / 2
      var encoder = JSONStringEncoder()
      var index = 0
      while index < count {
        let end = min(index + Self.stretch, count)
        unsafe append(atMost: 4096) { destination in
          var written = 0
          while index < end {
            if index + 4 <= end, !encoder.isInPair {
              let units = unsafe UInt64(
                littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt64.self))
              let pairs = (units | units >> 8) & 0x0000_FFFF_0000_FFFF
              unsafe UnsafeMutableRawPointer(destination + written).storeBytes(
                of: UInt32(truncatingIfNeeded: pairs | pairs >> 16).littleEndian,
                as: UInt32.self)
              // As many as stand for themselves before the first that does not.
              let plain = escaped(units: units).trailingZeroBitCount >> 4
              index += plain
              written += plain
              if plain == 4 { continue }
            }
            let unit = unsafe UInt16(
              littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
            if upToNul, unit == 0 {
              index = count
              break
            }
            // Paths are full of them.
            if unit == 0x5C, !encoder.isInPair {
              unsafe destination[written] = 0x5C
              unsafe destination[written + 1] = 0x5C
              written += 2
              index += 1
              continue
            }
            unsafe written += encoder.encode(unit, to: destination + written)
            index += 1
          }
          return written
        }
      }
      if encoder.isInPair {
        unsafe append(atMost: JSONStringEncoder.growth) { unsafe encoder.finish(to: $0) }
      }
      if encoder.isMalformed { malformedTextCount += 1 }
    }
  }

  /// Appends the inside of a JSON string: Latin-1.
  private func append(jsonOfLatin1 bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBytes { bytes in
      var encoder = JSONStringEncoder()
      var index = 0
      while index < bytes.count {
        let end = min(index + Self.stretch, bytes.count)
        unsafe append(atMost: 4096) { destination in
          var written = 0
          while index < end {
            if index + 8 <= end {
              let word = unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
              if escaped(bytes: word) == 0 {
                unsafe UnsafeMutableRawPointer(destination + written).storeBytes(
                  of: word, as: UInt64.self)
                index += 8
                written += 8
                continue
              }
            }
            unsafe written += encoder.encode(UInt16(bytes[index]), to: destination + written)
            index += 1
          }
          return written
        }
      }
    }
  }
}
