// SPDX-License-Identifier: MIT

extension HiveImage {
  /// Appends the file offsets of a key's values, in stored order.
  ///
  /// What cannot be read is reported and left out.
  package func readValues(
    of node: KeyNode, into offsets: inout [Int], reporting faults: inout [FormatError]
  ) {
    let claimed = Int(node.valueCount)
    guard claimed > 0 else { return }
    do throws(FormatError) {
      let list = try allocatedCell(at: node.valueList.fileOffset)
      let count = min(claimed, list.contentSize / 4)
      if count != claimed {
        faults.append(
          FormatError(
            .listOverrun, at: node.cell.content + 36,
            expected: "at most \(count) values in a list cell of \(list.size) bytes",
            found: "\(claimed)"))
      }
      offsets.reserveCapacity(offsets.count + count)
      for index in 0..<count {
        do throws(FormatError) {
          let reference: CellReference = try uint32(at: list.content + 4 * index)
          let offset = reference.fileOffset
          try checkValueRecord(at: offset)
          offsets.append(offset)
        } catch {
          faults.append(error)
        }
      }
    } catch {
      faults.append(error)
    }
  }

  /// Makes sure that a value record can be read in the cell at a file offset.
  @inlinable
  package func checkValueRecord(at offset: Int) throws(FormatError) {
    _ = try cell(
      at: offset, signature: ValueRecord.signature, minimumContent: ValueRecord.fixedSize)
  }
}
