// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

/// Turns UTF-16 units into the inside of a JSON string, in UTF-8, without losing any.
///
/// Units come one at a time, because a pair of surrogates may be cut between two of them.
struct JSONStringEncoder {
  private var highSurrogate: UInt16?

  /// The most bytes that one unit can add.
  static let growth = 12

  /// Whether a unit stands for itself in a JSON string, as one byte.
  @inline(__always)
  static func isPlain(_ unit: UInt16) -> Bool {
    unit < 0x80 && unit >= 0x20 && unit != 0x22 && unit != 0x5C
  }

  /// Whether the next unit may be the second of a pair, and must not go past the encoder.
  var isInPair: Bool { highSurrogate != nil }

  /// Encodes a unit, writing from the pointer on; returns how many bytes it wrote.
  mutating func encode(_ unit: UInt16, to room: UnsafeMutablePointer<UInt8>) -> Int {
    if let high = highSurrogate {
      highSurrogate = nil
      if unit & 0xFC00 == 0xDC00 {
        let scalar = 0x10000 + (UInt32(high & 0x3FF) << 10 | UInt32(unit & 0x3FF))
        unsafe room[0] = UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18)
        unsafe room[1] = UInt8(truncatingIfNeeded: 0x80 | scalar >> 12 & 0x3F)
        unsafe room[2] = UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F)
        unsafe room[3] = UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F)
        return 4
      }
      let count = unsafe escape(high, to: room)
      return unsafe count + encode(unit, to: room + count)
    }
    switch unit {
    case 0x22, 0x5C:
      unsafe room[0] = 0x5C
      unsafe room[1] = UInt8(truncatingIfNeeded: unit)
      return 2
    case 0..<0x20:
      if let short = Self.shortEscape(unit) {
        unsafe room[0] = 0x5C
        unsafe room[1] = short
        return 2
      }
      return unsafe escape(unit, to: room)
    case 0x80..<0x800:
      unsafe room[0] = UInt8(truncatingIfNeeded: 0xC0 | unit >> 6)
      unsafe room[1] = UInt8(truncatingIfNeeded: 0x80 | unit & 0x3F)
      return 2
    case 0xD800..<0xDC00:
      highSurrogate = unit
      return 0
    case 0xDC00..<0xE000:
      return unsafe escape(unit, to: room)
    case 0x20..<0x80:
      unsafe room[0] = UInt8(truncatingIfNeeded: unit)
      return 1
    default:
      unsafe room[0] = UInt8(truncatingIfNeeded: 0xE0 | unit >> 12)
      unsafe room[1] = UInt8(truncatingIfNeeded: 0x80 | unit >> 6 & 0x3F)
      unsafe room[2] = UInt8(truncatingIfNeeded: 0x80 | unit & 0x3F)
      return 3
    }
  }

  /// Ends the string: what is left is a surrogate without its partner.
  mutating func finish(to room: UnsafeMutablePointer<UInt8>) -> Int {
    guard let high = highSurrogate else { return 0 }
    highSurrogate = nil
    return unsafe escape(high, to: room)
  }

  private static func shortEscape(_ unit: UInt16) -> UInt8? {
    switch unit {
    case 0x08: UInt8(ascii: "b")
    case 0x09: UInt8(ascii: "t")
    case 0x0A: UInt8(ascii: "n")
    case 0x0C: UInt8(ascii: "f")
    case 0x0D: UInt8(ascii: "r")
    default: nil
    }
  }

  private func escape(_ unit: UInt16, to room: UnsafeMutablePointer<UInt8>) -> Int {
    unsafe room[0] = UInt8(ascii: "\\")
    unsafe room[1] = UInt8(ascii: "u")
    for digit in 0..<4 {
      let number = UInt8(truncatingIfNeeded: unit >> UInt16(12 - 4 * digit)) & 15
      unsafe room[2 + digit] = number < 10 ? 48 &+ number : 55 &+ number
    }
    return 6
  }
}

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
