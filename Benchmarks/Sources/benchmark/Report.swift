// SPDX-License-Identifier: MIT

extension Comparison {
  /// The table for people: times in milliseconds, memory in megabytes.
  var table: String {
    var rows = [
      ["", "wall", "fastest", "CPU", "peak", "beyond", "of its", "times"],
      ["", "median", "", "median", "", "the file", "own", Contender.yardstick],
    ]
    for result in results {
      guard result.exitCode == 0 else {
        rows.append([result.contender.name, "failed: exit code \(result.exitCode)"])
        continue
      }
      rows.append([
        result.contender.name,
        "\(decimal(result.wallMedian * 1e3, digits: 1)) ms",
        "\(decimal(result.wallMinimum * 1e3, digits: 1)) ms",
        "\(decimal(result.cpuMedian * 1e3, digits: 1)) ms",
        megabytes(result.peak),
        megabytes(result.peak - fileSize),
        result.own.map(megabytes) ?? "–",
        result.ratio.map { decimal($0, digits: 2) } ?? "–",
      ])
    }
    let heading = "\(title): \(file), \(megabytes(fileSize)), \(rounds) rounds in turn"
    return ([heading] + aligned(rows)).joined(separator: "\n")
  }

  /// What the columns mean.
  static let footnote = """
    peak: the highest resident size that the system counted (ru_maxrss). A program that maps
    the hive counts each page of the file once for every mapping of it.
    beyond the file: peak less the size of the file.
    of its own: the highest memory with no file behind it (RssAnon and RssShmem), looked at
    twice a millisecond in a run that is not timed; – where the system does not tell.
    times hivexml: the median over the rounds of the wall time by hivexml's in the same round.
    """

  private func aligned(_ rows: [[String]]) -> [String] {
    var widths: [Int] = []
    // A row of two cells says why there are no numbers; its text may run on.
    for row in rows where row.count > 2 {
      for (column, cell) in row.enumerated() {
        if column == widths.count { widths.append(0) }
        widths[column] = max(widths[column], cell.count)
      }
    }
    widths[0] = rows.map { $0[0].count }.max() ?? 0
    return rows.map { row in
      let cells = zip(row, widths).enumerated().map { column, pair in
        let padding = String(repeating: " ", count: max(0, pair.1 - pair.0.count))
        return column == 0 || row.count == 2 ? pair.0 + padding : padding + pair.0
      }
      return cells.joined(separator: "  ").trimmingTrailingSpaces
    }
  }
}

/// Millions of bytes.
private func megabytes(_ bytes: Int) -> String {
  "\(decimal(Double(bytes) / 1e6, digits: 1)) MB"
}

/// A number with a fixed count of digits after the point.
func decimal(_ value: Double, digits: Int) -> String {
  var scale = 1
  for _ in 0..<digits { scale *= 10 }
  let scaled = Int((value * Double(scale)).rounded())
  let fraction = String(scaled.magnitude % UInt(scale))
  let zeros = String(repeating: "0", count: digits - fraction.count)
  return "\(scaled < 0 ? "-" : "")\(scaled.magnitude / UInt(scale)).\(zeros)\(fraction)"
}

extension String {
  fileprivate var trimmingTrailingSpaces: String {
    guard let last = lastIndex(where: { $0 != " " }) else { return "" }
    return String(self[...last])
  }
}
