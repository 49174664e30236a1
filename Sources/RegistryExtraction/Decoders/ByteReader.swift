// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsTypes

/// Reads numbers and text out of the data of a value; nil where the data end before.
struct ByteReader {
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  var count: Int { bytes.count }

  private func number(at offset: Int, count: Int) -> UInt64? {
    guard offset >= 0, offset <= bytes.count - count else { return nil }
    return bytes[offset..<offset + count].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  func uint16(at offset: Int) -> UInt16? {
    number(at: offset, count: 2).map { UInt16(truncatingIfNeeded: $0) }
  }

  func uint32(at offset: Int) -> UInt32? {
    number(at: offset, count: 4).map { UInt32(truncatingIfNeeded: $0) }
  }

  func uint64(at offset: Int) -> UInt64? {
    number(at: offset, count: 8)
  }

  /// A FILETIME; nil for zero, which is not a time.
  func time(at offset: Int) -> FileTime? {
    uint64(at: offset).flatMap { $0 == 0 ? nil : FileTime(rawValue: $0) }
  }

  /// UTF-16 text up to a NUL, or to the end; nil where none begins there.
  func text(at offset: Int) -> RegistryString? {
    guard offset >= 0, offset <= bytes.count else { return nil }
    var units: [UInt16] = []
    var offset = offset
    while let unit = uint16(at: offset), unit != 0 {
      units.append(unit)
      offset += 2
    }
    return RegistryString(utf16: units)
  }

  /// UTF-16 text of this many bytes, up to a NUL in it.
  func text(at offset: Int, byteCount: Int) -> RegistryString? {
    guard offset >= 0, byteCount >= 0, byteCount <= bytes.count, offset <= bytes.count - byteCount
    else { return nil }
    return ByteReader([UInt8](bytes[offset..<offset + byteCount])).text(at: 0)
  }

  /// Text of single bytes up to a NUL, or to the end; what is not ASCII stands for U+FFFD, since its
  /// code page is not known.
  func ascii(at offset: Int) -> RegistryString? {
    guard offset >= 0, offset <= bytes.count else { return nil }
    return RegistryString(
      utf16: bytes[offset...].prefix { $0 != 0 }.map { $0 < 0x80 ? UInt16($0) : 0xFFFD })
  }

  /// A GUID of 16 bytes, as text without braces.
  func guid(at offset: Int) -> String? {
    guard offset >= 0, offset <= bytes.count - 16 else { return nil }
    return guidText([UInt8](bytes[offset..<offset + 16]))
  }

  /// A date and a time of FAT in 4 bytes; nil where they are none.
  func fatTime(at offset: Int) -> FileTime? {
    guard let date = uint16(at: offset).map(Int.init), date != 0,
      let time = uint16(at: offset + 2).map(Int.init)
    else { return nil }
    let day = [1980 + (date >> 9), (date >> 5) & 15, date & 31].map(Self.twoDigits)
    let clock = [time >> 11, (time >> 5) & 63, 2 * (time & 31)].map(Self.twoDigits)
    return FileTime("\(day.joined(separator: "-"))T\(clock.joined(separator: ":"))")
  }

  private static func twoDigits(_ number: Int) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }

  /// The bytes of a range, as far as they are there; nil where none begins there.
  func part(at offset: Int, count: Int) -> ByteReader? {
    guard offset >= 0, offset < bytes.count, count > 0 else { return nil }
    return ByteReader([UInt8](bytes[offset..<min(offset + min(count, bytes.count), bytes.count)]))
  }

  /// A SYSTEMTIME of 16 bytes ([MS-DTYP] 2.3.13); nil where it is not a date.
  func systemTime(at offset: Int) -> FileTime? {
    guard uint16(at: offset + 14) != nil else { return nil }
    let fields = stride(from: 0, to: 16, by: 2).compactMap { uint16(at: offset + $0) }
    func digits(_ number: UInt16, _ count: Int) -> String {
      let text = String(number)
      return String(repeating: "0", count: max(count - text.count, 0)) + text
    }
    guard fields[0] <= 9999, fields[7] < 1000 else { return nil }
    let date = "\(digits(fields[0], 4))-\(digits(fields[1], 2))-\(digits(fields[3], 2))"
    let time = "\(digits(fields[4], 2)):\(digits(fields[5], 2)):\(digits(fields[6], 2))"
    return FileTime("\(date)T\(time).\(digits(fields[7], 3))")
  }
}
