// SPDX-License-Identifier: MIT

import Foundation
import Testing

/// What `hive find`, `hive diff`, `hive timeline` and `hive extract` write is what their schemas describe.
@Suite struct SearchSchemaTests {
  private static let rules = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Docs/Rules").standardized.path

  private static let examples: [(schema: String, arguments: [String])] = [
    ("find", ["find", "--deleted", "e", testHive("format/deleted"), testHive("NTUSER.DAT")]),
    ("find", ["find", "--in", "data", "a", testHive("format/value-types")]),
    ("diff", ["diff", "--times", testHive("NTUSER-earlier.DAT"), testHive("NTUSER.DAT")]),
    ("diff", ["diff", testHive("format/class-security"), testHive("format/flags")]),
    ("timeline", ["timeline", testHive("volume")]),
    ("extract", ["extract", rules + "/example.reb", testHive("volume")]),
    ("extract", ["extract", "--deleted", rules + "/example.yaml", testHive("NTUSER.DAT")]),
  ]

  @Test(arguments: examples.indices)
  func `objects have the members of their schema`(index: Int) async throws {
    let (name, arguments) = Self.examples[index]
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Docs/Schemas/\(name).schema.json").standardized
    let schema = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
    let outcome = try await Tool.hive.run(arguments + ["--format", "ndjson"])
    let lines = outcome.bytes.split(separator: UInt8(ascii: "\n"))
    #expect(!lines.isEmpty, "\(outcome.errors)")
    for line in lines {
      expect(try JSONSerialization.jsonObject(with: Data(line)), fits: schema)
    }
  }

  /// Expects what a schema calls for, as far as the schemas here go.
  private func expect(_ value: Any, fits schema: [String: Any]) {
    if let cases = schema["enum"] as? [String] {
      #expect((value as? String).map(cases.contains) ?? false, "\(value)")
    }
    if let pattern = schema["pattern"] as? String, let expression = try? Regex(pattern) {
      #expect((value as? String)?.wholeMatch(of: expression) != nil, "\(value)")
    }
    if let items = schema["items"] as? [String: Any] {
      for item in value as? [Any] ?? [] { expect(item, fits: items) }
    }
    guard let properties = schema["properties"] as? [String: Any] else { return }
    guard let members = value as? [String: Any] else {
      Issue.record("\(value) is no object")
      return
    }
    for name in schema["required"] as? [String] ?? [] { #expect(members[name] != nil, "\(name)") }
    for (name, member) in members {
      guard let property = properties[name] as? [String: Any] else {
        Issue.record("\(name) is not in the schema")
        continue
      }
      expect(member, fits: property)
    }
  }
}
