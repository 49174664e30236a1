// SPDX-License-Identifier: MIT

import HiveFormat

/// Looks through the chunks of an `.evtx` file for what hides records: wrong sizes and signatures,
/// gaps, missing numbers, wrong checksums, headers of chunks that lie, chunks that are gone.
///
/// A log that Windows did not close may have chunks, and records in its last one, that its header
/// does not count; after the records of any chunk older ones may be, and the end of the file may be
/// unused: none of these is a fault.
///
/// Sources: "Windows XML Event Log (EVTX) format" of J. Metz; [MS-EVEN6], section 2.2.17.
struct EvtxSurvey {
  private(set) var faults: [EventLogFault] = []
  /// The numbers to put into a copy of the file so that its records can be found, by offset.
  private(set) var repairs: [(offset: Int, number: UInt32)] = []
  /// How many records the chunks have.
  private(set) var recordCount = 0

  let file: HiveImage
  /// Whether the header of the file can be believed.
  let isHeaderUsable: Bool
  /// What was found of the chunks in use, in the order of the file.
  private(set) var chunks: [Chunk] = []
  private let flags: UInt32
  /// The chunk that Windows wrote to last.
  private(set) var newest: Int?

  var isDirty: Bool { flags & Flags.isDirty != 0 }

  enum Layout {
    static let fileNextNumber = 24
    static let fileChunkCount = 42
    static let firstNumber = 8
    static let lastNumber = 16
    static let firstIdentifier = 24
    static let lastIdentifier = 32
    static let headerSize = 40
    static let lastRecord = 44
    static let freeSpace = 48
    static let recordsChecksum = 52
    static let flags = 120
    static let headerChecksum = 124
    static let strings = 128
    static let firstRecord = 512
  }

  private enum Flags {
    static let isDirty: UInt32 = 1
    static let hasNoChecksums: UInt32 = 4
  }

  /// Looks through a file; `isHeaderUsable` says whether its header can be believed.
  init(_ file: HiveImage, isHeaderUsable: Bool) {
    self.file = file
    self.isHeaderUsable = isHeaderUsable
    flags = isHeaderUsable ? (try? file.uint32(at: Layout.flags)) ?? 0 : Flags.isDirty
    if isHeaderUsable { checkFileHeader() }
    let offsets = Array(stride(from: EvtxHeader.size, to: file.count, by: EvtxHeader.chunkSize))
    newest = offsets.filter { EvtxHeader.isChunk(file, at: $0) }.max {
      lastIdentifier(of: $0) < lastIdentifier(of: $1)
    }
    for chunk in offsets {
      do throws(FormatError) {
        if EvtxHeader.isChunk(file, at: chunk) {
          try survey(chunk)
        } else {
          try surveyLost(chunk)
        }
      } catch {
        // The chunk is cut short before its header's end, which is reported for the file.
        continue
      }
    }
    compareChunks()
  }

  private func lastIdentifier(of chunk: Int) -> UInt64 {
    let last = (try? file.uint64(at: chunk + Layout.lastIdentifier)) ?? 0
    return last == .max ? 0 : last
  }

  mutating func add(_ fault: String) {
    faults.append(EventLogFault(description: fault))
  }

  private mutating func checkFileHeader() {
    guard flags & (Flags.isDirty | Flags.hasNoChecksums) == 0,
      !isChecksum(at: Layout.headerChecksum, of: [0..<Layout.flags])
    else { return }
    add("the header of the file has a wrong checksum")
  }

  private func isChecksum(at offset: Int, of ranges: [Range<Int>]) -> Bool {
    var sum = Checksum()
    do throws(FormatError) {
      for range in ranges { try sum.add(range, of: file) }
      return try file.uint32(at: offset) == sum.value
    } catch {
      return false
    }
  }
}

// MARK: - Chunks

extension EvtxSurvey {
  private func available(_ chunk: Int) -> Int { min(EvtxHeader.chunkSize, file.count - chunk) }

  private func walk(_ chunk: Int, to end: Int) -> RecordWalk {
    RecordWalk(file, from: chunk + Layout.firstRecord, to: end, layout: .evtx) { (offset, end) in
      EvtxValues.end(ofRecordAt: offset, before: end, chunk: chunk, of: file)
    }
  }

