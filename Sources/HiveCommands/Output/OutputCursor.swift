// SPDX-License-Identifier: MIT

import HiveFormat

/// Writes into room in an output's buffer that was asked for before.
///
/// Most of a dump is many short pieces. To ask for room once for several of them saves more time
/// than to write them takes.
@unsafe
struct OutputCursor {
  private let start: UnsafeMutablePointer<UInt8>
  private var place: UnsafeMutablePointer<UInt8>

  /// Begins at the start of the room.
  init(_ start: UnsafeMutablePointer<UInt8>) {
    unsafe self.start = start
    unsafe place = start
  }

  /// How many bytes were written.
  var count: Int { unsafe place - start }

  /// Takes back all that was written.
  mutating func takeBack() { unsafe place = start }

  /// Writes text that is known when the program is built.
  @inline(__always)
  mutating func append(_ text: StaticString) {
    unsafe place.update(from: text.utf8Start, count: text.utf8CodeUnitCount)
    unsafe place += text.utf8CodeUnitCount
  }

  /// Writes a number in decimal; up to 16 bytes are touched.
  @inline(__always)
  mutating func append(decimal number: UInt32) {
    unsafe place += writeDecimal(number, to: place)
  }

  /// Writes Latin-1 as the inside of a JSON string, if it needs no escapes.
  ///
  /// Up to 7 bytes behind the text are touched.
  ///
  /// - Returns: False where it needs escapes; nothing is written then.
  @inline(__always)
  mutating func append(plainJSON name: StoredName, in image: HiveImage) -> Bool {
    var index = 0
    while index < name.byteCount {
      guard let word = try? image.uint64(at: name.offset &+ index) else { return false }
      let rest = min(name.byteCount &- index, 8)
      let mask = UInt64.max >> UInt64(64 &- 8 &* rest)
      guard escaped(bytes: word) & mask == 0 else { return false }
      unsafe UnsafeMutableRawPointer(place + index).storeBytes(
        of: word.littleEndian, as: UInt64.self)
      index &+= 8
    }
    unsafe place += name.byteCount
    return true
  }
}

/// Writes a number in decimal from the pointer on, and touches up to 16 bytes; returns its length.
@inline(__always)
func writeDecimal(_ number: UInt32, to room: UnsafeMutablePointer<UInt8>) -> Int {
  if number < 10 {
    unsafe room[0] = 48 &+ UInt8(truncatingIfNeeded: number)
    return 1
  }
  var count = 0
  var rest = number
  if number >= 100_000_000 {
    let first = number / 100_000_000
    rest = number &- first &* 100_000_000
    if first >= 10 {
      unsafe room[0] = 48 &+ UInt8(truncatingIfNeeded: first / 10)
      count = 1
    }
    unsafe room[count] = 48 &+ UInt8(truncatingIfNeeded: first % 10)
    unsafe UnsafeMutableRawPointer(room + count + 1).storeBytes(
      of: (eightDigits(rest) | 0x3030_3030_3030_3030).littleEndian, as: UInt64.self)
    return count + 9
  }
  let digits = eightDigits(rest)
  let zeros = digits.trailingZeroBitCount & ~7
  unsafe UnsafeMutableRawPointer(room).storeBytes(
    of: ((digits | 0x3030_3030_3030_3030) >> UInt64(zeros)).littleEndian, as: UInt64.self)
  return 8 - zeros / 8
}

/// The eight decimal digits of a number below 100,000,000, the first in the lowest byte.
@inline(__always)
private func eightDigits(_ number: UInt32) -> UInt64 {
  // Halves of four digits, then of two, then single ones, all at once in parts of a word.
  let high = number / 10_000
  let fours = UInt64(high) | UInt64(number &- high &* 10_000) << 32
  let hundreds = (fours &* 10_486) >> 20 & 0x0000_007F_0000_007F
  let twos = hundreds | (fours &- hundreds &* 100) << 16
  let tens = (twos &* 103) >> 10 & 0x000F_000F_000F_000F
  return tens | (twos &- tens &* 10) << 8
}

// The tests below look at all parts of a word at once. Each part has its top bit set first, so
// that the subtractions borrow from no neighbour; where one clears it, the part was too small.

/// Which of eight Latin-1 characters do not stand for themselves in a JSON string: their top bits.
@inline(__always)
func escaped(bytes: UInt64) -> UInt64 {
  let top: UInt64 = 0x8080_8080_8080_8080
  let ones: UInt64 = 0x0101_0101_0101_0101
  let kept =
    ((bytes | top) &- 0x20 &* ones)
    & (((bytes ^ (0x22 &* ones)) | top) &- ones)
    & (((bytes ^ (0x5C &* ones)) | top) &- ones)
    & (((bytes ^ (0x7F &* ones)) | top) &- ones)
  return (~kept | bytes) & top
}

/// Which of four UTF-16 units do not stand for themselves, as one byte, in a JSON string: their top
/// bits.
@inline(__always)
func escaped(units: UInt64) -> UInt64 {
  let top: UInt64 = 0x8000_8000_8000_8000
  let ones: UInt64 = 0x0001_0001_0001_0001
  let kept =
    ((units | top) &- 0x20 &* ones)
    & (((units ^ (0x22 &* ones)) | top) &- ones)
    & (((units ^ (0x5C &* ones)) | top) &- ones)
    // Those that are 7F or more, once their own top bit is left out.
    & ~((units & ~top) &+ (0x7F81 &* ones))
  return (~kept | units) & top
}
