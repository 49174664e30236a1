// SPDX-License-Identifier: MIT

import ArgumentParser

/// The forms in which `hive dump` writes a hive.
enum DumpFormat: String, CaseIterable, ExpressibleByArgument {
  /// For a person at the terminal.
  case text
  /// A JSON object a line.
  case ndjson
  /// A JSON array.
  case json
  /// What the registry editor of Windows writes.
  case reg
  /// What `hivexml` writes.
  case xml
  /// Comma-separated values.
  case csv
  /// The body file of The Sleuth Kit.
  case bodyfile

  static var allValueDescriptions: [String: String] {
    [
      "text": "to read at the terminal", "ndjson": "a JSON object a key, each on a line",
      "json": "the same objects in an array", "reg": "a registry file, as regedit exports it",
      "xml": "as hivexml writes it", "csv": "a row a value",
      "bodyfile": "for timelines with The Sleuth Kit",
    ]
  }
}
