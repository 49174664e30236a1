// SPDX-License-Identifier: MIT

extension UsagePass {
  mutating func addValues(of node: KeyNode, _ account: inout KeyAccount) {
    do throws(FormatError) {
      let list = try image.allocatedCell(at: node.valueList.fileOffset)
      guard let bytes = cells.claim(list) else {
        return reportReuse(of: list, as: .listReused, "list of values")
      }
      kinds.valueLists += bytes
      account.ownBytes += bytes
      let claimed = Int(node.valueCount)
      let count = min(claimed, list.contentSize / 4)
      if count != claimed {
        report(
          FormatError(
            .listOverrun, at: node.cell.content + 36,
            expected: "at most \(count) values in a list cell of \(list.size) bytes",
            found: "\(claimed)"))
      }
      for index in 0..<takeElements(count, of: list) {
        if let reference = try? image.uint32(at: list.content + 4 * index) {
          addValue(at: reference.fileOffset, &account)
        }
      }
    } catch {
      report(error)
    }
  }

  private mutating func addValue(at offset: Int, _ account: inout KeyAccount) {
    guard keepsFaults || image.valueRecordCell(at: offset) != nil else { return reportAnother() }
    do throws(FormatError) {
      let value = try ValueRecord(parsing: image, at: offset)
      guard let bytes = cells.claim(value.cell) else {
        return reportReuse(of: value.cell, as: .valueReused, "value")
      }
      if let fault = value.nameFault { report(fault) }
      valueCount += 1
      kinds.values += bytes
      account.ownValueCount += 1
      account.ownBytes += bytes
      account.ownValueBytes += bytes
      guard value.dataSize > 0, !value.isInline else { return }
      let data = try addData(of: value)
      kinds.data += data
      account.ownBytes += data
      account.ownValueBytes += data
    } catch {
      report(error)
    }
  }

  private mutating func addData(of value: ValueRecord) throws(FormatError) -> Int {
    let cell = try image.allocatedCell(at: value.data.fileOffset)
    guard var bytes = cells.claim(cell) else {
      reportReuse(of: cell, as: .dataReused, "value's data")
      return 0
    }
    // From here on the cell is taken: what is wrong with the rest must not lose its bytes.
    do throws(FormatError) {
      if let list = try image.bigDataList(in: cell, size: value.dataSize) {
        bytes += addSegments(of: list)
      }
    } catch {
      report(error)
    }
    return bytes
  }

  private mutating func addSegments(of list: (cell: Cell, count: Int)) -> Int {
    guard var bytes = cells.claim(list.cell) else {
      reportReuse(of: list.cell, as: .dataReused, "list of segments")
      return 0
    }
    for index in 0..<takeElements(list.count, of: list.cell) {
      do throws(FormatError) {
        let reference: CellReference = try image.uint32(at: list.cell.content + 4 * index)
        let segment = try image.allocatedCell(at: reference.fileOffset)
        if let segmentBytes = cells.claim(segment) {
          bytes += segmentBytes
        } else {
          reportReuse(of: segment, as: .bigDataReused, "segment")
        }
      } catch {
        report(error)
      }
    }
    return bytes
  }
}

extension HiveImage {
  /// The list of segments that a cell of data leads to, and how many of them it names; nil where
  /// the cell holds the data themselves.
  ///
  /// Unlike where data are read, their size does not matter: a list that is there takes up room.
  func bigDataList(
    in cell: Cell, size: Int
  ) throws(FormatError) -> (cell: Cell, count: Int)? {
    guard size > cell.contentSize, cell.contentSize >= 8, try uint16(at: cell.content) == 0x6264
    else { return nil }
    let claimed = Int(try uint16(at: cell.content + 2))
    let reference: CellReference = try uint32(at: cell.content + 4)
    let list = try allocatedCell(at: reference.fileOffset)
    return (list, min(claimed, list.contentSize / 4))
  }
}
