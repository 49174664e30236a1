// SPDX-License-Identifier: MIT

import RegistryHive

extension GrowthReport {
  /// Writes a row for the key and for those below it, with the columns of Sysinternals' `ru`.
  ///
  /// "Current" is the key alone, the other columns are the key with all below it; `KeyCount` does not
  /// count the key itself. Sizes are those of whole cells. Like `ru`, it goes down one level unless
  /// asked for more.
  func writeCSV(to output: Output) {
    KeyUsageRow.records(to: output).begin()
    guard let start else { return }
    var keys = [start]
    if let top {
      keys += start.largest(top, depth: depth ?? 1)
    } else {
      keys += start.below(depth: depth ?? 1)
    }
    for key in keys {
      KeyUsageRow(key).write(path: key.path.joined, to: output)
    }
  }
}

/// What the columns of Sysinternals' `ru` have to say about a key.
struct KeyUsageRow: Sendable {
  private let numbers: [Int]
  private let lastWritten: FileTime

  init(_ key: KeyUsage) {
    numbers = [
      key.ownValueCount, key.ownValueBytes, key.valueCount, key.keyCount - 1, key.bytes,
    ]
    lastWritten = key.lastWritten
  }

  static func records(to output: Output) -> CSVRecords {
    CSVRecords(
      to: output,
      [
        "Path", "CurrentValueCount", "CurrentValueSize", "ValueCount", "KeyCount", "KeySize",
        "WriteTime",
      ])
  }

  func write(path: RegistryString, to output: Output) {
    Self.records(to: output).write { row in
      row.text(path)
      for number in numbers { row.number(number) }
      row.time(lastWritten)
    }
  }
}

extension KeyUsage {
  /// The keys down to a depth below this one, in stored order.
  func below(depth: Int) -> [KeyUsage] {
    var keys: [KeyUsage] = []
    var pending = [(self, 0)]
    while let (key, level) = pending.popLast() {
      if level > 0 { keys.append(key) }
      if level < depth { pending += key.subkeys.reversed().map { ($0, level + 1) } }
    }
    return keys
  }
}
