// SPDX-License-Identifier: MIT

import ArgumentParser
import FileAccess
import ProfileForensics
import RegistryHive

struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    hive: "diff", arguments: "<old> <new>",
    abstract: "List what changed between two hives, or between all hives of two machines.",
    discussion: """
      Keys and values are matched by name, as Windows compares names. For a key, the class name, \
      security descriptor, flags and the case of the name are compared; times only with --times. \
      Hives in folders are paired by machine, kind and user.

      --format reg writes a registry file that turns OLD into NEW.

      The exit code is 0 if nothing differs, 1 if something differs or could not be read.
      """,
    examples: [
      "NTUSER-old.DAT NTUSER.DAT",
      "--format reg -o changes.reg NTUSER-old.DAT NTUSER.DAT",
      "--ignore 'Software\\Microsoft\\**' /mnt/before /mnt/after",
    ])

  @Argument(
    help: """
      The earlier hive, or a folder, archive (zip, tar, 7z) or mounted Windows volume with hives; - \
      is a hive from standard input.
      """, completion: .file())
  var old: String

  @Argument(help: "The later one.", completion: .file())
  var new: String

  @Flag(help: "Also list keys where only the last-written time differs.")
  var times = false

  @Option(
    help: ArgumentHelp(
      "Leave out this key and everything below it; * and ? match characters, ** any number of "
        + "names. May be repeated.", valueName: "path"))
  var ignore: [KeyPatternArgument] = []

  @Option(
    help: ArgumentHelp(
      "For reg: put this path before every key's, in place of the usual one.", valueName: "path"))
  var prefix: String?

  @OptionGroup var logs: LogOptions

  @OptionGroup var destination: OutputOptions<DiffFormat>

  func validate() throws {
    if prefix != nil, destination.format != .reg {
      throw ValidationError("--prefix needs --format reg.")
    }
    if old == "-", new == "-" {
      throw ValidationError("Standard input can be one of the hives, not both.")
    }
    if let text = ignore.first(where: \.isFull)?.text {
      throw ValidationError(
        "--ignore takes a path below the root of a hive, such as Software\\Vendor, not '\(text)'.")
    }
    if case .files = logs.source {
      throw ValidationError(
        "--logs applies to both hives: use auto or none, and keep the logs beside their hives.")
    }
  }

  func run() throws {
    try reportingFailure { () throws(CommandFailure) in
      Interruption.watch()
      let pairs = try HivePairs(from: try Inputs([old]), to: try Inputs([new]))
      if destination.format == .reg { try pairs.checkOneRegistry(prefix: prefix) }
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
      if !destination.isGivenUp { try output.finish() }
      if Interruption.hasCome { return destination.reportInterruption() }
      let code = try run.finish()
      for index in run.unusedPatterns where output.failure == nil {
        Diagnostics.note("--ignore \(ignore[index].text): no key has this path")
      }
      return code
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
  let text: String
  let pattern: KeyPattern

  init?(argument: String) {
    guard let pattern = KeyPattern(argument) else { return nil }
    text = argument
    self.pattern = pattern
  }

  /// Whether the path begins with `HKCU`, `HKEY_LOCAL_MACHINE` or another part of the registry.
  var isFull: Bool { RegistryLocation(text).isFull }
}
