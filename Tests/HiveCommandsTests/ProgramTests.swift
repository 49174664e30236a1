// SPDX-License-Identifier: MIT

import Foundation
import HiveCommands
import Testing

/// How a program is called: by which name, and where.
@Suite struct ProgramTests {
  @Test(arguments: HiveCommand.commandNames)
  func `a link to hive with a command's name is that command`(command: String) async throws {
    let folder = try TemporaryFolder()
    let link = folder.path("hive-\(command)")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: Tool.hive.path)
    let help = try await runProgram(link, ["--help"])
    let plain = try await Tool.hive.run(command, "--help").text
    #expect(plain.contains("USAGE: hive \(command) [<options>] <"))
    #expect(help.text.replacing("hive-\(command) ", with: "hive \(command) ") == plain)
    #expect(help.text != plain)
    #expect(help.code == 0)
  }

  @Test(arguments: ["hive-nonsense", "dump", "hive-", "hivedump"])
  func `a link with any other name is hive`(name: String) async throws {
    let folder = try TemporaryFolder()
    let link = folder.path(name)
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: Tool.hive.path)
    let outcome = try await runProgram(link, ["dump", "--depth", "0", testHive("NTUSER.DAT")])
    #expect(outcome.text == "[\\]  2024-06-21T16:45:12.4537497Z\n")
    #expect(outcome.errors == "")
  }

  @Test func `each command is a program of its own`() {
    for command in HiveCommand.commandNames {
      let path = Tool.folder.appending(path: "hive-\(command)").path
      let isThere = FileManager.default.isExecutableFile(atPath: path)
      #expect(isThere, "no program \(path)")
    }
    #expect(HiveCommand.commandNames.contains("dump"))
  }

  @Test func `an argument that is not UTF-8 is refused as a name, not by a crash`() async throws {
    let outcome = try await runProgram(
      "/bin/sh", ["-c", "exec '\(Tool.hive.path)' dump \"$(printf 'a\\377b')\""])
    #expect(outcome.code == 66)
    #expect(outcome.text == "")
  }

  /// Runs a script where `/proc` is empty.
  private static func runWithoutProc(_ script: String) async throws -> Outcome {
    try await runProgram(
      "/usr/bin/env", ["unshare", "-rm", "/bin/sh", "-c", "mount -t tmpfs none /proc && \(script)"])
  }

  private static func canHideProc() async -> Bool {
    (try? await runWithoutProc("! test -e /proc/self"))?.code == 0
  }

  @Test(.enabled("this system does not let a test hide /proc") { await canHideProc() })
  func `arguments arrive without proc`() async throws {
    let outcome = try await Self.runWithoutProc(
      "exec '\(Tool.hive.path)' dump --depth 0 '\(testHive("NTUSER.DAT"))'")
    #expect(outcome.text == "[\\]  2024-06-21T16:45:12.4537497Z\n")
    #expect(outcome.errors == "")
    #expect(outcome.code == 0)
  }

  // MARK: - Slips

  @Test(
    arguments: [
      (["dmup", "x"], "'dmup' is not a command. Did you mean 'dump'?"),
      (["version"], "'version' is not a command. Use --version."),
      (["grow"], "'grow' is not a command. Did you mean 'growth'?"),
      (["grep", "x"], "'grep' is not a command. Did you mean 'find'?"),
      (
        ["graph"],
        "'graph' is not a command. The commands are: check, diff, dump, events, extract, find, "
          + "growth, info, policy, recover, timeline"
      ),
      (["help", "tmeline"], "'tmeline' is not a command. Did you mean 'timeline'?"),
      (
        ["frobnicate"],
        "'frobnicate' is not a command. The commands are: check, diff, dump, events, extract, find, "
          + "growth, info, policy, recover, timeline"
      ),
    ] as [([String], String)])
  func `the nearest command is named`(arguments: [String], message: String) async throws {
    let outcome = try await Tool.hive.run(arguments)
    #expect(
      outcome.errors
        == "hive: \(message)\nUsage: hive <subcommand>\n  See 'hive --help' for more information.\n"
    )
    #expect(outcome.text == "")
    #expect(outcome.code == 64)
  }

  @Test func `a file without a command gets the advice to put one in front`() async throws {
    let path = testHive("NTUSER.DAT")
    let outcome = try await Tool.hive.run(path)
    #expect(
      outcome.errors.hasPrefix(
        "hive: '\(path)' is a file or folder. Put a command before it, such as: hive dump '\(path)'\n"
      ))
    #expect(outcome.code == 64)
  }
}