  /// The records that follow on those of a chunk where its header has no more.
  private func tail(of chunk: Int, behind last: RecordWalk.Place?) -> [RecordWalk.Place] {
    guard var last else { return [] }
    var places: [RecordWalk.Place] = []
    let layout = RecordLayout.evtx
    while let size = layout.size(file, at: last.end, before: chunk + available(chunk)),
      layout.number(file, at: last.end) == last.number &+ 1
    {
      last = RecordWalk.Place(
        offset: last.end, size: size, number: last.number &+ 1, isMended: false)
      places.append(last)
    }
    return places
  }

  private mutating func survey(_ chunk: Int) throws(FormatError) {
    let free = Int(try file.uint32(at: chunk + Layout.freeSpace))
    let headerSize = try file.uint32(at: chunk + Layout.headerSize)
    let last = Int(try file.uint32(at: chunk + Layout.lastRecord))
    let isSound =
      headerSize == Layout.strings && (Layout.firstRecord...EvtxHeader.chunkSize).contains(free)
    let end = isSound ? min(free, available(chunk)) : available(chunk)
    let walk = walk(chunk, to: chunk + end)
    let isCut = isSound && free > end
    var places = walk.places
    if !isSound { places = withoutTail(places) }
    // What is left of a record that was cut off is none.
    if isCut, places.last?.isMended == true { places.removeLast() }
    recordCount += places.count
    chunks.append(
      Chunk(
        offset: chunk, numbers: range(Layout.firstNumber, Layout.lastNumber, of: chunk),
        identifiers: range(Layout.firstIdentifier, Layout.lastIdentifier, of: chunk),
        found: Self.numbers(of: places + tail(of: chunk, behind: places.last)),
        skipsNumbers: walk.skipsNumbers, recordCount: places.count))
    for fault in walk.faults() where isSound && !isCut { add(fault) }
    repair(places)
    let isNamedLast = places.isEmpty || places.last?.offset == chunk + last
    if !isSound || !(isNamedLast || isCut) {
      repairs.append((chunk + Layout.headerSize, UInt32(Layout.strings)))
      let offset = (places.last?.offset ?? chunk) - chunk
      repairs.append((chunk + Layout.lastRecord, UInt32(offset)))
      if !isSound {
        let end = (places.last?.end ?? chunk + Layout.firstRecord) - chunk
        repairs.append((chunk + Layout.freeSpace, UInt32(end)))
        add("the header of the chunk at offset \(chunk) is wrong; its records were read without it")
      } else if !mayBeAhead(chunk) {
        add("the chunk at offset \(chunk) names another record as its last than it has")
      }
    }
    if isSound, !isCut {
      checkNumbers(walk, of: chunk)
      try checkSums(of: chunk, free: free)
    }
  }

  /// Whether Windows may have written to a chunk after its header.
  private func mayBeAhead(_ chunk: Int) -> Bool {
    flags & Flags.isDirty != 0 && chunk == newest
  }

  /// The records whose numbers grow: older ones may be in the unused tail of a chunk.
  private func withoutTail(_ places: [RecordWalk.Place]) -> [RecordWalk.Place] {
    var count = 0
    while count < places.count,
      count == 0 || places[count].number > places[count - 1].number
    {
      count += 1
    }
    while count > 0, places[count - 1].isMended, !hasSizeTwice(places[count - 1]) { count -= 1 }
    return Array(places[..<count])
  }

  /// Whether a record has its size at both of its ends, which nothing else has by chance.
  private func hasSizeTwice(_ place: RecordWalk.Place) -> Bool {
    let stated = RecordLayout.evtx.statedSize(file, at: place.offset, before: place.end)
    return stated == place.size && RecordLayout.evtx.isRepeated(place.size, file, at: place.offset)
  }

  private mutating func repair(_ places: [RecordWalk.Place]) {
    for place in places where place.isMended {
      let layout = RecordLayout.evtx
      repairs.append((place.offset + layout.signatureOffset, layout.signature))
      repairs.append((place.offset + layout.sizeOffset, UInt32(place.size)))
      repairs.append((place.end - 4, UInt32(place.size)))
    }
  }

