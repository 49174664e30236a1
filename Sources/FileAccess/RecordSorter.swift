// SPDX-License-Identifier: MIT

/// Sorts records by a number, with a temporary file for what does not fit in memory.
package struct RecordSorter {
  /// How many bytes of records are kept in memory by default: 16 MiB.
  package static let usualLimit = 16 << 20

  private let limit: Int
  private var bytes: [UInt8] = []
  private var places: [SortedRecords.Place] = []
  private var file: SpillFile?
  private var runs: [SortedRecords.Run] = []

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
  /// - Throws: ``FileError`` where the temporary file cannot be made or written.
  package mutating func add(_ number: UInt64, _ record: [UInt8]) throws(FileError) {
    if bytes.count + record.count + 24 * places.count > limit, !places.isEmpty { try spill() }
    let start = bytes.count
    bytes += record
    places.append(SortedRecords.Place(number: number, start: start, end: bytes.count))
  }

  /// Ends adding records.
  ///
  /// - Returns: The records, those with the least number first.
  package consuming func finish() -> SortedRecords {
    sortPlaces()
    return SortedRecords(runs + [SortedRecords.Run(bytes: bytes, places: places)])
  }

  private mutating func sortPlaces() {
    // Where a record stands shows the order in which it was added.
    places.sort { ($0.number, $0.start) < ($1.number, $1.start) }
  }

  private mutating func spill() throws(FileError) {
    let file = if let file { file } else { try SpillFile() }
    self.file = file
    sortPlaces()
    let start = file.size
    var block: [UInt8] = []
    for place in places {
      Self.append(place.number, to: &block)
      Self.append(UInt64(place.end - place.start), to: &block)
      block += bytes[place.start..<place.end]
      if block.count > 1 << 16 {
        try file.append(block)
        block.removeAll(keepingCapacity: true)
      }
    }
    try file.append(block)
    runs.append(SortedRecords.Run(file: file, range: start..<file.size))
    bytes.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
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

  /// Why the records ended before their time: the temporary file could not be read.
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

  /// Records in order: in memory, or in a part of the temporary file.
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
