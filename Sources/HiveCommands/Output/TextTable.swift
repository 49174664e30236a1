// SPDX-License-Identifier: MIT

/// Rows of text in columns, each as wide as the widest text in it.
struct TextTable {
  private let widths: [Int]

  /// Takes the widths of rows that have the same number of columns.
  init(_ rows: [[String]]) {
    var widths = [Int](repeating: 0, count: rows.first?.count ?? 0)
    for row in rows {
      for (index, text) in row.enumerated() {
        widths[index] = max(widths[index], Self.width(of: text))
      }
    }
    self.widths = widths
  }

  private static func width(of text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + VisibleEscaping.columns($1.value) }
  }

  /// Writes a row without spaces at its end.
  func write(_ row: [String], to output: Output) {
    let count = row.lastIndex { !$0.isEmpty }.map { $0 + 1 } ?? 0
    for (index, text) in row.prefix(count).enumerated() {
      output.append(text: text)
      if index + 1 < count { output.append(spaces: widths[index] - Self.width(of: text) + 2) }
    }
    output.append("\n")
  }
}
