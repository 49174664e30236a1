// SPDX-License-Identifier: MIT

import ArgumentParser

/// The formats that a command offers, with text, ndjson, json and csv among them.
protocol OutputFormat: RawRepresentable<String>, CaseIterable, Hashable, ExpressibleByArgument {
  /// For reading.
  static var text: Self { get }
  /// One JSON object per line.
  static var ndjson: Self { get }
  /// One JSON document.
  static var json: Self { get }
  /// Comma-separated values.
  static var csv: Self { get }
  /// What the help says of formats that are special in this command, by name.
  static var ownDescriptions: [String: String] { get }
}

extension OutputFormat {
  static var ownDescriptions: [String: String] { [:] }

  init?(argument: String) { self.init(rawValue: argument.lowercased()) }

  var defaultValueDescription: String { rawValue }

  static var allValueDescriptions: [String: String] {
    let known = [
      "text": "for people to read", "ndjson": "one JSON object per line",
      "json": "one JSON document",
      "csv": "comma-separated values", "reg": "a registry file, as regedit exports it",
      "xml": "as hivexml writes it", "bodyfile": "for mactime of The Sleuth Kit",
      "html": "a page for the browser, in one file",
    ]
    return known.merging(ownDescriptions) { $1 }
  }
}

/// The formats of a command that offers no others.
enum ListFormat: String, OutputFormat {
  case text, ndjson, json, csv
}
