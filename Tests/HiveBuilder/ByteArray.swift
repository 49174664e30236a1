// SPDX-License-Identifier: MIT

extension [UInt8] {
  /// The little-endian number at an offset.
  package func number<Number: FixedWidthInteger & UnsignedInteger>(
    _ type: Number.Type, at offset: Int
  ) -> Number {
    var number: Number = 0
    for index in 0..<Number.bitWidth / 8 {
      number |= Number(self[offset + index]) << (index * 8)
    }
    return number
  }

  /// Overwrites the number at an offset.
  package mutating func put<Number: FixedWidthInteger>(_ number: Number, at offset: Int) {
    for index in 0..<Number.bitWidth / 8 {
      self[offset + index] = UInt8(truncatingIfNeeded: number >> (index * 8))
    }
  }

  /// Overwrites the bytes at an offset.
  package mutating func put(_ bytes: [UInt8], at offset: Int) {
    replaceSubrange(offset..<offset + bytes.count, with: bytes)
  }

  /// Appends a little-endian number.
  @inline(__always)
  mutating func append<Number: FixedWidthInteger>(number: Number) {
    for index in 0..<Number.bitWidth / 8 {
      append(UInt8(truncatingIfNeeded: number >> (index * 8)))
    }
  }

  mutating func appendZeros(_ count: Int) {
    append(contentsOf: repeatElement(0, count: count))
  }
}
