// SPDX-License-Identifier: MIT

/// Marvin32: the keyed 64-bit hash with which Windows seals the entries of a transaction log.
package enum Marvin32 {
  /// The seed for log entries, as the regf specification gives it: `82 EF 4D 88 7A 4E 55 C5`.
  package static let logSeed: UInt64 = 0x82EF_4D88_7A4E_55C5

  /// The hash of a run of bytes.
  package static func hash(_ content: Span<UInt8>, seed: UInt64 = logSeed) -> UInt64 {
    let bytes = unsafe content.bytes
    var low = UInt32(truncatingIfNeeded: seed)
    var high = UInt32(truncatingIfNeeded: seed >> 32)
    var offset = 0
    let wholeWords = bytes.byteCount & ~3
    while offset < wholeWords {
      // Inside the span: `offset` is at most 4 short of its end.
      let word = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self)
      low &+= UInt32(littleEndian: word)
      mix(&low, &high)
      offset &+= 4
    }
    // What is left, closed by one bit: 0x80 after the last byte.
    var last: UInt32 = 0x80
    for index in stride(from: bytes.byteCount - 1, through: wholeWords, by: -1) {
      let byte = unsafe bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self)
      last = last << 8 | UInt32(byte)
    }
    low &+= last
    mix(&low, &high)
    mix(&low, &high)
    return UInt64(high) << 32 | UInt64(low)
  }

  @inline(__always)
  private static func mix(_ low: inout UInt32, _ high: inout UInt32) {
    high ^= low
    low = rotated(low, 20) &+ high
    high = rotated(high, 9) ^ low
    low = rotated(low, 27) &+ high
    high = rotated(high, 19)
  }

  @inline(__always)
  private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 {
    word &<< count | word &>> (32 &- count)
  }
}
