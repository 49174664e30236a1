// SPDX-License-Identifier: MIT

import ProfileForensics
import RegistryHive

/// The page of `hive check`: each machine is a section, and of several a table leads to them.
///
/// A machine becomes its part of the page as it is added; nothing else of it is kept.
struct CheckPage {
  /// What the table of machines says of one.
  private struct Row {
    let name: String
    /// The path; nil where that is the name.
    let path: String?
    let windows: String
    let profileCount: Int
    let loadedCount: Int
    let counts: [(severity: CheckRule.Severity, count: Int)]
    let first: String
  }

  private var rows: [Row] = []
  private var sections: [[UInt8]] = []

  /// Adds a machine, or a hive.
  mutating func add(_ checked: CheckRun.Checked) {
    let groups = CheckGroup.groups(of: checked)
    rows.append(
      Row(
        name: checked.machine ?? checked.label,
        path: checked.machine == nil || checked.machine == checked.label ? nil : checked.label,
        windows: checked.release?.name ?? "",
        profileCount: checked.profiles.count { $0.verdict != nil },
        loadedCount: checked.profiles.count { $0.verdict?.outcome == .loaded },
        counts: CheckRule.Severity.allCases.map { ($0, checked.count($0)) },
        first: groups.first.flatMap { $0.isNote ? nil : $0.first.rule.title } ?? ""))
    let output = Output()
    let section = CheckSection(
      checked: checked, groups: groups, id: Self.id(rows.count), output: output)
    section.write()
    sections.append(output.takeHeld())
  }

  private static func id(_ number: Int) -> String { "m\(number)" }

  /// Writes the page of all that was added.
  func write(to output: Output) {
    let isSingle = rows.count == 1
    let name = isSingle ? rows[0].name : "\(grouped(rows.count)) machines and hives"
    let page = Page(title: "\(name): what hive check found", styles: [.checkStyle])
    page.write(to: output) {
      output.append("<header>\n<p class=\"kicker\">What was checked</p>\n<h1>")
      output.append(isolated: name)
      output.append("</h1>\n</header>\n<main>\n")
      CheckSection.writeMarks(to: output)
      if !isSingle { writeTable(to: output) }
      for (index, section) in sections.enumerated() {
        let row = rows[index]
        let id = Self.id(index + 1)
        output.append(raw: isSingle ? "<section id=\"\(id)\">\n" : "<details class=\"machine\" ")
        if !isSingle {
          output.append(raw: "id=\"\(id)\"><summary><h2>")
          output.append(isolated: row.name)
          output.append("</h2> ")
          Self.write(row.counts, to: output)
          Self.write(path: row.path, to: output)
          output.append("</summary>\n")
        }
        output.append(section)
        output.append(isSingle ? "</section>\n" : "</details>\n")
      }
      output.append("</main>\n")
    }
  }

  private func writeTable(to output: Output) {
    output.append(
      """
      <div class="scroll" tabindex="0" role="region" aria-label="Machines">
      <table class="sortable machines" data-filter="Filter machines">
      <thead><tr><th scope="col">Machine</th><th scope="col" class="text">Windows</th>\
      <th scope="col">Profiles</th><th scope="col">Loaded</th><th scope="col">Problems</th>\
      <th scope="col">Warnings</th><th scope="col">Notes</th>\
      <th scope="col" class="text">Look at first</th></tr></thead>
      <tbody>

      """)
    for (index, row) in rows.enumerated() {
      output.append(raw: "<tr><th scope=\"row\"><a href=\"#\(Self.id(index + 1))\">")
      output.append(isolated: row.name)
      output.append("</a>")
      Self.write(path: row.path, to: output)
      output.append("</th><td class=\"text\">")
      output.append(isolated: row.windows)
      output.append("</td>")
      output.append("td", html: grouped(row.profileCount))
      output.append("td", html: grouped(row.loadedCount))
      for (severity, count) in row.counts {
        output.append("<td class=\"")
        output.append(raw: count > 0 ? severity.word : "none")
        output.append("\">")
        output.append(html: grouped(count))
        output.append("</td>")
      }
      output.append("<td class=\"text\">")
      output.append(html: row.first)
      output.append("</td></tr>\n")
    }
    output.append("</tbody>\n</table>\n</div>\n")
  }

  private static func write(path: String?, to output: Output) {
    guard let path else { return }
    output.append(" <span class=\"path\">")
    output.append(isolated: path)
    output.append("</span>")
  }

  /// Writes how much was found of each severity.
  static func write(
    _ counts: [(severity: CheckRule.Severity, count: Int)], to output: Output
  ) {
    output.append("<span class=\"counts\">")
    if counts.allSatisfy({ $0.severity == .information || $0.count == 0 }) {
      output.append("<span class=\"badge good\">no problems found</span>")
    }
    for (severity, count) in counts where count > 0 {
      output.append(raw: " <span class=\"badge \(severity.word)\">")
      output.append(html: counted(count, severity.word))
      output.append("</span>")
    }
    output.append("</span>")
  }
}
