// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

/// Writes each key or value that was found as a JSON object: on lines of their own, or as one array.
struct FindJSONWriter: FindWriter {
  private let output: Output
  private let isArray: Bool
  private let namesHive: Bool
  private var isFirst = true

  init(to output: Output, asArray isArray: Bool, namesHive: Bool) {
    self.output = output
    self.isArray = isArray
    self.namesHive = namesHive
  }

  mutating func begin() {
    if isArray { output.append("[\n") }
  }

  mutating func end() {
    if isArray { output.append(isFirst ? "]\n" : "\n]\n") }
  }

  mutating func write(_ item: FoundItem) {
    if isArray, !isFirst { output.append(",\n") }
    isFirst = false
    var json = JSONWriter(to: output)
    let output = output
    json.object { json in
      if let machine = item.input.machine { json.member("machine", machine) }
      if namesHive { json.member("hive", item.input.path) }
      json.member("path", item.path)
      json.member("lastWritten", optional: item.lastWritten) { $0.value($1) }
      json.member("match", item.match.place.rawValue)
      if let place = item.match.deletedPlace {
        json.member("deleted", true)
        json.member("foundIn", place.rawValue)
      }
      guard let value = item.match.value else { return }
      json.member("name", value.name)
      json.member("type", value.type.description)
      json.member("typeCode", Int(value.type.rawValue))
      json.member("size", value.size)
      if value.record.isTombstone { json.member("tombstone", true) }
      json.member("data", optional: item.match.extent) { json, extent in
        json.raw { output.append(jsonDataOf: value.record, extent: extent, in: value.hive.image) }
      }
    }
    if !isArray { output.append("\n") }
  }
}
