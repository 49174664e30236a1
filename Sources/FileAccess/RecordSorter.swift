// SPDX-License-Identifier: MIT

/// Sorts records by a number, with temporary files for what does not fit in memory.
///
/// What memory has is sorted and goes to a file as a run. Some runs of a file become one run of the
/// next file, so that there are few to read at the end, however many records there are.
package struct RecordSorter {
  /// How many bytes of records are kept in memory by default: 16 MiB.
  package static let usualLimit = 16 << 20
  /// How many runs become one.
  private static let runLimit = 32

  /// A temporary file with sorted runs, each of later records than the one before.
  private struct Level {
    let file: SpillFile
    var runs: [SortedRecords.Run] = []
  }

  private let limit: Int
  private var bytes: [UInt8] = []
  private var places: [SortedRecords.Place] = []
  /// Each has runs of later records than the next one.
  private var levels: [Level] = []

  /// Makes a sorter without records.
  ///
  /// - Parameter limit: How many bytes of records to keep in memory.
  package init(limit: Int = Self.usualLimit) {
    self.limit = limit
  }

  /// Adds a record.
  ///
  /// - Parameters:
  ///   - number: What it is sorted by.
  ///   - record: Its bytes.
  /// - Throws: ``FileError`` where a temporary file cannot be made or written.
  package mutating func add(_ number: UInt64, _ record: ArraySlice<UInt8>) throws(FileError) {
    if bytes.count + record.count + 24 * places.count > limit, !places.isEmpty {
      try write(takeMemory(), level: 0)
    }
    let start = bytes.count
    bytes += record
    places.append(SortedRecords.Place(number: number, start: start, end: bytes.count))
  }

  /// Ends adding records.
  ///
  /// - Returns: The records, those with the least number first.
  package consuming func finish() -> SortedRecords {
    let memory = takeMemory()
    return SortedRecords(levels.reversed().flatMap(\.runs) + memory)
  }

  /// The records in memory as a sorted run.
  private mutating func takeMemory() -> [SortedRecords.Run] {
    // Where a record stands shows the order in which it was added.
    places.sort { ($0.number, $0.start) < ($1.number, $1.start) }
    defer {
      bytes.removeAll(keepingCapacity: true)
      places.removeAll(keepingCapacity: true)
    }
    return [SortedRecords.Run(bytes: bytes, places: places)]
  }

  /// Writes runs to the file of a level, as one.
  private mutating func write(
    _ runs: [SortedRecords.Run], level: Int
  ) throws(FileError) {
    if level == levels.count { levels.append(Level(file: try SpillFile())) }
    let file = levels[level].file
    let start = file.size
    var records = SortedRecords(runs)
    var block: [UInt8] = []
    while let (number, record) = records.next() {
      Self.append(number, to: &block)
      Self.append(UInt64(record.count), to: &block)
      block += record
      if block.count > 1 << 16 {
        try file.append(block)
        block.removeAll(keepingCapacity: true)
      }
    }
    if let failure = records.failure { throw failure }
    try file.append(block)
    levels[level].runs.append(SortedRecords.Run(file: file, range: start..<file.size))
    guard levels[level].runs.count == Self.runLimit else { return }
    let full = levels[level]
    // The file is gone with its runs.
    levels[level] = Level(file: try SpillFile())
    try write(full.runs, level: level + 1)
  }

  private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(shift)))
    }
  }
}

/// Records in the order of their numbers; those of the same number in the order in which they were
/// added.
package struct SortedRecords {
  private var runs: [Run]

  fileprivate init(_ runs: [Run]) {
    self.runs = runs
    for index in self.runs.indices { self.runs[index].advance() }
  }

  /// Why the records ended before their time: a temporary file could not be read.
  package var failure: FileError? { runs.lazy.compactMap(\.failure).first }

  /// Goes on to the next record; nil at the end.
  package mutating func next() -> (number: UInt64, record: ArraySlice<UInt8>)? {
    var first: (index: Int, number: UInt64)?
    for index in runs.indices {
      guard let number = runs[index].number else { continue }
      if first == nil || number < first?.number ?? 0 { first = (index, number) }
    }
    guard let first else { return nil }
    let record = runs[first.index].record
    runs[first.index].advance()
    return (first.number, record)
  }

  /// A record in memory.
  fileprivate struct Place {
    let number: UInt64
    let start: Int
    let end: Int
  }

  /// Records in order: in memory, or in a part of a temporary file.
  fileprivate struct Run {
    private enum Source {
      case memory([UInt8], [Place])
      case file(SpillFile, Range<Int>)
    }

    /// How much of the file is read at once.
    private static let blockSize = 1 << 16

    private var source: Source
    private var nextPlace = 0
    private var block: ArraySlice<UInt8> = []
    /// The number of the current record; nil behind the last one.
    private(set) var number: UInt64?
    /// The current record.
    private(set) var record: ArraySlice<UInt8> = []
    private(set) var failure: FileError?

    init(bytes: [UInt8], places: [Place]) {
      source = .memory(bytes, places)
    }

    init(file: SpillFile, range: Range<Int>) {
      source = .file(file, range)
    }

    /// Goes on to the next record.
    mutating func advance() {
      number = nil
      switch source {
      case .memory(let bytes, let places):
        guard nextPlace < places.count else { return }
        let place = places[nextPlace]
        nextPlace += 1
        number = place.number
        record = bytes[place.start..<place.end]
      case .file:
        guard fill(atLeast: 16) else { return }
        let found = storedNumber(at: 0)
        let count = Int(clamping: storedNumber(at: 8))
        guard fill(atLeast: 16 + count) else { return }
        number = found
        record = block.dropFirst(16).prefix(count)
        block = block.dropFirst(16 + count)
      }
    }

    private func storedNumber(at offset: Int) -> UInt64 {
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
        failure = error
        return false
      }
      return block.count >= count
    }
  }
}
