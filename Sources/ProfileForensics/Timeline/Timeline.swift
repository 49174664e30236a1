// SPDX-License-Identifier: MIT

import FileAccess
import WindowsTypes

/// Dated facts, oldest first; of the same time, in the order in which they were added.
///
/// A timeline is made by a ``TimelineSorter``. It keeps little in memory, however many facts there
/// are, and may be ended at any place.
public struct Timeline: Sequence, IteratorProtocol {
  private var runs: [TimelineRun]

  init(_ runs: [TimelineRun]) {
    self.runs = runs
    for index in self.runs.indices { self.runs[index].advance() }
  }

  /// Why the timeline ended before its time: the temporary file could not be read.
  public var failure: ForensicsError? { runs.lazy.compactMap(\.failure).first }

  /// Goes on to the next fact; nil at the end.
  public mutating func next() -> TimelineEntry? {
    var first: (index: Int, time: UInt64)?
    for index in runs.indices {
      guard let time = runs[index].time else { continue }
      if first == nil || time < first?.time ?? 0 { first = (index, time) }
    }
    guard let first else { return nil }
    let entry = TimelineEntry(
      time: FileTime(rawValue: first.time), decoding: runs[first.index].payload)
    runs[first.index].advance()
    return entry ?? next()
  }
}

/// Sorts dated facts, with a temporary file for what does not fit in memory.
///
/// ```swift
/// var sorter = TimelineSorter()
/// for entry in HiveTimes(hive, file: "SOFTWARE") { try sorter.add(entry) }
/// for entry in try sorter.finish() { print(entry.time, entry.message) }
/// ```
public struct TimelineSorter {
  /// How many bytes of facts are kept in memory by default: 32 MiB.
  public static let usualLimit = 32 << 20

  private let limit: Int
  private var bytes: [UInt8] = []
  private var places: [(time: UInt64, start: Int, end: Int)] = []
  private var file: SpillFile?
  private var runs: [TimelineRun] = []

  /// Makes a sorter without facts.
  ///
  /// - Parameter limit: How many bytes of facts to keep in memory.
  public init(limit: Int = Self.usualLimit) {
    self.limit = limit
  }

  /// Adds a fact.
  ///
  /// - Throws: ``ForensicsError`` where the temporary file cannot be made or written.
  public mutating func add(_ entry: TimelineEntry) throws(ForensicsError) {
    let start = bytes.count
    bytes += entry.encoded
    places.append((entry.time.rawValue, start, bytes.count))
    guard bytes.count + 24 * places.count > limit else { return }
    do throws(FileError) {
      try spill()
    } catch {
      throw ForensicsError(error)
    }
  }

  /// Ends adding facts.
  ///
  /// - Returns: The facts, oldest first.
  /// - Throws: ``ForensicsError`` where the temporary file cannot be written.
  public consuming func finish() throws(ForensicsError) -> Timeline {
    sortPlaces()
    return Timeline(runs + [TimelineRun(bytes: bytes, places: places)])
  }

  private mutating func sortPlaces() {
    // Where a fact stands tells the order in which it was added.
    places.sort { ($0.time, $0.start) < ($1.time, $1.start) }
  }

  private mutating func spill() throws(FileError) {
    let file = if let file { file } else { try SpillFile() }
    self.file = file
    sortPlaces()
    let start = file.size
    var block: [UInt8] = []
    for place in places {
      TimelineEntry.append(number: place.time, to: &block)
      TimelineEntry.append(number: UInt64(place.end - place.start), to: &block)
      block += bytes[place.start..<place.end]
      if block.count > 1 << 16 {
        try file.append(block)
        block.removeAll(keepingCapacity: true)
      }
    }
    try file.append(block)
    runs.append(TimelineRun(file: file, range: start..<file.size))
    bytes.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
  }
}

/// Facts in order: in memory, or in a part of the temporary file.
struct TimelineRun {
  private enum Source {
    case memory([UInt8], [(time: UInt64, start: Int, end: Int)])
    case file(SpillFile, Range<Int>)
  }

  /// How much of the file is read at once.
  private static let blockSize = 1 << 16

  private var source: Source
  private var nextPlace = 0
  private var block: ArraySlice<UInt8> = []
  /// The time of the current fact; nil behind the last one.
  private(set) var time: UInt64?
  /// The bytes of the current fact.
  private(set) var payload: ArraySlice<UInt8> = []
  private(set) var failure: ForensicsError?

  init(bytes: [UInt8], places: [(time: UInt64, start: Int, end: Int)]) {
    source = .memory(bytes, places)
  }

  init(file: SpillFile, range: Range<Int>) {
    source = .file(file, range)
  }

  /// Goes on to the next fact.
  mutating func advance() {
    time = nil
    switch source {
    case .memory(let bytes, let places):
      guard nextPlace < places.count else { return }
      let place = places[nextPlace]
      nextPlace += 1
      time = place.time
      payload = bytes[place.start..<place.end]
    case .file:
      guard fill(atLeast: 16) else { return }
      let found = number(at: 0)
      let count = Int(clamping: number(at: 8))
      guard fill(atLeast: 16 + count) else { return }
      time = found
      payload = block.dropFirst(16).prefix(count)
      block = block.dropFirst(16 + count)
    }
  }

  private func number(at offset: Int) -> UInt64 {
    block.dropFirst(offset).prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Reads on until so many bytes are there; false where there are not.
  private mutating func fill(atLeast count: Int) -> Bool {
    guard block.count < count, case .file(let file, let range) = source else {
      return block.count >= count
    }
    let wanted = min(max(count - block.count, Self.blockSize), range.count)
    do throws(FileError) {
      let bytes = try file.bytes(at: range.lowerBound, count: wanted)
      source = .file(file, range.lowerBound + bytes.count..<range.upperBound)
      block = ([UInt8](block) + bytes)[...]
    } catch {
      failure = ForensicsError(error)
      return false
    }
    return block.count >= count
  }
}
