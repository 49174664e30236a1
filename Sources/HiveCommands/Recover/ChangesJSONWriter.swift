// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

/// Writes each change as a JSON object: on lines of their own, or as one array.
struct ChangesJSONWriter: ChangesWriter {
  private let output: Output
  private let isArray: Bool
  private var isFirst = true

  init(to output: Output, asArray isArray: Bool) {
    self.output = output
    self.isArray = isArray
  }

  mutating func begin() {
    if isArray { output.append("[\n") }
  }

  mutating func end() {
    if isArray { output.append(isFirst ? "]\n" : "\n]\n") }
  }

  mutating func write(_ change: HiveChange, at path: RegistryPath) {
    if isArray, !isFirst { output.append(",\n") }
    isFirst = false
    var json = JSONWriter(to: output)
    json.object { json in
      json.member("change", change.kind.rawValue)
      json.member("path", path)
      switch change.subject {
      case .key(let before, let after):
        json.member("of", "key")
        write(change.aspects, to: &json)
        let showsSecurity = change.aspects.contains(.security)
        json.member("before", optional: before) { write($1, showsSecurity, to: &$0) }
        json.member("after", optional: after) { write($1, showsSecurity, to: &$0) }
      case .value(let before, let after):
        json.member("of", "value")
        json.member("value", (after ?? before)?.name ?? "")
        write(change.aspects, to: &json)
        json.member("before", optional: before) { write($1, change.extents.before, to: &$0) }
        json.member("after", optional: after) { write($1, change.extents.after, to: &$0) }
      }
    }
    if !isArray { output.append("\n") }
  }

  private func write(_ aspects: [HiveChange.Aspect], to json: inout JSONWriter) {
    json.name("aspects")
    json.array(aspects) { $0.value($1.rawValue) }
  }

  private func write(_ key: Key, _ showsSecurity: Bool, to json: inout JSONWriter) {
    json.object { json in
      json.member("name", key.name)
      json.member("lastWritten", key.lastWritten)
      json.member("flags", Int(key.flags.rawValue))
      json.member("className", optional: key.className) { $0.value($1) }
      if showsSecurity {
        json.member("security", optional: key.securityDescriptor?.sddl) { $0.value($1) }
      }
    }
  }

  private func write(_ value: Value, _ extent: ValueExtent?, to json: inout JSONWriter) {
    let output = output
    json.object { json in
      json.member("name", value.name)
      json.member("type", value.type.description)
      json.member("typeCode", Int(value.type.rawValue))
      json.member("size", value.size)
      if value.record.isTombstone { json.member("tombstone", true) }
      json.name("data")
      json.raw {
        output.append(
          jsonDataOf: value.record, extent: extent ?? .run(offset: 0, count: 0),
          in: value.hive.image)
      }
    }
  }
}
