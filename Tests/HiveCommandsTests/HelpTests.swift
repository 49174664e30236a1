// SPDX-License-Identifier: MIT

import Foundation
import HiveCommands
import Testing

@Suite struct HelpTests {
  @Test func `hive shows what it can do`() async throws {
    let outcome = try await Tool.hive.run("--help")
    #expect(outcome.code == 0)
    #expect(outcome.errors == "")
    try expectSnapshot("hive-help.txt", outcome.text)
  }

  @Test func `hive dump shows its options`() async throws {
    let outcome = try await Tool.hive.run("dump", "--help")
    #expect(outcome.code == 0)
    #expect(outcome.errors == "")
    try expectSnapshot("hive-dump-help.txt", outcome.text)
  }

  @Test func `hive-dump is hive dump`() async throws {
    let arguments = ["--format", "ndjson", "--raw", testHive("NTUSER.DAT")]
    let outcome = try await Tool.hiveDump.run(arguments)
    #expect(outcome.code == 0)
    #expect(outcome.errors == "")
    #expect(outcome.bytes == (try await Tool.hive.run(["dump"] + arguments)).bytes)
  }

  @Test func `the help and the errors of hive-dump name hive-dump`() async throws {
    let help = try await Tool.hiveDump.run("--help").text
    #expect(help.contains("USAGE: hive-dump [<options>] <paths> ..."))
    #expect(
      help.replacing("USAGE: hive-dump", with: "USAGE: hive dump")
        == (try await Tool.hive.run("dump", "--help").text))
    let outcome = try await Tool.hiveDump.run("--depth=-1", testHive("NTUSER.DAT"))
    #expect(
      outcome.errors == """
        Error: --depth must not be negative.
        Usage: hive-dump [<options>] <paths> ...
          See 'hive-dump --help' for more information.

        """)
    #expect(outcome.code == 64)
  }

  @Test func `hive-dump writes completions for hive-dump`() async throws {
    let outcome = try await Tool.hiveDump.run("--generate-completion-script", "bash")
    #expect(outcome.text.contains("complete -o filenames -F _hive-dump hive-dump"))
    #expect(outcome.text.contains("--format"))
    #expect(outcome.code == 0)
  }

  @Test(arguments: [Tool.hive, .hiveDump])
  func `a program shows its version`(tool: Tool) async throws {
    let outcome = try await tool.run("--version")
    #expect(outcome.text == "\(HiveCommand.version)\n")
    #expect(outcome.code == 0)
  }

  @Test func `options that mean nothing to a format are refused`() async throws {
    let refusals = [
      ["--format", "xml", "--prefix", "HKCU"]:
        "--prefix has no effect with --format xml, which has no paths.",
      ["--format", "reg", "--raw"]:
        "--raw has no effect with --format reg, which has all bytes anyway.",
      ["--format", "bodyfile", "--raw"]:
        "--raw has no effect with --format bodyfile, which has no values.",
      ["--depth=-1"]: "--depth must not be negative.",
    ]
    for (arguments, message) in refusals {
      let outcome = try await Tool.hive.run(["dump"] + arguments + [testHive("NTUSER.DAT")])
      #expect(
        outcome.errors.hasPrefix("Error: \(message)\nUsage: hive dump [<options>] <paths> ..."))
      #expect(outcome.text == "")
      #expect(outcome.code == 64)
    }
  }

  @Test func `a format that does not exist is refused with those that do`() async throws {
    let outcome = try await Tool.hive.run("dump", "--format", "nonsense", testHive("NTUSER.DAT"))
    let usage = try #require(outcome.errors.range(of: "Usage: hive dump [<options>] <paths> ..."))
    #expect(
      outcome.errors[..<usage.lowerBound] == """
        Error: The value 'nonsense' is invalid for '--format <format>'. Please provide one of the \
        following:
          - text
          - ndjson
          - json
          - csv
          - reg
          - xml
          - bodyfile
        Help:  --format <format>  The format of the output.

        """)
    #expect(outcome.code == 64)
  }
}
