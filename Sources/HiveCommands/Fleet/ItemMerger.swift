// SPDX-License-Identifier: MIT

import FileAccess
import RegistryHive

/// Takes what is written of items, in their order, and writes it out.
protocol ItemSink {
  /// Writes what is before all items.
  mutating func begin()
  /// Takes bytes of an item.
  mutating func write(_ bytes: [UInt8]) throws(CommandFailure)
  /// Takes note that an item ends.
  mutating func endItem() throws(CommandFailure)
  /// Writes what is after all items.
  mutating func end() throws(CommandFailure)
  /// Ends before all items were taken; what waits is left out.
  mutating func giveUp()
}

/// Puts the dated records of all items in one order, oldest first, outside of memory.
///
/// Nothing is written before the last item was taken, but for runs that may be gone on with: these
/// write item by item, since what is done must be written. Records of the same time stay in the
/// order of the items.
struct ItemMerger: ItemSink {
  private let layout: ItemLayout
  /// What is in front of all records, such as the names of columns.
  private let heading: [UInt8]
  private let output: Output
  private let writesEachItem: Bool
  private var sorter = RecordSorter()
  private var rest: ArraySlice<UInt8> = []
  private var hasWritten: Bool

  /// Makes ready for items.
  ///
  /// - Parameters:
  ///   - layout: How records are put together.
  ///   - heading: What is in front of them.
  ///   - output: Where they go.
  ///   - writesEachItem: Whether each item is put in order by itself.
  ///   - goesOn: Whether items were written before, by another run.
  init(
    _ layout: ItemLayout, heading: [UInt8], to output: Output, writesEachItem: Bool, goesOn: Bool
  ) {
    self.layout = layout
    self.heading = heading
    self.output = output
    self.writesEachItem = writesEachItem
    hasWritten = goesOn
  }

  func begin() {
    if writesEachItem, !hasWritten { output.append(heading) }
  }

  mutating func write(_ bytes: [UInt8]) throws(CommandFailure) {
    rest = rest.isEmpty ? bytes[...] : rest + bytes
    let head = DatedRecords.headSize
    while rest.count >= head {
      let count = Int(clamping: Self.number(rest.dropFirst(8)))
      guard rest.count - head >= count else { break }
      let record = rest.dropFirst(head).prefix(count)
      do throws(FileError) {
        try sorter.add(Self.number(rest), record)
      } catch {
        throw CommandFailure(error)
      }
      rest = rest[record.endIndex...]
    }
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  mutating func endItem() throws(CommandFailure) {
    // Of an item that failed in the midst of a record, that is left out.
    rest = []
    guard writesEachItem else { return }
    try writeOut()
    output.flush()
  }

  mutating func end() throws(CommandFailure) {
    guard !writesEachItem else { return }
    output.append(heading)
    if layout == .array { output.append("[\n") }
    try writeOut()
    if layout == .array { output.append(hasWritten ? "\n]\n" : "]\n") }
  }

  func giveUp() {}

  private mutating func writeOut() throws(CommandFailure) {
    var records = sorter.finish()
    sorter = RecordSorter()
    var (hasRecords, isAfterAll) = (false, false)
    // What identifies the facts of one time.
    var known: (number: UInt64, identities: Set<UInt64>) = (0, [])
    while output.failure == nil, !Interruption.hasCome, let (number, whole) = records.next() {
      let identity = Self.number(whole)
      let record = whole.dropFirst(DatedRecords.identitySize)
      if identity != 0 {
        if known.number != number { known = (number, []) }
        guard known.identities.insert(identity).inserted else { continue }
      }
      if number < DatedRecords.afterAll {
        write(record)
        hasRecords = true
      } else if hasRecords {
        if !isAfterAll { output.append("\n") }
        isAfterAll = true
        output.append(record)
      }
    }
    if let failure = records.failure { throw CommandFailure(failure) }
  }

  private mutating func write(_ record: ArraySlice<UInt8>) {
    switch layout {
    case .array:
      if hasWritten { output.append(",\n") }
      output.append(record.last == UInt8(ascii: "\n") ? record.dropLast() : record)
    case .paragraphs:
      if hasWritten { output.append("\n") }
      output.append(record)
    case .lines, .rows: output.append(record)
    }
    hasWritten = true
  }
}
