// SPDX-License-Identifier: MIT

import ArgumentParser
import RegistryExtraction

struct ExtractCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    hive: "extract", arguments: "<rules> <paths> ...",
    abstract: "Extract keys and values from hives with community rule files.",
    discussion: """
      RULES is a RECmd batch file (.reb), a file of ForensicArtifacts definitions (.yaml), or a \
      folder of such definitions. A file is recognised by its content. Which rules apply depends on what a hive is, not on its name. \
      Decoders read data that Windows keeps in formats of its own, such as UserAssist; their rows \
      are written in addition to the raw values.
      """,
    examples: [
      "rules.reb NTUSER.DAT",
      "--format csv -o rows.csv rules.reb /mnt/windows",
      "--artifact WindowsRunKeys definitions NTUSER.DAT",
    ])

  @Argument(
    help: "A file of rules, or a folder of definitions.",
    completion: .file(extensions: ["reb", "yaml", "yml"]))
  var rules: String

  @Argument(help: Inputs.help(), completion: .file())
  var paths: [String]

  @Option(
    help: ArgumentHelp(
      "Use only these definitions, separated by commas, and those that they group.",
      valueName: "name"))
  var artifact: [CommaList<String>] = []

  @Flag(help: "Also look through deleted keys and their values.")
  var deleted = false

  @OptionGroup(title: "Many machines")
  var fleet: FleetOptions

  @OptionGroup var logs: LogOptions

  @OptionGroup var destination: OutputOptions<ExtractFormat>

  func validate() throws {
    try fleet.validate(isArray: destination.format == .json)
  }

  func run() throws {
    try reportingFailure { () throws(CommandFailure) in
      let file = try RuleFile(rules, artifacts: artifact.flatMap(\.elements))
      let format = destination.format
      let found = try Fleet(paths, jobs: fleet.threadCount)
      let output = try destination.open(inputs: [rules] + paths + found.files + logs.files)
      let run = try FleetRun(
        found, command: "extract", options: fleet, layout: ItemLayout(format), to: output)
      let work = ExtractWork(rules: file.rules, deleted: deleted, logs: logs, form: format)
      var recordCount = 0
      let code = try run.run(work.run, take: { recordCount += $0 })
      try output.finish()
      if recordCount == 0, !file.rules.rules.isEmpty, code != .interrupted, !run.goesOn,
        output.failure == nil
      {
        Diagnostics.note("nothing matches these rules")
      }
      return file.isSound || code == .interrupted ? code : .incomplete
    }
  }
}

/// The formats of `hive extract`.
enum ExtractFormat: String, OutputFormat {
  case text, ndjson, json, csv

  static var ownDescriptions: [String: String] {
    ["csv": "one row per record, with RECmd's columns"]
  }
}

/// The extraction from one machine or hive of several.
struct ExtractWork: Sendable {
  let rules: ExtractionRules
  let deleted: Bool
  let logs: LogOptions
  let form: ExtractFormat

  /// Goes through an item; its part is the number of records.
  func run(_ inputs: Inputs, _ output: Output) throws(CommandFailure) -> ItemResult<Int> {
    var run = ExtractRun(rules, deleted: deleted, logs: logs, to: output)
    let namesHive = !inputs.isSingleHive
    switch form {
    case .text: run.run(inputs, ExtractTextWriter(to: output, rules))
    case .ndjson, .json:
      run.run(
        inputs, ExtractJSONWriter(to: output, form, namesHive: namesHive))
    case .csv: run.run(inputs, ExtractCSVWriter(to: output))
    }
    return ItemResult(code: try run.finish(), part: run.recordCount)
  }
}
