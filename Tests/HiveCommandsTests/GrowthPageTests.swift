// SPDX-License-Identifier: MIT

import FileAccess
import Foundation
import HiveBuilder
import ProfileForensics
import RegistryHive
import Testing

@testable import HiveCommands

@Suite struct `The page about a hive's bytes` {
  // MARK: Names

  @Test(
    arguments: [
      ("Software", "Software"), ("<b>&\"'", "&lt;b&gt;&amp;&quot;&#39;"), ("Größe", "Größe"),
      ("a\u{0}b", "a␀b"), ("tab\tend\n", "tab␉end␊"), ("\u{202E}exe.tab", "‹U+202E›exe.tab"),
      ("\u{200B}\u{FEFF}", "‹U+200B›‹U+FEFF›"), ("\u{1F600}", "\u{1F600}"), ("日本", "日本"),
    ])
  func `names are shown without being markup`(name: String, html: String) throws {
    #expect(try rendered { $0.append(html: RegistryString(name)) } == html)
  }

  @Test func `half a character is shown by its number`() throws {
    let name = RegistryString(utf16: [0x41, 0xD83D, 0x42, 0xDE00, 0xD83D])
    #expect(try rendered { $0.append(html: name) } == "A‹U+D83D›B‹U+DE00›‹U+D83D›")
  }

  @Test func `a hostile hive puts no markup into its page`() throws {
    let hostile = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&"
    var hive = HiveDescription(root: "ROOT")
    hive.add(NameDescription(hostile), values: [.binary("x", [UInt8](repeating: 1, count: 600))])
    let page = try page(of: hive, name: hostile)
    let name =
      "&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(2)&gt;"
      + "&quot;&#39;&amp;"
    #expect(page.contains("<span><bdi>\(name)</bdi></span>"))
    #expect(page.contains("<h1><bdi>\(name)</bdi></h1>"))
    #expect(page.components(separatedBy: "<script").count == 4)
    #expect(!page.contains("<img"))
  }

  @Test func `a page loads nothing`() throws {
    let page = try page(of: HiveDescription(root: "ROOT"))
    #expect(page.contains("content=\"default-src 'none'; style-src 'sha256-"))
    #expect(!page.contains("unsafe"))
    #expect(!page.contains(" style="))
    #expect(!page.contains("src=\""))
    #expect(!page.contains("href="))
    #expect(!page.contains("url("))
    #expect(!page.contains("@import"))
    #expect(!page.contains("http:") && !page.contains("https:"))
  }

  // MARK: Keys

  @Test func `the areas of every level sum to the level above`() throws {
    var description = HiveDescription(root: "ROOT")
    for number in 0..<40 {
      description.set(
        "A\\B\(number % 4)\\C\(number)", .binary("v", [UInt8](repeating: 7, count: 40 * number)))
    }
    description.set("D", .string("text", "value"))
    description.fileSizeMultiple = 4096 * 8
    let hive = try Hive(bytes: description.build().bytes)
    let rows = rows(of: try page(of: hive))
    #expect(rows.filter { $0.depth == 1 }.reduce(0) { $0 + $1.bytes } == hive.fileSize)
    for (index, row) in rows.enumerated() {
      let below = rows[(index + 1)...].prefix { $0.depth > row.depth }
      guard !below.isEmpty else { continue }
      let sum = below.filter { $0.depth == row.depth + 1 }.reduce(0) { $0 + $1.bytes }
      #expect(sum == row.bytes)
    }
    #expect(rows.filter { $0.name.hasPrefix("C") }.count == 40)
    #expect(rows.first?.name == "A")
    #expect(rows.map(\.name).contains("after the last bin"))
  }

  @Test func `a part of a hive has its own page`() throws {
    var description = HiveDescription(root: "ROOT")
    description.set("A\\B", .string("text", "value"))
    description.set("C", .string("text", "value"))
    let hive = try Hive(bytes: description.build().bytes)
    let usage = hive.usage()
    let start = try #require(usage.key(at: "A"))
    let rows = rows(of: try page(of: hive, start: "A"))
    #expect(rows.map(\.name) == ["B", "the key itself and its values"])
    #expect(rows.reduce(0) { $0 + $1.bytes } == start.bytes)
  }

