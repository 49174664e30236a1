// SPDX-License-Identifier: MIT

import FileAccess
import HiveFormat

/// One of the two hives of a comparison, read key by key.
struct ComparedHive {
  let hive: Hive
  private(set) var findings = KeptFindings()
  private var traversal: Traversal
  /// The current key; nil where this hive does not have it.
  private(set) var node: KeyNode?

  init(_ hive: Hive) {
    self.hive = hive
    traversal = Traversal(hive.image, bins: hive.bins, root: hive.root.offset)
  }

  /// Goes on to a key.
  mutating func read(_ offset: Int?) {
    node = offset.flatMap { traversal.read(keyAt: $0) }
  }

  /// Whether something is wrong with the current key.
  var hasFaults: Bool { node != nil && !traversal.visit.faults.isEmpty }

  /// Takes what is wrong with the current key into the findings.
  mutating func keepFaults(at path: RegistryPath) {
    findings.add(traversal.visit.faults, at: path)
  }

  /// The current key's class name, as far as it can be read.
  var className: [UInt16]? {
    node == nil ? nil : traversal.visit.className.map(hive.image.units(of:))
  }

  /// The current key's security descriptor.
  var security: [UInt8]? {
    guard let node,
      let record = try? SecurityRecord(parsing: hive.image, at: node.security.fileOffset)
    else { return nil }
    return try? hive.image.bytes(at: record.descriptorOffset, count: record.descriptorSize)
  }

  /// Whether the current key has lists of subkeys.
  var hasSubkeys: Bool { node != nil && traversal.visit.hasSubkeys }

  /// The current key's subkeys, sorted by name.
  var subkeys: [(name: StoredName, offset: Int)] {
    guard node != nil else { return [] }
    var list: [(name: StoredName, offset: Int)] = []
    for offset in traversal.subkeys {
      if let node = try? KeyNode(parsing: hive.image, at: offset) {
        list.append((node.name, offset))
      }
    }
    sortByName(&list, in: hive.image) { $0.name }
    return list
  }

  /// The current key's values, in stored order; nil where this hive does not have it.
  var storedValues: [Visit.Value]? { node == nil ? nil : traversal.visit.values }

  /// The places of the current key's values in its list, in the order of their names.
  var valueOrder: ArraySlice<Int32> {
    guard node != nil else { return [] }
    let values = traversal.visit.values
    var places = Array(0..<Int32(truncatingIfNeeded: values.count))
    sortByName(&places, in: hive.image) { values[Int($0)].record.name }
    return places[...]
  }

  /// The current key's value at a place of its list.
  func value(_ place: Int32) -> Visit.Value { traversal.visit.values[Int(place)] }
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
