// SPDX-License-Identifier: MIT

import ArgumentParser

@main
struct Benchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark", abstract: "Measure this project's commands.",
    subcommands: [PeerBenchmark.self, FleetBenchmark.self], defaultSubcommand: PeerBenchmark.self)
}

/// Whole hives and starts, beside other programs.
struct PeerBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "peers",
    abstract: "Time this project's commands against other readers of registry hives.",
    discussion: """
      Builds the release of `hive`, makes a big hive in a temporary folder, and runs each command \
      in turn with its output thrown away. Tools that are not installed are left out.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  @Option(help: "Read this hive instead of a newly made one.")
  var hive: String?

  @Option(help: "Keys of the hive to make.")
  var keys: Int?

  @Option(help: "Values of the hive to make.")
  var values: Int?

  @Option(help: "Leave this tool out; may be given several times.")
  var without: [String] = []

  @Option(help: "A small hive to time the start of a program with.")
  var smallHive = Files.repository + "/TestHives/format/root-only"

  @Option(help: "Counted rounds, after one that is not counted.")
  var rounds = 5

  @Option(help: "How to print the result.")
  var format = Format.text

  func validate() throws {
    guard rounds > 0 else { throw ValidationError("--rounds must be at least 1.") }
  }

  func run() throws {
    let tool = try Builds.product("hive")
    let comparisons =
      if let hive {
        try compare(tool, on: hive)
      } else {
        try Files.withTemporaryFolder { folder in
          let hive = folder + "/big.hive"
          try Child.succeed([try Builds.product("test-hives"), "big", hive] + sizes)
          return try compare(tool, on: hive)
        }
      }
    switch format {
    case .text:
      print(comparisons.map(\.table).joined(separator: "\n\n"))
      print("\n" + Comparison.footnote)
    case .json:
      print("[\(comparisons.map(\.json).joined(separator: ",\n"))]")
    }
  }

  private var sizes: [String] {
    (keys.map { ["--keys", "\($0)"] } ?? []) + (values.map { ["--values", "\($0)"] } ?? [])
  }

  private var peers: [String] {
    [Contender.yardstick, "reglookup", "regfexport"]
      .filter { !without.contains($0) && Files.isInstalled($0) }
  }

  private func compare(_ tool: String, on hive: String) throws -> [Comparison] {
    var whole = [
      Contender(name: "hive dump", command: [tool, "dump", "--format", "ndjson", hive])
    ]
    if try Child([tool, "growth", smallHive]).wait().exitCode == 0 {
      whole.append(
        Contender(name: "hive growth", command: [tool, "growth", "--format", "json", hive]))
    }
    whole.append(Contender(name: "hive diff", command: [tool, "diff", hive, hive]))
    whole += peers.map { Contender(name: $0, command: [$0, hive]) }

    let text = "no such text"
    var search = [
      Contender(
        name: "hive find",
        command: ["/bin/sh", "-c", #""$0" find "$1" "$2"; test $? -le 1"#, tool, text, hive])
    ]
    if peers.contains("reglookup") {
      search.append(
        Contender(
          name: "reglookup | grep",
          command: [
            "/bin/sh", "-c", #"reglookup "$1" 2>/dev/null | grep -ai "$0"; test $? -le 1"#, text,
            hive,
          ]))
    }

    var start = [Contender(name: "hive dump", command: [tool, "dump", smallHive])]
    if peers.contains(Contender.yardstick) {
      start.append(
        Contender(name: Contender.yardstick, command: [Contender.yardstick, smallHive]))
    }
    return [
      try Comparison(
        title: "the whole hive", file: hive, rounds: rounds, contenders: whole,
        watchingMemory: true),
      try Comparison(
        title: "a search that finds nothing", file: hive, rounds: rounds, contenders: search,
        watchingMemory: false),
      // A start takes a few milliseconds: many more rounds for a steady median.
      try Comparison(
        title: "start-up", file: smallHive, rounds: rounds * 20, contenders: start,
        watchingMemory: false),
    ]
  }
}
