// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

/// Writes each difference as a JSON object: on lines of their own, or as one array.
struct DiffJSONWriter: DiffWriter {
  private let output: Output
  private let isArray: Bool
  private var isFirst = true
  private var pair: HivePair?
  private var isSingle = true

  init(to output: Output, asArray isArray: Bool) {
    self.output = output
    self.isArray = isArray
  }

  mutating func begin() {
    if isArray { output.append("[\n") }
  }

  mutating func begin(_ pair: HivePair, old: Hive, new: Hive, isSingle: Bool) {
    self.pair = pair
    self.isSingle = isSingle
  }

  mutating func end() {
    if isArray { output.append(isFirst ? "]\n" : "\n]\n") }
  }

  mutating func write(_ change: HiveChange, at path: RegistryPath, isCut: Bool) {
    if isArray, !isFirst { output.append(",\n") }
    isFirst = false
    var json = JSONWriter(to: output)
    json.object { json in
      json.member("change", change.kind.rawValue)
      if !isSingle, let pair {
        if let machine = pair.new.machine { json.member("machine", machine) }
        json.member("hive", pair.new.path)
      }
      json.member("path", path)
      switch change.subject {
      case .key(let before, let after):
        writeAspects(of: change, to: &json)
        if change.kind == .changed, let before, let after {
          json.name("before")
          write(before, change.aspects, to: &json)
          json.name("after")
          write(after, change.aspects, to: &json)
        }
        json.member("lastWritten", change.lastWritten)
      case .value(let before, let after):
        json.member("name", (after ?? before)?.name ?? "")
        writeAspects(of: change, to: &json)
        if let before {
          json.name("before")
          write(before, change, change.extents.before, to: &json)
        }
        if let after {
          json.name("after")
          write(after, change, change.extents.after, to: &json)
        }
        json.member("lastWritten", change.lastWritten)
      }
    }
    if !isArray { output.append("\n") }
  }

  private func writeAspects(of change: HiveChange, to json: inout JSONWriter) {
    guard change.kind == .changed else { return }
    json.name("what")
    json.array(change.aspects) { $0.value($1.word) }
  }

  /// Writes what of a key is not the same.
  private func write(_ key: Key, _ aspects: [HiveChange.Aspect], to json: inout JSONWriter) {
    json.object { json in
      for aspect in aspects {
        switch aspect {
        case .name: json.member("name", key.name)
        case .lastWritten: json.member("lastWritten", key.lastWritten)
        case .className: json.member("class", optional: key.className) { $0.value($1) }
        case .security:
          json.member("security", optional: key.securityDescriptor?.sddl) { $0.value($1) }
        case .flags: json.member("flags", Int(key.flags.rawValue))
        case .type, .data: continue
        }
      }
    }
  }

  private func write(
    _ value: Value, _ change: HiveChange, _ extent: ValueExtent?, to json: inout JSONWriter
  ) {
    let output = output
    json.object { json in
      if change.aspects.contains(.name) { json.member("name", value.name) }
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