  /// Compares the numbers of a chunk's records with its header and with each other.
  ///
  /// In an export of some events the identifiers have gaps, and the header's two ranges differ.
  private mutating func checkNumbers(_ walk: RecordWalk, of chunk: Int) {
    let numbers = range(Layout.firstNumber, Layout.lastNumber, of: chunk)?.length
    let identifiers = range(Layout.firstIdentifier, Layout.lastIdentifier, of: chunk)
    if let numbers, numbers != walk.places.count, !mayBeAhead(chunk) {
      add(
        "the chunk at offset \(chunk) has \(walk.places.count) records, and its header says"
          + " \(numbers)")
    }
    guard numbers == identifiers?.length else {
      if numbers != nil, identifiers != nil, !mayBeAhead(chunk), walk.isWhole,
        walk.faultOfNumbers() == nil
      {
        add(
          "the numbers in the header of the chunk at offset \(chunk) are those of an export of some"
            + " events, and its records have no gaps")
      }
      return
    }
    if let fault = walk.faultOfNumbers() { return add(fault) }
    if let stated = identifiers?.lowerBound, let first = walk.places.first, !first.isMended,
      first.number != stated
    {
      add(
        "the chunk at offset \(chunk) begins with record \(first.number), and its header says"
          + " \(stated)")
    }
  }

  /// A range of numbers in the header of a chunk; nil where it has none.
  private func range(_ first: Int, _ last: Int, of chunk: Int) -> ClosedRange<UInt64>? {
    guard let first = try? file.uint64(at: chunk + first),
      let last = try? file.uint64(at: chunk + last),
      first > 0, last < .max, first <= last
    else { return nil }
    return first...last
  }

  private mutating func checkSums(of chunk: Int, free: Int) throws(FormatError) {
    let own = try file.uint32(at: chunk + Layout.flags)
    guard (flags | own) & Flags.hasNoChecksums == 0, !mayBeAhead(chunk),
      available(chunk) == EvtxHeader.chunkSize
    else { return }
    let header = [
      chunk..<chunk + Layout.flags, chunk + Layout.strings..<chunk + Layout.firstRecord,
    ]
    if !isChecksum(at: chunk + Layout.headerChecksum, of: header) {
      add("the header of the chunk at offset \(chunk) has a wrong checksum")
    }
    let records = chunk + Layout.firstRecord..<chunk + free
    if !isChecksum(at: chunk + Layout.recordsChecksum, of: [records]) {
      add("the records of the chunk at offset \(chunk) have a wrong checksum")
    }
  }

  /// Looks at a chunk that does not begin as one.
  ///
  /// Unused ones need not be empty: what the disk held before may be there. It was one in use
  /// where the header of the file or a newer chunk behind it says so, where a record is in the
  /// first place, or where the rest of its header is right.
  private mutating func surveyLost(_ chunk: Int) throws(FormatError) {
    let isInUse = chunk < endOfUse
    let free = (try? file.uint32(at: chunk + Layout.freeSpace)).map(Int.init) ?? 0
    let isHeader =
      (try? file.uint32(at: chunk + Layout.headerSize)) == UInt32(Layout.strings)
      && (Layout.firstRecord + 1...EvtxHeader.chunkSize).contains(free)
    let hasFirst = EvtxHeader.isRecord(file, at: chunk + Layout.firstRecord)
    guard isInUse || isHeader || hasFirst else { return }
    let end = isHeader ? min(free, available(chunk)) : available(chunk)
    let walk = walk(chunk, to: chunk + end)
    let isRead = hasFirst || walk.places.contains { hasSizeTwice($0) }
    guard isInUse || isRead else { return }
    let places = isRead ? withoutTail(walk.places) : []
    chunks.append(
      Chunk(
        offset: chunk, isLost: true, found: Self.numbers(of: places), recordCount: places.count))
    guard let last = places.last else { return }
    recordCount += places.count
    repair(places)
    for (offset, number) in [
      (0, EvtxHeader.chunkSignature.low), (4, EvtxHeader.chunkSignature.high),
      (Layout.headerSize, UInt32(Layout.strings)),
      (Layout.lastRecord, UInt32(last.offset - chunk)),
      (Layout.freeSpace, UInt32(last.end - chunk)),
    ] {
      repairs.append((chunk + offset, number))
    }
  }
}
