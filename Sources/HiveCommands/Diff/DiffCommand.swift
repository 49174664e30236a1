// SPDX-License-Identifier: MIT

import ArgumentParser
import RegistryHive

struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "List what changed between two hives, or between all hives of two machines.",
    discussion: """
      Keys and values are compared by their names, as Windows compares them. Of a key its class \
      name, security descriptor, flags and the case of its name are compared; times are not, unless \
      asked for. Hives of folders are paired by machine, kind and user.

      --format reg writes a registry file that turns OLD into NEW.

      Exits with 0 where nothing differs, with 1 where something does or could not be read.
      """,
    version: HiveCommand.version)

  @Argument(
    help: "The earlier hive, or the root of a volume or a folder with hives.", completion: .file())
  var old: String

  @Argument(help: "The later one.", completion: .file())
  var new: String

  @Flag(help: "List keys too of which only the time of the last write differs.")
  var times = false

  @Option(
    help: ArgumentHelp(
      "Leave out this key and what is below it; * and ? stand for characters, ** for any number "
        + "of names. May be repeated.", valueName: "path"))
  var ignore: [KeyPatternArgument] = []

  @Option(
    help: ArgumentHelp(
      "For reg: put this path in front of each key's; it has one by itself.", valueName: "path"))
  var prefix: String?

  @OptionGroup var logs: LogOptions

  @OptionGroup var destination: OutputOptions<DiffFormat>

  func validate() throws {
    if prefix != nil, destination.format != .reg {
      throw ValidationError("--prefix has an effect with --format reg only.")
    }
    if case .files = logs.source {
      throw ValidationError(
        "--logs holds for both hives: give auto or none, and keep logs beside their hive.")
    }
  }

  func run() throws {
    try reportingFailure { () throws(CommandFailure) in
      let pairs = try HivePairs(from: try Inputs([old]), to: try Inputs([new]))
      let output = try destination.open(inputs: [old, new] + pairs.files)
      var options = HiveComparison.Options()
      options.ignoring = ignore.map(\.pattern)
      options.includesTimes = times
      var run = DiffRun(options, logs: logs, to: output)
      switch destination.format {
      case .text: run.run(pairs, DiffTextWriter(to: output))
      case .ndjson, .json:
        run.run(pairs, DiffJSONWriter(to: output, destination.format))
      case .csv: run.run(pairs, DiffCSVWriter(to: output, namesHive: !pairs.isSingle))
      case .reg:
        run.run(pairs, DiffRegWriter(to: output, prefix: prefix.map { RegistryPath($0) }))
      case .html: run.run(pairs, DiffPage(to: output))
      }
      try output.finish()
      return try run.finish()
    }
  }
}

/// The formats of `hive diff`.
enum DiffFormat: String, OutputFormat {
  case text, ndjson, json, csv, reg, html

  static var ownDescriptions: [String: String] {
    ["reg": "a registry file that turns OLD into NEW"]
  }
}

/// A pattern for the paths of keys, as it is given on the command line.
struct KeyPatternArgument: ExpressibleByArgument {
  let pattern: KeyPattern

  init?(argument: String) {
    guard let pattern = KeyPattern(argument) else { return nil }
    self.pattern = pattern
  }
}
