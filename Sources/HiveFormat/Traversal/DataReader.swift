// SPDX-License-Identifier: MIT

/// Finds where the data of values stand, and keeps account of what is read more than once.
///
/// What is read for the first time is read whole: all of it together is no more than the file, once
/// for each ``Use`` and once for what stands where the bins have no cell. Bytes that were read
/// before are read again up to the size of the file in all, and cut after that.
package struct DataReader: Sendable {
  /// What is shown of bytes that are read.
  ///
  /// Of text, what follows a NUL is mostly not shown, and class names not in every format: whoever
  /// reads the same bytes to show all of them reads them for the first time.
  enum Use: Int {
    case data, text, className
  }

  /// A cell that a value's data are in, and how much of it.
  struct Part {
    let cell: Cell
    /// How many bytes of its content are used.
    let used: Int
  }

  let image: HiveImage
  /// The cells as the bins have them; nil where a single value is read.
  private let bins: BinScan?
  /// Where used cells begin; kept here too so that nothing is copied to look into it.
  private let starts: BitSet
  /// The bytes that were read of cells that the bins have, for each ``Use``; those of class names
  /// are made when there are any.
  private var seenData: ReadBytes
  private var seenText: ReadBytes
  private var seenClassNames = ReadBytes()
  /// The bytes that were read elsewhere, for each ``Use``.
  private var seenElsewhere = [ReadBytes](repeating: ReadBytes(), count: 3)
  /// The bytes of names that do not stand in a cell of their own; made when there are any.
  private var seenNames: ReadBytes?
  /// How many more bytes may be read that were read before.
  var repeatable: Int
  /// How many bytes of a value in segments are wanted.
  var limit = Int.max
  /// Whether a second reference to a cell is a fault of its own, and not one of the list or record
  /// that has it.
  var reportsReuse = true
  /// Whether the cells of values are listed in ``parts``.
  let listsParts: Bool
  /// The cells of the values that were read since ``beginParts()``.
  var parts: [Part] = []

  /// Data of this length are never cut: the record that refers to them takes as much.
  private static let shortest = 64
  /// So many bytes that were read before are never cut for each one that is new beside them.
  private static let repeatedPerFresh = 16

  /// Makes a reader for the values of a hive.
  init(_ image: HiveImage, bins: BinScan?, listsParts: Bool = false) {
    self.image = image
    self.bins = bins
    self.listsParts = listsParts
    starts = bins?.starts ?? BitSet()
    seenData = bins == nil ? ReadBytes() : ReadBytes(covering: image.binsEnd)
    seenText = seenData
    repeatable = image.count
  }

  /// Forgets the cells of the values that were read before.
  mutating func beginParts() {
    if !parts.isEmpty { parts.removeAll(keepingCapacity: true) }
  }

  /// Takes the first bytes of a cell that only one key or value should refer to.
  ///
  /// - Returns: How many of them may be read.
  @inline(__always)
  mutating func take(
    _ count: Int, of cell: Cell, for use: Use, _ code: FormatError.Code, _ what: StaticString,
    reporting faults: inout [FormatError]
  ) -> Int {
    let (isOwn, fresh) = mark(count, of: cell, for: use, code, what, reporting: &faults)
    return isOwn ? count : takeAgain(count, fresh: fresh, at: cell.offset, reporting: &faults)
  }

  /// Marks the first bytes of a cell as read.
  ///
  /// - Returns: Whether none was read before and the bins have a cell there, and how many were not.
  @inline(__always)
  mutating func mark(
    _ count: Int, of cell: Cell, for use: Use, _ code: FormatError.Code, _ what: StaticString,
    reporting faults: inout [FormatError]
  ) -> (isOwn: Bool, fresh: Int) {
    guard use != .className, starts.contains(cell.offset) else {
      return markElsewhere(count, of: cell, for: use, code, what, reporting: &faults)
    }
    let end = cell.content &+ count
    let isText = use == .text
    let (fresh, isFirstNew) =
      isText
      ? seenText.insert(from: cell.offset, to: end) : seenData.insert(from: cell.offset, to: end)
    let isKnown =
      (isText ? seenData : seenText).contains(cell.offset) || seenClassNames.contains(cell.offset)
    if isFirstNew, !isKnown, fresh >= count { return (true, fresh) }
    reportOdd(cell, isFirstNew && !isKnown, code, what, to: &faults)
    return (false, fresh)
  }

  /// Marks bytes of a class name, or such as stand where the bins have no cell.
  @inline(never)
  private mutating func markElsewhere(
    _ count: Int, of cell: Cell, for use: Use, _ code: FormatError.Code, _ what: StaticString,
    reporting faults: inout [FormatError]
  ) -> (isOwn: Bool, fresh: Int) {
    guard bins != nil else { return (false, 0) }
    let end = cell.content + count
    guard starts.contains(cell.offset) else {
      let (fresh, isFirstNew) = seenElsewhere[use.rawValue].insert(
        from: cell.offset, to: end, of: image.binsEnd)
      reportOdd(cell, isFirstNew, code, what, to: &faults)
      return (false, fresh)
    }
    let isKnown = seenData.contains(cell.offset) || seenText.contains(cell.offset)
    let (fresh, isFirstNew) = seenClassNames.insert(
      from: cell.offset, to: end, of: image.binsEnd)
    if isFirstNew, !isKnown, fresh >= count { return (true, fresh) }
    reportOdd(cell, isFirstNew && !isKnown, code, what, to: &faults)
    return (false, fresh)
  }

  @inline(never)
  private func reportOdd(
    _ cell: Cell, _ isFirstNew: Bool, _ code: FormatError.Code, _ what: StaticString,
    to faults: inout [FormatError]
  ) {
    guard let bins else { return }
    if !cell.isAllocated
      || !starts.contains(cell.offset) && bins.unmappedRange(around: cell.offset) == nil
    {
      _ = bins.checkStart(of: cell, reporting: &faults)
    } else if !isFirstNew, reportsReuse {
      faults.report(image.reused(cell.offset, code, "\(what)"))
    }
  }

  /// Takes the name of a record that another reference led to before, or that does not stand where
  /// the bins have a cell.
  mutating func takeName(_ name: StoredName, reporting faults: inout [FormatError]) -> Int {
    if seenNames == nil { seenNames = ReadBytes(covering: image.binsEnd) }
    let end = name.offset + name.byteCount
    let fresh = seenNames?.insert(from: name.offset, to: end).fresh ?? 0
    return takeAgain(name.byteCount, fresh: fresh, at: name.offset, reporting: &faults)
  }

  /// Takes bytes of which some were read before; how many of them there are left.
  @inline(never)
  mutating func takeAgain(
    _ count: Int, fresh: Int, at offset: Int, reporting faults: inout [FormatError]
  ) -> Int {
    let again = max(count - fresh, 0)
    let least = max(repeatable, Self.shortest, Self.repeatedPerFresh * fresh)
    guard again > least else {
      repeatable = max(repeatable - again, 0)
      return count
    }
    repeatable = 0
    faults.report(
      FormatError(
        .repeatedBytes, at: offset, expected: "bytes that are referred to once",
        found: "\(again) more that were read before, of which \(again - least) are left out"))
    return count - again + least
  }

  /// The cell of a value's data, where they are all in it, and nobody read it before.
  ///
  /// - Returns: Nil where the data must be read by ``extent(of:reporting:)``.
  @inline(__always)
  mutating func takeWhole(_ count: Int, dataOf record: ValueRecord) -> Cell? {
    guard let cell = image.cell(ifAt: record.data.fileOffset), count <= cell.contentSize,
      starts.contains(cell.offset), !seenClassNames.contains(cell.offset)
    else { return nil }
    let end = cell.content &+ count
    if record.isText {
      guard !seenData.contains(cell.offset), seenText.insertIfNew(from: cell.offset, to: end)
      else { return nil }
    } else {
      guard !seenText.contains(cell.offset), seenData.insertIfNew(from: cell.offset, to: end)
      else { return nil }
    }
    return cell
  }

  /// Where a value's data stand.
  ///
  /// What is missing is reported; the extent then covers what can be read. A size of 0 refers to
  /// nothing, whatever the reference says: so do tombstones and some writers' empty values.
  mutating func extent(
    of record: ValueRecord, reporting faults: inout [FormatError]
  ) -> ValueExtent {
    let size = record.dataSize
    guard size > 0 else { return .run(offset: record.inlineOffset, count: 0) }
    if record.isInline {
      if size > 4 {
        faults.report(
          FormatError(
            .dataInline, at: record.cell.content + ValueRecord.Layout.dataSize,
            expected: "at most 4 bytes of data in the value itself", found: "\(size)"))
      }
      return .run(offset: record.inlineOffset, count: min(size, 4))
    }
    do throws(FormatError) {
      let cell = try image.cell(at: record.data.fileOffset)
      // Where the bins are known, whoever marks the cell as read finds that out.
      if !cell.isAllocated, bins == nil { faults.report(image.cellFree(at: cell.offset)) }
      if size > cell.contentSize {
        // Windows cuts longer data only: shorter ones may begin with the same two letters.
        if try image.uint16(at: cell.content) == BigData.signature,
          size > BigData.segmentSize || isBigData(in: cell)
        {
          return try segments(
            of: cell, size: size, for: record.isText ? .text : .data, reporting: &faults)
        }
        faults.report(
          FormatError(
            .dataOverrun, at: record.cell.content + ValueRecord.Layout.dataSize,
            expected: "at most \(cell.contentSize) bytes, as in the cell at \(hex(cell.offset))",
            found: "\(size)"))
      }
      let count = read(
        min(size, cell.contentSize), of: cell, for: record.isText ? .text : .data,
        reporting: &faults)
      return .run(offset: cell.content, count: count)
    } catch {
      faults.report(error)
      return .run(offset: record.inlineOffset, count: 0)
    }
  }

  /// Takes the first bytes of a cell; how many of them may be read.
  @inline(__always)
  private mutating func read(
    _ count: Int, of cell: Cell, for use: Use, reporting faults: inout [FormatError]
  ) -> Int {
    if listsParts { parts.append(Part(cell: cell, used: count)) }
    return take(count, of: cell, for: use, .dataReused, "value's data", reporting: &faults)
  }
}
