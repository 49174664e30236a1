// SPDX-License-Identifier: MIT

import WindowsTypes

/// Where the name of a key or value is, and in which of the two encodings.
public struct StoredName: Sendable, Hashable {
  /// Where the name begins in the file.
  public let offset: Int
  /// Its length in bytes, as far as it lies in its cell.
  public let byteCount: Int
  /// One byte a character, Latin-1, when true; UTF-16 when false.
  public let isLatin1: Bool

  @inlinable
  package init(offset: Int, byteCount: Int, isLatin1: Bool) {
    self.offset = offset
    self.byteCount = byteCount
    self.isLatin1 = isLatin1
  }

  /// The length in UTF-16 units.
  @inlinable public var unitCount: Int { isLatin1 ? byteCount : byteCount / 2 }
}

extension HiveImage {
  /// A name's UTF-16 unit; 0 outside the file, which no name that a record gave out reaches.
  @inlinable @inline(__always)
  public func unit(_ index: Int, of name: StoredName) -> UInt16 {
    name.isLatin1
      ? UInt16((try? uint8(at: name.offset &+ index)) ?? 0)
      : (try? uint16(at: name.offset &+ 2 &* index)) ?? 0
  }

  /// Whether a name is printable ASCII without a backslash, as most are.
  package func isPlain(_ name: StoredName) -> Bool {
    guard name.isLatin1 else { return false }
    var index = 0
    while index < name.byteCount {
      let rest = min(name.byteCount &- index, 8)
      let offset = name.offset &+ index
      guard let word = fields(at: offset, count: 8)?.uint64(at: 0) ?? lastBytes(rest, at: offset)
      else { return false }
      let mask = UInt64.max >> UInt64(64 &- 8 &* rest)
      guard Self.notPlain(word) & mask == 0 else { return false }
      index &+= 8
    }
    return true
  }

  /// Fewer than eight bytes at the end of the file as a number; nil where they are not in it.
  @inline(never)
  private func lastBytes(_ length: Int, at offset: Int) -> UInt64? {
    (try? bytes(at: offset, count: length))?.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Which of eight characters are not printable ASCII, or a backslash: their top bits.
  ///
  /// All are looked at together. Each has its top bit set first, so that the subtractions borrow
  /// from no neighbour; where one clears it, the character was too small.
  @inline(__always)
  private static func notPlain(_ word: UInt64) -> UInt64 {
    let top: UInt64 = 0x8080_8080_8080_8080
    let ones: UInt64 = 0x0101_0101_0101_0101
    let kept =
      ((word | top) &- 0x20 &* ones) & (((word ^ (0x5C &* ones)) | top) &- ones)
      & (((word ^ (0x7F &* ones)) | top) &- ones)
    return (~kept | word) & top
  }

  /// Whether a name has a unit.
  package func contains(_ unit: UInt16, _ name: StoredName) -> Bool {
    for index in 0..<name.unitCount where self.unit(index, of: name) == unit { return true }
    return false
  }

  /// A copy of a name's UTF-16 units, whatever they are.
  public func units(of name: StoredName) -> [UInt16] {
    [UInt16](capacity: name.unitCount) { units in
      for index in 0..<name.unitCount {
        units.append(unit(index, of: name))
      }
    }
  }

  /// How a stored name sorts against a name that is upper-case already, as Windows sorts subkeys:
  /// negative before, 0 equal, positive after.
  public func compare(_ name: StoredName, toUpcased other: [UInt16]) -> Int {
    let count = name.unitCount
    for index in 0..<min(count, other.count) {
      let difference = Int(Upcase.unit(unit(index, of: name))) - Int(other[index])
      if difference != 0 { return difference }
    }
    return count - other.count
  }

  /// How a stored name sorts against one in another image, as Windows sorts subkeys.
  package func compare(_ name: StoredName, to other: StoredName, in image: HiveImage) -> Int {
    let count = name.unitCount
    let otherCount = other.unitCount
    let same = name.isLatin1 && other.isLatin1 ? commonStart(name, other, in: image) : 0
    for index in same..<min(count, otherCount) {
      let difference =
        Int(Upcase.unit(unit(index, of: name))) - Int(Upcase.unit(image.unit(index, of: other)))
      if difference != 0 { return difference }
    }
    return count - otherCount
  }

  /// How many characters at the beginning of two names in Latin-1 are the same, case included; no
  /// more are looked at than there are in whole words of eight.
  @inline(__always)
  private func commonStart(
    _ name: StoredName, _ other: StoredName, in image: HiveImage
  ) -> Int {
    var index = 0
    while index &+ 8 <= min(name.byteCount, other.byteCount),
      let one = fields(at: name.offset &+ index, count: 8)?.uint64(at: 0),
      let two = image.fields(at: other.offset &+ index, count: 8)?.uint64(at: 0)
    {
      guard one == two else { return index &+ (one ^ two).trailingZeroBitCount >> 3 }
      index &+= 8
    }
    return index
  }

  /// Whether a stored name has the same units as one in another image, in whichever encoding.
  package func hasSameUnits(
    _ name: StoredName, as other: StoredName, in image: HiveImage
  ) -> Bool {
    guard name.unitCount == other.unitCount else { return false }
    var index = name.isLatin1 && other.isLatin1 ? commonStart(name, other, in: image) : 0
    while index < name.unitCount, unit(index, of: name) == image.unit(index, of: other) {
      index += 1
    }
    return index == name.unitCount
  }

  /// Whether two stored names are in different places but are the same but for case.
  @inline(__always)
  package func isDuplicate(_ name: StoredName, of other: StoredName) -> Bool {
    name.unitCount == other.unitCount && name.offset != other.offset
      && compare(name, to: other, in: self) == 0
  }

  /// Whether a stored name is, but for case, a name that is upper-case already.
  public func matches(_ name: StoredName, upcased other: [UInt16]) -> Bool {
    // Upper-casing a UTF-16 unit gives one unit: names of another length cannot match.
    name.unitCount == other.count && compare(name, toUpcased: other) == 0
  }
}
