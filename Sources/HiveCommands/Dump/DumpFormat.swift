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

  var defaultValueDescription: String { rawValue }

  static var allValueDescriptions: [String: String] {
    [
      "text": "for reading", "ndjson": "a JSON object a line", "json": "a JSON array",
      "reg": "a registry file as of regedit", "xml": "the XML of hivexml",
      "csv": "a row a value", "bodyfile": "for mactime of The Sleuth Kit",
    ]
  }
}
