// SPDX-License-Identifier: MIT

import ProfileForensics
import RegistryHive

/// A page for the browser that shows what `hive growth` found, in one file that loads nothing from
/// elsewhere.
///
/// All there is to see is in lists and tables, which need no script. Where scripts run, the
/// treemap is drawn from the list of keys.
struct GrowthPage {
  let report: GrowthReport

  var usage: HiveUsage { report.usage }

  func write(to output: Output) {
    output.append(
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
      style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
      <meta name="referrer" content="no-referrer">

      """)
    output.append("title", html: "\(report.name): what takes up its bytes")
    output.append("\n<style>\n")
    output.append(raw: PageStyle.text)
    output.append("</style>\n</head>\n<body>\n")
    writeHeader(to: output)
    output.append("<main>\n")
    for step in report.steps { write(step, to: output) }
    if report.steps.count > 1, let growth = report.growth { write(growth, to: output) }
    if let start = report.start {
      writeMap(to: output)
      writeKeys(below: start, to: output)
    }
    writeKinds(to: output)
    writeKnown(to: output)
    if let start = report.start { writeHistory(of: start, to: output) }
    output.append("</main>\n<script>\n")
    output.append(raw: PageScript.text)
    output.append("</script>\n</body>\n</html>\n")
  }

  private func writeHeader(to output: Output) {
    output.append("<header>\n<h1><bdi>")
    output.append(html: report.name)
    output.append("</bdi></h1>\n")
    let kind = usage.hive.kind == .other ? "Hive" : "\(usage.hive.kind.rawValue) hive"
    var text =
      "\(kind), \(grouped(usage.bytes.file)) bytes, \(grouped(usage.bytes.allocated)) in use, "
      + "\(counted(usage.counts.keys, "key")), \(counted(usage.counts.values, "value")), "
      + "last written \(Self.minutes(report.lastWritten))."
    if !report.startPath.isRoot { text += " Shown here: \(report.startPath.visible)." }
    output.append("p", html: text)
    writeLimit(to: output)
    output.append("</header>\n")
  }

  private func writeLimit(to output: Output) {
    let limit = report.limit
    output.append("\n<div class=\"limit\">\n")
    if let bytes = limit.bytes, let share = limit.share {
      output.append("<div class=\"meter\" aria-hidden=\"true\">")
      writeBar(share, isHigh: share >= 0.8, to: output)
      output.append("</div>\n")
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
    output.append(
      """
      <section id="picture" aria-labelledby="picture-title" hidden>
      <h2 id="picture-title">Where the bytes are</h2>
      <nav id="trail" aria-label="Key shown"></nav>
      <div id="map" role="group" aria-describedby="help"></div>
      <p id="info" aria-hidden="true"></p>
      <p id="help">Arrow keys move between the areas, Enter opens one, Escape goes back.</p>
      <p id="said" class="unseen" aria-live="polite"></p>
      </section>

      """)
  }
}

// MARK: - Parts of pages

extension GrowthPage {
  /// Begins a section with its heading.
  func beginSection(_ id: StaticString, _ title: String, to output: Output) {
    output.append("<section aria-labelledby=\"")
    output.append(id)
    output.append("\">\n<h2 id=\"")
    output.append(id)
    output.append("\">")
    output.append(html: title)
    output.append("</h2>\n")
  }

  /// Writes a bar that fills a share of its place.
  func writeBar(_ share: Double, isHigh: Bool = false, to output: Output) {
    output.append("<i")
    if isHigh { output.append(" class=\"high\"") }
    output.append(" style=\"width:")
    output.append(text: decimals(min(max(share, 0), 1) * 100, places: 2))
    output.append("%\"></i>")
  }

  /// A time to the minute, such as `2012-04-09 13:10 UTC`.
  static func minutes(_ time: FileTime) -> String {
    let parts = time.description.split(separator: "T")
    return parts.count == 2 ? "\(parts[0]) \(parts[1].prefix(5)) UTC" : time.description
  }
}

/// A number of things, such as `1 key` or `2,100 keys`.
func counted(_ number: Int, _ noun: String) -> String {
  number == 1 ? "1 \(noun)" : "\(grouped(number)) \(noun)s"
}
