// SPDX-License-Identifier: MIT

/// How a format writes the characters that it cannot write as they are.
protocol CharacterEscaping {
  /// The most bytes that an escape takes; at least 4.
  static var longestEscape: Int { get }
  /// Whether an ASCII character is written as it is.
  static func isPlain(_ unit: UInt16) -> Bool
  /// Writes what stands for a character, or for a surrogate without its partner, from the pointer
  /// on.
  ///
  /// - Returns: How many bytes it wrote: none where the character is to be written as it is.
  static func escape(_ code: UInt32, to room: UnsafeMutablePointer<UInt8>) -> Int
}

/// Turns UTF-16 units into UTF-8, with the escapes of a format.
///
/// Units come one at a time, because a pair of surrogates may be cut between two of them.
struct UTF8Encoder<Escaping: CharacterEscaping> {
  private var highSurrogate: UInt16?
  /// Whether there was a surrogate without its partner.
  private(set) var isMalformed = false

  /// The most bytes that one unit can add: a surrogate that was held back, and the unit.
  static var growth: Int { 2 * Escaping.longestEscape }

  /// Whether a unit stands for itself, as one byte.
  @inline(__always)
  static func isPlain(_ unit: UInt16) -> Bool {
    unit < 0x80 && Escaping.isPlain(unit)
  }

  /// Whether the next unit may be the second of a pair, and must not go past the encoder.
  var isInPair: Bool { highSurrogate != nil }

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
    var count = 0
    if let high = highSurrogate {
      highSurrogate = nil
      if unit & 0xFC00 == 0xDC00 {
        return unsafe write(0x10000 + (UInt32(high & 0x3FF) << 10 | UInt32(unit & 0x3FF)), to: room)
      }
      count = unsafe write(UInt32(high), to: room)
    }
    if unit & 0xFC00 == 0xD800 {
      highSurrogate = unit
      return count
    }
    return unsafe count + write(UInt32(unit), to: room + count)
  }

  /// Ends the text: what is left is a surrogate without its partner.
  mutating func finish(to room: UnsafeMutablePointer<UInt8>) -> Int {
    guard let high = highSurrogate else { return 0 }
    highSurrogate = nil
    return unsafe write(UInt32(high), to: room)
  }

  private mutating func write(_ code: UInt32, to room: UnsafeMutablePointer<UInt8>) -> Int {
    if code & 0xFFFF_F800 == 0xD800 { isMalformed = true }
    if code >= 0x80 || !Escaping.isPlain(UInt16(code)) {
      let count = unsafe Escaping.escape(code, to: room)
      if count > 0 { return count }
    }
    return unsafe writeUTF8(code & 0xFFFF_F800 == 0xD800 ? 0xFFFD : code, to: room)
  }
}

/// Writes a character in UTF-8 from the pointer on; returns how many bytes it wrote.
func writeUTF8(_ code: UInt32, to room: UnsafeMutablePointer<UInt8>) -> Int {
  func tail(_ shift: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: 0x80 | code >> shift & 0x3F) }
  switch code {
  case 0..<0x80:
    unsafe room[0] = UInt8(truncatingIfNeeded: code)
    return 1
  case 0x80..<0x800:
    unsafe room[0] = UInt8(truncatingIfNeeded: 0xC0 | code >> 6)
    unsafe room[1] = tail(0)
    return 2
  case 0x800..<0x10000:
    unsafe room[0] = UInt8(truncatingIfNeeded: 0xE0 | code >> 12)
    unsafe room[1] = tail(6)
    unsafe room[2] = tail(0)
    return 3
  default:
    unsafe room[0] = UInt8(truncatingIfNeeded: 0xF0 | code >> 18)
    unsafe room[1] = tail(12)
    unsafe room[2] = tail(6)
    unsafe room[3] = tail(0)
    return 4
  }
}

/// Writes an escape of the form `\uD83D` from the pointer on; returns how many bytes it wrote.
func writeUnicodeEscape(_ unit: UInt32, to room: UnsafeMutablePointer<UInt8>) -> Int {
  unsafe room[0] = UInt8(ascii: "\\")
  unsafe room[1] = UInt8(ascii: "u")
  return unsafe 2 + writeHex(unit, digits: 4, to: room + 2)
}

/// Writes a number in upper-case hexadecimal digits from the pointer on; returns how many.
func writeHex(_ number: UInt32, digits: Int, to room: UnsafeMutablePointer<UInt8>) -> Int {
  for index in 0..<digits {
    let digit = UInt8(truncatingIfNeeded: number >> UInt32(4 * (digits - 1 - index))) & 15
    unsafe room[index] = digit < 10 ? 48 &+ digit : 55 &+ digit
  }
  return digits
}

/// Writes text that is known when the program is built from the pointer on; returns its length.
func writeText(_ text: StaticString, to room: UnsafeMutablePointer<UInt8>) -> Int {
  unsafe room.update(from: text.utf8Start, count: text.utf8CodeUnitCount)
  return text.utf8CodeUnitCount
}
