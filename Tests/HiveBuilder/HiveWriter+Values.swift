// SPDX-License-Identifier: MIT

/// The most bytes of data that one segment of big data holds.
private let segmentCapacity = 16_344

extension HiveWriter {
  /// Writes a key's values and the list of them; nil where no value is to be listed.
  mutating func writeValues(of key: KeyDescription, index: Int, isFree: Bool) -> Int? {
    guard !key.values.isEmpty else { return nil }
    let count = key.values.count { !$0.isDeleted }
    var list: Int?
    if count > 0 {
      list = openCell(4 * count, \.valueLists, isFree: isFree)
      bytes.appendZeros(4 * count)
      closeCell()
    }
    var places: [BuiltValue] = []
    places.reserveCapacity(key.values.count)
    var slot = (list ?? 0) + 4
    for value in key.values {
      let place = writeValue(value, isFree: isFree || value.isDeleted)
      places.append(place)
      if !value.isDeleted {
        bytes.put(relative(place.record), at: slot)
        slot += 4
      }
    }
    keys[index].values = places
    return list
  }

  private mutating func writeValue(_ value: ValueDescription, isFree: Bool) -> BuiltValue {
    var place = BuiltValue()
    let name = value.name.storedBytes
    let flags: UInt16 = value.name.isCompressed && !name.isEmpty ? 1 : 0
    place.record = openCell(20 + name.count, \.values, isFree: isFree)
    bytes.append(contentsOf: [0x76, 0x6B])
    bytes.append(number: UInt16(name.count))
    bytes.append(number: UInt32(value.data.count))
    bytes.append(number: UInt32.max)
    bytes.append(number: value.type)
    bytes.append(number: value.flags ?? flags)
    bytes.append(number: UInt16(0))
    bytes.append(contentsOf: name)
    closeCell()

    let sizeField = place.record + 8
    switch value.storage {
    case .automatic where value.data.count <= 4:
      bytes.put(UInt32(value.data.count) | 0x8000_0000, at: sizeField)
      bytes.put(UInt32(0), at: sizeField + 4)
      bytes.put(value.data, at: sizeField + 4)
    case .automatic where value.data.count > segmentCapacity && hive.header.minorVersion >= 4:
      writeBigData(value.data, exactLastSegment: false, isFree: isFree, place: &place)
    case .automatic, .cell:
      place.data = writeData(value.data[...], size: value.data.count, isFree: isFree)
    case .bigData(let exactLastSegment):
      writeBigData(value.data, exactLastSegment: exactLastSegment, isFree: isFree, place: &place)
    case .raw(let size, let offset):
      bytes.put(size, at: sizeField)
      bytes.put(offset, at: sizeField + 4)
    }
    if let data = place.data {
      bytes.put(relative(data), at: sizeField + 4)
    }
    return place
  }

  private mutating func writeData(_ data: ArraySlice<UInt8>, size: Int, isFree: Bool) -> Int {
    let cell = openCell(size, \.data, isFree: isFree)
    bytes.append(contentsOf: data)
    closeCell()
    return cell
  }

  private mutating func writeBigData(
    _ data: [UInt8], exactLastSegment: Bool, isFree: Bool, place: inout BuiltValue
  ) {
    let starts = Array(stride(from: 0, to: data.count, by: segmentCapacity))
    let record = openCell(8, \.data, isFree: isFree)
    bytes.append(contentsOf: Array("db".utf8))
    bytes.append(number: UInt16(starts.count))
    bytes.append(number: UInt32.max)
    closeCell()
    let list = openCell(4 * starts.count, \.data, isFree: isFree)
    bytes.appendZeros(4 * starts.count)
    closeCell()
    bytes.put(relative(list), at: record + 8)
    for (index, start) in starts.enumerated() {
      let part = data[start..<min(start + segmentCapacity, data.count)]
      let isExact = exactLastSegment && index == starts.count - 1
      let segment = writeData(part, size: isExact ? part.count : segmentCapacity, isFree: isFree)
      bytes.put(relative(segment), at: list + 4 + 4 * index)
      place.segments.append(segment)
    }
    place.data = record
    place.segmentList = list
  }
}
