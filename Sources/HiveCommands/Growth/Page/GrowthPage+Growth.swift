// SPDX-License-Identifier: MIT

import RegistryHive

extension GrowthPage {
  /// How many keys that changed a page names one by one.
  static let changeLimit = 200

  /// Writes what grew from one copy of the hive to a later one.
  func write(_ step: GrowthReport.Step, to output: Output) {
    let growth = step.growth
    output.append("<section class=\"step\">\n")
    output.append("<h2>From ")
    output.append(isolated: step.baseline)
    output.append(" to ")
    output.append(isolated: step.name)
    output.append("</h2>\n")
    output.append("p", html: "In all: \(GrowthReport.summary(of: growth)).")
    output.append("\n")
    let changes = growth.largestChanges(depth: report.depth)
    if changes.isEmpty {
      output.append("<p>No key changed its size.</p>\n")
    } else {
      write(changes, to: output)
    }
    output.append("</section>\n")
  }

  private func write(_ changes: [KeyChange], to output: Output) {
    let shown = changes.prefix(min(report.top ?? Self.changeLimit, Self.changeLimit))
    let rest = changes.dropFirst(shown.count)
    let most = Double(max(changes.first.map { abs($0.delta) } ?? 1, 1))
    output.append(
      """
      <div class="scroll tall" tabindex="0" role="region" aria-label="Keys that changed">
      <table class="changes">
      <thead><tr><th scope="col">Key</th><th scope="col">Growth</th><td></td>\
      <th scope="col">Before</th><th scope="col">After</th></tr></thead>
      <tbody>

      """)
    for change in shown { write(change, most: most, to: output) }
    if !rest.isEmpty {
      output.append("<tr><th scope=\"row\">")
      output.append(html: "and \(counted(rest.count, "more key"))")
      output.append("</th>")
      output.append("td", html: signed(rest.reduce(0) { $0 + $1.delta }))
      output.append("<td></td><td></td><td></td></tr>\n")
    }
    output.append("</tbody>\n</table>\n</div>\n")
  }

  private func write(_ change: KeyChange, most: Double, to output: Output) {
    let path = change.path
    output.append("<tr><th scope=\"row\"><bdi>")
    output.append(html: path.isRoot ? "the root key" : path.joined)
    output.append("</bdi>")
    output.append(html: change.text)
    writeValues(of: change, to: output)
    output.append("</th>")
    output.append("td", html: signed(change.delta))
    output.append("<td class=\"bar\">")
    output.appendBar(Double(abs(change.delta)) / most, change.delta < 0 ? "less" : "more")
    output.append("</td>")
    output.append("td", html: change.before.map(grouped) ?? "")
    output.append("td", html: change.after.map(grouped) ?? "")
    output.append("</tr>\n")
  }

  private func writeValues(of change: KeyChange, to output: Output) {
    let values = change.values
    guard !values.isEmpty else { return }
    output.append("<details>")
    output.append("summary", html: counted(change.valueChangeCount, "value"))
    output.append("<ul>\n")
    for value in values {
      let place = value.key.names.dropFirst(change.path.names.count)
      let name = value.name.isEmpty ? "default value" : value.name
      output.append("<li><bdi>")
      output.append(html: RegistryPath(names: place + [name]).joined)
      output.append("</bdi>: ")
      output.append(html: "\(value.change.rawValue), \(signed(value.delta))")
      output.append("</li>\n")
    }
    let rest = change.valueChangeCount - values.count
    if rest > 0 { output.append("li", html: "and \(counted(rest, "more value"))") }
    output.append("</ul></details>")
  }
}
