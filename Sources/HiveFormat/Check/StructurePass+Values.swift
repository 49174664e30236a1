// SPDX-License-Identifier: MIT

extension StructurePass {
  /// Checks a key's values.
  ///
  /// - Returns: The lengths of the longest name, in bytes of UTF-16, and of the longest data.
  mutating func addValues(of node: KeyNode) -> (name: Int, data: Int) {
    var longest = (name: 0, data: 0)
    guard node.valueCount > 0 else {
      if node.valueList != .noCell, node.flags & KeyNode.predefinedHandle == 0 {
        uncountedLists.append(UncountedList(list: node.valueList, key: current, isOfValues: true))
      }
      return longest
    }
    do throws(FormatError) {
      let list = try image.allocatedCell(at: node.valueList.fileOffset)
      guard cells.claim(list) != nil else {
        reportReuse(of: list, as: .listReused, "list of values")
        return longest
      }
      let claimed = Int(node.valueCount)
      let count = min(claimed, list.contentSize / 4)
      if count != claimed {
        report(
          .listOverrun, at: node.cell.content + 36,
          expected: "at most \(count) values in a list cell of \(list.size) bytes",
          found: "\(claimed)")
      }
      var names = NameSet(image)
      for index in 0..<count {
        guard let reference = try? image.uint32(at: list.content + 4 * index),
          let value = addValue(at: reference.fileOffset)
        else { continue }
        longest.name = max(longest.name, 2 * value.name.unitCount)
        longest.data = max(longest.data, value.dataSize)
        if count > 1, !names.insert(value.name) {
          let image = image
          report(
            .valueDuplicate, at: value.offset, expected: "values of different names",
            found: "a second \(image.quoted(value.name))")
        }
      }
    } catch {
      report(error)
    }
    return longest
  }

  private mutating func addValue(at offset: Int) -> ValueRecord? {
    do throws(FormatError) {
      let value = try ValueRecord(parsing: image, at: offset)
      guard cells.claim(value.cell) != nil else {
        reportReuse(of: value.cell, as: .valueReused, "value")
        return nil
      }
      if let fault = value.nameFault { report(fault) }
      checkUnits(of: value.name, lengthAt: value.cell.content + 2)
      addData(of: value)
      return value
    } catch {
      report(error)
      return nil
    }
  }

  private mutating func addData(of value: ValueRecord) {
    // The sizes are judged where the data are read, so that both say the same.
    var found: [FormatError] = []
    _ = image.extent(of: value, reporting: &found)
    for fault in found { report(fault) }
    guard value.dataSize > 0, !value.isInline,
      let cell = try? image.allocatedCell(at: value.data.fileOffset)
    else { return }
    guard cells.claim(cell) != nil else {
      return reportReuse(of: cell, as: .dataReused, "value's data")
    }
    let size = value.dataSize
    if size <= cell.contentSize {
      if size > HiveImage.bigDataSegmentSize, minorVersion >= 4 {
        report(
          .dataNotSegmented, at: cell.offset,
          expected: "segments of \(HiveImage.bigDataSegmentSize) bytes",
          found: "\(size) bytes in one cell")
      }
    } else if let list = try? image.bigDataList(in: cell, size: size) {
      addSegments(of: list, cell, size: size)
    }
  }

  private mutating func addSegments(of list: (cell: Cell, count: Int), _ data: Cell, size: Int) {
    let minor = minorVersion
    if minor < 4 {
      report(
        .bigDataVersion, at: data.content, expected: "data in one cell, as in version 1.\(minor)",
        found: "segments, which there are since version 1.4")
    }
    guard cells.claim(list.cell) != nil else {
      return reportReuse(of: list.cell, as: .dataReused, "list of segments")
    }
    let needed = (size + HiveImage.bigDataSegmentSize - 1) / HiveImage.bigDataSegmentSize
    let claimed = (try? image.uint16(at: data.content + 2)).map(Int.init) ?? 0
    if claimed > needed {
      report(
        .bigDataLong, at: data.content + 2, expected: "\(needed) segments for \(size) bytes",
        found: "\(claimed)")
    }
    // What is wrong with the segments that the size calls for was reported with the extent.
    for index in 0..<min(list.count, needed) {
      guard let reference = try? image.uint32(at: list.cell.content + 4 * index),
        let segment = try? image.allocatedCell(at: reference.fileOffset)
      else { continue }
      if cells.claim(segment) == nil, index > 0 || segment.offset != list.cell.offset {
        reportReuse(of: segment, as: .bigDataReused, "segment")
      }
    }
  }
}
