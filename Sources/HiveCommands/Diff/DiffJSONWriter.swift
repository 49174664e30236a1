// SPDX-License-Identifier: MIT

import RegistryHive

/// Writes each difference as a JSON object.
struct DiffJSONWriter: DiffWriter {
  private let records: JSONRecords
  /// The later hive; nil where there is only one pair.
  private var input: InputHive?

  init(to output: Output, _ format: DiffFormat) {
    records = JSONRecords(to: output, format: format)
  }

  func begin() { records.begin() }
  func end() { records.end() }

  mutating func begin(_ pair: HivePair, old: Hive, new: Hive, isSingle: Bool) {
    input = isSingle ? nil : pair.new
  }

  mutating func write(_ change: HiveChange, at path: RegistryPath, isCut: Bool) {
    records.write { $0.members(of: change, at: path, in: input) }
  }

  mutating func write(_ lone: LoneHive, lastWritten: FileTime) {
    records.write { json in
      json.member("change", lone.kind.rawValue)
      json.source(lone.hive)
      json.member("path", "" as RegistryPath)
      json.name("what")
      json.array(["hive"]) { $0.value($1) }
      json.member("lastWritten", lastWritten)
    }
  }
}
