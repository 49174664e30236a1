// SPDX-License-Identifier: MIT

/// Reads the keys and values that can be reached in a hive, slowly and plainly.
///
/// It shares no code with the readers of the package: what it reaches, they must show.
package struct PlainReader {
  private let bytes: [UInt8]
  private let binsEnd: Int
  /// The file offsets of the cells of all keys.
  package private(set) var keys: Set<Int> = []
  /// The file offsets of the cells of all values.
  package private(set) var values: Set<Int> = []

  /// Reads a hive.
  ///
  /// - Parameters:
  ///   - bytes: The file.
  ///   - binsEnd: Where its bins end.
  ///   - root: The file offset of the root key's cell.
  package init(_ bytes: [UInt8], binsEnd: Int, root: Int) {
    self.bytes = bytes
    self.binsEnd = binsEnd
    var pending = [root]
    while let offset = pending.popLast() {
      guard let size = size(ofCellAt: offset), isRecord("nk", at: offset, atLeast: 76, size),
        keys.insert(offset).inserted
      else { continue }
      let node = offset + 4
      if number(at: node + 20) > 0 { pending += subkeys(listedAt: target(at: node + 28)) }
      // A predefined key has a handle there, with the top bit set.
      if number(at: node + 36) > 0, bytes[node + 2] & 0x40 == 0 || bytes[node + 39] < 0x80 {
        readValues(number(at: node + 36), listedAt: target(at: node + 40))
      }
    }
  }

  private func number(at offset: Int) -> Int {
    (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
  }

  /// The file offset that a reference leads to.
  private func target(at offset: Int) -> Int { 4096 + number(at: offset) }

  /// The size of a cell, used or free; nil where there is none.
  private func size(ofCellAt offset: Int) -> Int? {
    guard offset % 8 == 0, offset >= 4128, offset + 8 <= binsEnd else { return nil }
    let size = isUsed(offset) ? 0x1_0000_0000 - number(at: offset) : number(at: offset)
    return size >= 8 && size % 4 == 0 && offset + size <= binsEnd ? size : nil
  }

  private func isUsed(_ offset: Int) -> Bool { number(at: offset) >= 0x8000_0000 }

  /// Whether a value record stands in the cell at an offset.
  private func isValue(_ offset: Int) -> Bool {
    size(ofCellAt: offset).map { isRecord("vk", at: offset, atLeast: 20, $0) } ?? false
  }

  private func isRecord(
    _ signature: String, at offset: Int, atLeast count: Int, _ size: Int
  ) -> Bool {
    bytes[offset + 4..<offset + 6].elementsEqual(signature.utf8) && size - 4 >= count
  }

  private func subkeys(listedAt offset: Int, insideAnother: Bool = false) -> [Int] {
    guard let size = size(ofCellAt: offset) else { return [] }
    let kind = String(decoding: bytes[offset + 4..<offset + 6], as: UTF8.self)
    let count = Int(bytes[offset + 6]) | Int(bytes[offset + 7]) << 8
    let stride = kind == "lf" || kind == "lh" ? 8 : 4
    let elements = (0..<min(count, (size - 8) / stride)).map { offset + 8 + $0 * stride }
    switch kind {
    case "lf", "lh", "li": return elements.map(target(at:))
    case "ri" where !insideAnother:
      return elements.flatMap { subkeys(listedAt: target(at: $0), insideAnother: true) }
    default: return []
    }
  }

  private mutating func readValues(_ count: Int, listedAt offset: Int) {
    // A free cell is believed to hold a list where the first element leads to a value.
    guard let size = size(ofCellAt: offset), isUsed(offset) || isValue(target(at: offset + 4))
    else { return }
    for index in 0..<min(count, (size - 4) / 4) {
      let value = target(at: offset + 4 + 4 * index)
      if isValue(value) { values.insert(value) }
    }
  }
}
