// SPDX-License-Identifier: MIT

import ArgumentParser
import RegistryHive

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    hive: "check",
    abstract: "Explain why profiles were not unloaded, and report damage in hives.",
    discussion: """
      For a mounted Windows volume, a profile folder or a folder of collected files, compares the \
      profile list, the state of the hives, policies, sizes, the accounts of COM applications and \
      services, and the event logs. Prints a verdict for each profile, and the evidence for each \
      finding.

      For a hive, checks the structure as well. Reading a hive needs little of what Windows \
      requires; a check compares all of it, and does not stop at the first fault.

      The exit code is 1 if there is a problem or a warning, or if something could not be read. \
      Notes, which sound machines have too, do not count.
      """,
    examples: [
      "/mnt/windows",
      "--format html -o report.html /mnt/windows",
      "--summary --jobs 4 collections",
    ])

  @Argument(help: Inputs.help(), completion: .file())
  var paths: [String]

  @Option(
    name: .customLong("class"),
    help: ArgumentHelp(
      "Show which application, service and account COM classes belong to, such as those that "
        + "event 10006 names, separated by commas.",
      valueName: "clsid"))
  var classes: [CommaList<String>] = []

  @Option(
    help: ArgumentHelp(
      "Count only events from this time on, and report whether the fault has stopped since. "
        + "\(EventTime.forms).",
      valueName: "time"))
  var since: EventTime?

  @Option(help: "The lowest severity that makes the exit code 1.")
  var failOn: CheckThreshold = .warning

  @Flag(
    help: """
      Show only totals over all machines: the programs that kept registries open, the findings, \
      the largest hives, and those that grew most.
      """)
  var summary = false

  @OptionGroup(title: "Many machines")
  var fleet: FleetOptions

  @OptionGroup var logs: LogOptions

  @OptionGroup var destination: OutputOptions<CheckFormat>

  func validate() throws {
    if !logs.files.isEmpty, paths.count > 1 || paths.contains(where: Inputs.isFolder) {
      throw ValidationError("--logs with a file needs a single hive.")
    }
    try fleet.validate(isArray: destination.format == .json)
    if destination.format == .html, fleet.resume != nil {
      throw ValidationError("--format html cannot be combined with --resume.")
    }
    if summary, fleet.resume != nil {
      throw ValidationError("--summary cannot be combined with --resume: it needs all machines.")
    }
    for name in classes.flatMap(\.elements) where !Self.isClassIdentifier(name) {
      throw ValidationError(
        "--class: \"\(name)\" is not a class identifier such as"
          + " {0F0A3C4E-1B2D-4C5E-8F90-123456789ABC}.")
    }
  }

  func run() throws {
    try reportingFailure { () throws(CommandFailure) in
      let format = destination.format
      let found = try Fleet(
        paths, named: .eachOrOfMachines, joinsFew: true, jobs: fleet.threadCount)
      let output = try destination.open(inputs: paths + found.files + logs.files)
      var totals = CheckTotals()
      let sortsArray = found.isSeveral && format == .json
      let run = try FleetRun(
        found, command: "check", options: fleet,
        layout: summary || sortsArray ? .lines : ItemLayout(format), to: output)
      let work = CheckWork(
        logs: logs, classes: classes.flatMap(\.elements), since: since?.time, failOn: failOn,
        form: summary ? nil : format, sortsArray: sortsArray)
      let code = try run.run(work.run, failed: work.failed) { totals.add($0) }
      if summary {
        CheckSummaryWriter(to: output, format).write(totals.summary)
      } else if sortsArray || format == .text || format == .html {
        try totals.write(to: output, format)
      }
      try output.finish()
      return code
    }
  }

  /// Whether a text has the form of a class identifier, with or without braces.
  private static func isClassIdentifier(_ text: String) -> Bool {
    let inner = text.first == "{" && text.last == "}" ? text.dropFirst().dropLast() : text[...]
    let groups = inner.split(separator: "-", omittingEmptySubsequences: false)
    return groups.map(\.count) == [8, 4, 4, 4, 12]
      && groups.allSatisfy { $0.allSatisfy { $0.isASCII && $0.isHexDigit } }
  }
}

/// How serious a finding must be to count.
enum CheckThreshold: String, CaseIterable, ExpressibleByArgument {
  case problem
  case warning

  var severity: CheckRule.Severity { self == .problem ? .problem : .warning }

  var defaultValueDescription: String { rawValue }

  static var allValueDescriptions: [String: String] {
    ["problem": "problems only", "warning": "warnings and problems"]
  }
}

/// The formats of `hive check`.
enum CheckFormat: String, OutputFormat {
  case text, ndjson, json, csv, html

  static var ownDescriptions: [String: String] {
    ["ndjson": "one JSON object per finding, one per line", "csv": "one row per piece of evidence"]
  }
}
