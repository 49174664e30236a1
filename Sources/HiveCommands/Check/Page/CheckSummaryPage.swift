// SPDX-License-Identifier: MIT

import ProfileForensics
import RegistryHive

/// The page of `hive check --summary`: what is so of many machines, each question a table.
struct CheckSummaryPage {
  let summary: CheckSummary

  func write(to output: Output) {
    let title = counted(summary.machineCount, "machine")
    let page = Page(title: "\(title): what hive check found on them", styles: [.checkStyle])
    page.write(to: output) {
      output.append("<header>\n<p class=\"kicker\">What was checked</p>\n")
      output.append("h1", html: title)
      output.append("\n</header>\n<main>\n")
      if summary.otherCount > 0 {
        output.append("p", html: "\(summary.title).")
        output.append("\n")
      }
      writePrograms(to: output)
      writeFindings(to: output)
      write(summary.largest, "Largest hives", to: output)
      write(summary.grown, "Hives that grew most since an earlier state", to: output)
      output.append("</main>\n")
    }
  }

  private func writePrograms(to output: Output) {
    let programs = summary.sortedPrograms
    guard !programs.isEmpty else { return }
    beginTable(
      "Programs that kept registries open", ["Program", "Machines", "Users"],
      filter: "Filter programs", to: output)
    for program in programs {
      output.append("<tr data-summary=\"program\"><th scope=\"row\">")
      output.append(isolated: program.name)
      output.append("</th>")
      output.append("td", html: grouped(program.machineCount))
      output.append("td", html: grouped(program.users.count))
      output.append("</tr>\n")
    }
    output.endTable()
  }

  private func writeFindings(to output: Output) {
    let kinds = summary.sortedKinds
    guard !kinds.isEmpty else { return }
    beginTable("Findings", ["Finding", "Severity", "Machines", "Times"], to: output)
    for (id, kind) in kinds {
      output.append("<tr data-summary=\"finding\"><th scope=\"row\">")
      output.append(html: kind.title)
      output.append(" <code>")
      output.append(html: id)
      output.append("</code></th><td class=\"text\"><span class=\"badge ")
      output.append(raw: kind.severity.word)
      output.append("\">")
      output.append(html: kind.severity.word)
      output.append("</span></td>")
      output.append("td", html: grouped(kind.machineCount))
      output.append("td", html: grouped(kind.count))
      output.append("</tr>\n")
    }
    output.endTable()
  }

  private func write(_ hives: [CheckSummary.HiveSize], _ title: String, to output: Output) {
    guard !hives.isEmpty else { return }
    beginTable(title, ["Hive", "Machine", "Bytes", "Growth"], to: output)
    for hive in hives {
      output.append("<tr data-summary=\"hive\"><th scope=\"row\">")
      output.append(isolated: hive.path)
      output.append("</th><td class=\"text\">")
      output.append(isolated: hive.machine)
      output.append("</td>")
      output.append("td", html: grouped(hive.bytes))
      output.append("td", html: hive.growth.map(signed) ?? "")
      output.append("</tr>\n")
    }
    output.endTable()
  }

  private func beginTable(
    _ name: String, _ columns: [String], filter: String? = nil, to output: Output
  ) {
    output.beginTable(
      "h2", name, kinds: (" fit", "totals"), filter: filter, columns,
      texts: ["Severity", "Machine"])
  }
}
