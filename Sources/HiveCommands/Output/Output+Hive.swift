// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

extension Output {
  /// Appends bytes of a hive as lower-case hexadecimal digits.
  func append(hexOf extent: ValueExtent, in image: HiveImage) {
    image.forEachRun(of: extent) { offset, count in
      if let offset {
        append(hexAt: offset, count: count, in: image)
      } else {
        for _ in 0..<count { append("00") }
      }
    }
  }

  private func append(hexAt offset: Int, count: Int, in image: HiveImage) {
    try? image.withBytes(at: offset, count: count) { bytes in
      var index = 0
      while index < bytes.count {
        let end = min(index + 1024, bytes.count)
        let stretch = bytes.extracting(index..<end)
        unsafe append(atMost: 2048) { destination in
          unsafe stretch.withUnsafeBytes { unsafe writeHex($0, to: destination) }
        }
        index = end
      }
    }
  }

  /// Appends bytes in Base64 (RFC 4648), without line ends.
  func append(base64 bytes: [UInt8]) {
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let count = min(3, bytes.count - start)
      var bits: UInt32 = 0
      for index in 0..<3 { bits = bits << 8 | (index < count ? UInt32(bytes[start + index]) : 0) }
      unsafe append(atMost: 4) { destination in
        for index in 0..<4 {
          let digit = UInt8(truncatingIfNeeded: bits >> UInt32(18 - 6 * index)) & 63
          unsafe destination[index] = index <= count ? base64Digit(digit) : UInt8(ascii: "=")
        }
        return 4
      }
    }
  }

  /// Appends the name of a value's type, or its number where it has no name.
  func append(typeName type: UInt32) {
    if type < ValueType.names.count {
      append(ValueType.names[Int(type)])
    } else {
      append(text: ValueType(rawValue: type).description)
    }
  }

  /// Appends the name of a value's type for a person: of device properties, that of the property's.
  func append(shownTypeName type: UInt32) {
    if type < ValueType.names.count {
      append(ValueType.names[Int(type)])
    } else {
      append(text: ValueType(rawValue: type).shown)
    }
  }

  /// Appends a time in ISO 8601 with seven decimals.
  func append(_ time: FileTime) {
    let text = textOf(time)
    unsafe write(atMost: 32) { unsafe $0.append(text) }
  }
}

/// The lower-case hexadecimal digit of a number below 16.
@inline(__always)
func hexDigit(_ number: UInt8) -> UInt8 {
  number < 10 ? 48 &+ number : 87 &+ number
}

/// The Base64 digit of a number below 64.
private func base64Digit(_ number: UInt8) -> UInt8 {
  switch number {
  case 0..<26: 65 &+ number
  case 26..<52: 71 &+ number
  case 52..<62: number &- 4
  case 62: UInt8(ascii: "+")
  default: UInt8(ascii: "/")
  }
}
