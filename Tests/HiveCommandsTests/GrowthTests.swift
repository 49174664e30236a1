// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import Testing

/// `hive growth`, byte for byte.
@Suite struct GrowthTests {
  private static let folder = testHive("") + "/"

  private func growth(_ arguments: String...) async throws -> Outcome {
    var outcome = try await Tool.hive.run(["growth"] + arguments)
    outcome.bytes = Array(outcome.text.replacing(Self.folder, with: "").utf8)
    outcome.errors = outcome.errors.replacing(Self.folder, with: "")
    return outcome
  }

  private func expectSnapshot(_ name: String, _ outcome: Outcome) throws {
    // Standard error follows, so that a snapshot shows all there is to see.
    let errors = outcome.errors.isEmpty ? "" : "\n--- standard error ---\n\(outcome.errors)"
    try HiveCommandsTests.expectSnapshot("growth-\(name)", outcome.text + errors)
  }

  @Test func `a baseline of another kind is reported`() async throws {
    let outcome = try await Tool.hiveGrowth.run(
      "--baseline", testHive("SYSTEM"), testHive("NTUSER.DAT"))
    #expect(
      outcome.errors
        == "hive: \(testHive("SYSTEM")): is a SYSTEM hive, but \(testHive("NTUSER.DAT")) is an NTUSER"
        + " hive: the difference is not growth\n")
    #expect(outcome.code == 0)
    let same = try await Tool.hiveGrowth.run(
      "--baseline", testHive("NTUSER-earlier.DAT"), testHive("NTUSER.DAT"))
    #expect(same.errors == "")
  }

  @Test(arguments: ["text", "json", "csv"])
  func `a form shows what takes up the bytes`(format: String) async throws {
    let outcome = try await growth("--format", format, testHive("NTUSER.DAT"))
    try expectSnapshot("user.\(format == "text" ? "txt" : format)", outcome)
    #expect(outcome.code == 0)
    #expect(outcome.errors == "")
  }

  @Test(arguments: ["text", "json"])
  func `an earlier copy shows what grew`(format: String) async throws {
    let outcome = try await growth(
      "--format", format, "--baseline", testHive("NTUSER-earlier.DAT"), testHive("NTUSER.DAT"))
    try expectSnapshot("baseline.\(format == "text" ? "txt" : format)", outcome)
    #expect(outcome.code == 0)
  }

  @Test(arguments: ["text", "json"])
  func `several copies are a series`(format: String) async throws {
    let outcome = try await growth(
      "--format", format, "--depth", "1", "--top", "3",
      "--baseline", testHive("NTUSER-earlier.DAT"), "--baseline", testHive("NTUSER.DAT"),
      testHive("NTUSER.DAT"))
    try expectSnapshot("series.\(format == "text" ? "txt" : format)", outcome)
    #expect(outcome.code == 0)
  }

  @Test(arguments: ["text", "json", "csv"])
  func `a key can be looked at alone`(format: String) async throws {
    let outcome = try await growth(
      "--format", format, "--key", "software\\MICROSOFT", "--depth", "2", "--top", "4",
      testHive("NTUSER.DAT"))
    try expectSnapshot("key.\(format == "text" ? "txt" : format)", outcome)
    #expect(outcome.code == 0)
  }

  @Test(arguments: ["text", "json"])
  func `damage is reported, and the parts still sum`(format: String) async throws {
    let outcome = try await growth("--format", format, testHive("damaged/cell-size-zero"))
    try expectSnapshot("damage.\(format == "text" ? "txt" : format)", outcome)
    #expect(outcome.code == 1)
  }

  @Test(.slow, arguments: Fixture.all.map(\.name))
  func `the JSON of every hive is valid, and its parts sum to the file`(
    name: String
  ) async throws {
    struct Report: Decodable {
      struct Top: Decodable {
        let path: String
        let bytes: Int
        let share: Double
        let keys: Int
        let values: Int
        let lastWritten: String
      }
      let kind: String
      let bytes: [String: Int]
      let counts: [String: Int]
      let top: [Top]
    }
    let outcome = try await growth("--format", "json", "--depth", "1", testHive(name))
    // Foundation does not take names that are not valid UTF-16.
    let text = outcome.text.replacing(/\\u[Dd][89A-Fa-f]../, with: "?")
    let report = try JSONDecoder().decode(Report.self, from: Data(text.utf8))
    let file = try #require(report.bytes["file"])
    #expect(report.bytes.values.reduce(0, +) == 2 * file)
    #expect(
      Set(report.counts.keys) == ["keys", "values", "bins", "allocatedCells", "freeCells"])
    #expect(report.top.allSatisfy { $0.share > 0 && $0.share < 1 })
  }

  @Test func `names cannot break out of a row`() async throws {
    let folder = try TemporaryFolder()
    var description = HiveDescription(root: "ROOT")
    description.set("a\",b\r\n\u{1B}[31m", .dword("v\n", 1))
    let hive = try folder.write(description)
    let csv = try await growth("--format", "csv", hive)
    #expect(
      csv.text == """
        Path,CurrentValueCount,CurrentValueSize,ValueCount,KeyCount,KeySize,WriteTime\r
        "",0,0,1,1,240,2024-03-15T10:00:00.0000000Z\r
        "a"",b\r
        \\u001B[31m",1,32,1,0,136,2024-03-15T10:00:00.0000000Z\r

        """)
    let text = try await growth(hive)
    #expect(!text.text.contains("\u{1B}"))
    #expect(text.text.contains("  a\",b␍␊␛[31m\n"))
  }

  @Test func `hive growth shows its options`() async throws {
    let outcome = try await growth("--help")
    try expectSnapshot("help.txt", outcome)
    #expect(outcome.code == 0)
  }

  @Test func `hive-growth is hive growth`() async throws {
    let arguments = ["--format", "json", testHive("NTUSER.DAT")]
    let outcome = try await Tool.hiveGrowth.run(arguments)
    #expect(outcome.code == 0)
    #expect(outcome.bytes == (try await Tool.hive.run(["growth"] + arguments)).bytes)
  }

  @Test func `what cannot be is refused`() async throws {
    let hive = testHive("NTUSER.DAT")
    let refusals = [
      ["--depth", "0"]: "--depth must be 1 or more.",
      ["--top=-1"]: "--top must not be negative.",
      ["--format", "csv", "--baseline", hive]:
        "--format csv has no columns for --baseline; use text or json.",
    ]
    for (arguments, message) in refusals {
      let outcome = try await Tool.hive.run(["growth"] + arguments + [hive])
      #expect(outcome.errors.hasPrefix("hive: \(message)\n"))
      #expect(outcome.text == "")
      #expect(outcome.code == 64)
    }
    let missing = try await growth("--baseline", "/nowhere/NTUSER.DAT", hive)
    #expect(missing.code == 66)
    #expect(missing.errors == "hive: /nowhere/NTUSER.DAT: no such file\n")
    let noKey = try await growth("--key", "No\\Such", hive)
    #expect(noKey.code == 1)
    #expect(noKey.errors == "hive: NTUSER.DAT: has no key \"No\\Such\"\n")
    #expect(noKey.text == "")
    let input = try await growth("-o", hive, "--baseline", hive, testHive("SYSTEM"))
    #expect(input.code == 73)
  }
}
