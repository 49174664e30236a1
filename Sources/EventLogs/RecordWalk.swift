// SPDX-License-Identifier: MIT

import HiveFormat

/// What records of a format have in common: a signature, a size at the start, and the same size as
/// their last four bytes.
///
/// Sources: "Windows XML Event Log (EVTX) format" and "Windows Event Log (EVT) format" of J. Metz;
/// EVENTLOGRECORD in the documentation of Microsoft.
struct RecordLayout {
  let signature: UInt32
  let signatureOffset: Int
  let sizeOffset: Int
  /// How many bytes the record's number has, which begins at ``numberOffset``.
  let numberSize: Int
  /// The least number of bytes of a record.
  let smallest: Int

  /// Where the record's number is, in both formats.
  static let numberOffset = 8

  static let evtx = RecordLayout(
    signature: 0x2A2A, signatureOffset: 0, sizeOffset: 4, numberSize: 8, smallest: 28)
  /// A header of 56 bytes, the empty names of a provider and a computer, and the size once more.
  static let evt = RecordLayout(
    signature: 0x654C_664C, signatureOffset: 4, sizeOffset: 0, numberSize: 4, smallest: 64)

  /// Whether the signature of a record is at an offset.
  func isSigned(_ file: HiveImage, at offset: Int) -> Bool {
    (try? file.uint32(at: offset + signatureOffset)) == signature
  }

  /// The size that a record at an offset states at its start, where there is room for it.
  func statedSize(_ file: HiveImage, at offset: Int, before end: Int) -> Int? {
    guard let size = try? file.uint32(at: offset + sizeOffset), size >= smallest,
      Int(size) <= end - offset
    else { return nil }
    return Int(size)
  }

  /// Whether the last four bytes of a record repeat its size.
  func isRepeated(_ size: Int, _ file: HiveImage, at offset: Int) -> Bool {
    (try? file.uint32(at: offset + size - 4)) == UInt32(truncatingIfNeeded: size)
  }

  /// The size of a record that is whole; nil where none begins at the offset.
  func size(_ file: HiveImage, at offset: Int, before end: Int) -> Int? {
    guard isSigned(file, at: offset), let size = statedSize(file, at: offset, before: end),
      isRepeated(size, file, at: offset)
    else { return nil }
    return size
  }

  /// Where records could begin by their signature, between two offsets.
  func signatures(in file: HiveImage, from start: Int, to end: Int) -> [Int] {
    guard start < end else { return [] }
    let mark = UInt8(truncatingIfNeeded: signature)
    let place = start + signatureOffset
    let found = try? file.withBytes(at: place, count: end - start) { bytes in
      var found: [Int] = []
      for index in stride(from: 0, to: bytes.count, by: RecordWalk.alignment)
      where bytes[index] == mark {
        found.append(start + index)
      }
      return found
    }
    return (found ?? []).filter { isSigned(file, at: $0) }
  }

  func number(_ file: HiveImage, at offset: Int) -> UInt64 {
    let place = offset + Self.numberOffset
    if numberSize == 8 { return (try? file.uint64(at: place)) ?? 0 }
    return UInt64((try? file.uint32(at: place)) ?? 0)
  }
}

/// The records of a run of bytes in which they lie one after the other.
///
/// A record whose signature or size was changed is found by what is left of them, and by where the
/// next one begins.
struct RecordWalk {
  struct Place {
    let offset: Int
    let size: Int
    let number: UInt64
    /// Whether its signature or one of its sizes is wrong.
    let isMended: Bool

    var end: Int { offset + size }
  }

  private(set) var places: [Place] = []
  /// Bytes between the records in which none was found.
  private(set) var gaps: [Range<Int>] = []
  /// Records whose size covers another record, and where that one begins.
  private(set) var covering: [(offset: Int, covered: Int)] = []
  /// Records with more behind their contents than belongs there: how many bytes.
  private(set) var overlong: [(offset: Int, count: Int)] = []

