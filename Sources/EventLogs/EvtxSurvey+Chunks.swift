// SPDX-License-Identifier: MIT

import HiveFormat

/// What the chunks of a log and the header of its file say of each other.
///
/// The header counts the chunks in use and knows the number that the next record gets. Of a log
/// that Windows did not close both are those of an earlier time: there may be more, but not fewer.
extension EvtxSurvey {
  /// What was found of a chunk.
  struct Chunk {
    let offset: Int
    /// Whether it does not begin as a chunk does.
    var isLost = false
    /// The numbers that its records have in this file, by its header; they have no gaps.
    var numbers: ClosedRange<UInt64>?
    /// The numbers that its records have in the log, by its header; an export of some events has
    /// gaps in them.
    var identifiers: ClosedRange<UInt64>?
    /// The numbers of the records that were found.
    var found: ClosedRange<UInt64>?
    /// Whether numbers are missing between its records.
    var skipsNumbers = false
    let recordCount: Int
  }

  /// The least and the greatest number of records; those of damaged ones count where they can be
  /// right.
  static func numbers(of places: [RecordWalk.Place]) -> ClosedRange<UInt64>? {
    let places = places.filter { $0.number > 0 }
    let sure = places.filter { !$0.isMended }.map(\.number)
    let count = UInt64(places.count)
    let numbers = places.map(\.number).filter { number in
      guard let least = sure.min(), let greatest = sure.max() else { return true }
      return number >= least - min(count, least) && number <= greatest &+ count
    }
    guard let least = numbers.min(), let greatest = numbers.max() else { return nil }
    return least...greatest
  }

  /// How many chunks are in use by the header of the file; none where it cannot be believed.
  private var statedChunkCount: Int {
    isHeaderUsable ? Int((try? file.uint16(at: Layout.fileChunkCount)) ?? 0) : 0
  }

  /// The greatest number of a record by the header of the file; nil where there is none.
  private var statedLast: UInt64? {
    guard isHeaderUsable, let next = try? file.uint64(at: Layout.fileNextNumber), next > 1 else {
      return nil
    }
    return next - 1
  }

  /// Where the chunks end that are in use.
  var endOfUse: Int {
    max(
      EvtxHeader.size + statedChunkCount * EvtxHeader.chunkSize,
      newest.map { $0 + EvtxHeader.chunkSize } ?? 0)
  }

  /// Reports chunks and records that are missing.
  mutating func compareChunks() {
    let greatest = chunks.compactMap { $0.found?.upperBound }.max()
    reportLost(greatest)
    let count = (file.count - EvtxHeader.size + EvtxHeader.chunkSize - 1) / EvtxHeader.chunkSize
    if statedChunkCount > count {
      add(
        "the file is cut short: by its header it has \(statedChunkCount) chunks, of which"
          + " \(count) \(count == 1 ? "is" : "are") there")
    }
    reportGaps()
    if let statedLast, let greatest, statedLast > greatest {
      add(
        "by its header the log has records up to \(statedLast); those that were found end with"
          + " \(greatest)")
    }
  }

  private mutating func reportLost(_ greatest: UInt64?) {
    var lost = chunks.filter(\.isLost)
    // Of a log that is in use, the last chunk may be on the disk before anything is in it.
    if isDirty, let last = lost.last, last.recordCount == 0,
      last.offset + EvtxHeader.chunkSize == endOfUse, statedLast ?? 0 <= greatest ?? 0,
      isEmpty(last.offset)
    {
      lost.removeLast()
    }
    var index = 0
    while index < lost.count {
      let first = lost[index]
      var next = index + 1
      while first.recordCount == 0, next < lost.count, lost[next].recordCount == 0,
        lost[next].offset == lost[next - 1].offset + EvtxHeader.chunkSize
      {
        next += 1
      }
      let count = next - index
      let records =
        switch first.recordCount {
        case 0: "no record was"
        case 1: "1 record was"
        default: "\(first.recordCount) records were"
        }
      add(
        count == 1
          ? "the chunk at offset \(first.offset) is damaged: it does not begin with ElfChnk, and"
            + " \(records) found in it"
          : "\(count) chunks from offset \(first.offset) on are damaged: they do not begin with"
            + " ElfChnk, and no record was found in them")
      index = next
    }
  }

  private func isEmpty(_ chunk: Int) -> Bool {
    let count = min(EvtxHeader.chunkSize, file.count - chunk)
    return (try? file.bytes(at: chunk, count: count))?.allSatisfy { $0 == 0 } ?? true
  }

  /// Whether the log is an export of some events: then their numbers in the log have gaps, inside
  /// of chunks too.
  ///
  /// Where only those between chunks are missing, whole chunks are.
  var isSelection: Bool {
    chunks.contains { chunk in
      guard let numbers = chunk.numbers, let identifiers = chunk.identifiers else { return false }
      return chunk.skipsNumbers && numbers.length != identifiers.length
    }
  }

  /// Reports what is missing between the chunks by the numbers of their records.
  ///
  /// The log may be a ring whose oldest chunk is anywhere in the file, so their order does not
  /// count.
  private mutating func reportGaps() {
    let isSelection = isSelection
    let lostCount = isSelection ? chunks.filter(\.isLost).reduce(0) { $0 + $1.recordCount } : 0
    let ranges = chunks.compactMap { chunk -> (range: ClosedRange<UInt64>, chunk: Chunk)? in
      (isSelection ? chunk.numbers : chunk.found).map { ($0, chunk) }
    }
    .sorted { $0.range.lowerBound < $1.range.lowerBound }
    guard var before = ranges.first else { return }
    for next in ranges.dropFirst() {
      if next.range.lowerBound > before.range.upperBound {
        let missing = next.range.lowerBound - before.range.upperBound - 1
        if missing > UInt64(lostCount) {
          let subject = missing == 1 ? "1 record is" : "\(missing) records are"
          let first = next.chunk.found?.lowerBound ?? next.range.lowerBound
          let last = before.chunk.found?.upperBound ?? before.range.upperBound
          add(
            "\(subject) missing: the chunk at offset \(next.chunk.offset) begins with record"
              + " \(first), and the one before it by its numbers ends with \(last)")
        }
      }
      if next.range.upperBound > before.range.upperBound { before = next }
    }
  }
}

extension ClosedRange<UInt64> {
  /// How many numbers there are.
  var length: UInt64 { upperBound - lowerBound &+ 1 }
}
