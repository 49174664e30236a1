// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

/// Turns UTF-16 units into the inside of a JSON string, in UTF-8, without losing any.
typealias JSONStringEncoder = UTF8Encoder<JSONEscaping>

// MARK: - Strings of a hive

extension Output {
  /// Appends the inside of a JSON string: a name.
  func append(jsonOf name: StoredName, in image: HiveImage) {
    try? image.withBytes(at: name.offset, count: name.byteCount) { bytes in
      if name.isLatin1 {
        unsafe append(jsonUnits: bytes.count) {
          UInt16(bytes[$0])
        } copyPlain: { range, room in
          unsafe bytes.extracting(range).withUnsafeBytes { unsafe copyPlainLatin1($0, to: room) }
        }
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

  /// Appends the inside of a JSON string: UTF-16, all of it or up to the first NUL.
  func append(jsonOf bytes: Span<UInt8>, upToNul: Bool = false) {
    unsafe append(jsonUnits: bytes.count / 2, upToNul: upToNul) {
      UInt16(bytes[2 * $0]) | UInt16(bytes[2 * $0 + 1]) << 8
    } copyPlain: { range, room in
      unsafe bytes.extracting(2 * range.lowerBound..<2 * range.upperBound).withUnsafeBytes {
        unsafe copyPlainUTF16($0, to: room)
      }
    }
  }

  /// Appends a JSON string with its quotes.
  func append(json text: RegistryString) {
    append("\"")
    unsafe append(jsonUnits: text.utf16.count) {
      text.utf16[$0]
    } copyPlain: { _, _ in
      0
    }
    append("\"")
  }

  /// Appends the inside of a JSON string: units given by their index, all or up to the first NUL.
  ///
  /// - Parameters:
  ///   - count: How many units there are.
  ///   - upToNul: Whether the first NUL ends the string.
  ///   - unit: Gives the unit at an index.
  ///   - copyPlain: Copies units of a range that stand for themselves, up to the first that does
  ///     not, and returns how many; may leave any to be encoded one by one.
  @inline(__always)
  private func append(
    jsonUnits count: Int, upToNul: Bool = false, _ unit: (Int) -> UInt16,
    copyPlain: (Range<Int>, UnsafeMutablePointer<UInt8>) -> Int
  ) {
    var encoder = JSONStringEncoder()
    var index = 0
    while index < count {
      let end = min(index + 2048, count)
      unsafe fill(atMost: 2048 + JSONStringEncoder.growth) { room in
        let copied = unsafe encoder.isInPair ? 0 : copyPlain(index..<end, room)
        index += copied
        guard index < end else { return copied }
        let next = unit(index)
        if upToNul, next == 0 {
          index = count
          return copied
        }
        index += 1
        return unsafe copied + encoder.encode(next, to: room + copied)
      }
    }
    if encoder.isInPair {
      unsafe fill(atMost: JSONStringEncoder.growth) { unsafe encoder.finish(to: $0) }
    }
  }
}

// MARK: - Text that is the same in JSON

/// Copies Latin-1 for as long as it stands for itself in JSON; returns how many bytes it copied.
@inline(__always)
private func copyPlainLatin1(
  _ bytes: UnsafeRawBufferPointer, to room: UnsafeMutablePointer<UInt8>
) -> Int {
  var index = 0
  while index < bytes.count {
    let byte = unsafe bytes[index]
    guard JSONStringEncoder.isPlain(UInt16(byte)) else { break }
    unsafe room[index] = byte
    index += 1
  }
  return index
}

/// Copies UTF-16 for as long as it stands for itself in JSON; returns how many units it copied.
@inline(__always)
private func copyPlainUTF16(
  _ bytes: UnsafeRawBufferPointer, to room: UnsafeMutablePointer<UInt8>
) -> Int {
  let count = bytes.count / 2
  var index = 0
  while index + 4 <= count {
    // Four units at a time; the arithmetic keeps to each unit's own 16 bits.
    let units = unsafe UInt64(
      littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt64.self))
    let top: UInt64 = 0x8000_8000_8000_8000
    let ones: UInt64 = 0x0001_0001_0001_0001
    let raised = units | top
    let isQuote = ~(((units ^ (0x22 &* ones)) | top) &- ones)
    let isBackslash = ~(((units ^ (0x5C &* ones)) | top) &- ones)
    let isControl = ~(raised &- 0x20 &* ones)
    guard (isQuote | isBackslash | isControl) & top | units & (0xFF80 &* ones) == 0 else { break }
    let pairs = (units | units >> 8) & 0x0000_FFFF_0000_FFFF
    unsafe UnsafeMutableRawPointer(room + index).storeBytes(
      of: UInt32(truncatingIfNeeded: pairs | pairs >> 16).littleEndian, as: UInt32.self)
    index += 4
  }
  while index < count {
    let unit = unsafe UInt16(
      littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
    guard JSONStringEncoder.isPlain(unit) else { break }
    unsafe room[index] = UInt8(truncatingIfNeeded: unit)
    index += 1
  }
  return index
}
