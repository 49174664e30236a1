// SPDX-License-Identifier: MIT

/// A set of file offsets that are multiples of a stride; one bit for each.
struct BitSet: Sendable {
  private(set) var words: [UInt64]
  private let shift: Int
  /// For each word that a row leaves nothing to add to, a later one with none but such words
  /// between; one list for each pattern of a row, made when it is needed.
  private var skips: [[UInt32]] = [[], [], []]

  /// The bits of the elements of a row: all of them, those at even places, and at odd ones.
  private static let patterns: [UInt64] = [.max, 0x5555_5555_5555_5555, 0xAAAA_AAAA_AAAA_AAAA]

  /// Makes a set that nothing can be added to.
  init() {
    words = []
    shift = 3
  }

  /// Makes an empty set.
  ///
  /// - Parameters:
  ///   - size: The size of the file; nothing after it can be added.
  ///   - stride: 4 or 8.
  init(covering size: Int, stride: Int) {
    shift = stride.trailingZeroBitCount
    words = [UInt64](repeating: 0, count: size >> (shift + 6) + 1)
  }

  @inline(__always)
  func contains(_ offset: Int) -> Bool {
    let index = offset &>> (shift &+ 6)
    return UInt(bitPattern: index) < UInt(bitPattern: words.count)
      && words[index] & bit(of: offset) != 0
  }

  /// Adds an offset; false where it was in already.
  @inline(__always)
  mutating func insert(_ offset: Int) -> Bool {
    let index = offset &>> (shift &+ 6)
    guard UInt(bitPattern: index) < UInt(bitPattern: words.count) else { return false }
    let word = words[index]
    let bit = bit(of: offset)
    guard word & bit == 0 else { return false }
    words[index] = word | bit
    return true
  }

  /// Adds the multiples of the stride from an offset on, if none of them is in the set.
  ///
  /// - Returns: Whether they were added. Where they are many, or at the end of the file, they may
  ///   not be, and the set stays as it was.
  @inline(__always)
  mutating func insertIfNew(from start: Int, count: Int) -> Bool {
    let member = start &>> shift
    let (index, place) = (member >> 6, member & 63)
    guard count > 0, count <= 64 &- place, UInt(bitPattern: index) < UInt(bitPattern: words.count)
    else { return false }
    let mask = (UInt64.max >> UInt64(64 &- count)) << UInt64(place)
    let word = words[index]
    guard word & mask == 0 else { return false }
    words[index] = word | mask
    return true
  }

  /// Lends the words, of which each has the bits of 64 members.
  @inline(__always)
  mutating func withWords<Result>(
    _ body: (inout MutableSpan<UInt64>) -> Result
  ) -> Result {
    var span = words.mutableSpan
    return body(&span)
  }

  @inline(__always)
  private func bit(of offset: Int) -> UInt64 { 1 &<< UInt64(truncatingIfNeeded: offset &>> shift) }

  /// Adds every multiple of the stride from one offset to just before another.
  mutating func insert(from start: Int, to end: Int) {
    forEachWord(from: max(start, 0) >> shift, to: (end + (1 << shift) - 1) >> shift) {
      word, mask, _ in
      word |= mask
    }
  }

  /// Adds the offsets of a row of elements, and appends those that were not in the set.
  ///
  /// Words that the row leaves nothing to add to are skipped, however many there are.
  ///
  /// - Parameters:
  ///   - start: The first element's offset.
  ///   - count: How many elements there are.
  ///   - distance: How far they stand apart: the stride, or twice as much.
  ///   - fresh: The elements that were not in the set are appended here.
  mutating func insertRow(at start: Int, count: Int, distance: Int, into fresh: inout [Int]) {
    guard count > 0 else { return }
    let step = distance &>> shift
    var member = start &>> shift
    let last = min(member + (count - 1) * step + 1, words.count << 6)
    let row = step == 1 ? 0 : 1 + member & 1
    let pattern = Self.patterns[row]
    while member < last {
      let index = member >> 6
      let word = words[index]
      guard word & pattern != pattern else {
        member = nextGap(from: index, row: row) << 6
        continue
      }
      let base = index << 6
      let end = min(last - base, 64)
      let mask = (UInt64.max >> UInt64(64 - end)) & (UInt64.max << UInt64(member & 63))
      var rest = mask & pattern & ~word
      words[index] = word | rest
      while rest != 0 {
        fresh.append((base &+ rest.trailingZeroBitCount) &<< shift)
        rest &= rest &- 1
      }
      member = base + 64
    }
  }

  /// The first word from an index on that a row may add something to, or the end.
  @inline(never)
  private mutating func nextGap(from start: Int, row: Int) -> Int {
    if skips[row].isEmpty { skips[row] = (1...UInt32(words.count)).map { $0 } }
    let pattern = Self.patterns[row]
    var gap = start
    while gap < words.count, words[gap] & pattern == pattern { gap = Int(skips[row][gap]) }
    var index = start
    while index < gap {
      let next = Int(skips[row][index])
      skips[row][index] = UInt32(gap)
      index = next
    }
    return gap
  }

  /// Returns the words with the members of a range, which bits of them are in it, and the number
  /// of the first.
  @inline(__always)
  private mutating func forEachWord(
    from start: Int, to end: Int, _ body: (inout UInt64, _ mask: UInt64, _ base: Int) -> Void
  ) {
    var member = start
    let last = min(end, words.count << 6)
    while member < last {
      let bit = member & 63
      let count = min(64 - bit, last - member)
      let mask: UInt64 = (count == 64 ? .max : (1 << UInt64(count)) - 1) << UInt64(bit)
      body(&words[member >> 6], mask, member - bit)
      member += count
    }
  }
}