  private let file: HiveImage
  private let layout: RecordLayout
  private let contentEnd: (_ offset: Int, _ end: Int) -> Int?
  /// How many more steps the search for the ends of damaged records may take.
  private var budget: Int

  /// Records begin and end at multiples of this many bytes.
  static let alignment = 4
  /// How many steps the search may take for each place where a record could end.
  private static let budgetFactor = 32
  /// How many bytes may be between the contents of a record and its last size.
  ///
  /// The end of binary XML is there, and what fills the record up to a multiple of 8.
  private static let paddingLimit = 16

  /// Goes through records.
  ///
  /// - Parameters:
  ///   - file: The log.
  ///   - start: Where the first record begins.
  ///   - end: Where the run ends.
  ///   - layout: The format.
  ///   - contentEnd: Gives where the contents of a record between two offsets end; nil where they
  ///     are not understood.
  init(
    _ file: HiveImage, from start: Int, to end: Int, layout: RecordLayout,
    contentEnd: @escaping (_ offset: Int, _ end: Int) -> Int?
  ) {
    self.file = file
    self.layout = layout
    self.contentEnd = contentEnd
    budget = max(0, end - start) / Self.alignment * Self.budgetFactor
    var offset = start
    while offset < end {
      if let size = layout.size(file, at: offset, before: end) {
        let contentEnd = contentEnd(offset, offset + size)
        let covered = covered(by: offset, to: offset + size, contentEnd)
        if let covered {
          covering.append((offset, covered))
        } else if let contentEnd, let count = hiddenCount(from: contentEnd, to: offset + size - 4) {
          overlong.append((offset, count))
        }
        let next = covered ?? offset + size
        add(offset, size: next - offset, isMended: covered != nil)
        offset = next
      } else {
        let next = nextRecord(behind: offset, before: end)
        mend(from: offset, to: next)
        offset = next
      }
    }
  }

  /// Where a record begins that the size of another one covers: behind its contents, or with the
  /// next number where these are not understood.
  private func covered(by offset: Int, to end: Int, _ contentEnd: Int?) -> Int? {
    let first = offset + layout.smallest
    let candidates = layout.signatures(in: file, from: first, to: end - layout.smallest)
    guard !candidates.isEmpty else { return nil }
    let next = layout.number(file, at: offset) &+ 1
    return candidates.first { start in
      guard let size = layout.statedSize(file, at: start, before: end),
        start + size == end || layout.isRepeated(size, file, at: start)
      else { return false }
      return contentEnd.map { start >= $0 } ?? (layout.number(file, at: start) == next)
    }
  }

  /// How many bytes are behind the contents of a record, where they are more than fill it up and
  /// not all zero.
  private func hiddenCount(from start: Int, to end: Int) -> Int? {
    guard end - start > Self.paddingLimit,
      let bytes = try? file.bytes(at: start, count: end - start),
      bytes.contains(where: { $0 != 0 })
    else { return nil }
    return end - start
  }

  private mutating func add(_ offset: Int, size: Int, isMended: Bool) {
    places.append(
      Place(
        offset: offset, size: size, number: layout.number(file, at: offset), isMended: isMended))
  }

  /// Where the next record begins that is whole; the end where there is none.
  private func nextRecord(behind offset: Int, before end: Int) -> Int {
    stride(from: offset + Self.alignment, to: end, by: Self.alignment).first {
      layout.size(file, at: $0, before: end) != nil
    } ?? end
  }

  /// Finds the damaged records between two that are whole.
  private mutating func mend(from start: Int, to end: Int) {
    var offset = start
    while offset < end {
      if let size = damagedSize(at: offset, before: end) {
        add(offset, size: size, isMended: true)
        offset += size
      } else {
        let next = nextSignature(behind: offset, before: end)
        if let last = gaps.last, last.upperBound == offset {
          gaps[gaps.count - 1] = last.lowerBound..<next
        } else {
          gaps.append(offset..<next)
        }
        offset = next
      }
    }
  }

