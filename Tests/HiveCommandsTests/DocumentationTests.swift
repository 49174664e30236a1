// SPDX-License-Identifier: MIT

import Archives
import Foundation
import Testing

/// What the documents say of the programs is so.
@Suite struct DocumentationTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../..").standardized

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// The documents, as paths below the package.
  private static let documents =
    [
      "README.md", "CHANGELOG.md", "CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "SECURITY.md",
      "TestHives/README.md", "Benchmarks/README.md",
    ]
    + names(in: "Docs").filter { $0.hasSuffix(".md") }.map { "Docs/\($0)" }

  private static func names(in folder: String) -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(
      atPath: root.appending(path: folder).path)
    return (names ?? []).sorted()
  }

  // MARK: - Libraries

  @Test func `every library has documentation, here and where it is hosted`() throws {
    let package = try Self.text("Package.swift")
    let libraries = package.matches(of: /\.library\(name: "(\w+)"/).map { String($0.1) }
    #expect(libraries.count == 6)
    let hosted = try Self.text(".spi.yml").matches(of: /(?m)^ +- (\w+)$/).map { String($0.1) }
    for name in libraries {
      #expect(Self.names(in: "Sources/\(name)/\(name).docc").contains("\(name).md"))
      #expect(hosted.contains(name))
    }
  }

  // MARK: - Examples

  /// The page whose blocks are one example.
  private static let fleet = "Docs/Fleet.md"

  private static let examples = documents.filter { $0 != fleet }.flatMap { path in
    ConsoleExample.all(in: (try? text(path)) ?? "")
  }.filter { readsEventLogs || !$0.needsEventLogs }

  private func expectOutput(of example: ConsoleExample) async throws {
    let printed = try await example.run()
    #expect(printed.count == example.steps.count)
    for (step, lines) in zip(example.steps, printed) {
      #expect(
        step.matches(lines),
        """
        $ \(step.command)
        \(lines.joined(separator: "\n"))
        """)
    }
  }

  @Test(arguments: examples.filter { !$0.needsJQ })
  func `an example prints what the document shows`(example: ConsoleExample) async throws {
    try await expectOutput(of: example)
  }

  @Test(
    .enabled(if: Peer.jq.isInstalled, "jq is not installed"),
    arguments: examples.filter(\.needsJQ))
  func `an example with jq prints what the document shows`(example: ConsoleExample) async throws {
    try await expectOutput(of: example)
  }

  private static let fleetExample = ConsoleExample.whole((try? text(fleet)) ?? "")

  @Test(
    .enabled(
      if: fleetExample.missingPrograms.isEmpty,
      "\(fleetExample.missingPrograms.joined(separator: ", ")) not installed"),
    .enabled(
      if: readsEventLogs && Archive.canBeRead, "libevtx, expat or libarchive is not installed"))
  func `the questions on many machines have the answers that the page shows`() async throws {
    #expect(Self.fleetExample.steps.count > 10)
    try await expectOutput(of: Self.fleetExample)
  }

  @Test func `the README has examples, and they are not all abridged`() throws {
    let steps = ConsoleExample.all(in: try Self.text("README.md")).flatMap(\.steps)
    #expect(steps.count >= 5)
    #expect(steps.contains { $0.output.count >= 5 && !$0.output.contains("…") })
    #expect(steps.allSatisfy { !$0.matches(["something", "else"]) })
  }

  @Test func `the page on other programs has the numbers that hive writes`() async throws {
    let rows = try Self.text("Docs/Comparison.md")
      .matches(of: /(?m)^\| `([^`]+)` \| (\d+) \/ (\d+)/)
    #expect(rows.count >= 17)
    for row in rows {
      let outcome = try await Tool.hive.run("dump", "--format", "ndjson", testHive(String(row.1)))
      let keys = try outcome.records("ndjson")
      let values = keys.reduce(0) { $0 + ($1["values"]?.elements?.count ?? 0) }
      #expect("\(keys.count) / \(values)" == "\(row.2) / \(row.3)", "\(row.1)")
    }
  }

  // MARK: - Names

  @Test func `the README names every command of hive`() async throws {
    struct Help: Decodable {
      struct Command: Decodable {
        var commandName: String
        var subcommands: [Command]?
      }
      var command: Command
    }
    let outcome = try await Tool.hive.run("--experimental-dump-help")
    let help = try JSONDecoder().decode(Help.self, from: Data(outcome.bytes))
    let commands = (help.command.subcommands ?? []).map(\.commandName).filter { $0 != "help" }
    #expect(commands.contains("dump"))
    let readme = try Self.text("README.md")
    for command in commands {
      let hasRow = readme.contains("\n| `hive \(command) ")
      #expect(hasRow, "no row for hive \(command)")
    }
  }

  @Test func `the README names every program`() throws {
    let programs = Self.names(in: "Sources").filter { $0.hasPrefix("hive-") }
    #expect(programs.contains("hive-dump"))
    let readme = try Self.text("README.md")
    for program in programs {
      let isNamed = readme.contains("`\(program)`")
      #expect(isNamed, "\(program) is not named")
    }
  }

  @Test func `the README asks for the version that there is, or for main before it`() async throws {
    let version = try await Tool.hive.run("--version").text.dropLast()
    let isUnreleased = try Self.text("CHANGELOG.md").contains("## [\(version)] - Unreleased")
    let requirement = isUnreleased ? "branch: \"main\"" : "from: \"\(version)\""
    let isAskedFor = try Self.text("README.md").contains(requirement)
    #expect(isAskedFor, "README.md does not have \(requirement)")
  }

  @Test func `the changelog begins with the version that there is`() async throws {
    let version = try await Tool.hive.run("--version").text.dropLast()
    let newest = try Self.text("CHANGELOG.md").firstMatch(of: /\n## \[([^\]]+)\]/)
    #expect(newest?.1 == version)
  }

  @Test func `the scripts read the version that there is`() async throws {
    let version = try await Tool.hive.run("--version").text
    let script = try await runProgram(Self.root.appending(path: "Scripts/version").path, [])
    #expect(script.text == version)
  }

  @Test func `the README shows the snippet as it is compiled`() throws {
    let heading = "// SPDX-License-Identifier: MIT\n\n// snippet.reading\n"
    let snippet = try Self.text("Snippets/ReadHive.swift")
    let shown = try Self.text("README.md").blocks(marked: "swift")
      .filter { $0.first == "import RegistryHive" }
    #expect(shown.map { heading + $0.joined(separator: "\n") + "\n" } == [snippet])
  }

  // MARK: - Links

  @Test(arguments: documents)
  func `links lead to files`(document: String) throws {
    let folder = Self.root.appending(path: document).deletingLastPathComponent()
    for link in try Self.text(document).matches(of: /\]\(([^)#]+)[^)]*\)/) {
      let target = String(link.1)
      guard !target.contains("://") else { continue }
      let path = folder.appending(path: target).standardized.path
      #expect(FileManager.default.fileExists(atPath: path), "\(target)")
    }
  }
}
