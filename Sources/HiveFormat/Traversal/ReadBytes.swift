// SPDX-License-Identifier: MIT

/// Which bytes of a hive were read; one bit stands for 8 bytes.
///
/// To add bytes takes time for those that are new. Those that were read before are skipped, however
/// many there are and however often they are added.
package struct ReadBytes: Sendable {
  private var words: [UInt64]
  /// For each full word, a later one with nothing but full words between; made when it is needed.
  private var skips: [UInt32] = []

  /// Makes a set that nothing can be added to.
  init() { words = [] }

  /// Makes an empty set for a file of a size.
  package init(covering size: Int) {
    words = [UInt64](repeating: 0, count: size >> 9 + 1)
  }

  /// Whether the byte at an offset is in the set.
  @inline(__always)
  package func contains(_ offset: Int) -> Bool {
    let index = offset >> 9
    return words.indices.contains(index) && words[index] >> UInt64(offset >> 3 & 63) & 1 != 0
  }

  /// Adds the bytes of a range, to a set that is made for a file of a size when it is needed.
  mutating func insert(
    from start: Int, to end: Int, of size: Int
  ) -> (fresh: Int, isFirstNew: Bool) {
    if words.isEmpty { self = ReadBytes(covering: size) }
    return insert(from: start, to: end)
  }

  /// Adds the bytes of a range.
  ///
  /// - Returns: How many of them, in whole units of 8, were not in the set, and whether the first
  ///   one was.
  @inline(__always)
  package mutating func insert(
    from start: Int, to end: Int
  ) -> (fresh: Int, isFirstNew: Bool) {
    let unit = start >> 3
    let index = unit >> 6
    let count = (end + 7) >> 3 - unit
    guard count > 0, words.indices.contains(index) else { return (0, true) }
    let word = words[index]
    let bit = UInt64(unit & 63)
    let isFirstNew = word >> bit & 1 == 0
    guard count + (unit & 63) <= 64 else { return (insertMany(unit, unit + count), isFirstNew) }
    let mask = (UInt64.max >> UInt64(64 - count)) << bit
    words[index] = word | mask
    return ((mask & ~word).nonzeroBitCount << 3, isFirstNew)
  }

  /// Adds the bytes of a range, in whole units of 8, if none of them is in the set.
  ///
  /// - Returns: Whether they were added. Where they are many, or at the end of the file, they may
  ///   not be, and the set stays as it was.
  @inline(__always)
  mutating func insertIfNew(from start: Int, to end: Int) -> Bool {
    let unit = start >> 3
    let last = (end &- 1) >> 3
    let (index, lastIndex) = (unit >> 6, last >> 6)
    guard last >= unit, index >= 0, lastIndex < words.count else { return false }
    let head = UInt64.max << UInt64(unit & 63)
    let tail = UInt64.max >> UInt64(63 &- last & 63)
    let word = words[index]
    if index == lastIndex {
      let mask = head & tail
      guard word & mask == 0 else { return false }
      words[index] = word | mask
      return true
    }
    guard lastIndex == index &+ 1, word & head == 0 else { return false }
    let next = words[lastIndex]
    guard next & tail == 0 else { return false }
    words[index] = word | head
    words[lastIndex] = next | tail
    return true
  }

  @inline(never)
  private mutating func insertMany(_ start: Int, _ end: Int) -> Int {
    var unit = start
    var fresh = 0
    let end = min(end, words.count << 6)
    while unit < end {
      let index = unit >> 6
      let word = words[index]
      if word == .max {
        unit = nextGap(from: index) << 6
        continue
      }
      let upper = min(end - index * 64, 64)
      let mask = (UInt64.max >> UInt64(64 - upper)) & (UInt64.max << UInt64(unit & 63))
      words[index] = word | mask
      fresh += (mask & ~word).nonzeroBitCount
      unit = (index + 1) << 6
    }
    return fresh << 3
  }

  /// The first word from a full one on that is not full, or the end.
  private mutating func nextGap(from start: Int) -> Int {
    if skips.isEmpty { skips = (1...UInt32(words.count)).map { $0 } }
    var gap = start
    while gap < words.count, words[gap] == .max { gap = Int(skips[gap]) }
    var index = start
    while index < gap {
      let next = Int(skips[index])
      skips[index] = UInt32(gap)
      index = next
    }
    return gap
  }
}
