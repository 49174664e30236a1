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
      help.replacing("hive-dump", with: "hive dump")
        == (try await Tool.hive.run("dump", "--help").text))
    let outcome = try await Tool.hiveDump.run("--depth=-1", testHive("NTUSER.DAT"))
    #expect(
      outcome.errors == """
        hive: --depth must not be negative.
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
        outcome.errors.hasPrefix("hive: \(message)\nUsage: hive dump [<options>] <paths> ..."))
      #expect(outcome.text == "")
      #expect(outcome.code == 64)
    }
  }

  @Test func `a format that does not exist is refused with those that do`() async throws {
    let outcome = try await Tool.hive.run("dump", "--format", "nonsense", testHive("NTUSER.DAT"))
    let usage = try #require(outcome.errors.range(of: "Usage: hive dump [<options>] <paths> ..."))
    #expect(
      outcome.errors[..<usage.lowerBound] == """
        hive: The value 'nonsense' is invalid for '--format <format>'. Please provide one of the \
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

  // MARK: - Slips

  @Test(
    arguments: [
      (["dump", "--frmat", "csv", "x"], "Unknown option '--frmat'. Did you mean '--format'?"),
      (["dump", "--frmat"], "Unknown option '--frmat'. Did you mean '--format'?"),
      (["recover", "--lits", "x"], "Unknown option '--lits'. Did you mean '--list'?"),
      (["find", "--jsn", "a", "b"], "Unknown option '--jsn'."),
      (["dump", "--path", "x"], "Unknown option '--path'."),
      (["dump", "--json", "x"], "Unknown option '--json'. Use --format json."),
      (["check", "--html=x", "y"], "Unknown option '--html'. Use --format html."),
      (["dump", "--html", "x"], "Unknown option '--html'."),
      (["timeline", "--output", "x", "y"], "Unknown option '--output'. Use -o."),
    ])
  func `an unknown option is named, with one that is like it`(
    arguments: [String], message: String
  ) async throws {
    let outcome = try await Tool.hive.run(arguments)
    let usage = "Usage: hive \(arguments[0]) [<options>] <"
    #expect(outcome.errors.hasPrefix("hive: \(message)\n\(usage)"), "\(outcome.errors)")
    #expect(outcome.text == "")
    #expect(outcome.code == 64)
  }

  @Test func `a program without arguments says what is missing, as the command does`() async throws
  {
    let outcome = try await Tool.hiveDump.run()
    #expect(outcome.errors.hasPrefix("hive: Missing expected argument '<paths> ...'\n"))
    #expect(!outcome.errors.contains("OVERVIEW"))
    let errors = outcome.errors.replacing("hive-dump", with: "hive dump")
    #expect(errors == (try await Tool.hive.run("dump").errors))
    #expect(outcome.code == 64)
  }
}

/// The examples in the help of the commands.
@Suite struct HelpExampleTests {
  private let folder: TemporaryFolder

  /// Makes the files that the examples name.
  init() throws {
    folder = try TemporaryFolder()
    for name in ["mnt", "dirty", "definitions", "collections"] {
      try FileManager.default.createDirectory(
        atPath: folder.path(name), withIntermediateDirectories: true)
    }
    let copies = [
      ("NTUSER.DAT", "NTUSER.DAT"), ("NTUSER.DAT", "NTUSER-old.DAT"), ("SOFTWARE", "SOFTWARE"),
      ("volume/Windows/System32/winevt/Logs/Application.evtx", "Application.evtx"),
      ("damaged/dirty-new-format", "dirty/NTUSER.DAT"),
      ("damaged/dirty-new-format.LOG1", "dirty/NTUSER.DAT.LOG1"),
      ("damaged/dirty-new-format.LOG2", "dirty/NTUSER.DAT.LOG2"),
      ("volume", "mnt/windows"), ("volume", "mnt/before"), ("volume", "mnt/after"),
      ("volume", "collections/WS1"),
    ]
    for (hive, name) in copies {
      try FileManager.default.copyItem(atPath: testHive(hive), toPath: folder.path(name))
    }
    let key = "Software\\Microsoft\\Windows\\CurrentVersion\\Run"
    let batch = "Keys:\n- {HiveType: NTUSER, Description: Run, KeyPath: \(key)}\n"
    let definition = """
      name: WindowsRunKeys
      doc: Programs that start at log-on.
      sources:
      - type: REGISTRY_KEY
        attributes: {keys: ['HKEY_USERS\\%%users.sid%%\\\(key)\\*']}
      supported_os: [Windows]

      """
    _ = try folder.write(Array(batch.utf8), as: "rules.reb")
    _ = try folder.write(Array(definition.utf8), as: "definitions/run.yaml")
  }

  @Test(arguments: HiveCommand.commandNames)
  func `they work`(command: String) async throws {
    let help = try await Tool.hive.run(command, "--help").text
    let examples = help.split(separator: "\n").filter { $0.hasPrefix("  hive \(command) ") }
    #expect(examples.count >= 2)
    #expect(help.contains("\nExamples:\n\(examples[0])\n"))
    for example in examples where readsEventLogs || command != "events" {
      let line = example.replacing("/mnt/", with: "mnt/")
      let outcome = try await runProgram(
        "/bin/sh", ["-c", "cd '\(folder.url.path)' && \(line)"],
        settings: ["PATH": "\(Tool.folder.path):/usr/bin:/bin"])
      // Problems, differences and policies with other states are answers too.
      let codes = ["check", "diff", "policy"].contains(command) ? [0, 1] : [0]
      #expect(codes.contains(outcome.code), "\(example)\n\(outcome.errors)")
      let output = example.firstMatch(of: /-o (\S+)/).map { folder.path(String($0.1)) }
      let written = try output.map { try Data(contentsOf: URL(filePath: $0)).count }
      let hasAnswer = (written ?? outcome.bytes.count) > 0 || command == "diff"
      #expect(hasAnswer, "\(example)")
    }
  }
}
