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
      unsafe fill(atMost: JSONStringEncoder.growth) { unsafe encoder.encode(unit, to: $0) }
    }
    unsafe fill(atMost: JSONStringEncoder.growth) { unsafe encoder.finish(to: $0) }
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
        unsafe fill(atMost: 4096) { room in
          var written = 0
          while index < end {
            if index + 4 <= end, !encoder.isInPair {
              let units = unsafe UInt64(
                littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt64.self))
              if arePlain(units: units) {
                let pairs = (units | units >> 8) & 0x0000_FFFF_0000_FFFF
                unsafe UnsafeMutableRawPointer(room + written).storeBytes(
                  of: UInt32(truncatingIfNeeded: pairs | pairs >> 16).littleEndian,
                  as: UInt32.self)
                index += 4
                written += 4
                continue
              }
            }
            let unit = unsafe UInt16(
              littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
            if upToNul, unit == 0 {
              index = count
              break
            }
            // Paths are full of them.
            if unit == 0x5C, !encoder.isInPair {
              unsafe room[written] = 0x5C
              unsafe room[written + 1] = 0x5C
              written += 2
              index += 1
              continue
            }
            unsafe written += encoder.encode(unit, to: room + written)
            index += 1
          }
          return written
        }
      }
      if encoder.isInPair {
        unsafe fill(atMost: JSONStringEncoder.growth) { unsafe encoder.finish(to: $0) }
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
        unsafe fill(atMost: 4096) { room in
          var written = 0
          while index < end {
            if index + 8 <= end {
              let word = unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
              if arePlain(bytes: word) {
                unsafe UnsafeMutableRawPointer(room + written).storeBytes(of: word, as: UInt64.self)
                index += 8
                written += 8
                continue
              }
            }
            unsafe written += encoder.encode(UInt16(bytes[index]), to: room + written)
            index += 1
          }
          return written
        }
      }
    }
  }
}

// The tests below look at all parts of a word at once. Each part has its top bit set first, so
// that the subtractions borrow from no neighbour; where one clears it, the part was too small.

/// Whether four UTF-16 units stand for themselves in a JSON string, as one byte each.
@inline(__always)
private func arePlain(units: UInt64) -> Bool {
  let top: UInt64 = 0x8000_8000_8000_8000
  let ones: UInt64 = 0x0001_0001_0001_0001
  let kept =
    ((units | top) &- 0x20 &* ones)
    & (((units ^ (0x22 &* ones)) | top) &- ones)
    & (((units ^ (0x5C &* ones)) | top) &- ones)
  // Adding one takes 7F, which is a control too, to 80, and 7-bit units no further.
  return (~kept & top) | ((units | (units &+ ones)) & (0xFF80 &* ones)) == 0
}

/// Whether eight Latin-1 characters stand for themselves in a JSON string.
@inline(__always)
private func arePlain(bytes: UInt64) -> Bool {
  let top: UInt64 = 0x8080_8080_8080_8080
  let ones: UInt64 = 0x0101_0101_0101_0101
  let kept =
    ((bytes | top) &- 0x20 &* ones)
    & (((bytes ^ (0x22 &* ones)) | top) &- ones)
    & (((bytes ^ (0x5C &* ones)) | top) &- ones)
  return (~kept & top) | ((bytes | (bytes &+ ones)) & top) == 0
}
