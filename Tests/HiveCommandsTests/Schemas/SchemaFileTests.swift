// SPDX-License-Identifier: MIT

import ArgumentParser
import ProfileForensics
import RegistryExtraction
import RegistryHive
import Testing
import WindowsEvents
import WindowsTypes

@testable import HiveCommands

/// The schemas themselves.
@Suite struct SchemaFileTests {
  @Test func `every command has a schema`() throws {
    let commands = HiveCommand.configuration.subcommands.compactMap { $0.configuration.commandName }
    #expect(!commands.isEmpty)
    #expect(
      try JSONSchema.names() == (commands + ["check-summary", "events-handles"]).sorted())
  }

  @Test(arguments: try JSONSchema.names())
  func `every member is described, and no other allowed`(name: String) throws {
    let schema = try JSONSchema.named(name)
    #expect(schema.json["title"]?.text != nil)
    #expect(schema.explanation != nil)
    for part in schema.all where part.isOfObject {
      #expect(part.json["additionalProperties"] != nil, "\(part.json)")
      for (member, described) in part.members {
        let text = described.explanation ?? ""
        #expect(text.hasSuffix("."), "\(member): '\(text)'")
      }
    }
  }

  /// The enumerations of the code, and where the schemas have them.
  static let enumerations: [(schema: String, member: String, cases: [String])] = [
    ("dump", "layer", KeyLayer.allCases.filter { $0 != .merged }.map(\.rawValue)),
    ("dump", "foundIn", DeletedPlace.allCases.map(\.rawValue)),
    ("find", "match", HiveMatch.Place.allCases.map(\.rawValue)),
    ("diff", "change", HiveChange.Kind.allCases.map(\.rawValue)),
    ("diff", "what", HiveChange.Aspect.allCases.map(\.word) + ["hive"]),
    ("timeline", "timestamp_desc", TimelineEntry.Kind.allCases.map(\.rawValue)),
    ("extract", "hiveType", RuleHive.allCases.map(\.rawValue)),
    ("growth", "kind", HiveKind.allCases.map(\.rawValue)),
    ("growth", "change", SizeChange.allCases.map(\.rawValue)),
    ("growth", "kind", RegistrySizeLimit.Kind.allCases.map(\.rawValue)),
    ("policy", "state", PolicyState.allCases.map(\.rawValue)),
    ("check", "severity", CheckRule.Severity.allCases.map(\.rawValue)),
    ("check", "what", Observation.Kind.allCases.map(\.rawValue)),
    ("check", "certainty", Claim.Certainty.allCases.map(\.rawValue)),
    ("check-summary", "severity", CheckRule.Severity.allCases.map(\.rawValue)),
    ("events", "kind", EventKind.allCases.map(\.rawValue)),
    ("events", "kind", EventError.Kind.allCases.map(\.rawValue)),
    ("events", "level", EventLevel.allCases.map(\.rawValue)),
    ("info", "kind", HiveKind.allCases.map(\.rawValue)),
    ("info", "state", HiveState.Conclusion.allCases.map(\.rawValue)),
    ("info", "format", TransactionLog.Format.allCases.map(\.rawValue)),
    ("info", "use", TransactionLog.Use.allCases.map(\.rawValue)),
    ("info", "fileType", HiveHeader.FileType.allCases.map(\.rawValue)),
    ("info", "reorganization", HiveHeader.Reorganization.allCases.map(\.rawValue)),
  ]

  @Test(arguments: enumerations.indices)
  func `an enumeration has the words that the code has`(index: Int) throws {
    let (name, member, cases) = Self.enumerations[index]
    let found = try JSONSchema.named(name).all.compactMap { part -> Set<String>? in
      guard let described = part.members[member] else { return nil }
      let cases = described.json["enum"] ?? described.json["items"]?["enum"]
      return cases?.elements.map { Set($0.compactMap(\.text)) }
    }
    #expect(found.contains(Set(cases)), "\(member) of \(name): \(cases)")
  }

  @Test(
    arguments: [
      ("check", [testHive("volume")]), ("diff", [testHive("SOFTWARE"), testHive("SYSTEM")]),
      ("dump", ["--raw", "--deleted", "--security", testHive("volume")]),
      ("find", ["--deleted", "run", testHive("volume")]), ("info", [testHive("volume")]),
      ("policy", [testHive("volume")]), ("recover", ["--list", testHive("volume")]),
      ("timeline", [testHive("volume")]),
      ("check-summary", ["--summary", testHive("volume")]),
    ]
      + (readsEventLogs
        ? [
          ("events", [testHive("volume")]), ("events-handles", ["--handles", testHive("volume")]),
        ] : []))
  func `columns of CSV have the names of members`(schema: String, rest: [String]) async throws {
    let members = Set(try JSONSchema.named(schema).all.flatMap(\.members.keys))
    let command = String(schema.prefix { $0 != "-" })
    let csv = try await Tool.hive.run([command, "--format", "csv"] + rest).text
    let columns = try #require(csv.split(separator: "\r\n").first).split(separator: ",")
    #expect(columns.count > 6)
    for column in columns {
      for part in column.split(separator: ".") {
        #expect(members.contains(String(part)), "\(column)")
      }
    }
  }
}
