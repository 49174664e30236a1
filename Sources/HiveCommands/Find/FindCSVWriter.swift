// SPDX-License-Identifier: MIT

import RegistryHive

/// Writes each key or value that was found as a row of comma-separated values.
struct FindCSVWriter: FindWriter {
  private let records: CSVRecords
  private let namesHive: Bool

  init(to output: Output, namesHive: Bool) {
    self.namesHive = namesHive
    records = CSVRecords(
      to: output,
      [
        "path", "lastWritten", "match", "name", "type", "typeCode", "size", "data", "deleted",
        "time", "property.type", "property.data",
      ],
      namesHive: namesHive)
  }

  func begin() { records.begin() }

  func write(_ item: FoundItem) {
    let match = item.match
    records.write { row in
      if namesHive { row.source(item.input) }
      row.path(item.path)
      row.time(item.lastWritten)
      row.word(match.place.rawValue)
      if let value = match.value {
        row.text(value.name)
        row.word(value.type.description)
        row.number(value.type.rawValue)
        row.number(value.size)
        row.data(of: value, extent: match.extent)
      } else {
        row.skip(5)
      }
      row.mark(match.deletedPlace != nil)
      row.meaning(of: match.value, extent: match.extent)
    }
  }
}
