// SPDX-License-Identifier: MIT

extension HiveImage {
  /// The file offsets of a key's values, in stored order.
  ///
  /// What cannot be read is reported and left out.
  package func values(of node: KeyNode, reporting faults: inout [FormatError]) -> [Int] {
    let claimed = Int(node.valueCount)
    guard claimed > 0 else { return [] }
    var offsets: [Int] = []
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
      offsets.reserveCapacity(count)
      for index in 0..<count {
        do throws(FormatError) {
          let reference: CellReference = try uint32(at: list.content + 4 * index)
          let offset = reference.fileOffset
          _ = try cell(
            at: offset, signature: ValueRecord.signature, minimumContent: ValueRecord.fixedSize)
          offsets.append(offset)
        } catch {
          faults.append(error)
        }
      }
    } catch {
      faults.append(error)
    }
    return offsets
  }
}
