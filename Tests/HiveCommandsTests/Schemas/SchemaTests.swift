// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import Testing

/// What the commands write for scripts is what `Docs/Schemas` describes.
@Suite(.serialized) struct SchemaTests {
  /// A command line, without its format.
  struct Example: CustomTestStringConvertible {
    let schema: String
    let arguments: [String]
    /// Whether there must be records.
    var mayBeEmpty = false

    init(_ schema: String, _ arguments: [String], mayBeEmpty: Bool = false) {
      self.schema = schema
      self.arguments = arguments
      self.mayBeEmpty = mayBeEmpty
    }

    var testDescription: String {
      arguments.map { $0.split(separator: "/").suffix(2).joined(separator: "/") }
        .joined(separator: " ")
    }
  }

  private static let rules = testHive("../Docs/Rules")
  /// All hives, named one by one.
  private static let fixtures = Fixture.all.map { testHive($0.name) }

  /// Over the package's own hives, those with damage and with hostile names among them.
  static let examples: [Example] =
    [
      Example("dump", ["dump", "--raw", "--security"] + fixtures),
      Example("dump", ["dump", testHive("volume")]),
      Example("dump", ["dump", "--deleted", testHive("format/deleted")]),
      Example(
        "dump", ["dump", "--deleted", "--key", "live", testHive("format/deleted")]),
      Example("dump", ["dump", "--key", "Control Panel", "--depth", "1", testHive("NTUSER.DAT")]),
      Example("find", ["find", "--deleted", "e", testHive("")]),
      Example("find", ["find", "--in", "data", "a", testHive("format/value-types")]),
      Example("find", ["find", "--hex", "0000", testHive("format/lone-surrogates")]),
      Example("diff", ["diff", "--times", testHive("NTUSER-earlier.DAT"), testHive("NTUSER.DAT")]),
      Example("diff", ["diff", testHive("format/class-security"), testHive("format/flags")]),
      Example("diff", ["diff", testHive("format/names"), testHive("format/lone-surrogates")]),
      Example("diff", ["diff", testHive("format/value-types"), testHive("format/layered")]),
      Example("recover", ["recover", "--list", testHive("damaged/dirty-new-format")]),
      Example("recover", ["recover", "--list", testHive("damaged/dirty-old-format")]),
      Example(
        "recover", ["recover", "--list", testHive("format/root-only")], mayBeEmpty: true),
      Example("timeline", ["timeline", testHive("")]),
      Example("extract", ["extract", rules + "/example.reb", testHive("volume")]),
      Example("extract", ["extract", "--deleted", rules + "/example.yaml", testHive("")]),
      Example("growth", ["growth", testHive("volume")]),
      Example("growth", ["growth", testHive("NTUSER.DAT"), testHive("UsrClass.dat")]),
      Example(
        "growth",
        ["growth", "--baseline", testHive("NTUSER-earlier.DAT"), testHive("NTUSER.DAT")]),
      Example(
        "growth",
        [
          "growth", "--key", "Software", "--depth", "5", "--system", testHive("SYSTEM"),
          testHive("NTUSER.DAT"),
        ]),
      Example("policy", ["policy", "--all", testHive("SOFTWARE")]),
      Example("policy", ["policy", "--all", testHive("volume")]),
      Example("policy", ["policy", "--all", testHive("Registry.pol")]),
      Example("check", ["check", testHive("volume")]),
      Example("check", ["check"] + fixtures),
      Example("check-summary", ["check", "--summary", testHive("volume"), testHive("damaged")]),
      Example("info", ["info", testHive("")]),
      Example("info", ["info", testHive("damaged/dirty-new-format.LOG1")]),
    ]
    + ["damaged/truncated", "format/big-data", "format/lone-surrogates", "format/version-1.3"].map {
      Example("growth", ["growth", testHive($0)])
    }
    + eventExamples

  private static let eventExamples: [Example] =
    readsEventLogs
    ? [
      Example("events", ["events", testHive("volume")]),
      Example("events", ["events", "--id", "10016", testHive("volume")], mayBeEmpty: true),
      Example("events-handles", ["events", "--handles", testHive("volume")]),
    ] : []

