// SPDX-License-Identifier: MIT

extension HiveImage {
  /// Appends the file offsets of a key's values, in stored order.
  ///
  /// What cannot be read is reported and left out.
  ///
  /// - Parameters:
  ///   - node: The key.
  ///   - limit: The most elements to read.
  ///   - offsets: The offsets are added here.
  ///   - faults: What is wrong is added here.
  package func readValues(
    of node: KeyNode, upTo limit: Int = .max, into offsets: inout [Int],
    reporting faults: inout [FormatError]
  ) {
    let claimed = Int(node.valueCount)
    guard claimed > 0 else { return }
    do throws(FormatError) {
      let list = try allocatedCell(at: node.valueList.fileOffset)
      let count = min(claimed, list.contentSize / 4)
      guard count <= limit else {
        throw overlap(at: list.offset, "a list of \(count) more elements")
      }
      if count != claimed {
        faults.report(
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
          if faults.isFull, valueRecordCell(at: offset) == nil {
            faults.reportAnother(at: offset)
            continue
          }
          try checkValueRecord(at: offset)
          offsets.append(offset)
        } catch {
          faults.report(error)
        }
      }
    } catch {
      faults.report(error)
    }
  }

  /// The cell at a file offset, where a value record can be read in it.
  @inlinable
  package func valueRecordCell(at offset: Int) -> Cell? {
    cell(ifAt: offset, signature: ValueRecord.signature, minimumContent: ValueRecord.fixedSize)
  }

  /// Makes sure that a value record can be read in the cell at a file offset.
  @inlinable
  package func checkValueRecord(at offset: Int) throws(FormatError) {
    _ = try cell(
      at: offset, signature: ValueRecord.signature, minimumContent: ValueRecord.fixedSize)
  }
}
