// SPDX-License-Identifier: MIT

/// Lines, sections and tables for a person to read.
struct TextReport {
  private let output: Output

  init(to output: Output) {
    self.output = output
  }

  /// Writes a line; on a terminal as several where it does not fit into one.
  mutating func line(_ text: String) {
    output.append(foldable: text)
  }

  /// Writes a heading, apart from what stands before it.
  mutating func section(_ title: String) {
    output.append("\n")
    line(title)
  }

  /// Writes rows with their cells below each other.
  mutating func table(_ columns: [TextTable.Alignment], _ fill: (inout [[String]]) -> Void) {
    var rows: [[String]] = []
    fill(&rows)
    let table = TextTable(rows, columns, indent: 2)
    for row in rows { table.write(row, to: output) }
  }
}
