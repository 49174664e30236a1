// SPDX-License-Identifier: MIT

import ArgumentParser

/// The forms in which a command writes a list.
enum ListFormat: String, CaseIterable, ExpressibleByArgument {
  /// For a person at the terminal.
  case text
  /// A JSON array.
  case json
  /// A JSON object a line.
  case ndjson
  /// Comma-separated values.
  case csv

  var defaultValueDescription: String { rawValue }

  static var allValueDescriptions: [String: String] {
    [
      "text": "for reading", "json": "a JSON array", "ndjson": "a JSON object a line",
      "csv": "comma-separated values",
    ]
  }
}
