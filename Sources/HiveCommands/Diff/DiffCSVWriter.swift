// SPDX-License-Identifier: MIT

import RegistryHive

/// Writes each difference as a row of comma-separated values.
struct DiffCSVWriter: DiffWriter {
  private let records: CSVRecords
  private let namesHive: Bool
  private var input: InputHive?

  init(to output: Output, namesHive: Bool) {
    self.namesHive = namesHive
    records = CSVRecords(to: output, CSVRow.changeColumns, namesHive: namesHive)
  }

  func begin() { records.begin() }

  mutating func begin(_ pair: HivePair, old: Hive, new: Hive, isSingle: Bool) {
    input = pair.new
  }

  func write(_ change: HiveChange, at path: RegistryPath, isCut: Bool) {
    records.write { row in
      if namesHive, let input { row.source(input) }
      row.fields(of: change, at: path)
    }
  }

  func write(_ lone: LoneHive, lastWritten: FileTime) {
    records.write { row in
      if namesHive { row.source(lone.hive) }
      row.fields(ofHiveThatIs: lone.kind, lastWritten)
    }
  }
}
