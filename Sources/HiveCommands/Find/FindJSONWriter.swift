// SPDX-License-Identifier: MIT

import RegistryHive

/// Writes each key or value that was found as a JSON object.
struct FindJSONWriter: FindWriter {
  private let records: JSONRecords
  private let namesHive: Bool

  init(to output: Output, _ format: ListFormat, namesHive: Bool) {
    records = JSONRecords(to: output, format: format)
    self.namesHive = namesHive
  }

  func begin() { records.begin() }
  func end() { records.end() }

  mutating func write(_ item: FoundItem) {
    records.write { json in
      if namesHive { json.source(item.input) }
      json.member("path", item.path)
      json.member("lastWritten", optional: item.lastWritten) { $0.value($1) }
      json.member("match", item.match.place.rawValue)
      if let place = item.match.deletedPlace {
        json.member("deleted", true)
        json.member("foundIn", place.rawValue)
      }
      if let value = item.match.value { json.members(of: value, extent: item.match.extent) }
    }
  }
}