  @Test func `small keys are counted together`() throws {
    var description = HiveDescription(root: "ROOT")
    let many = description.makeKey("Many")
    for number in 0..<400 { description.add("K\(number)", to: many) }
    let hive = try Hive(bytes: description.build().bytes)
    let rows = rows(of: try page(of: hive))
    #expect(rows.filter { $0.name.hasPrefix("K") }.count == PageTree.subkeyLimit)
    #expect(rows.map(\.name).contains("250 smaller keys"))
    #expect(rows.filter { $0.depth == 1 }.reduce(0) { $0 + $1.bytes } == hive.fileSize)
  }

  @Test func `a page names no more keys than it may`() throws {
    var description = HiveDescription(root: "ROOT")
    for first in 0..<200 {
      let parent = description.makeKey("P\(first)")
      for second in 0..<100 { description.add("K\(second)", to: parent) }
    }
    let hive = try Hive(bytes: description.build().bytes)
    let page = try page(of: hive)
    let rows = rows(of: page)
    let named = rows.count { $0.name.hasPrefix("K") || $0.name.hasPrefix("P") }
    #expect((1900...2000).contains(named))
    #expect(rows.filter { $0.depth == 1 }.reduce(0) { $0 + $1.bytes } == hive.fileSize)
    #expect(page.utf8.count < 1_500_000)
  }

  @Test func `a tree deeper than any stack is written`() throws {
    var description = HiveDescription(root: "ROOT")
    var id = HiveDescription.KeyID.root
    for _ in 0..<3000 { id = description.add("d", to: id) }
    let page = try page(of: description)
    #expect(page.components(separatedBy: "<bdi>d</bdi>").count == 2001)
    #expect(page.components(separatedBy: "<details>").count == 2002)
    #expect(page.components(separatedBy: "</details>").count == 2002)
  }

  @Test func `a tree shows what each key grew by`() throws {
    var description = HiveDescription(root: "ROOT")
    description.set("Same", .string("text", "value"))
    description.set("Grown\\Below", .binary("data", [UInt8](repeating: 1, count: 100)))
    let before = try Hive(bytes: description.build().bytes)
    description.set("GROWN\\below", .binary("data", [UInt8](repeating: 1, count: 1100)))
    description.set("New", .string("<value>", "text"))
    let page = growthPage(
      of: try Hive(bytes: description.build().bytes), from: [before], name: "HIVE")
    let text = try rendered { page.write(to: $0) }
    #expect(text.contains("<h2>From <bdi>copy 0</bdi> to <bdi>copy 1</bdi></h2>"))
    for (name, growth) in [("Grown", "+1,000"), ("Below", "+1,000"), ("Same", ""), ("New", "+")] {
      let row = try #require(
        text.components(separatedBy: "class=\"row\"").dropFirst().first {
          $0.contains("<bdi>\(name)</bdi>")
        })
      let end = try #require(row.range(of: "</summary>") ?? row.range(of: "</div>"))
      let cells = row[..<end.lowerBound].components(separatedBy: "<span>")
        .map { $0.components(separatedBy: "</span>")[0] }
      try #require(cells.count == 8)
      #expect(growth.isEmpty ? cells[7].isEmpty : cells[7].hasPrefix(growth))
    }
    #expect(
      text.contains(
        "<th scope=\"row\"><bdi>Grown\\Below</bdi>: grown<details><summary>1 value</summary>"))
    #expect(text.contains("<bdi>&lt;value&gt;</bdi>: added, +"))
  }

  // MARK: Tables

  @Test func `the kinds of bytes and the history are tables`() throws {
    var description = HiveDescription(root: "ROOT")
    description.root.lastWritten = filetime(2020, 1, 5)
    description.set("A", at: filetime(2021, 12, 31, 23, 59), .string("text", "value"))
    let hive = try Hive(bytes: description.build().bytes)
    let page = try page(of: hive)
    #expect(
      page.contains(
        "<rect class=\"k0\" width=\"1\" height=\"1\"/></svg>base block</th><td>4,096</td>"
          + "<td>50.0 %</td>"))
    #expect(page.contains("<th scope=\"row\">the file</th><td>8,192</td><td></td>"))
    #expect(page.contains("<tr><th scope=\"row\">2020-01</th><td>"))
    #expect(page.contains("<span>2021-12-31 23:59 UTC</span></div>"))
  }

  @Test func `months of a damaged hive do not fill the page`() throws {
    var description = HiveDescription(root: "ROOT")
    for number in 0..<300 {
      description.add("K\(number)", at: filetime(1700 + number, 6, 1))
    }
    let page = try page(of: description)
    #expect(page.components(separatedBy: "<td class=\"bar\">").count == 241)
    #expect(page.contains("<p>Not shown: 61 months with 61 keys.</p>"))
  }

  @Test func `the limit and what is said about it stand at the top`() throws {
    let page = try page(of: HiveDescription(root: "ROOT"))
    #expect(page.contains("<p>&lt;0.1 % of the limit of a hive: 4,096 of 2,147,483,648 bytes.</p>"))
    #expect(page.contains("<p>Source: Win32 documentation, Registry Storage Space</p>"))
    #expect(
      page.contains(
        "<li>Whether RegistrySizeLimit is set is not known without the machine&#39;s SYSTEM hive. "
          + "[unconfirmed]</li>"))
  }
}

