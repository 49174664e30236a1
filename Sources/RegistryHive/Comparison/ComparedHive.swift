// SPDX-License-Identifier: MIT

import FileAccess
import HiveFormat

/// One of the two hives of a comparison, read key by key.
struct ComparedHive {
  let hive: Hive
  private(set) var findings = KeptFindings()
  private var cells: ClaimedCells
  private var faults: [FormatError] = []

  init(_ hive: Hive) {
    self.hive = hive
    cells = ClaimedCells(of: hive, from: hive.root.offset)
  }

  /// Begins with a key.
  mutating func begin() {
    if !faults.isEmpty { faults.removeAll(keepingCapacity: true) }
  }

  /// Whether something is wrong with the current key.
  var hasFaults: Bool { !faults.isEmpty }

  /// Takes what is wrong with the current key into the findings.
  mutating func keepFaults(at path: RegistryPath) {
    findings.add(faults, at: path)
  }

  func node(at offset: Int) -> KeyNode? {
    try? KeyNode(parsing: hive.image, at: offset)
  }

  mutating func reportFaults(of node: KeyNode) {
    hive.reportFaults(of: node, securityIncluded: true, to: &faults)
  }

  func className(of node: KeyNode) -> [UInt16]? {
    guard node.classNameLength > 0 else { return nil }
    var ignored: [FormatError] = []
    return hive.image.className(of: node, reporting: &ignored)
  }

  func security(of node: KeyNode) -> [UInt8]? {
    guard let record = try? SecurityRecord(parsing: hive.image, at: node.security.fileOffset) else {
      return nil
    }
    return try? hive.image.bytes(at: record.descriptorOffset, count: record.descriptorSize)
  }

  /// The subkeys of a key, sorted by name.
  mutating func subkeys(of node: KeyNode) -> [(name: StoredName, offset: Int)] {
    cells.readSubkeys(of: node, reporting: &faults)
    var list: [(name: StoredName, offset: Int)] = []
    list.reserveCapacity(cells.subkeys.count)
    for offset in cells.subkeys.reversed() {
      if let node = self.node(at: offset) { list.append((node.name, offset)) }
    }
    sortByName(&list, in: hive.image) { $0.name }
    return list
  }

  /// The values of a key, sorted by name.
  mutating func values(of node: KeyNode) -> [ValueRecord] {
    var records: [ValueRecord] = []
    cells.readValues(of: node, into: &records, reporting: &faults)
    sortByName(&records, in: hive.image) { $0.name }
    return records
  }

  /// Where the data of a value of the current key stand, as far as they can be read.
  mutating func extent(of record: ValueRecord) -> ValueExtent {
    cells.extent(of: record, reporting: &faults)
  }
}

extension HiveImage {
  /// Whether data in two images are the same.
  func isEqual(_ extent: ValueExtent, to other: ValueExtent, in image: HiveImage) -> Bool {
    guard extent.count == other.count else { return false }
    guard case .run(let offset, let count) = extent, case .run(let place, _) = other else {
      return bytes(in: extent) == image.bytes(in: other)
    }
    guard count > 0, offset >= 0, place >= 0, offset <= self.count - count,
      place <= image.count - count
    else { return count == 0 }
    // Both runs were just checked to lie inside their files.
    return unsafe withUnsafeBytes { first in
      unsafe image.withUnsafeBytes { second in
        unsafe areEqual(first[offset..<offset + count], second[place..<place + count])
      }
    }
  }
}