  @Test(.slow, arguments: examples)
  func `records are what their schema describes`(example: Example) async throws {
    let schema = try JSONSchema.named(example.schema)
    for format in ["ndjson", "json"] {
      let outcome = try await Tool.hive.run(example.arguments + ["--format", format])
      let records = try outcome.records(format)
      #expect(example.mayBeEmpty || !records.isEmpty, "\(outcome.errors)")
      for record in records { #expect(schema.fault(in: record) == nil) }
    }
  }

  /// Over real hives and hostile ones; of long outputs, records at even distances.
  static let corpusExamples: [Example] =
    Corpus.folder.map { folder in
      let (hives, cases, events) = ("\(folder)/hives", "\(folder)/cases", "\(folder)/events")
      return [
        Example("dump", ["dump", "--raw", "--security", "--deleted", hives]),
        Example("dump", ["dump", cases + "/hostile"]),
        Example("find", ["find", "--deleted", "a", hives]),
        Example("diff", ["diff", hives + "/NTUSER.DAT", hives + "/NTUSER_modified.DAT"]),
        Example("timeline", ["timeline", hives]),
        Example("timeline", ["timeline", cases + "/windows-11"]),
        Example("extract", ["extract", "--deleted", rules + "/example.yaml", hives]),
        Example("growth", ["growth", cases]),
        Example("policy", ["policy", "--all", cases]),
        Example("check", ["check", hives]),
        Example("check", ["check", cases]),
        Example("check-summary", ["check", "--summary", cases]),
        Example("info", ["info", hives, cases]),
      ]
        + (readsEventLogs
          ? [
            Example("events", ["events", events, cases]),
            Example("events-handles", ["events", "--handles", events, cases]),
          ] : [])
        + ["NTUSER.DAT", "BCD"].map { Example("growth", ["growth", "\(hives)/\($0)"]) }
        + ["NewDirtyHive1/NewDirtyHive", "OldDirtyHive/OldDirtyHive"].map {
          Example("recover", ["recover", "--list", "\(hives)/\($0)"])
        }
    } ?? []

  @Test(.enabled(if: Corpus.folder != nil, "\(Corpus.isMissing)"), arguments: corpusExamples)
  func `records of real evidence are what their schema describes`(example: Example) async throws {
    let schema = try JSONSchema.named(example.schema)
    let outcome = try await Tool.hive.run(example.arguments + ["--format", "ndjson"])
    let records = try outcome.records("ndjson", atMost: 2_000_000)
    #expect(example.mayBeEmpty || !records.isEmpty, "\(outcome.errors)")
    for record in records { #expect(schema.fault(in: record) == nil) }
  }

  // MARK: - The validator

  @Test func `a record that is not as described is found out`() throws {
    let schema = try JSONSchema.named("dump")
    let value = #"{"name":"a","type":"REG_DWORD","typeCode":4,"size":4,"data":1}"#
    func fault(_ value: String, path: String = #""Software""#) throws -> String? {
      let text =
        #"{"path":\#(path),"lastWritten":"2012-04-09T13:10:43.4537497Z","values":[\#(value)]}"#
      return schema.fault(in: try JSONValue(parsing: Array(text.utf8)))
    }
    #expect(try fault(value) == nil)
    #expect(try fault(value, path: "1") != nil)
    for (old, new) in [
      (#""data":1"#, #""data":"1""#), (#""data":1"#, #""data":true"#),
      (#""data":1"#, #""data":4294967296"#), (#""data":1"#, #""data":1,"more":1"#),
      (#""size":4"#, #""size":-1"#), (#""size":4,"#, ""), ("REG_DWORD", "REG_NUMBER"),
      (#""data":1"#, #""data":"0g","encoding":"hex""#),
    ] {
      #expect(try fault(value.replacing(old, with: new)) != nil, "\(new)")
    }
  }

  @Test func `a keyword that the validator does not know is an error`() throws {
    #expect(throws: JSONSchema.Failure.self) {
      try JSONSchema(JSONValue(parsing: Array(#"{"minLength":1}"#.utf8)))
    }
    #expect(throws: JSONSchema.Failure.self) {
      try JSONSchema(JSONValue(parsing: Array(##"{"$ref":"#/$defs/none"}"##.utf8)))
    }
  }

  @Test(arguments: [
    "[1,]", #"{"a":1,"a":2}"#, "01", "+1", "1 2", "\"\u{7}\"", #""\ud800""#, #""\x41""#, "nul",
    #"{"a" 1}"#, "[1 2]", "\"", "",
  ])
  func `text that is no JSON is refused`(text: String) {
    #expect(throws: JSONValue.Failure.self) { try JSONValue(parsing: Array(text.utf8)) }
  }
}

extension Outcome {
  /// The records that were written as ndjson or json; of many lines some, at even distances, of
  /// about so many bytes in all.
  func records(_ format: String, atMost limit: Int = .max) throws -> [JSONValue] {
    guard format == "ndjson" else {
      let document = try JSONValue(parsing: bytes)
      return document.elements ?? [document]
    }
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    let step = bytes.count / limit + 1
    return try stride(from: 0, to: lines.count, by: step).map { try JSONValue(parsing: lines[$0]) }
  }
}
