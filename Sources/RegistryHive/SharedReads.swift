// SPDX-License-Identifier: MIT

import HiveFormat
import Synchronization

/// What single keys of a hive may still read of lists and data that several of them share.
///
/// Whoever asks key after key for its values does so without a traversal, which would keep account.
/// In a sound hive, a list or data belong to one key, which reads them as often as it is asked. In
/// a crafted one, thousands of keys share one long list, or data of megabytes. What other keys read
/// again is counted up to the size of the file in all; then lists and data are cut, with a finding,
/// as on the way through the hive. What a key has read once, it reads again in the same way.
final class SharedReads: Sendable {
  /// A place that a key reads: a list, or data.
  private struct Read: Hashable {
    let place: CellReference
    let owner: CellReference
  }

  private struct State {
    /// How many bytes may be read that were read for other keys before.
    var rest: Int
    /// The bytes of data that were read of cells that the bins have, and of others.
    var own: ReadBytes?
    var other: ReadBytes?
    /// The places of data that were read from their beginning.
    var begun: Set<CellReference> = []
    /// How many bytes of data each owner reads; nil for all of them.
    var sizes: [Read: Int?] = [:]
    /// The lists of subkeys, and those of values.
    var subkeys = Lists()
    var values = Lists()
  }

  /// The lists of one kind.
  private struct Lists {
    /// What reads their elements, each once.
    private var reader: ListReader?
    /// The lists that are read whole.
    private var whole: Set<Read> = []
    /// What is read of the others.
    private var elements: [Read: [Int]] = [:]

    /// The elements of a list that its owner may read.
    ///
    /// - Parameters:
    ///   - read: The list and its owner.
    ///   - image: The hive.
    ///   - rest: How many bytes may be read that were read for other keys before.
    ///   - fill: Reads the elements, takes from the rest what was read before, and says whether the
    ///     list is read whole.
    /// - Returns: The file offsets of the elements; nil where the list is read whole.
    mutating func elements(
      _ read: Read, of image: HiveImage, _ rest: inout Int,
      reading fill: (inout ListReader, inout Int) -> Bool
    ) -> [Int]? {
      if whole.contains(read) { return nil }
      if let known = elements[read] { return known }
      var reader = self.reader ?? ListReader(image, isWhole: true)
      self.reader = nil
      defer { self.reader = reader }
      guard !fill(&reader, &rest) else {
        whole.insert(read)
        return nil
      }
      elements[read] = reader.elements
      return reader.elements
    }
  }

  /// Data of so many bytes, and lists of so many elements, are always read.
  private static let fewBytes = 64
  /// So many bytes of data are read where nobody read the same data from their beginning before,
  /// whatever others lie around them: the longest path of most programs of Windows, twice.
  private static let bytesOfFirst = 1024
  private static let fewElements = 16
  /// So many bytes that were read before are never cut for each one that is new beside them.
  private static let repeatedPerFresh = 16
  /// What it takes to read an element of a list: its own bytes, and those of a record.
  private static let bytesPerSubkey = 4 + 4 + KeyNode.fixedSize
  private static let bytesPerValue = 4 + 4 + ValueRecord.fixedSize

  private let image: HiveImage
  private let bins: BinScan
  private let state: Mutex<State>

  /// Makes an account for a hive with these cells.
  init(_ image: HiveImage, bins: BinScan) {
    self.image = image
    self.bins = bins
    state = Mutex(State(rest: image.count))
  }
}

// MARK: - Data

extension SharedReads {
  /// Where a value's data stand, as much of them as its owner may read.
  ///
  /// - Parameters:
  ///   - record: The value.
  ///   - owner: The key that it was found at.
  ///   - faults: What is wrong with the data is added here.
  /// - Returns: The place of the data.
  func extent(
    of record: ValueRecord, owner: CellReference, reporting faults: inout [FormatError]
  ) -> ValueExtent {
    guard !record.isInline, record.dataSize > Self.fewBytes else {
      return image.extent(of: record, reporting: &faults)
    }
    let read = Read(place: record.data, owner: owner)
    let (extent, whole) = state.withLock { state in
      self.extent(of: record, read, &state, reporting: &faults)
    }
    if let whole {
      faults.report(
        FormatError(
          .repeatedBytes, at: record.data.fileOffset,
          expected: "bytes that are referred to once",
          found: "\(whole) that other keys have too, of which \(whole - extent.count) are left out"
        ))
    }
    return extent
  }

