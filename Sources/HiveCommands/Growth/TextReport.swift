// SPDX-License-Identifier: MIT

import HiveFormat
import RegistryHive

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

/// A number with commas between groups of three digits.
func grouped(_ number: Int) -> String {
  var text = ""
  let digits = String(number.magnitude)
  for (index, digit) in digits.enumerated() {
    if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
    text.append(digit)
  }
  return number < 0 ? "-" + text : text
}

/// A difference, with its sign.
func signed(_ number: Int) -> String {
  number > 0 ? "+" + grouped(number) : grouped(number)
}

/// A share in per cent, with one decimal; what is more than nothing never looks like nothing.
func percent(_ share: Double) -> String {
  let tenths = Int((min(max(share, 0), 1e6) * 1000).rounded())
  if tenths == 0, share > 0 { return "<0.1 %" }
  return "\(grouped(tenths / 10)).\(tenths % 10) %"
}

func percent(of part: Int, in whole: Int) -> String {
  percent(whole > 0 ? Double(part) / Double(whole) : 0)
}

/// The day of a time, in UTC.
func date(_ time: FileTime) -> String {
  String(time.description.prefix { $0 != "T" })
}

func hexadecimal(_ number: Int) -> String { String(number, radix: 16) }
