// SPDX-License-Identifier: MIT

import HiveFormat

/// Looks through an `.evt` file for its records, by their own signatures and sizes.
///
/// The log is a ring: after the newest record is a mark of the end, ELF_EOF_RECORD, and the
/// oldest record comes some way after it. A record may begin at the end of the file and continue
/// after the header; where not even the fixed part of one has room, numbers of 0x27 fill the rest.
/// Of a log that Windows did not close the header is old, and the mark of the end is right.
///
/// Sources: "Event Log File Format", ELF_LOGFILE_HEADER and ELF_EOF_RECORD in the documentation of
/// Microsoft; "Windows Event Log (EVT) format" of J. Metz.
struct EvtSurvey {
  /// The records in use, oldest first, in one run of bytes.
  let image: HiveImage
  private(set) var places: [RecordWalk.Place]
  private(set) var faults: [EventLogFault] = []
  /// Older records that are in the part of the file that is not in use.
  private(set) var unused: [RecordWalk.Place] = []
  /// Whether a library that goes by the header and by what records say finds all there is.
  var isRegular: Bool { faults.isEmpty && places.allSatisfy(hasTextsInside) }

  private let file: HiveImage
  private let ring: Ring

  private enum Layout {
    static let headerSize = 48
    static let start = 16
    static let end = 20
    static let nextNumber = 24
    static let oldestNumber = 28
    static let fileSize = 32
    static let flags = 36
    static let isDirty: UInt32 = 1
    static let endMark: [UInt32] = [
      0x28, 0x1111_1111, 0x2222_2222, 0x3333_3333, 0x4444_4444,
    ]
    static let markStart = 20
    static let markEnd = 24
    static let markSize = 40
    static let fill: UInt32 = 0x27
    static let fixedPart = 56
    static let stringCount = 26
    static let strings = 36
    static let dataSize = 48
    static let data = 52
  }

  /// The part of a file that is in use: from the oldest record to the mark of the end.
  private struct Ring {
    var start: Int
    var end: Int
    var isWrapped: Bool { end < start }
  }

  init(_ file: HiveImage) {
    self.file = file
    let hasHeader = LibyalFunctions.isEvt(file)
    let header = hasHeader ? Self.header(of: file) : nil
    let size = hasHeader ? (try? file.uint32(at: Layout.fileSize)) ?? 0 : 0
    let isCut = file.count < size
    let isDirty = ((try? file.uint32(at: Layout.flags)) ?? 0) & Layout.isDirty != 0
    var texts: [String] = []
    if isCut { texts.append("the file is cut short: it has \(file.count) of \(size) bytes") }
    if !hasHeader { texts.append("the header is damaged; the records were looked for without it") }
    if let header {
      ring = header
    } else if let mark = Self.mark(in: file) {
      ring = mark
      if hasHeader, !isDirty {
        texts.append("the header leads to no mark of the end; another is used")
      }
    } else {
      ring = Ring(start: Layout.headerSize, end: max(file.count, Layout.headerSize))
      if hasHeader, !isCut { texts.append("the log has no mark of its end") }
    }
    let hasEnd = header != nil || Self.mark(in: file) != nil
    image = ring.isWrapped ? Self.unrolled(file, ring) : file
    let first = ring.isWrapped ? 0 : ring.start
    let walk = RecordWalk(
      image, from: first, to: ring.isWrapped ? image.count : ring.end, layout: .evt
    ) { [image] (offset, end) in
      Self.contentEnd(ofRecordAt: offset, before: end, of: image)
    }
    places = walk.places
    if hasEnd {
      texts += walk.faults(at: place)
    } else {
      // What follows the last whole record is not known to be one.
      while places.last?.isMended == true { places.removeLast() }
    }
    if let fault = walk.faultOfNumbers(at: place) { texts.append(fault) }
    if let fault = missing(hasHeader && !isDirty && !isCut) { texts.append(fault) }
    faults = texts.map { EventLogFault(description: $0) }
    unused = Self.records(in: file, outside: ring)
  }

  /// Where an offset of ``image`` is in the file.
  func place(_ offset: Int) -> Int {
    guard ring.isWrapped else { return offset }
    let tail = file.count - ring.start
    return offset < tail ? ring.start + offset : Layout.headerSize + offset - tail
  }

