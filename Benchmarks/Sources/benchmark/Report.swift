// SPDX-License-Identifier: MIT

extension Comparison {
  /// The table for people.
  var table: String {
    let tellsMemory = results.contains { $0.peak != nil }
    var rows = [
      ["", "wall", "fastest", "CPU", "times"],
      ["", "median", "", "median", Contender.yardstick],
    ]
    if tellsMemory {
      rows[0] += ["peak", "beyond", "of its"]
      rows[1] += ["", "the file", "own"]
    }
    for result in results {
      guard result.exitCode == 0 else {
        rows.append([result.contender.name, "failed: exit code \(result.exitCode)"])
        continue
      }
      var row = [
        result.contender.name,
        milliseconds(result.wallMedian),
        milliseconds(result.wallMinimum),
        milliseconds(result.cpuMedian),
        result.ratio.map { decimal($0, digits: 2) } ?? "–",
      ]
      if tellsMemory {
        let memory = [result.peak, result.peak.map { $0 - fileSize }, result.own]
        row += memory.map { $0.map(size) ?? "–" }
      }
      rows.append(row)
    }
    let heading = "\(title): \(file), \(size(fileSize)), \(rounds) rounds in turn"
    return ([heading] + aligned(rows)).joined(separator: "\n")
  }

  /// What the columns mean.
  static let footnote = """
    times hivexml: the median over the rounds of the wall time by hivexml's in the same round.
    peak: the highest resident size. A program that maps the hive counts each page of the file
    once for every mapping of it. It is what the system tells at the end (ru_maxrss) or, where
    that is hidden behind this benchmark's own size, the highest VmHWM seen.
    beyond the file: peak less the size of the file.
    of its own: the highest memory with no file behind it (RssAnon and RssShmem), looked at
    about twice a millisecond in one more run, which is not timed.
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

private func milliseconds(_ seconds: Double) -> String {
  "\(decimal(seconds * 1e3, digits: 1)) ms"
}

/// A number of bytes for people.
func size(_ bytes: Int) -> String {
  bytes.magnitude < 1_000_000
    ? "\(decimal(Double(bytes) / 1e3, digits: 1)) kB"
    : "\(decimal(Double(bytes) / 1e6, digits: 1)) MB"
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
