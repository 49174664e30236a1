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

  /// Encodes a unit, writing from the pointer on; returns how many bytes it wrote.
  @inline(__always)
  mutating func encode(_ unit: UInt16, to room: UnsafeMutablePointer<UInt8>) -> Int {
    if highSurrogate == nil, Self.isPlain(unit) {
      unsafe room[0] = UInt8(truncatingIfNeeded: unit)
      return 1
    }
    return unsafe encodeSlowly(unit, to: room)
  }

  @inline(never)
  private mutating func encodeSlowly(
    _ unit: UInt16, to room: UnsafeMutablePointer<UInt8>
  ) -> Int {
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
        append(jsonUnits: bytes.count) { UInt16(bytes[$0]) }
      } else {
        append(jsonOf: bytes)
      }
    }
  }

  /// Appends the inside of a JSON string: UTF-16 up to the first NUL.
  func append(jsonUpToNulOf bytes: Span<UInt8>) {
    append(jsonOf: bytes, upToNul: true)
  }

  /// Appends the inside of a JSON string: UTF-16, all of it or up to the first NUL.
  private func append(jsonOf bytes: Span<UInt8>, upToNul: Bool = false) {
    unsafe bytes.withUnsafeBytes { bytes in
      append(jsonUnits: bytes.count / 2, upToNul: upToNul) {
        unsafe UInt16(
          littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * $0, as: UInt16.self))
      }
    }
  }

  /// Appends the inside of a JSON string: units given by their index, all or up to the first NUL.
  @inline(__always)
  func append(jsonUnits count: Int, upToNul: Bool = false, _ unit: (Int) -> UInt16) {
    var encoder = JSONStringEncoder()
    var index = 0
    var isAtNul = false
    while index < count, !isAtNul {
      let end = min(index + 256, count)
      unsafe fill(atMost: 256 * JSONStringEncoder.growth) { room in
        var written = 0
        while index < end {
          let next = unit(index)
          if upToNul, next == 0 {
            isAtNul = true
            break
          }
          unsafe written += encoder.encode(next, to: room + written)
          index += 1
        }
        return written
      }
    }
    unsafe fill(atMost: JSONStringEncoder.growth) { unsafe encoder.finish(to: $0) }
  }

  /// Appends a JSON string with its quotes.
  func append(json text: RegistryString) {
    append(UInt8(ascii: "\""))
    append(jsonUnits: text.utf16.count) { text.utf16[$0] }
    append(UInt8(ascii: "\""))
  }
}
