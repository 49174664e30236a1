// SPDX-License-Identifier: MIT

import ProfileForensics
import RegistryHive

/// The page of `hive growth` for several hives: machine by machine, who uses how much, each hive's
/// map, and the sum against the limit.
struct VolumePage {
  /// How many bytes all drawings may take.
  private static let drawingLimit = 7 << 20

  let reports: [VolumeReport]

  func write(to output: Output) {
    var rest = Self.drawingLimit
    let title = reports.count == 1 ? reports[0].title : "\(grouped(reports.count)) machines"
    let page = Page(
      title: "\(title): what uses space in its registry", styles: [.growthStyle],
      scripts: [.growthScript])
    page.write(to: output) {
      output.append("<header>\n<p class=\"kicker\">What uses space in the registry</p>\n<h1>")
      output.append(isolated: title)
      output.append("</h1>\n</header>\n<main>\n")
      for report in reports { write(report, rest: &rest, to: output) }
      output.append("</main>\n")
    }
  }

  private func write(_ report: VolumeReport, rest: inout Int, to output: Output) {
    output.append("<section class=\"volume\">\n")
    if reports.count > 1 {
      output.append("<h2>")
      output.append(isolated: report.title)
      output.append("</h2>\n")
    }
    output.append("<p>")
    if let release = report.release {
      output.append(isolated: release.name)
      output.append(": ")
    }
    output.append(
      html: "\(counted(report.entries.count, "hive")), \(grouped(report.fileBytes)) bytes.")
    output.append("</p>\n")
    GrowthPage.write(report.limit, to: output)
    for sentence in [report.sentenceOnAll, report.sentenceOnUnknown].compactMap(\.self) {
      output.append("p", html: sentence)
      output.append("\n")
    }
    writeUsers(of: report, to: output)
    writeHives(of: report, to: output)
    writeStates(of: report, to: output)
    output.append("<h3>Each hive</h3>\n")
    for entry in report.entries {
      output.append("<details class=\"hive\"><summary><bdi>")
      output.append(html: report.relative(entry.path))
      output.append("</bdi> <span class=\"soft\">")
      output.append(html: "\(byteText(entry.bytes.file)) (\(grouped(entry.bytes.file)) bytes)")
      output.append("</span></summary>\n")
      if entry.page.count <= rest {
        rest -= entry.page.count
        output.append(entry.page)
      } else {
        output.append("<p>Not drawn here, to keep the page small: name this hive alone.</p>\n")
      }
      output.append("</details>\n")
    }
    output.append("</section>\n")
  }

  private func beginTable(_ name: String, _ columns: [String], to output: Output) {
    output.beginTable(
      "h3", name, kinds: ("", "wide"), columns, texts: ["User", "Kind", "State", "Loaded"])
  }

  private func writeUsers(of report: VolumeReport, to output: Output) {
    var users: [(name: String, entries: [VolumeReport.Entry])] = []
    for entry in report.entries {
      let name = entry.profile ?? "the machine"
      if let place = users.firstIndex(where: { $0.name == name }) {
        users[place].entries.append(entry)
      } else {
        users.append((name, [entry]))
      }
    }
    guard users.count > 1 else { return }
    beginTable(
      "Users by their hives", ["User", "Hives", "Bytes", "Could save", "Keys", "Values"],
      to: output)
    for user in users.sorted(by: { bytes($0.entries) > bytes($1.entries) }) {
      output.append("<tr><th scope=\"row\">")
      output.append(isolated: user.name)
      output.append("</th>")
      for number in [
        user.entries.count, bytes(user.entries),
        user.entries.reduce(0) { $0 + $1.reclaimableBytes },
        user.entries.reduce(0) { $0 + $1.counts.keys },
        user.entries.reduce(0) { $0 + $1.counts.values },
      ] { output.append("td", html: grouped(number)) }
      output.append("</tr>\n")
    }
    output.endTable()
  }

  private func bytes(_ entries: [VolumeReport.Entry]) -> Int {
    entries.reduce(0) { $0 + $1.bytes.file }
  }

  private func writeHives(of report: VolumeReport, to output: Output) {
    beginTable(
      "All hives",
      [
        "Hive", "User", "Kind", "Loaded", "Bytes", "Bins", "Could save", "Keys", "Values",
        "Own limit", "Last written",
      ], to: output)
    for entry in report.entries {
      output.append("<tr data-hive=\"")
      output.append(html: entry.path)
      output.append("\" data-bytes=\"")
      output.append(decimal: entry.bytes.file)
      output.append("\"><th scope=\"row\">")
      output.append(isolated: report.relative(entry.path))
      output.append("</th><td class=\"text\">")
      output.append(isolated: entry.profile ?? "")
      output.append("</td><td class=\"text\">")
      output.append(html: entry.kind.rawValue)
      output.append("</td><td class=\"text\">")
      output.append(html: entry.loadedText)
      output.append("</td>")
      for text in [
        grouped(entry.bytes.file), grouped(entry.bytes.bins),
        grouped(entry.reclaimableBytes), grouped(entry.counts.keys), grouped(entry.counts.values),
        entry.limit.share.map(percent) ?? "", date(entry.lastWritten),
      ] { output.append("td", html: text) }
      output.append("</tr>\n")
    }
    output.append("</tbody>\n<tfoot><tr><th scope=\"row\">together</th><td></td><td></td><td></td>")
    for number in [report.fileBytes, report.binBytes, report.reclaimableBytes] {
      output.append("td", html: grouped(number))
    }
    output.append("<td></td><td></td><td></td><td></td></tr></tfoot>\n</table>\n</div>\n")
  }

  /// Writes how large each hive was in earlier states of the same machine.
  private func writeStates(of report: VolumeReport, to output: Output) {
    let entries = report.entries.filter { !$0.states.isEmpty }
    guard !entries.isEmpty else { return }
    beginTable(
      "Earlier states of the machine", ["Hive", "State", "Bytes then", "Bytes now", "Growth"],
      to: output)
    for entry in entries {
      for state in entry.states {
        output.append("<tr><th scope=\"row\">")
        output.append(isolated: report.relative(entry.path))
        output.append("</th><td class=\"text\">")
        output.append(isolated: state.name)
        output.append("</td>")
        for text in [
          grouped(state.bytes), grouped(entry.bytes.file),
          signed(entry.bytes.file - state.bytes),
        ] { output.append("td", html: text) }
        output.append("</tr>\n")
      }
    }
    output.endTable()
  }
}
