// SPDX-License-Identifier: MIT

/// A bin that the file does not have, with lists and keys that lead to what it has.
///
/// It is put behind the bins of the copy in memory.
struct SyntheticBin {
  /// How many keys a list names.
  private static let leafSize = 1000
  /// How many elements a list can have.
  private static let countLimit = 0xFFFF

  /// The bytes so far, from the bin's header on.
  private var bytes: [UInt8] = []
  /// Where the bin is to stand in the file.
  private let start: Int

  /// Begins a bin.
  ///
  /// - Parameter offset: Where it is to stand in the file, a multiple of ``Bin/alignment``.
  init(at offset: Int) {
    start = offset
    append(UInt32(Bin.signature))
    append(Self.reference(to: offset))
    appendZeros(24)
  }

  /// Where a bin can stand behind all others.
  static func place(behind binsEnd: Int) -> Int {
    (binsEnd + Bin.alignment - 1) & ~(Bin.alignment - 1)
  }

  /// Adds a root key without values.
  ///
  /// Its list of subkeys is to be set by ``setSubkeyList(_:of:)``.
  ///
  /// - Parameters:
  ///   - name: The name, ASCII.
  ///   - time: When it is to have been written, a FILETIME.
  ///   - count: How many subkeys it has.
  /// - Returns: Its file offset.
  mutating func addRoot(named name: String, lastWritten time: UInt64, subkeyCount count: Int) -> Int
  {
    addCell { bin in
      bin.append(KeyNode.signature)
      bin.append(KeyNode.hiveEntry | KeyNode.compressedName)
      bin.append(time)
      bin.append(UInt32(0))
      bin.append(CellReference.noCell)
      bin.append(UInt32(count))
      bin.append(UInt32(0))
      bin.append(CellReference.noCell)
      bin.append(CellReference.noCell)
      bin.append(UInt32(0))
      for _ in 0..<3 { bin.append(CellReference.noCell) }
      // The longest name that there can be, rather than one too short.
      bin.append(UInt32(0xFFFF))
      bin.appendZeros(16)
      bin.append(UInt16(name.utf8.count))
      bin.append(UInt16(0))
      bin.bytes.append(contentsOf: name.utf8)
    }
  }

  /// Lets a key of the bin have a list of subkeys.
  mutating func setSubkeyList(_ list: CellReference, of key: Int) {
    let field = key - start + 4 + KeyNode.Layout.subkeyList
    for index in 0..<4 { bytes[field + index] = UInt8(truncatingIfNeeded: list >> (8 * index)) }
  }

  /// Adds lists that name keys; more than one where there are many.
  mutating func addLeaves(of keys: [Int]) -> [CellReference] {
    stride(from: 0, to: keys.count, by: Self.leafSize).map { first in
      let chunk = keys[first..<min(first + Self.leafSize, keys.count)]
      return addList(0x696C, of: chunk.map(Self.reference))
    }
  }

  /// Adds a list of lists, unless there is only one; nil where it can not have so many elements.
  mutating func addIndex(of lists: [CellReference]) -> CellReference? {
    guard lists.count > 1 else { return lists.first }
    return lists.count <= Self.countLimit ? addList(0x6972, of: lists) : nil
  }

  private mutating func addList(
    _ signature: UInt16, of elements: [CellReference]
  ) -> CellReference {
    Self.reference(
      to: addCell { bin in
        bin.append(signature)
        bin.append(UInt16(elements.count))
        for element in elements { bin.append(element) }
      })
  }

  /// Adds a used cell with what a function appends; returns where it begins in the file.
  private mutating func addCell(_ content: (inout SyntheticBin) -> Void) -> Int {
    let first = bytes.count
    append(UInt32(0))
    content(&self)
    appendZeros(-bytes.count & 7)
    let size = Int32(truncatingIfNeeded: first - bytes.count)
    for index in 0..<4 { bytes[first + index] = UInt8(truncatingIfNeeded: size >> (8 * index)) }
    return start + first
  }

  /// The bytes of the bin, filled up with a free cell.
  consuming func finish() -> [UInt8] {
    let rest = -bytes.count & (Bin.alignment - 1)
    if rest > 0 {
      append(UInt32(rest))
      appendZeros(rest - 4)
    }
    let size = UInt32(truncatingIfNeeded: bytes.count)
    for index in 0..<4 { bytes[8 + index] = UInt8(truncatingIfNeeded: size >> (8 * index)) }
    return bytes
  }

  private mutating func append(_ number: some FixedWidthInteger) {
    for shift in stride(from: 0, to: number.bitWidth, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  private mutating func appendZeros(_ count: Int) {
    bytes.append(contentsOf: repeatElement(0, count: count))
  }

  private static func reference(to offset: Int) -> CellReference {
    CellReference(truncatingIfNeeded: offset - BaseBlock.size)
  }
}
