// SPDX-License-Identifier: MIT

import WindowsTypes

/// Text or bytes that are looked for in memory.
///
/// A byte of it that is seldom met is looked for eight bytes at a time; only where it occurs is
/// the rest compared.
struct Needle {
  /// What a search found: where it begins, in bytes, and in what form it is there.
  typealias Hit = (range: Range<Int>, form: HiveMatch.Form)

  /// The units of a text, upper-case unless case counts; of bytes, one unit a byte.
  private let units: [UInt16]
  private let isText: Bool
  private let folds: Bool
  /// The unit that is looked for first, and whether it is ASCII.
  private let anchor: Int
  private let hasAnchor: Bool
  /// Whether all units are ASCII.
  private let isASCII: Bool
  /// The bit that letters of both cases differ in, where that does not count; repeated.
  private let caseBits: UInt64
  private let anchorBytes: UInt64

  init(text: RegistryString, isCaseSensitive: Bool) {
    self.init(
      isCaseSensitive ? text.utf16 : text.upcased, isText: true, folds: !isCaseSensitive)
  }

  init(bytes: [UInt8]) {
    self.init(bytes.map { UInt16($0) }, isText: false, folds: false)
  }

  private init(_ units: [UInt16], isText: Bool, folds: Bool) {
    self.units = units
    self.isText = isText
    self.folds = folds
    let limit: UInt16 = isText ? 0x80 : 0x100
    let candidates = units.indices.filter { units[$0] < limit }
    anchor = candidates.min { Self.frequency(units[$0]) < Self.frequency(units[$1]) } ?? 0
    hasAnchor = !candidates.isEmpty
    isASCII = candidates.count == units.count
    let first = units.isEmpty ? 0 : units[anchor]
    let isLetter = folds && (0x41...0x5A).contains(first)
    caseBits = isLetter ? 0x2020_2020_2020_2020 : 0
    anchorBytes = (UInt64(first & 0xFF) | (isLetter ? 0x20 : 0)) &* 0x0101_0101_0101_0101
  }

  /// How often a byte is met in hives, roughly.
  private static func frequency(_ unit: UInt16) -> Int {
    let byte = UInt8(truncatingIfNeeded: unit)
    switch byte {
    case 0: return 100
    case 0xFF: return 50
    default:
      let order = "etaonisrlcdumpfhgbywvk0x12-4jqz"
      let lower = (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
      guard let place = order.utf8.firstIndex(of: lower) else { return 0 }
      return 40 - order.utf8.distance(from: order.utf8.startIndex, to: place)
    }
  }

  @inline(__always)
  private func folded(_ unit: UInt16) -> UInt16 {
    folds ? Upcase.unit(unit) : unit
  }
}

// MARK: - Names

extension Needle {
  /// Where text is in a name, in units.
  func find(inName bytes: Span<UInt8>, isLatin1: Bool) -> Range<Int>? {
    let size = isLatin1 ? 1 : 2
    let count = bytes.count / size
    guard isText, !units.isEmpty, units.count <= count else { return nil }
    let first = units[0]
    for start in 0...count - units.count {
      guard folded(Self.unit(start, of: bytes, isLatin1)) == first else { continue }
      var length = 1
      while length < units.count,
        folded(Self.unit(start + length, of: bytes, isLatin1)) == units[length]
      { length += 1 }
      if length == units.count { return start..<start + length }
    }
    return nil
  }

  @inline(__always)
  private static func unit(_ index: Int, of bytes: Span<UInt8>, _ isLatin1: Bool) -> UInt16 {
    isLatin1
      ? UInt16(bytes[index]) : UInt16(bytes[2 * index]) | UInt16(bytes[2 * index + 1]) << 8
  }
}

// MARK: - Data

extension Needle {
  /// Where the text or the bytes are in data.
  ///
  /// - Parameters:
  ///   - bytes: The data.
  ///   - holdsText: Whether their type says that they are UTF-16.
  /// - Returns: The first place; nil where there is none.
  func find(inData bytes: Span<UInt8>, holdsText: Bool) -> Hit? {
    let shortest = isText && (!isASCII || (holdsText && units.count == 1)) ? 2 : 1
    guard !units.isEmpty, bytes.count >= units.count * shortest else { return nil }
    return unsafe bytes.withUnsafeBytes { bytes in
      unsafe hasAnchor
        ? findByAnchor(in: bytes, holdsText: holdsText)
        : findUnits(in: bytes, step: holdsText && units.count == 1 ? 2 : 1)
    }
  }

  private func findByAnchor(in bytes: UnsafeRawBufferPointer, holdsText: Bool) -> Hit? {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let count = bytes.count
    var index = 0
    while index + 8 <= count {
      let word = unsafe UInt64(
        littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      let difference = (word | caseBits) ^ anchorBytes
      // The lowest bit set is exact: what is above it may be borrowed.
      var zeros = (difference &- ones) & ~difference & (ones << 7)
      while zeros != 0 {
        let place = index + zeros.trailingZeroBitCount / 8
        if let hit = unsafe hit(in: bytes, anchorAt: place, holdsText) { return hit }
        zeros &= zeros &- 1
      }
      index += 8
    }
    while index < count {
      if let hit = unsafe hit(in: bytes, anchorAt: index, holdsText) { return hit }
      index += 1
    }
    return nil
  }

  /// What is around a byte that may be the anchor.
  @inline(__always)
  private func hit(
    in bytes: UnsafeRawBufferPointer, anchorAt place: Int, _ holdsText: Bool
  ) -> Hit? {
    guard isText else {
      let start = place - anchor
      return unsafe hasBytes(in: bytes, at: start)
        ? (start..<start + units.count, .bytes) : nil
    }
    let isCharacter = units.count == 1 && holdsText
    let start = place - 2 * anchor
    if unsafe place + 1 < bytes.count && bytes[place + 1] == 0, !isCharacter || start % 2 == 0,
      unsafe hasUnits(in: bytes, at: start)
    {
      return (start..<start + 2 * units.count, .utf16)
    }
    guard isASCII, !isCharacter else { return nil }
    let first = place - anchor
    return unsafe hasBytes(in: bytes, at: first) ? (first..<first + units.count, .ascii) : nil
  }

  private func hasBytes(in bytes: UnsafeRawBufferPointer, at start: Int) -> Bool {
    guard start >= 0, start <= bytes.count - units.count else { return false }
    for index in units.indices {
      guard unsafe folded(UInt16(bytes[start + index])) == units[index] else { return false }
    }
    return true
  }

  private func hasUnits(in bytes: UnsafeRawBufferPointer, at start: Int) -> Bool {
    guard start >= 0, start <= bytes.count - 2 * units.count else { return false }
    for index in units.indices {
      let unit = unsafe UInt16(
        littleEndian: bytes.loadUnaligned(fromByteOffset: start + 2 * index, as: UInt16.self))
      guard folded(unit) == units[index] else { return false }
    }
    return true
  }

  private func findUnits(in bytes: UnsafeRawBufferPointer, step: Int) -> Hit? {
    for start in stride(from: 0, through: bytes.count - 2 * units.count, by: step)
    where unsafe hasUnits(in: bytes, at: start) {
      return (start..<start + 2 * units.count, .utf16)
    }
    return nil
  }
}