  /// The size of a damaged record; nil where nothing speaks for one.
  private mutating func damagedSize(at offset: Int, before end: Int) -> Int? {
    guard end - offset >= layout.smallest else { return nil }
    let stated = layout.statedSize(file, at: offset, before: end)
    if let stated, layout.isRepeated(stated, file, at: offset) { return stated }
    let repeated = repeatedSizes(at: offset, before: end)
    if let size = repeated.beforeAnother { return size }
    guard layout.isSigned(file, at: offset) else { return repeated.first }
    if let stated, offset + stated == end || layout.isSigned(file, at: offset + stated) {
      return stated
    }
    let next = nextSignature(behind: offset + layout.smallest - Self.alignment, before: end)
    return repeated.first ?? (next - offset)
  }

  /// The sizes that a record may have by what could be their repetition at its end: the least, and
  /// the least after which the run ends or another record begins.
  private mutating func repeatedSizes(
    at offset: Int, before end: Int
  ) -> (first: Int?, beforeAnother: Int?) {
    var first: Int?
    var size = layout.smallest
    while size <= end - offset, budget > 0 {
      budget -= 1
      if layout.isRepeated(size, file, at: offset) {
        if offset + size == end || layout.isSigned(file, at: offset + size) { return (first, size) }
        first = first ?? size
      }
      size += Self.alignment
    }
    return (first, nil)
  }

  private func nextSignature(behind offset: Int, before end: Int) -> Int {
    stride(from: offset + Self.alignment, to: end, by: Self.alignment).first {
      layout.isSigned(file, at: $0) && end - $0 >= layout.smallest
    } ?? end
  }
}

extension RecordWalk {
  /// What is wrong with the records, as sentences without their full stops.
  ///
  /// - Parameter place: Where an offset of the walk is in the file.
  /// - Returns: One sentence for the damaged records, and one for the gaps between records.
  func faults(at place: (Int) -> Int = { $0 }) -> [String] {
    var faults: [String] = []
    let mended = places.filter(\.isMended)
    if let first = mended.first {
      let subject =
        mended.count == 1
        ? "the record at offset \(place(first.offset)) has"
        : "\(mended.count) records, the first at offset \(place(first.offset)), have"
      faults.append(
        "\(subject) a wrong size or signature; where a record ends was found by what is left")
    }
    if let first = covering.first {
      let (outer, inner) = (place(first.offset), place(first.covered))
      faults.append(
        covering.count == 1
          ? "the size of the record at offset \(outer) covers the one at offset \(inner); both were"
            + " read"
          : "the sizes of \(covering.count) records cover others, as that of the record at offset"
            + " \(outer) does the one at offset \(inner); all were read")
    }
    if let first = overlong.first {
      let offset = place(first.offset)
      faults.append(
        overlong.count == 1
          ? "the record at offset \(offset) has \(first.count) bytes after its contents, which may"
            + " be another record"
          : "\(overlong.count) records have bytes after their contents, which may be other records,"
            + " as that at offset \(offset) has \(first.count)")
    }
    if let first = gaps.first {
      let count = gaps.reduce(0) { $0 + $1.count }
      faults.append(
        "\(count) bytes between records, the first at offset \(place(first.lowerBound)), hold none"
          + " that can be read")
    }
    return faults
  }

  /// Whether all records are whole, with nothing between them.
  var isWhole: Bool { gaps.isEmpty && !places.contains(where: \.isMended) }

  /// Whether numbers are missing between records that are whole, as in an export of some events.
  var skipsNumbers: Bool {
    zip(places, places.dropFirst()).contains { one, next in
      !one.isMended && !next.isMended && next.number > one.number &+ 1
    }
  }

  /// What is wrong with the numbers of the records, which follow each other without a gap.
  func faultOfNumbers(at place: (Int) -> Int = { $0 }) -> String? {
    for (one, next) in zip(places, places.dropFirst()) where next.number != one.number &+ 1 {
      return next.number > one.number
        ? "record \(next.number) at offset \(place(next.offset)) follows record \(one.number):"
          + " those between them are missing"
        : "record \(next.number) at offset \(place(next.offset)) follows record \(one.number): the"
          + " numbers are out of order"
    }
    return nil
  }
}
