// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

/// The keys of a page as its script reads them: many more than a page can show as rows.
///
/// The rows are one flat array of JSON. A key has its name, its level, the bytes, keys and values
/// with all below it, when it was last written in minutes since 1601, and by how many bytes it
/// grew. A value has its level below zero.
struct PageData {
  private static let nameLimit = 256
  private static let bytesOfRow = 34

  /// The JSON text.
  private(set) var bytes: [UInt8] = []
  /// The places of the keys among the rows.
  private var places: [CellReference: Int] = [:]

  /// Collects the largest keys below one.
  ///
  /// - Parameters:
  ///   - start: The key.
  ///   - before: The same key in the copy to compare with.
  ///   - tree: The keys that the page shows as rows, with their values.
  ///   - byteLimit: How many bytes the text may have, but for the last row.
  init(_ start: KeyUsage, before: KeyUsage?, tree: PageTree, byteLimit: Int) {
    let least = Self.leastBytes(below: start, count: byteLimit / Self.bytesOfRow)
    let output = Output()
    var pending: [(key: PageKey, level: Int)] = []
    func push(_ key: PageKey, level: Int) {
      let subkeys = key.usage.subkeys.filter { $0.bytes >= least }
      pending += key.subkeys(subkeys).reversed().map { ($0, level) }
    }
    output.append("[")
    var count = 0
    func row(_ name: RegistryString, _ numbers: [Int]) {
      if count > 0 { output.append(",") }
      count += 1
      Self.append(name, to: output)
      for number in numbers { output.append(raw: ",\(number)") }
    }
    func rows(ofValuesIn key: KeyUsage, level: Int) {
      for value in tree.values(of: key) {
        row(value.name.isEmpty ? "(Default)" : value.name, [-level, value.bytes, 0, 1, 0, 0])
      }
    }
    rows(ofValuesIn: start, level: 1)
    push(PageKey(usage: start, before: before), level: 1)
    while let (key, level) = pending.popLast() {
      guard bytes.count < byteLimit else { break }
      let usage = key.usage
      places[usage.account.node] = count
      row(
        usage.displayName,
        [
          level, usage.bytes, usage.keyCount, usage.valueCount,
          Int(usage.latestWritten.rawValue / (60 * FileTime.ticksPerSecond)),
          before == nil ? 0 : key.delta,
        ])
      rows(ofValuesIn: usage, level: level + 1)
      push(key, level: level + 1)
      if count % 64 == 0 { bytes += output.takeHeld() }
    }
    output.append("]")
    bytes += output.takeHeld()
  }

  /// The place of a key among the rows; nil for one that has no row.
  func place(of key: KeyUsage) -> Int? { places[key.account.node] }

  /// How many bytes a key must have to be one of the largest below another one.
  private static func leastBytes(below start: KeyUsage, count: Int) -> Int {
    var sizes: [Int] = []
    start.forEachBelow(depth: .max) { _, account in sizes.append(account.bytes) }
    guard sizes.count > count else { return 0 }
    sizes.sort(by: >)
    return sizes[count]
  }

  private static func append(_ name: RegistryString, to output: Output) {
    guard name.utf16.count > nameLimit else {
      return output.append(quoted: name, as: ScriptEscaping.self)
    }
    let units = Array(name.utf16.prefix(nameLimit)) + [0x2026]
    output.append(quoted: RegistryString(utf16: units), as: ScriptEscaping.self)
  }
}
