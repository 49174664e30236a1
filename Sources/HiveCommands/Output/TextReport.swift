// SPDX-License-Identifier: MIT

/// Lines, sections and tables for a person to read.
struct TextReport {
  enum Alignment {
    case left
    case right
  }

  private let output: Output

  init(to output: Output) {
    self.output = output
  }

  /// Writes a line; on a terminal as several where it does not fit into one.
  ///
  /// In files and pipes lines are kept whole, for who looks for something in them.
  mutating func line(_ text: String) {
    guard output.isTerminal, text.count > output.columns else { return write(text) }
    let indent = text.prefix { $0 == " " }.count
    output.append(wrapped: String(text.dropFirst(indent)), indent: indent, hanging: 2)
  }

  private func write(_ text: String) {
    output.append(text: text)
    output.append("\n")
  }

  /// Writes a heading, apart from what stands before it.
  mutating func section(_ title: String) {
    output.append("\n")
    line(title)
  }

  /// Writes rows with their cells below each other.
  mutating func table(_ columns: [Alignment], _ fill: (inout [[String]]) -> Void) {
    var rows: [[String]] = []
    fill(&rows)
    let widths = columns.indices.map { column in
      rows.reduce(0) { max($0, $1[column].count) }
    }
    for row in rows {
      var text = ""
      for (column, cell) in row.enumerated() {
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        text += "  "
        switch columns[column] {
        case .right: text += padding + cell
        case .left: text += column == columns.count - 1 ? cell : cell + padding
        }
      }
      write(text)
    }
  }
}
