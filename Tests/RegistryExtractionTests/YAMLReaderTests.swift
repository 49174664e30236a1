// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import Testing

@testable import RegistryExtraction

/// YAML is read as others read it, and past mistakes.
@Suite struct YAMLReaderTests {
  static let samples = [
    "a: b", "a: 'it''s'\nb: \"tab\\t\\u00e9\\x41\"\n", "- a\n- b\n- - c\n  - d\n",
    "Keys:\n    -\n        A: 1 # no\n        B: x#y\n\n# note\n    -\n        A: 2\n",
    "list:\n- a\n- b: c\n  d: e\nnext: f\n", "a: {b: [c, 'd, e', \"f\"], g: }\n",
    "a: [\n  'x',\n  'y'\n]\nb: c\n", "doc: |\n  one\n   two\n\n  three\nb: c\n",
    "doc: >\n  one\n  two\n\n  three\n    four\n  five\n", "doc: |-\n  one\n\nb: >+\n  two\n\n",
    "a: one\n  two\n\n  three\nb: c\n", "a: \"one\n  two\\\n  three\"\n", "a: 'one\n\n  two'\n",
    "---\na: 1\n---\nb: 2\n...\n", "x: &n [1, 2]\ny: *n\nz: &s text\nw: *s\n",
    "'quoted key' : v\n\"two\": w\n", "a:\nb: ~\nc: null\n", "k: Software\\A\\*\\{B}\n",
    "- {key: 'HKLM\\A', value: ''}\n- {key: b, value: c}\n", "a: [b: c, d]\n",
    "\r\na: b\r\nc: d\r\n",
    "a: !str b\nb: !!int 3\n", "[a, [b, [c]], {d: e}]", "a: http://x.y/z?q=1\n",
  ]

  /// The node in the form that PyYAML's base loader gives, as JSON.
  private func plain(_ node: YAMLNode) -> Any {
    switch node.content {
    case .scalar(let text, _): text
    case .sequence(let elements): elements.map(plain)
    case .mapping(let members):
      Dictionary(members.map { ($0.key, plain($0.value)) }, uniquingKeysWith: { $1 })
    }
  }

  private func json(_ text: String) throws -> String {
    var reader = YAMLReader([UInt8](text.utf8))
    let documents = reader.readDocuments().map(plain)
    #expect(reader.problems.list == [])
    let data = try JSONSerialization.data(
      withJSONObject: documents, options: [.sortedKeys, .withoutEscapingSlashes])
    return String(decoding: data, as: UTF8.self)
  }

  /// What PyYAML makes of texts.
  private static func readByPython(_ texts: [String]) throws -> [String] {
    let script = """
      import json, sys, yaml
      for text in json.load(sys.stdin):
          d = [x for x in yaml.load_all(text, Loader=yaml.BaseLoader) if x not in ('', None)]
          print(json.dumps(d, sort_keys=True, separators=(',', ':'), ensure_ascii=False).encode()
                .hex())
      """
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/python3")
    process.arguments = ["-c", script]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    process.standardError = Pipe()
    try process.run()
    let texts = try JSONSerialization.data(withJSONObject: texts)
    // The texts may be more than a pipe holds.
    let writing = Thread {
      try? input.fileHandleForWriting.write(contentsOf: texts)
      try? input.fileHandleForWriting.close()
    }
    writing.start()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self).split(separator: "\n").map { line in
      let digits = Array(line.utf8)
      let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
        UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
      }
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  private static let hasPython =
    (try? readByPython(["a: b"])) == [#"[{"a":"b"}]"#]

  @Test(.enabled(if: hasPython, "python3 with PyYAML is not installed"))
  func `documents are read as PyYAML reads them`() throws {
    let expected = try Self.readByPython(Self.samples)
    #expect(expected.count == Self.samples.count)
    for (sample, expected) in zip(Self.samples, expected) {
      #expect(try json(sample) == expected, "\(sample)")
    }
  }

  private static let rules = ProcessInfo.processInfo.environment["REGISTRY_HIVE_RULES"]

  @Test(
    .enabled(
      if: hasPython && rules != nil, "set REGISTRY_HIVE_RULES to a folder of rule files"))
  func `files of the community are read as PyYAML reads them`() throws {
    let folder = try #require(Self.rules)
    for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
      let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
      let expected = try Self.readByPython([text])
      guard !expected.isEmpty else { continue }
      #expect(try [json(text)] == expected, "\(name)")
    }
  }

  @Test(arguments: [
    (
      "a: b: c\nd: e\n",
      ["line 1: has ': ' inside a text, after 'b': put the text in quotation marks"]
    ),
    ("a: 'x\nd: e\n", ["line 1: has no second quotation mark"]),
    (
      "a: [x\nd: e\n",
      ["line 1: has a bracket that is not closed, or something between brackets out of place"]
    ),
    ("nothing here\nd: e\n", ["line 2: is not part of a list or mapping above it"]),
    ("a: 1\nno colon\nd: e\n", ["line 2: has no ':' after a name"]),
    ("a: 1\n\tb: 2\nd: e\n", ["line 2: begins with a tab; YAML takes spaces only"]),
    ("a: 1\na: 2\nd: e\n", ["line 2: has 'a' a second time"]),
    ("a: *x\nd: e\n", ["line 1: *x names nothing above"]),
    (
      "a: \"\\q\"\nd: e\n",
      ["line 1: has an escape after '\\' that YAML does not know; use single quotation marks"]
    ),
    (
      "a:\n    b: 1\n  c: 2\nd: e\n",
      ["line 3: is not as far in as the lines that it would belong to"]
    ),
  ])
  func `a mistake is reported with its line, and the rest is read`(
    text: String, problems: [String]
  ) throws {
    var reader = YAMLReader([UInt8](text.utf8))
    let documents = reader.readDocuments()
    #expect(reader.problems.list.map(\.description) == problems)
    if !text.hasPrefix("nothing") { #expect(documents.first?["d"]?.text == "e") }
  }

  @Test func `deep nesting ends`() {
    for text in [
      String(repeating: "[", count: 100_000), String(repeating: "{a: ", count: 50_000),
      String(repeating: "- ", count: 50_000) + "a",
      (0..<2000).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
    ] {
      var reader = YAMLReader([UInt8](text.utf8))
      _ = reader.readDocuments()
      #expect(reader.problems.count > 0)
    }
  }

  @Test func `any bytes are read to their end`() {
    var random = SplitMix(state: 17)
    let signs = Array("-:?[]{},#&*!|>'\"%@ \n\n  \tab\\".utf8)
    for _ in 0..<2000 {
      let count = Int.random(in: 0..<200, using: &random)
      let bytes = (0..<count).map { _ in signs.randomElement(using: &random) ?? 0 }
      var reader = YAMLReader(bytes)
      _ = reader.readDocuments()
      #expect(reader.row >= reader.lines.count)
    }
    for sample in Self.samples {
      for end in sample.utf8.indices {
        var reader = YAMLReader([UInt8](sample.utf8[..<end]))
        _ = reader.readDocuments()
      }
    }
  }
}
