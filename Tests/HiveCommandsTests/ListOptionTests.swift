// SPDX-License-Identifier: MIT

import HiveBuilder
import RegistryHive
import Testing

@testable import HiveCommands

/// Options that take several things take them with commas, and used again.
@Suite struct ListOptionTests {
  @Test(
    arguments: [
      (["find", "--format", "ndjson", "--kind"], ["SYSTEM", "ntuser"], ["e"]),
      (["find", "--format", "ndjson", "--type"], ["REG_DWORD", "1"], ["e"]),
      (["find", "--format", "ndjson", "--in"], ["keys", "values"], ["run"]),
      (["timeline", "--format", "ndjson", "--user"], ["anna", "bernd"], []),
      (
        ["policy", "--format", "ndjson", "--only"], ["SlowLinkTimeOut", "DontForceUnloadHive"], []
      ),
      (
        ["check", "--format", "ndjson", "--class"],
        ["{0F0A3C4E-1B2D-4C5E-8F90-123456789ABC}", "0F0A3C4E-1B2D-4C5E-8F90-123456789ABD"], []
      ),
    ])
  func `commas are the same as using an option again`(
    command: [String], elements: [String], rest: [String]
  ) async throws {
    let volume = rest + [testHive("volume")]
    let option = try #require(command.last)
    let list = try await Tool.hive.run(
      command + [elements.joined(separator: ", ")] + volume)
    let again = try await Tool.hive.run(
      command.dropLast() + elements.flatMap { [option, $0] } + volume)
    let first = try await Tool.hive.run(command + [elements[0]] + volume)
    #expect(list.text == again.text)
    #expect(list.errors == again.errors)
    #expect(list.code == again.code)
    #expect(list.text.count > first.text.count)
  }

  @Test(
    arguments: [
      ["dump", "--depth", "0", "--format", "JSON", "NTUSER.DAT"],
      ["dump", "--depth", "0", "--logs", "None", "damaged/dirty"],
      ["find", "--in", "Key", "run", "NTUSER.DAT"],
      ["policy", "--expect", "Not Configured", "volume"],
    ])
  func `words for options are taken as people write them`(command: [String]) async throws {
    let outcome = try await Tool.hive.run(command.dropLast() + [testHive(command.last ?? "")])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.text != "")
  }

  @Test(arguments: ["", ",", "1530,", "1530,,1524", "1530,x", "70000"])
  func `a list with something that is no number is refused`(list: String) {
    #expect(CommaList<EventNumber>(argument: list) == nil)
  }

  @Test func `spaces around commas do not count, and those within a name do`() {
    #expect(
      CommaList<String>(argument: "  NT AUTHORITY\\SYSTEM , bob")?.elements
        == ["NT AUTHORITY\\SYSTEM", "bob"])
    #expect(
      CommaList<SearchPlace>(argument: "keys,Data")?.elements.flatMap(\.places) == [.keys, .data])
    #expect(CommaList<SearchPlace>(argument: "All")?.elements.first?.places.count == 3)
  }

  @Test(
    arguments: [
      (["find", "no such text"], "no key or value matches"),
      (["find", "--kind", "SAM", "e"], "no hive is of the kind that --kind asks for"),
      (["timeline", "--since", "2090"], "no dated fact matches"),
      (["events", "--id", "1529"], "no event matches"),
    ])
  func `a command says that nothing matches`(command: [String], message: String) async throws {
    let outcome = try await Tool.hive.run(command + [testHive("volume")])
    #expect(outcome.text == "")
    let lines = outcome.errors.split(separator: "\n").map(String.init)
    #expect(lines.contains("hive: \(message)"), "\(lines)")
  }

  @Test(arguments: ["find x", "timeline", "events"])
  func `a period without a moment is refused`(command: String) async throws {
    let words = command.split(separator: " ").map(String.init)
    let outcome = try await Tool.hive.run(
      words + ["--since", "2025", "--until", "2024", testHive("volume")])
    #expect(outcome.errors.hasPrefix("hive: --since must be before --until.\n"))
    #expect(outcome.code == 64)
  }

  @Test func `a log that is not there is no log of a clean hive either`() async throws {
    let outcome = try await Tool.hive.run("dump", "--logs", "off", testHive("NTUSER.DAT"))
    #expect(outcome.errors == "hive: off: no such file\n")
    #expect(outcome.code == 66)
  }

  @Test func `extract names the definitions that groups want from other files`() async throws {
    let folder = try TemporaryFolder()
    let text = """
      name: Triage
      sources:
      - type: ARTIFACT_GROUP
        attributes: {names: [Triage, One, Two, one, Three, Four, Five, Six]}
      supported_os: [Windows]

      """
    let rules = try folder.write(Array(text.utf8), as: "triage.yaml")
    let outcome = try await Tool.hive.run("extract", rules, testHive("NTUSER.DAT"))
    #expect(
      outcome.errors.contains(
        "hive: \(rules): its groups name definitions that are in other files: One, Two, Three, "
          + "Four, Five and 1 more; give the folder with all of them\n"))
  }

  @Test func `extract says that nothing matches its rules`() async throws {
    let folder = try TemporaryFolder()
    let rules = try folder.write(
      Array("Keys:\n- {HiveType: SAM, KeyPath: Nothing}\n".utf8), as: "r.reb")
    let outcome = try await Tool.hive.run("extract", rules, testHive("NTUSER.DAT"))
    #expect(outcome.text == "")
    #expect(outcome.errors == "hive: nothing matches these rules\n")
    #expect(outcome.code == 0)
  }
}
