// SPDX-License-Identifier: MIT

import Foundation
import HiveBuilder
import Testing

/// The program that provides a terminal.
private let script = "/usr/bin/script"

/// Colour: on a terminal that can show it, unless the user wants none.
@Suite(
  .enabled(
    if: FileManager.default.isExecutableFile(atPath: script), "script is missing"))
struct TerminalTests {
  private static let plain = """
    [Größe]  2024-03-15T10:00:00.0000000Z\r
      (Default)  REG_SZ      "text"\r
      long       REG_BINARY  \(String(repeating: "00 ", count: 32))… 40 bytes\r

    """

  private static let colored = """
    \u{1B}[1m[Größe]\u{1B}[0m  \u{1B}[2m2024-03-15T10:00:00.0000000Z\u{1B}[0m\r
      \u{1B}[2m(Default)\u{1B}[0m  \u{1B}[2mREG_SZ\u{1B}[0m      "text"\r
      long       \u{1B}[2mREG_BINARY\u{1B}[0m  \(String(repeating: "00 ", count: 32))\
    \u{1B}[2m… 40 bytes\u{1B}[0m\r

    """

  @Test(
    "A dump on a terminal has colour unless the settings are against it",
    arguments: [
      (["TERM": "xterm-256color"], true), (["TERM": nil], true), (["NO_COLOR": ""], true),
      (["NO_COLOR": "1"], false), (["TERM": "dumb"], false),
    ] as [([String: String?], Bool)])
  func color(settings: [String: String?], isColored: Bool) async throws {
    let folder = try TemporaryFolder()
    var hive = HiveDescription()
    hive.set(
      "Größe", .string("", "text"), .binary("long", [UInt8](repeating: 0, count: 40)))
    let path = try folder.write(hive)
    let outcome = try await runOnTerminal(["dump", "--key", "größe", path], settings: settings)
    #expect(outcome.text == (isColored ? Self.colored : Self.plain))
    #expect(outcome.code == 0)
  }

  @Test func `problems, warnings and notes have styles of their own`() async throws {
    let outcome = try await Tool.hive.run("check", "--color", "always", testHive("volume"))
    #expect(outcome.text.contains("\u{1B}[1;31m1. problem: "))
    #expect(outcome.text.contains("\u{1B}[1;33m3. warning: "))
    #expect(outcome.text.contains("\u{1B}[1mnote: "))
  }

  @Test func `a file has no colour`() async throws {
    let folder = try TemporaryFolder()
    let output = folder.path("dump.txt")
    let outcome = try await runOnTerminal(["dump", "-o", output, testHive("NTUSER.DAT")])
    #expect(outcome.text == "")
    #expect(outcome.code == 0)
    let text = try Data(contentsOf: URL(filePath: output))
    #expect(!text.contains(0x1B))
  }

  /// Runs `hive` with a terminal as its standard output and error, which `script` provides.
  private func runOnTerminal(
    _ arguments: [String], settings: [String: String?] = [:]
  ) async throws -> Outcome {
    let command = [Tool.hive.path] + arguments
    #if os(macOS)
    return try await runProgram(script, ["-q", "/dev/null"] + command, settings: settings)
    #else
    let line = command.map { "'\($0)'" }.joined(separator: " ")
    return try await runProgram(script, ["-qec", line, "/dev/null"], settings: settings)
    #endif
  }

  #if os(Linux)
  @Test(arguments: [50, 100])
  func `sentences fit the terminal`(columns: Int) async throws {
    let commands = [
      ("check '\(testHive("volume"))'", "What to do"),
      ("growth '\(testHive("NTUSER.DAT"))'", "About the limit"),
    ]
    for (arguments, heading) in commands {
      let line = "stty cols \(columns); NO_COLOR=1 '\(Tool.hive.path)' \(arguments) 2>/dev/null"
      let outcome = try await runProgram(script, ["-qec", line, "/dev/null"])
      let lines = outcome.text.split(separator: "\r\n", omittingEmptySubsequences: false)
      let section = lines.drop { $0 != heading }.dropFirst().prefix { !$0.isEmpty }
      #expect(!section.isEmpty, "\(outcome.text)")
      #expect(section.allSatisfy { $0.count <= columns }, "\(section)")
      #expect(section.contains { $0.count > columns - 15 }, "\(section)")
    }
  }

  /// The width of the narrowest window that the reports are made for.
  private static let narrow = 60

  @Test(
    arguments: [
      "check 'volume'", "check --summary 'volume'", "check 'damaged/data-size'", "events 'volume'",
      "events --handles 'volume'", "growth 'NTUSER.DAT'", "growth 'volume'",
      "growth --baseline 'NTUSER.DAT' 'damaged/dirty'", "info 'NTUSER.DAT'",
      "info 'damaged/dirty-new-format'", "info 'volume'", "policy --all 'volume'",
      "policy 'SOFTWARE'",
    ])
  func `no line of a report is wider than the terminal`(command: String) async throws {
    guard readsEventLogs || !command.hasPrefix("events") else { return }
    let lines = try await lines(of: command, columns: Self.narrow)
    #expect(lines.count > 1)
    let wide = lines.filter { $0.count > Self.narrow }
    #expect(wide == [])
  }

  @Test func `what does not fit beside a table's other columns is below them`() async throws {
    let lines = try await lines(of: "policy 'SOFTWARE'", columns: Self.narrow)
    #expect(
      lines.prefix(7) == [
        "POLICY", "  STATE    VALUE                   KEY LAST WRITTEN", "    SOURCE", "",
        "Do not forcefully unload the users registry at user logoff",
        "  (DontForceUnloadHive)", "  enabled  DisableForceUnload = 1  2024-05-06 09:15:00 UTC",
      ])
    let wide = try await self.lines(of: "policy 'SOFTWARE'", columns: 120)
    #expect(wide[1] == "  STATE    VALUE                   KEY LAST WRITTEN         SOURCE")
  }

  /// Runs `hive` in `TestHives` on a terminal, and returns the lines of its standard output.
  private func lines(of command: String, columns: Int) async throws -> [String] {
    let line =
      "cd '\(testHive(""))'; stty cols \(columns); NO_COLOR=1 '\(Tool.hive.path)' \(command) 2>/dev/null"
    let outcome = try await runProgram(script, ["-qec", line, "/dev/null"])
    #expect(outcome.code < 64)
    return outcome.text.split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
  }
  #endif
}
