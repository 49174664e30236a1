// SPDX-License-Identifier: MIT

extension StructureRules {
  /// So many names are compared with each other faster than they are put into a set.
  private static let fewNames = 12

  /// Checks a key's values.
  ///
  /// - Returns: The lengths of the longest name, in bytes of UTF-16, and of the longest data.
  mutating func check(_ values: [Visit.Value]) -> (name: Int, data: Int) {
    var longest = (name: 0, data: 0)
    for index in values.indices {
      let name = values[index].record.name
      longest.name = max(longest.name, 2 &* name.unitCount)
      longest.data = max(longest.data, values[index].record.dataSize)
      if !image.isPlain(name) { checkUnits(of: name) }
      if !values[index].isInOneCell { checkData(of: values[index].record) }
    }
    if values.count <= Self.fewNames {
      for index in values.indices {
        let name = values[index].record.name
        for other in 0..<index where image.isDuplicate(name, of: values[other].record.name) {
          reportDuplicate(values[index].record)
          break
        }
      }
    } else {
      var names = NameSet(image)
      for value in values where !names.insert(value.record.name) { reportDuplicate(value.record) }
    }
    return longest
  }

  private mutating func reportDuplicate(_ record: ValueRecord) {
    let image = image
    report(
      .valueDuplicate, at: record.offset, expected: "values of different names",
      found: "a second \(image.quoted(record.name))")
  }

  /// Checks how data are stored that are not in one cell as they should be; what cannot be read of them was found by the traversal.
  private mutating func checkData(of record: ValueRecord) {
    let size = record.dataSize
    guard size > 0, !record.isInline,
      let cell = try? image.allocatedCell(at: record.data.fileOffset)
    else { return }
    if size <= cell.contentSize {
      guard size > BigData.segmentSize, minorVersion >= 4 else { return }
      report(
        .dataNotSegmented, at: cell.offset, expected: "segments of \(BigData.segmentSize) bytes",
        found: "\(size) bytes in one cell")
    } else if (try? image.uint16(at: cell.content)) == BigData.signature,
      cell.contentSize >= BigData.Layout.size
    {
      checkSegments(in: cell, size: size)
    }
  }

  private mutating func checkSegments(in cell: Cell, size: Int) {
    let minor = minorVersion
    if minor < 4 {
      report(
        .bigDataVersion, at: cell.content, expected: "data in one cell, as in version 1.\(minor)",
        found: "segments, which there are since version 1.4")
    }
    let offset = cell.content + BigData.Layout.segmentCount
    let needed = (size + BigData.segmentSize - 1) / BigData.segmentSize
    guard let claimed = try? image.uint16(at: offset), claimed > needed else { return }
    report(
      .bigDataLong, at: offset, expected: "\(needed) segments for \(size) bytes",
      found: "\(claimed)")
  }
}
