// SPDX-License-Identifier: MIT

/// A set of file offsets that are multiples of 4; takes memory only when something is in it.
struct OffsetSet: Sendable {
  private var words: [UInt64] = []

  /// Adds an offset below `size`; false where it was in already.
  mutating func insert(_ offset: Int, covering size: Int) -> Bool {
    if words.isEmpty { words = [UInt64](repeating: 0, count: size / 256 + 1) }
    let bit: UInt64 = 1 << UInt64((offset >> 2) & 63)
    let index = offset >> 8
    guard words.indices.contains(index), words[index] & bit == 0 else { return false }
    words[index] |= bit
    return true
  }
}
