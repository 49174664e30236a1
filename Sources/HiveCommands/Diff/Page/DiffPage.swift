// SPDX-License-Identifier: MIT

import RegistryHive

/// The page of `hive diff`: the keys with changes as a tree, with what was before and after.
struct DiffPage: DiffWriter {
  /// How many changes a page shows, and how many bytes they may take.
  private static let changeLimit = 20_000
  private static let byteLimit = 6 << 20

  private let output: Output
  /// Where rows are written, before it is known what is before them.
  private let scratch = Output()
  private var pair: HivePair?
  private var tree = DiffTree()
  private var counts = ChangeCounts()
  private var shownCount = 0
  private var byteCount = 0
  private var omittedCount = 0
  private var sections: [[UInt8]] = []
  private var names: [(old: String, new: String)] = []
  private var loneHives: [LoneHive] = []

  init(to output: Output) {
    self.output = output
  }

  mutating func begin(_ pair: HivePair, old: Hive, new: Hive, isSingle: Bool) {
    self.pair = pair
    tree = DiffTree()
    counts = ChangeCounts()
    omittedCount = 0
  }

  mutating func write(_ change: HiveChange, at path: RegistryPath, isCut: Bool) {
    counts.add(change)
    guard shownCount < Self.changeLimit, byteCount < Self.byteLimit,
      let node = tree.node(at: path)
    else {
      omittedCount += 1
      return
    }
    shownCount += 1
    byteCount += path.names.last.map { $0.utf16.count } ?? 0
    tree.date(node, change.lastWritten)
    let row = DiffRow(change: change, output: scratch)
    switch change.subject {
    case .key(let before, let after):
      row.write(before, after)
      let rows = scratch.takeHeld()
      byteCount += rows.count
      tree.mark(node, change.kind, aspects: rows)
    case .value(let before, let after):
      row.write(before, after)
      let rows = scratch.takeHeld()
      byteCount += rows.count
      tree.add(value: rows, to: node)
    }
  }

  mutating func endPair() {
    guard let pair else { return }
    names.append((pair.old.path, pair.new.path))
    writeCounts()
    if counts.isEmpty {
      scratch.append("<p>No difference was found.</p>\n")
    } else {
      tree.write(to: scratch)
    }
    if omittedCount > 0 {
      scratch.append(
        "p", html: "and \(counted(omittedCount, "more change")): --format ndjson lists all.")
    }
    sections.append(scratch.takeHeld())
    self.pair = nil
  }

  mutating func write(_ lone: LoneHive, lastWritten: FileTime) {
    loneHives.append(lone)
  }

  private func writeLoneHives() {
    guard !loneHives.isEmpty else { return }
    output.append("<section class=\"lone\">\n<h2>Hives without a counterpart</h2>\n<ul>\n")
    for lone in loneHives {
      output.append("<li>")
      Self.write(lone.kind, to: output)
      output.append(isolated: lone.hive.path)
      output.append(html: " has no counterpart in ")
      output.append(isolated: lone.other)
      output.append("</li>\n")
    }
    output.append("</ul>\n</section>\n")
  }

  mutating func end() {
    let page = Page(
      title: names.count == 1 ? "\(names[0].new): what changed" : "What changed",
      styles: [.diffStyle], scripts: [.diffScript])
    page.write(to: output) {
      output.append("<header>\n<p class=\"kicker\">What changed</p>\n<h1>")
      if names.count == 1 {
        Self.write(names[0], to: output)
      } else {
        output.append(html: "\(grouped(names.count)) pairs of hives")
      }
      output.append("</h1>\n</header>\n<main>\n")
      writeLoneHives()
      for (index, section) in sections.enumerated() {
        output.append("<section class=\"pair\">\n")
        if names.count != 1 {
          output.append("<h2>")
          Self.write(names[index], to: output)
          output.append("</h2>\n")
        }
        output.append(section)
        output.append("</section>\n")
      }
      output.append("</main>\n")
    }
  }

  private static func write(_ names: (old: String, new: String), to output: Output) {
    output.append(isolated: names.old)
    output.append(" → ")
    output.append(isolated: names.new)
  }

  private func writeCounts() {
    scratch.append(
      """
      <div class="scroll fit" tabindex="0" role="region" aria-label="Number of changes">
      <table class="counts">
      <thead><tr><th scope="col">Changes</th><th scope="col">Added</th><th scope="col">Changed</th>\
      <th scope="col">Removed</th></tr></thead>
      <tbody>

      """)
    for (noun, numbers) in [
      ("keys", [counts.keysAdded, counts.keysChanged, counts.keysRemoved]),
      ("values", [counts.valuesAdded, counts.valuesChanged, counts.valuesRemoved]),
    ] {
      scratch.append("<tr><th scope=\"row\">")
      scratch.append(html: noun)
      scratch.append("</th>")
      for number in numbers { scratch.append("td", html: grouped(number)) }
      scratch.append("</tr>\n")
    }
    scratch.append("</tbody>\n</table>\n</div>\n")
  }

  /// Writes how something changed, as a mark and a word.
  static func write(_ kind: HiveChange.Kind, to output: Output) {
    output.append(raw: "<span class=\"kind \(kind.rawValue)\">\(kind.rawValue)</span> ")
  }
}
