// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

extension Output {
  /// Appends bytes of a hive as lower-case hexadecimal digits.
  func append(hexOf extent: ValueExtent, in image: HiveImage) {
    switch extent {
    case .run(let offset, let count):
      append(hexAt: offset, count: count, in: image)
    case .segments(let runs):
      for run in runs { append(hexAt: run.offset, count: run.count, in: image) }
    }
  }

  private func append(hexAt offset: Int, count: Int, in image: HiveImage) {
    try? image.withBytes(at: offset, count: count) { bytes in
      var index = 0
      while index < bytes.count {
        let end = min(index + 1024, bytes.count)
        unsafe fill(atMost: 2048) { room in
          var room = unsafe room
          for index in index..<end {
            let byte = bytes[index]
            unsafe room[0] = hexDigit(byte >> 4)
            unsafe room[1] = hexDigit(byte & 15)
            unsafe room += 2
          }
          return 2 * (end - index)
        }
        index = end
      }
    }
  }

  /// Appends a time in ISO 8601 with seven decimals.
  func append(_ time: FileTime) {
    unsafe fill(atMost: 32) { room in
      var count = 0
      time.forEachCharacter { character in
        unsafe room[count] = character
        count += 1
      }
      return count
    }
  }
}

/// The lower-case hexadecimal digit of a number below 16.
@inline(__always)
func hexDigit(_ number: UInt8) -> UInt8 {
  number < 10 ? 48 &+ number : 87 &+ number
}