  /// Where the data of a record end, which come last; nil where its fields cannot be right.
  private static func contentEnd(
    ofRecordAt offset: Int, before end: Int, of image: HiveImage
  ) -> Int? {
    guard let size = try? image.uint32(at: offset + Layout.dataSize),
      let data = try? image.uint32(at: offset + Layout.data),
      data >= Layout.fixedPart, Int(data) + Int(size) <= end - offset - 4
    else { return nil }
    return offset + Int(data) + Int(size)
  }

  /// Whether the place that a record names for its texts is inside of it.
  private func hasTextsInside(_ record: RecordWalk.Place) -> Bool {
    guard let count = try? image.uint16(at: record.offset + Layout.stringCount),
      let strings = try? image.uint32(at: record.offset + Layout.strings)
    else { return false }
    return count == 0 || (Layout.fixedPart...record.size - 4).contains(Int(strings))
  }

  /// Where the header leads, if the mark of the end is there.
  private static func header(of file: HiveImage) -> Ring? {
    guard let start = try? file.uint32(at: Layout.start),
      let end = try? file.uint32(at: Layout.end),
      start >= Layout.headerSize, start < file.count, isMark(file, at: Int(end))
    else { return nil }
    return Ring(start: Int(start), end: Int(end))
  }

  private static func isMark(_ file: HiveImage, at offset: Int) -> Bool {
    Layout.endMark.enumerated().allSatisfy { index, word in
      (try? file.uint32(at: offset + 4 * index)) == word
    }
  }

  /// Where the mark of the end leads; one that names its own place is taken first.
  private static func mark(in file: HiveImage) -> Ring? {
    var other: Ring?
    for offset in stride(from: Layout.headerSize, to: file.count - Layout.markSize + 1, by: 4)
    where (try? file.uint32(at: offset)) == Layout.endMark[0] && isMark(file, at: offset) {
      let start = (try? file.uint32(at: offset + Layout.markStart)) ?? 0
      let isUsable = start >= Layout.headerSize && start < file.count
      let ring = Ring(start: isUsable ? Int(start) : Layout.headerSize, end: offset)
      if (try? file.uint32(at: offset + Layout.markEnd)) == UInt32(offset) { return ring }
      other = other ?? ring
    }
    return other
  }

  /// The records of a ring that goes over the end of the file, in one run.
  private static func unrolled(_ file: HiveImage, _ ring: Ring) -> HiveImage {
    var bytes = (try? file.bytes(at: ring.start, count: file.count - ring.start)) ?? []
    var fill = 0
    while fill + 4 <= min(bytes.count, Layout.fixedPart),
      (try? file.uint32(at: file.count - fill - 4)) == Layout.fill
    {
      fill += 4
    }
    bytes.removeLast(fill)
    bytes += (try? file.bytes(at: Layout.headerSize, count: ring.end - Layout.headerSize)) ?? []
    return HiveImage(bytes)
  }

  /// What is missing by the numbers in the header.
  private func missing(_ isHeaderRight: Bool) -> String? {
    guard isHeaderRight, let first = places.first, let last = places.last,
      let oldest = try? file.uint32(at: Layout.oldestNumber),
      let next = try? file.uint32(at: Layout.nextNumber), oldest > 0, next > oldest,
      first.number > oldest || last.number < next - 1
    else { return nil }
    return "by its header the log has the records \(oldest) to \(next - 1); those that were found"
      + " are \(first.number) to \(last.number)"
  }

  /// The whole records in the part of a file that is not in use.
  private static func records(in file: HiveImage, outside ring: Ring) -> [RecordWalk.Place] {
    let unused =
      ring.isWrapped
      ? [ring.end..<ring.start]
      : [Layout.headerSize..<ring.start, ring.end..<max(file.count, ring.end)]
    var places: [RecordWalk.Place] = []
    for range in unused {
      var offset = range.lowerBound
      while offset < range.upperBound {
        if let size = RecordLayout.evt.size(file, at: offset, before: range.upperBound) {
          places.append(
            RecordWalk.Place(
              offset: offset, size: size, number: RecordLayout.evt.number(file, at: offset),
              isMended: false))
          offset += size
        } else {
          offset += 4
        }
      }
    }
    return places
  }

  /// How far into a file records are looked for where it has no header.
  private static let searchLimit = 1 << 20

  /// Whether a file that has lost its header begins with records of this format.
  static func hasRecords(_ start: HiveImage) -> Bool {
    stride(from: 0, to: min(start.count, searchLimit), by: 4).contains {
      RecordLayout.evt.size(start, at: $0, before: start.count) != nil
    }
  }
}
