// SPDX-License-Identifier: MIT

// What every record has, so that bytes that only look like one are left out.
extension DeletedScan {
  /// FILETIMEs from 1990 to 2100.
  private static let plausibleTimes: ClosedRange<UInt64> =
    122_756_256_000_000_000...157_469_184_000_000_000

  /// The key node in a cell; nil where there is none, or something was written into it since.
  func keyNode(in cell: Cell) -> KeyNode? {
    guard (try? image.uint16(at: cell.content)) == KeyNode.signature,
      cell.contentSize >= KeyNode.fixedSize, let node = try? KeyNode(in: cell, of: image)
    else { return nil }
    let isPlausible =
      node.nameFault == nil && (1...512).contains(node.name.byteCount)
      && node.classNameLength % 2 == 0
      && Self.plausibleTimes.contains(node.lastWritten)
      && isReference(node.parent) && isReference(node.security)
      && isReference(node.className)
      && (node.subkeyCount == 0 || isReference(node.subkeyList))
      && (node.valueCount == 0 || isReference(node.valueList))
      && Int(node.subkeyCount) <= image.count / 8 && Int(node.valueCount) <= image.count / 4
    guard isPlausible, isText(node.name),
      isUntouched(from: cell.offset, to: node.name.offset + node.name.byteCount)
    else { return nil }
    return node
  }

  /// The value record in a cell; nil where there is none, or something was written into it since.
  func valueRecord(in cell: Cell) -> ValueRecord? {
    guard (try? image.uint16(at: cell.content)) == ValueRecord.signature,
      cell.contentSize >= ValueRecord.fixedSize
    else { return nil }
    let record = ValueRecord(in: cell, of: image)
    let hasPlausibleData =
      record.isInline
      ? record.dataSize <= 4
      : record.dataSize == 0
        || record.dataSize <= image.count && isReference(record.data)
          && record.data != .noCell
    // Numbers beyond those of Windows are those of devices' properties, and little ones.
    let hasPlausibleType = record.type < 0x1_0000 || record.type >> 16 == 0xFFFF
    guard record.nameFault == nil, record.flags & ~0x0003 == 0, hasPlausibleData,
      hasPlausibleType, isText(record.name),
      isUntouched(from: cell.offset, to: record.name.offset + record.name.byteCount)
    else { return nil }
    return record
  }

  /// Whether a number can be a reference to a cell, or to none.
  private func isReference(_ reference: CellReference) -> Bool {
    reference == .noCell || reference % 8 == 0 && reference.fileOffset < image.count
  }

  /// Whether a name looks like one; that of a default value is empty.
  private func isText(_ name: StoredName) -> Bool {
    guard name.isLatin1 || name.byteCount % 2 == 0 else { return false }
    for index in 0..<name.unitCount {
      switch image.unit(index, of: name) {
      case 0..<0x20, 0x7F..<0xA0, 0xFFFE, 0xFFFF: return false
      default: continue
      }
    }
    return true
  }
}

// MARK: - What belongs together

extension DeletedScan {
  /// Gives the deleted keys their values, as far as their lists are still there.
  ///
  /// A value that a live key has now is none of them: its cell was used again.
  mutating func attributeValues() {
    guard !values.isEmpty else { return }
    var places: [Int: Int] = [:]
    for (place, value) in values.enumerated() { places[value.record.offset] = place }
    for index in keys.indices {
      let node = keys[index].node
      let count = Int(node.valueCount)
      let list = node.valueList.fileOffset
      guard count > 0, node.valueList != .noCell,
        isUntouched(from: list, to: list + 4 + 4 * count), spend(4 * count)
      else { continue }
      for element in 0..<count {
        guard let reference = try? image.uint32(at: list + 4 + 4 * element),
          let place = places[reference.fileOffset], !values[place].hasKey
        else { continue }
        values[place].hasKey = true
        keys[index].values.append(place)
      }
    }
  }

  /// Finds what each deleted key was in.
  mutating func findParents() {
    guard !keys.isEmpty else { return }
    var deleted: [CellReference: Int] = [:]
    for (place, key) in keys.enumerated() {
      deleted[CellReference(truncatingIfNeeded: key.node.offset - BaseBlock.size)] = place
    }
    let wanted = Set(keys.map(\.node.parent))
    var live: [CellReference: Int] = [:]
    for (place, key) in liveKeys.enumerated() where wanted.contains(key.node) {
      live[key.node] = place
    }
    for index in keys.indices {
      let parent = keys[index].node.parent
      if let place = live[parent] {
        keys[index].parent = .live(place)
      } else if let place = deleted[parent], place != index {
        keys[index].parent = .deleted(place)
      }
    }
    breakLoops()
  }

  /// Takes their parents from keys that are their own ancestors.
  private mutating func breakLoops() {
    // 0: not looked at; else the number of the way up that came by first.
    var visits = [Int32](repeating: 0, count: keys.count)
    for start in keys.indices {
      let visit = Int32(start) + 1
      var index = start
      while visits[index] == 0, case .deleted(let parent) = keys[index].parent {
        visits[index] = visit
        if visits[parent] == visit {
          keys[index].parent = .lost
          break
        }
        index = parent
      }
    }
  }
}

// MARK: - Data

extension DeletedScan {
  /// Finds the values' data, as far as nothing was written over them.
  mutating func readData() {
    for index in values.indices { values[index].data = data(of: values[index].record) }
  }

  private mutating func data(of record: ValueRecord) -> ValueExtent? {
    let size = record.dataSize
    if size == 0 || record.isInline { return .run(offset: record.inlineOffset, count: size) }
    let offset = record.data.fileOffset
    guard let stored = try? image.uint32(at: offset) else { return nil }
    let room = abs(Int(Int32(bitPattern: stored))) - 4
    if size <= room {
      guard isUntouched(from: offset, to: offset + 4 + size), spend(size) else { return nil }
      return .run(offset: offset + 4, count: size)
    }
    return segments(at: offset, size: size)
  }

  private mutating func segments(at offset: Int, size: Int) -> ValueExtent? {
    let most = BigData.segmentSize
    let needed = (size + most - 1) / most
    guard isUntouched(from: offset, to: offset + 12),
      (try? image.uint16(at: offset + 4)) == 0x6264,
      let count = try? image.uint16(at: offset + 6), Int(count) >= needed,
      let reference = try? image.uint32(at: offset + 8),
      isUntouched(from: reference.fileOffset, to: reference.fileOffset + 4 + 4 * needed),
      spend(size)
    else { return nil }
    for index in 0..<needed {
      let wanted = min(most, size - index * most)
      guard let segment = try? image.uint32(at: reference.fileOffset + 4 + 4 * index),
        isUntouched(from: segment.fileOffset, to: segment.fileOffset + 4 + wanted)
      else { return nil }
    }
    return .segments(list: reference.fileOffset + 4, count: size)
  }
}
