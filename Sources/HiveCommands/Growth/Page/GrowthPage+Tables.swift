// SPDX-License-Identifier: MIT

import ProfileForensics
import RegistryHive

extension GrowthPage {
  /// Writes the bytes of the file by what they are used for, as a bar and a table.
  func writeKinds(to output: Output) {
    let file = usage.bytes.file
    output.beginSection("kinds-title", "Space by kind of record")
    output.append(
      """
      <svg class="stack" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
      """)
    var end = 0.0
    for (index, part) in usage.bytes.parts.enumerated() where part.value > 0 {
      let width = Double(part.value) / Double(file) * 100
      output.append("<rect class=\"k")
      output.append(decimal: index)
      output.append(raw: "\" x=\"\(decimals(end, places: 3))\"")
      output.append(raw: " width=\"\(decimals(width, places: 3))")
      output.append("\" height=\"1\"/>")
      end += width
    }
    output.append(
      """
      </svg>
      <div class="scroll fit" tabindex="0" role="region" aria-labelledby="kinds-title">
      <table>
      <thead><tr><th scope="col">Used for</th><th scope="col">Bytes</th>\
      <th scope="col">Share of the file</th></tr></thead>
      <tbody>

      """)
    for (index, (part, name)) in zip(usage.bytes.parts, GrowthReport.partNames).enumerated() {
      output.append("<tr><th scope=\"row\"><svg class=\"swatch\" viewBox=\"0 0 1 1\">")
      output.append("<rect class=\"k")
      output.append(decimal: index)
      output.append("\" width=\"1\" height=\"1\"/></svg>")
      output.append(html: name)
      output.append("</th>")
      output.append("td", html: grouped(part.value))
      output.append("td", html: percent(of: part.value, in: file))
      output.append("</tr>\n")
    }
    output.append("</tbody>\n<tfoot><tr><th scope=\"row\">the file</th>")
    output.append("td", html: grouped(file))
    output.append("<td></td></tr></tfoot>\n</table>\n</div>\n")
    output.append(
      "p",
      html: "A compacted copy would save at most \(grouped(usage.reclaimableBytes)) bytes, "
        + "\(percent(of: usage.reclaimableBytes, in: file)) of the file.")
    output.append("\n</section>\n")
  }

  /// Writes the keys that are known to grow.
  func writeKnown(to output: Output) {
    let all = report.knownLargeKeys
    guard !all.isEmpty else { return }
    output.beginSection("known-title", "Known to grow")
    output.append("<dl>\n")
    for found in all {
      output.append("<dt><bdi>")
      output.append(html: found.key.path.joined)
      output.append("</bdi>, ")
      output.append(html: percent(report.share(found.key.bytes)))
      output.append("</dt>\n")
      output.append("dd", html: "\(found.known.note) [\(found.known.source)]")
      output.append("\n")
    }
    output.append("</dl>\n</section>\n")
  }

  /// How many months a page names one by one.
  static let monthLimit = 240

  /// Writes the bytes by the month of the last write.
  func writeHistory(of start: KeyUsage, to output: Output) {
    let all = start.history()
    // A damaged hive may have times from all of history.
    let least = all.map(\.bytes).sorted(by: >).dropFirst(Self.monthLimit - 1).first ?? 0
    let months = Array(all.filter { $0.bytes >= least }.prefix(Self.monthLimit))
    let most = Double(max(months.map(\.bytes).max() ?? 1, 1))
    output.beginSection("history-title", "When keys were last written")
    output.append(
      """
      <p>What survives, not what was ever written: a key counts whole in the last month.</p>
      <div class="scroll tall" tabindex="0" role="region" aria-labelledby="history-title">
      <table class="history">
      <thead><tr><th scope="col">Month</th><th scope="col">Bytes</th><th scope="col">Keys</th>\
      <td></td></tr></thead>
      <tbody>

      """)
    for month in months {
      output.append("<tr><th scope=\"row\">")
      output.append(html: month.description)
      output.append("</th>")
      output.append("td", html: grouped(month.bytes))
      output.append("td", html: grouped(month.keys))
      output.append("<td class=\"bar\">")
      output.appendBar(Double(month.bytes) / most)
      output.append("</td></tr>\n")
    }
    output.append("</tbody>\n</table>\n</div>\n")
    if months.count < all.count {
      let keys = all.reduce(0) { $0 + $1.keys } - months.reduce(0) { $0 + $1.keys }
      output.append(
        "p",
        html: "Not shown: \(counted(all.count - months.count, "month")) with "
          + "\(counted(keys, "key")).")
      output.append("\n")
    }
    output.append("</section>\n")
  }
}
