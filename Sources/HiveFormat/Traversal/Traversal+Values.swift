// SPDX-License-Identifier: MIT

// The values of a key.
extension Traversal {
  /// How many bytes an element of a list of values stands for at the least: its own 4, and a record.
  private static let bytesPerValue = 4 + 4 + ValueRecord.fixedSize
  /// So many values of a key are always read, whether or not another key has the same list.
  private static let fewValues = 16

  mutating func readValues(of node: KeyNode) {
    if let list = lists.takeWhole(valuesOf: node) {
      readWhole(list, count: Int(node.valueCount))
    } else {
      readElements(of: node)
    }
  }

  /// Reads the values of a list that nothing is odd about.
  @inline(__always)
  private mutating func readWhole(_ list: Cell, count: Int) {
    beginValues(of: list, count: count)
    let end = list.content &+ 4 &* count
    for element in stride(from: list.content, to: end, by: 4) { lookAhead(at: element) }
    for element in stride(from: list.content, to: end, by: 4) {
      if let reference = try? image.uint32(at: element) { readValue(at: reference, again: false) }
    }
  }

  /// Reads the values of any other list.
  @inline(never)
  private mutating func readElements(of node: KeyNode) {
    let repeatable = max(data.repeatable / Self.bytesPerValue, Self.fewValues)
    guard
      let list = lists.readValues(of: node, repeatable: repeatable, reporting: &visit.faults)
    else { return }
    data.repeatable = max(data.repeatable - list.again * Self.bytesPerValue, 0)
    beginValues(of: list.cell, count: list.count)
    for element in lists.elements { lookAhead(at: element) }
    for element in lists.elements {
      guard let reference = try? image.uint32(at: element) else { continue }
      readValue(at: reference, again: list.again > 0)
    }
    if !repeated.records.isEmpty { reportLeftOut(of: list.cell) }
  }

  @inline(never)
  private mutating func reportLeftOut(of list: Cell) {
    let count = repeated.leftOut
    repeated = ([], 0)
    guard count > 0 else { return }
    visit.faults.report(
      FormatError(
        .repeatedBytes, at: list.offset, expected: "values that are listed once",
        found: "\(count) more references to values listed before, which are left out"))
  }

  @inline(__always)
  private mutating func beginValues(of list: Cell, count: Int) {
    _ = bins.checkStart(of: list, reporting: &visit.faults)
    note(.valueList, list, used: 4 &* count)
  }

  /// Reads a value.
  ///
  /// - Parameters:
  ///   - reference: What leads to its record.
  ///   - isAgain: Whether its list was found to be one that was read before.
  @inline(__always)
  private mutating func readValue(at reference: CellReference, again isAgain: Bool) {
    if !readPlainValue(at: reference) { readOddValue(at: reference, again: isAgain) }
  }

  /// Reads a value that nothing is odd about: it and its data are where the bins have cells, as long
  /// as they claim, and nobody read them before.
  ///
  /// - Returns: False where it is another one; nothing is changed then.
  @inline(__always)
  private mutating func readPlainValue(at reference: CellReference) -> Bool {
    guard let cell = image.valueRecordCell(at: reference.fileOffset),
      bins.starts.contains(cell.offset), !records.contains(cell.offset)
    else { return false }
    let record = ValueRecord(in: cell, of: image)
    guard Int(record.storedNameLength) == record.name.byteCount,
      record.name.isLatin1 || record.name.byteCount & 1 == 0
    else { return false }
    let size = record.dataSize
    let isInRecord = size == 0 || size <= 4 && record.isInline
    var dataCell = cell
    if !isInRecord {
      guard !record.isInline, let cell = data.takeWhole(size, dataOf: record) else { return false }
      dataCell = cell
    }
    _ = records.insert(cell.offset)
    if listsParts {
      visit.parts.append(
        Visit.Part(
          kind: .value, cell: cell, used: ValueRecord.fixedSize &+ record.name.byteCount))
      if !isInRecord {
        visit.parts.append(Visit.Part(kind: .data, cell: dataCell, used: size))
      }
    }
    visit.values.append(
      Visit.Value(
        record: record,
        extent: .run(
          offset: isInRecord ? record.inlineOffset : dataCell.content, count: size)))
    return true
  }

  /// Reads any other value.
  @inline(never)
  private mutating func readOddValue(at reference: CellReference, again isAgain: Bool) {
    guard let cell = image.valueRecordCell(at: reference.fileOffset) else {
      return visit.faults.report { [image] () throws(FormatError) in
        try image.checkValueRecord(at: reference.fileOffset)
      }
    }
    let isNew = records.insert(cell.offset)
    var nameLimit = Int.max
    if !isNew || !bins.starts.contains(cell.offset) {
      guard isNew || mayRepeat(cell) else { return }
      nameLimit = nameLimitOfOdd(cell, isNew: isNew, again: isAgain)
    }
    let record = ValueRecord(in: cell, of: image, nameLimit: nameLimit)
    if nameLimit == .max { reportName(of: record) }
    checkLength(of: record.name, at: record.cell.content + ValueRecord.Layout.nameLength)
    note(.value, record.cell, used: ValueRecord.fixedSize + record.name.byteCount)
    data.reportsReuse = isNew && !isAgain
    data.beginParts()
    let extent = data.extent(of: record, reporting: &visit.faults)
    for part in data.parts { note(.data, part.cell, used: part.used) }
    visit.values.append(Visit.Value(record: record, extent: extent))
  }

  /// Whether there is room for another reference to a record.
  ///
  /// The first one of a key has it always: other keys may have led to the record before.
  @inline(never)
  private mutating func mayRepeat(_ cell: Cell) -> Bool {
    guard !repeated.records.insert(cell.offset).inserted else { return true }
    guard data.repeatable >= Self.bytesPerValue || visit.values.count < Self.fewValues else {
      repeated.leftOut += 1
      return false
    }
    data.repeatable = max(data.repeatable - Self.bytesPerValue, 0)
    return true
  }

  /// How many bytes of its name are read of a record that another reference led to before, or that
  /// does not stand where the bins have a cell; .max for all of them.
  private mutating func nameLimitOfOdd(_ cell: Cell, isNew: Bool, again isAgain: Bool) -> Int {
    if !isNew, !isAgain {
      let reused = image.reused(cell.offset, .valueReused, "value")
      visit.faults.report(reused)
    }
    _ = bins.checkStart(of: cell, reporting: &visit.faults)
    let record = ValueRecord(in: cell, of: image)
    let count = data.takeName(record.name, reporting: &visit.faults)
    guard count < record.name.byteCount else { return .max }
    reportName(of: record)
    return count & ~1
  }

  private mutating func reportName(of record: ValueRecord) {
    if Int(record.storedNameLength) != record.name.byteCount, let fault = record.nameFault {
      visit.faults.report(fault)
    }
  }
}
