// SPDX-License-Identifier: MIT

import HiveFormat
import WindowsTypes

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

  /// Writes bytes.
  @inline(__always)
  mutating func append(_ bytes: ArraySlice<UInt8>) {
    unsafe bytes.withUnsafeBufferPointer { bytes in
      guard let start = bytes.baseAddress else { return }
      unsafe place.update(from: start, count: bytes.count)
      unsafe place += bytes.count
    }
  }

  /// Writes a time; 32 bytes are touched.
  @inline(__always)
  mutating func append(_ text: TimeText) {
    let room = unsafe UnsafeMutableRawPointer(place)
    unsafe room.storeBytes(of: text.words.0, as: UInt64.self)
    unsafe room.storeBytes(of: text.words.1, toByteOffset: 8, as: UInt64.self)
    unsafe room.storeBytes(of: text.words.2, toByteOffset: 16, as: UInt64.self)
    unsafe room.storeBytes(of: text.words.3, toByteOffset: 24, as: UInt64.self)
    unsafe place += text.count
  }

  /// Writes bytes of a hive as lower-case hexadecimal digits.
  ///
  /// - Returns: False where they do not lie in the file; nothing is written then.
  @inline(__always)
  mutating func append(hexAt offset: Int, count: Int, in image: HiveImage) -> Bool {
    let written = try? image.withBytes(at: offset, count: count) { bytes in
      unsafe bytes.withUnsafeBytes { unsafe writeHex($0, to: place) }
    }
    guard let written else { return false }
    unsafe place += written
    return true
  }

  /// Writes UTF-16 up to its first NUL as the inside of a JSON string, if it is ASCII that needs no
  /// escapes but those of backslashes.
  ///
  /// Up to 8 bytes behind the text are touched.
  ///
  /// - Returns: False where it is not, and where it does not lie in the file.
  @inline(__always)
  mutating func append(plainJSONAt offset: Int, count: Int, in image: HiveImage) -> Bool {
    let written = try? image.withBytes(at: offset, count: count) { bytes in
      unsafe bytes.withUnsafeBytes { unsafe writePlainJSON($0, to: place) }
    }
    guard let written else { return false }
    unsafe place += written
    return true
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

/// The text of a time, ready to be written in one step.
struct TimeText {
  let time: FileTime
  fileprivate private(set) var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
  fileprivate private(set) var count = 0

  init(_ time: FileTime) {
    self.time = time
    var count = 0
    unsafe withUnsafeMutableBytes(of: &words) { bytes in
      time.forEachCharacter { character in
        unsafe bytes[count] = character
        count += 1
      }
    }
    self.count = count
  }
}

/// Writes UTF-16 up to its first NUL from the pointer on, as the inside of a JSON string.
///
/// - Returns: How many bytes it wrote; nil where the text is not ASCII, or needs other escapes than
///   those of backslashes.
@inline(__always)
private func writePlainJSON(
  _ text: UnsafeRawBufferPointer, to room: UnsafeMutablePointer<UInt8>
) -> Int? {
  let count = text.count / 2
  let start = UnsafeMutableRawPointer(room)
  var place = unsafe start
  var index = 0
  while index &+ 8 <= count {
    let low = unsafe text.loadUnaligned(fromByteOffset: 2 &* index, as: UInt64.self)
    let high = unsafe text.loadUnaligned(fromByteOffset: 2 &* index &+ 8, as: UInt64.self)
    // Behind a NUL there may be anything.
    guard (low | high).littleEndian & 0xFF80_FF80_FF80_FF80 == 0 else { break }
    var word = packed(low.littleEndian) | packed(high.littleEndian) << 32
    var odd = escaped(bytes: word)
    var rest = 8
    while odd != 0 {
      let plain = odd.trailingZeroBitCount >> 3
      unsafe place.storeBytes(of: word.littleEndian, as: UInt64.self)
      unsafe place += plain
      word = word >> UInt64(8 &* plain)
      guard word & 0xFF == 0x5C else { return word & 0xFF == 0 ? unsafe place - start : nil }
      unsafe place.storeBytes(of: 0x5C5C, as: UInt16.self)
      unsafe place += 2
      word = word >> 8
      odd = (odd >> UInt64(8 &* plain)) >> 8
      rest &-= plain &+ 1
    }
    unsafe place.storeBytes(of: word.littleEndian, as: UInt64.self)
    unsafe place += rest
    index &+= 8
  }
  while index < count {
    let unit = unsafe UInt16(
      littleEndian: text.loadUnaligned(fromByteOffset: 2 &* index, as: UInt16.self))
    if unit == 0 { break }
    if unit == 0x5C {
      unsafe place.storeBytes(of: 0x5C, as: UInt8.self)
      unsafe place += 1
    } else if !JSONStringEncoder.isPlain(unit) {
      return nil
    }
    unsafe place.storeBytes(of: UInt8(truncatingIfNeeded: unit), as: UInt8.self)
    unsafe place += 1
    index &+= 1
  }
  return unsafe place - start
}

/// The low bytes of four UTF-16 units, whose high bytes are 0.
@inline(__always)
private func packed(_ units: UInt64) -> UInt64 {
  let pairs = (units | units >> 8) & 0x0000_FFFF_0000_FFFF
  return (pairs | pairs >> 16) & 0xFFFF_FFFF
}

/// Writes bytes as lower-case hexadecimal digits from the pointer on; returns how many digits.
@inline(__always)
func writeHex(_ bytes: UnsafeRawBufferPointer, to room: UnsafeMutablePointer<UInt8>) -> Int {
  var index = 0
  while index &+ 4 <= bytes.count {
    let four = unsafe UInt32(
      littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt32.self))
    unsafe UnsafeMutableRawPointer(room + 2 &* index).storeBytes(
      of: hexDigits(ofFour: four).littleEndian, as: UInt64.self)
    index &+= 4
  }
  while index < bytes.count {
    let byte = unsafe bytes[index]
    unsafe room[2 &* index] = hexDigit(byte >> 4)
    unsafe room[2 &* index &+ 1] = hexDigit(byte & 15)
    index &+= 1
  }
  return 2 &* bytes.count
}

/// The eight hexadecimal digits of four bytes, the first byte being the lowest, the first digit in
/// the lowest byte.
@inline(__always)
private func hexDigits(ofFour bytes: UInt32) -> UInt64 {
  var wide = UInt64(bytes)
  wide = (wide | wide << 16) & 0x0000_FFFF_0000_FFFF
  wide = (wide | wide << 8) & 0x00FF_00FF_00FF_00FF
  let digits = (wide >> 4 & 0x000F_000F_000F_000F) | (wide & 0x000F_000F_000F_000F) << 8
  let isLetter = ((digits &+ 0x0606_0606_0606_0606) >> 4) & 0x0101_0101_0101_0101
  return digits &+ 0x3030_3030_3030_3030 &+ isLetter &* 39
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

/// Which of eight bytes are `|`, the mark between the fields of a body file: their top bits.
@inline(__always)
func bars(in bytes: UInt64) -> UInt64 {
  let top: UInt64 = 0x8080_8080_8080_8080
  let ones: UInt64 = 0x0101_0101_0101_0101
  return ~(((bytes ^ (0x7C &* ones)) | top) &- ones) & top
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