// MARK: - Helpers

extension `The page about a hive's bytes` {
  private struct Row {
    let depth: Int
    let name: String
    let bytes: Int
  }

  /// The rows of a page's list of keys.
  private func rows(of page: String) -> [Row] {
    var depth = 0
    var rows: [Row] = []
    for part in page.components(separatedBy: "<").dropFirst() {
      if part.hasPrefix("ul id=\"keys\"") || (depth > 0 && part.hasPrefix("ul>")) { depth += 1 }
      if depth > 0, part.hasPrefix("/ul>") { depth -= 1 }
      if depth > 0, let start = part.range(of: "data-bytes=\"") {
        let digits = part[start.upperBound...].prefix { $0 != "\"" }
        rows.append(Row(depth: depth, name: "", bytes: Int(digits) ?? -1))
      } else if let last = rows.last, last.name.isEmpty,
        part.hasPrefix("span>") || part.hasPrefix("bdi>")
      {
        let name = String(part.drop { $0 != ">" }.dropFirst())
        rows[rows.count - 1] = Row(depth: last.depth, name: name, bytes: last.bytes)
      }
    }
    return rows
  }

  private func page(of description: HiveDescription, name: String = "HIVE") throws -> String {
    try page(of: Hive(bytes: description.build().bytes), name: name)
  }

  private func page(
    of hive: Hive, start: RegistryPath = "", name: String = "HIVE"
  ) throws -> String {
    let page = growthPage(of: hive, start: start, name: name)
    return try rendered { page.write(to: $0) }
  }
}

/// A page about a hive of a machine of which nothing is known, and about what it grew from.
func growthPage(
  of hive: Hive, from earlier: [Hive] = [], start: RegistryPath = "", name: String
) -> GrowthPage {
  let usage = hive.usage()
  let copies = earlier.map { $0.usage() } + [usage]
  let steps = earlier.indices.map { index in
    GrowthReport.Step(
      baseline: "copy \(index)", name: "copy \(index + 1)",
      growth: HiveGrowth(from: copies[index], to: copies[index + 1], at: start))
  }
  return GrowthPage(
    report: GrowthReport(
      name: name, usage: usage, start: usage.key(at: start), startPath: start,
      limit: RegistrySizeLimit().applied(to: usage), steps: steps, depth: nil, top: nil))
}

/// What a body writes.
func rendered(_ body: (Output) -> Void) throws -> String {
  let folder = try TemporaryFolder()
  let path = folder.path("output")
  let output = Output(try NewFile(path), path: path)
  body(output)
  try output.finish()
  return try String(contentsOf: URL(filePath: path), encoding: .utf8)
}
