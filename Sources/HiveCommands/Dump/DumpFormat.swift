// SPDX-License-Identifier: MIT

import ArgumentParser

/// The formats of `hive dump`.
enum DumpFormat: String, OutputFormat {
  case text, ndjson, json, csv, reg, xml, bodyfile

  static var ownDescriptions: [String: String] {
    ["ndjson": "one JSON object per key, one per line", "csv": "one row per value"]
  }
}
