// SPDX-License-Identifier: MIT

import HiveFormat

/// Looks through the chunks of an `.evtx` file for what hides records: wrong sizes and signatures,
/// gaps, missing numbers, wrong checksums, headers of chunks that lie.
///
/// A log that Windows did not close may have a last chunk that is newer than its header says, and
/// after the records of any chunk older ones may be: neither is a fault.
///
/// Sources: "Windows XML Event Log (EVTX) format" of J. Metz; [MS-EVEN6], section 2.2.17.
struct EvtxSurvey {
  private(set) var faults: [EventLogFault] = []
  /// The numbers to put into a copy of the file so that its records can be found, by offset.
  private(set) var repairs: [(offset: Int, number: UInt32)] = []
  /// How many records the chunks have.
  private(set) var recordCount = 0

  private let file: HiveImage
  private let flags: UInt32
  /// The chunk that Windows wrote to last.
  private var newest: Int?

  private enum Layout {
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
    flags = isHeaderUsable ? (try? file.uint32(at: Layout.flags)) ?? 0 : Flags.isDirty
    if isHeaderUsable { checkFileHeader() }
    let chunks = Array(stride(from: EvtxHeader.size, to: file.count, by: EvtxHeader.chunkSize))
    newest = chunks.filter { EvtxHeader.isChunk(file, at: $0) }.max {
      lastIdentifier(of: $0) < lastIdentifier(of: $1)
    }
    for chunk in chunks {
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
  }

  private func lastIdentifier(of chunk: Int) -> UInt64 {
    let last = (try? file.uint64(at: chunk + Layout.lastIdentifier)) ?? 0
    return last == .max ? 0 : last
  }

  private mutating func add(_ fault: String) {
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

  private mutating func survey(_ chunk: Int) throws(FormatError) {
    let free = Int(try file.uint32(at: chunk + Layout.freeSpace))
    let headerSize = try file.uint32(at: chunk + Layout.headerSize)
    let last = Int(try file.uint32(at: chunk + Layout.lastRecord))
    let isSound =
      headerSize == Layout.strings && (Layout.firstRecord...EvtxHeader.chunkSize).contains(free)
    let end = isSound ? min(free, available(chunk)) : available(chunk)
    let walk = RecordWalk(
      file, from: chunk + Layout.firstRecord, to: chunk + end, layout: .evtx)
    let isCut = isSound && free > end
    var places = walk.places
    if !isSound { places = Self.withoutTail(places) }
    // What is left of a record that was cut off is none.
    if isCut, places.last?.isMended == true { places.removeLast() }
    recordCount += places.count
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
      try checkNumbers(walk, of: chunk)
      try checkSums(of: chunk, free: free)
    }
  }

  /// Whether Windows may have written to a chunk after its header.
  private func mayBeAhead(_ chunk: Int) -> Bool {
    flags & Flags.isDirty != 0 && chunk == newest
  }

  /// The records whose numbers grow: older ones may be in the unused tail of a chunk.
  private static func withoutTail(_ places: [RecordWalk.Place]) -> [RecordWalk.Place] {
    var count = 0
    while count < places.count,
      count == 0 || places[count].number > places[count - 1].number
    {
      count += 1
    }
    while count > 0, places[count - 1].isMended { count -= 1 }
    return Array(places[..<count])
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
  private mutating func checkNumbers(_ walk: RecordWalk, of chunk: Int) throws(FormatError) {
    func range(_ first: Int, _ last: Int) throws(FormatError) -> UInt64? {
      let first = try file.uint64(at: chunk + first)
      let last = try file.uint64(at: chunk + last)
      guard first > 0, last < .max, first <= last else { return nil }
      return last - first + 1
    }
    let numbers = try range(Layout.firstNumber, Layout.lastNumber)
    let identifiers = try range(Layout.firstIdentifier, Layout.lastIdentifier)
    if let numbers, numbers != walk.places.count, !mayBeAhead(chunk) {
      add(
        "the chunk at offset \(chunk) has \(walk.places.count) records, and its header says"
          + " \(numbers)")
    }
    if numbers == identifiers, let fault = walk.faultOfNumbers() { add(fault) }
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
  /// where a record is in the first place, or the rest of its header is right.
  private mutating func surveyLost(_ chunk: Int) throws(FormatError) {
    let free = Int(try file.uint32(at: chunk + Layout.freeSpace))
    let isHeader =
      try file.uint32(at: chunk + Layout.headerSize) == Layout.strings
      && (Layout.firstRecord + 1...EvtxHeader.chunkSize).contains(free)
    guard isHeader || EvtxHeader.isRecord(file, at: chunk + Layout.firstRecord) else { return }
    let end = isHeader ? min(free, available(chunk)) : available(chunk)
    let walk = RecordWalk(
      file, from: chunk + Layout.firstRecord, to: chunk + end, layout: .evtx)
    guard
      walk.places.contains(where: { !$0.isMended })
        || EvtxHeader.isRecord(file, at: chunk + Layout.firstRecord)
    else { return }
    add("the chunk at offset \(chunk) is damaged: it does not begin with ElfChnk")
    repair(walk.places)
  }
}
