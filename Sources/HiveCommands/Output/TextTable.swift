// SPDX-License-Identifier: MIT

/// Rows of text in columns, each as wide as the widest text in it.
///
/// On a terminal that is too narrow, the last column is wrapped, or what does not fit follows below
/// its row; in files and pipes rows are kept whole, for who looks for something in them.
struct TextTable {
  enum Alignment {
    case left
    case right
  }

  /// How far what does not fit is indented below its row.
  private static let hanging = 4
  /// How narrow the last column may be before it goes below its row.
  private static let leastRoom = 24

  private let columns: [Alignment]
  private let widths: [Int]
  private let indent: Int

  /// Takes the widths of rows that have the same number of columns.
  ///
  /// - Parameters:
  ///   - rows: The rows, with nothing hidden in them.
  ///   - columns: Where the text of each column is; nil for all on the left.
  ///   - indent: How many spaces each row begins with.
  init(_ rows: [[String]], _ columns: [Alignment]? = nil, indent: Int = 0) {
    var widths = [Int](repeating: 0, count: rows.first?.count ?? 0)
    for row in rows {
      for (index, text) in row.enumerated() {
        widths[index] = max(widths[index], Self.width(of: text))
      }
    }
    self.widths = widths
    self.columns = columns ?? widths.map { _ in .left }
    self.indent = indent
  }

  private static func width(of text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + VisibleEscaping.columns($1.value) }
  }

  /// Writes a row without spaces at its end.
  func write(_ row: [String], to output: Output) {
    let count = Self.count(of: row[...])
    let fitting = output.isTerminal ? fitting(row, of: count, output.columns) : count
    let shown = Self.count(of: row.prefix(fitting))
    if shown > 0 { output.append(spaces: indent) }
    for (index, text) in row.prefix(shown).enumerated() {
      let padding = widths[index] - Self.width(of: text)
      if columns[index] == .right { output.append(spaces: padding) }
      output.append(text: text)
      if index + 1 < shown { output.append(spaces: (columns[index] == .left ? padding : 0) + 2) }
    }
    let rest = row[fitting..<count].filter { !$0.isEmpty }.joined(separator: "  ")
    let start = indent + widths.prefix(fitting).reduce(0) { $0 + $1 + 2 }
    if !rest.isEmpty, shown == fitting, fitting + 1 == count, shown > 0,
      output.columns - start >= Self.leastRoom
    {
      let padding =
        columns[shown - 1] == .left ? widths[shown - 1] - Self.width(of: row[shown - 1]) : 0
      output.append(spaces: padding + 2)
      return output.append(wrapped: rest, indent: start, isBegun: true)
    }
    if shown > 0 || count == 0 { output.append("\n") }
    if !rest.isEmpty { output.append(wrapped: rest, indent: indent + Self.hanging, hanging: 2) }
  }

  /// How many cells of a row there are up to the last one with text.
  private static func count(of row: ArraySlice<String>) -> Int {
    row.lastIndex { !$0.isEmpty }.map { $0 + 1 } ?? 0
  }

  /// How many cells of a row stand in its line: as many columns as the terminal has room for in
  /// every row, and the last one where it has room in this row.
  private func fitting(_ row: [String], of count: Int, _ room: Int) -> Int {
    var end = indent
    for (index, width) in widths.prefix(count).enumerated() {
      let isLast = index + 1 == count
      let used = isLast && columns[index] == .left ? Self.width(of: row[index]) : width
      guard end + used <= room else { return index }
      end += width + 2
    }
    return count
  }
}