  /// The same, and the whole size of data that are cut.
  private func extent(
    of record: ValueRecord, _ read: Read, _ state: inout State,
    reporting faults: inout [FormatError]
  ) -> (ValueExtent, whole: Int?) {
    let isFirst = state.begun.insert(record.data).inserted
    var known = state.sizes[read]
    if known == nil, state.rest == 0, !isFirst {
      // To look at all segments of big data would take as much time as to read them.
      known = Self.fewBytes
    }
    if case let limit?? = known {
      return (
        image.extent(of: record, limitedTo: limit, reporting: &faults), whole: record.dataSize
      )
    }
    let extent = image.extent(of: record, reporting: &faults)
    if known != nil { return (extent, nil) }
    let fresh = addFresh(of: extent, at: record.data.fileOffset, &state)
    let again = max(extent.count - fresh, 0)
    let least = max(
      state.rest, isFirst ? Self.bytesOfFirst : Self.fewBytes, Self.repeatedPerFresh * fresh)
    guard again > least else {
      state.rest = max(state.rest - again, 0)
      state.sizes[read] = .some(nil)
      return (extent, nil)
    }
    state.rest = 0
    let count = extent.count - again + least
    state.sizes[read] = count
    return (extent.prefix(count), extent.count)
  }

  /// Adds data to those that were read; how many bytes of them were not among these.
  ///
  /// Cells that the bins have lie beside each other. What a reference leads to elsewhere may lie
  /// around them, and must not be taken for a reading of theirs.
  private func addFresh(of extent: ValueExtent, at data: Int, _ state: inout State) -> Int {
    var own = state.own ?? ReadBytes(covering: image.binsEnd)
    var other = state.other ?? ReadBytes(covering: image.binsEnd)
    (state.own, state.other) = (nil, nil)
    defer { (state.own, state.other) = (own, other) }
    func add(cell: Int, from start: Int, to end: Int) -> Int {
      bins.hasUsedCell(at: cell)
        ? own.insert(from: start, to: end).fresh : other.insert(from: start, to: end).fresh
    }
    var fresh = add(cell: data, from: data + 4, to: data + 12)
    image.forEachRun(of: extent) { offset, count in
      guard let offset else { return }
      fresh += add(cell: offset - 4, from: offset, to: offset + count)
    }
    return fresh
  }
}

// MARK: - Lists

extension SharedReads {
  /// The fault of a list of which a key may read some elements only.
  static func fault(_ list: CellReference, _ what: String, reading count: Int) -> FormatError {
    FormatError(
      .repeatedBytes, at: list.fileOffset, expected: "a \(what) that belongs to one place only",
      found: "one that other keys have too, of which \(count) elements are read")
  }

  /// The elements of a key's list of values that it may read; nil where these are all.
  func valueElements(of node: KeyNode) -> [Int]? {
    guard node.valueCount > Self.fewElements else { return nil }
    let read = Read(place: node.valueList, owner: node.reference)
    return state.withLock { state in
      state.values.elements(read, of: image, &state.rest) { reader, rest in
        let repeatable = max(rest / Self.bytesPerValue, Self.fewElements)
        var ignored: [FormatError] = []
        let list = reader.readValues(of: node, repeatable: repeatable, reporting: &ignored)
        rest = max(rest - (list?.again ?? 0) * Self.bytesPerValue, 0)
        guard let list else { return true }
        return reader.elements.count >= list.count
      }
    }
  }

  /// The elements of a key's lists of subkeys that it may read; nil where these are all.
  ///
  /// Of lists that others have too, these are none in the end: their keys are read at the key that
  /// came first.
  func subkeyElements(of node: KeyNode) -> [Int]? {
    guard node.subkeyCount > 0,
      let list = try? SubkeyList(parsing: image, at: node.subkeyList.fileOffset),
      list.kind == .indexRoot || list.count > Self.fewElements
    else { return nil }
    let read = Read(place: node.subkeyList, owner: node.reference)
    return state.withLock { state in
      state.subkeys.elements(read, of: image, &state.rest) { reader, rest in
        var ignored: [FormatError] = []
        reader.readSubkeys(of: node, reporting: &ignored)
        let lists = reader.leaves.map(\.list).filter { $0.kind != .indexRoot }
        let listed = lists.reduce(0) { $0 + $1.count }
        let hidden = list.kind == .indexRoot ? list.count - reader.leaves.count + 1 : 0
        let again = (max(listed - reader.elements.count, 0) + max(hidden, 0)) * Self.bytesPerSubkey
        let isWhole = again <= rest
        rest = max(rest - again, 0)
        return isWhole
      }
    }
  }
}
