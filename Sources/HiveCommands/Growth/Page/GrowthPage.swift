// SPDX-License-Identifier: MIT

import ProfileForensics
import RegistryHive

/// A page for the browser that shows what `hive growth` found, in one file that loads nothing from
/// elsewhere.
///
/// All there is to see is in lists and tables, which need no script. Where scripts run, the
/// treemap is drawn from the list of keys.
struct GrowthPage {
  /// How many bytes the rows for the script may have.
  private static let dataLimit = 5 << 20

  let report: GrowthReport
  /// Whether the page is about this hive alone.
  var isAlone = true
  /// How many keys are named one by one.
  var keyLimit = PageTree.keyLimit
  /// How many bytes the rows for the script may have.
  var dataLimit = GrowthPage.dataLimit

  var usage: HiveUsage { report.usage }

  func write(to output: Output) {
    let page = Page(
      title: "\(report.name): what uses its space", styles: [.growthStyle],
      scripts: report.start == nil ? [] : [.growthScript])
    page.write(to: output) { writeBody(to: output) }
  }

  private func writeBody(to output: Output) {
    writeHeader(to: output)
    output.append("<main>\n")
    for step in report.steps { write(step, to: output) }
    if report.steps.count > 1, let growth = report.growth { write(growth, to: output) }
    if let start = report.start { writeTree(below: start, to: output) }
    writeKinds(to: output)
    writeKnown(to: output)
    if let start = report.start { writeHistory(of: start, to: output) }
    output.append("</main>\n")
  }

  /// Writes the map and the list of keys, with the rows that the script reads.
  func writeTree(below start: KeyUsage, to output: Output) {
    let tree = PageTree(start, keyLimit: keyLimit)
    let before = report.growth?.growth.before.key(at: report.startPath)
    let data = PageData(start, before: before, tree: tree, byteLimit: dataLimit)
    output.append("<div class=\"growth\">\n")
    writeMap(to: output)
    writeKeys(below: start, before: before, in: tree, data, to: output)
    output.append("<script type=\"application/json\" class=\"data\">")
    output.append(data.bytes)
    output.append("</script>\n</div>\n")
  }

  private func writeHeader(to output: Output) {
    output.append("<header>\n<p class=\"kicker\">What uses space in a hive</p>\n<h1>")
    output.append(isolated: report.name)
    output.append("</h1>\n")
    let kind = usage.hive.kind == .other ? "Hive" : "\(usage.hive.kind.rawValue) hive"
    var text =
      "\(kind), \(grouped(usage.bytes.file)) bytes, \(grouped(usage.bytes.allocated)) in use, "
      + "\(counted(usage.counts.keys, "key")), \(counted(usage.counts.values, "value")), "
      + "last written \(minutes(report.lastWritten))."
    if !report.startPath.isRoot { text += " Shown here: \(report.startPath.visible)." }
    output.append("p", html: text)
    Self.write(report.limit, to: output)
    output.append("</header>\n")
  }

  /// Writes a limit and what of it is used, as a bar where that matters.
  static func write(_ limit: RegistrySizeLimit.Applied, to output: Output) {
    output.append("\n<div class=\"limit\">\n")
    if let bytes = limit.bytes, let share = limit.share {
      if share >= 0.01 {
        output.append("<div class=\"meter\">")
        output.appendBar(share, share >= 0.8 ? "high" : "")
        output.append("</div>\n")
      }
      output.append(
        "p",
        html: "\(percent(share)) of \(limit.kind.text): \(grouped(limit.used)) of "
          + "\(grouped(bytes)) bytes.")
    } else {
      output.append(
        "p",
        html: "\(grouped(limit.used)) bytes count against \(limit.kind.text), which is not known.")
    }
    output.append("\n<details><summary>About this limit</summary>\n")
    output.append("p", html: "Source: \(limit.source)")
    output.append("\n<ul>\n")
    for note in limit.notes {
      output.append("li", html: note.description)
      output.append("\n")
    }
    output.append("</ul></details>\n</div>\n")
  }

  private func writeMap(to output: Output) {
    guard isAlone else {
      output.append(
        """
        <section class="picture" aria-label="Where the bytes are" hidden>
        <nav class="trail" aria-label="Key shown"></nav>
        <div class="map" role="group"></div>
        <p class="info" aria-hidden="true"></p>
        <p class="said unseen" aria-live="polite"></p>
        </section>

        """)
      return
    }
    output.append(
      """
      <section id="picture" class="picture" aria-labelledby="picture-title" hidden>
      <h2 id="picture-title">Where the bytes are</h2>
      <nav id="trail" class="trail" aria-label="Key shown"></nav>
      <div id="map" class="map" role="group" aria-describedby="help"></div>
      <p id="info" class="info" aria-hidden="true"></p>
      <p id="help">Arrow keys move between the areas, Enter or a tap opens one, Escape goes back.</p>
      <p id="said" class="said unseen" aria-live="polite"></p>
      </section>

      """)
  }
}
