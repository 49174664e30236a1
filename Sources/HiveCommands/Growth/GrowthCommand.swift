// SPDX-License-Identifier: MIT

import ArgumentParser
import RegistryHive

struct GrowthCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "growth",
    abstract: "Tell what takes up the bytes of a hive, and what grew.",
    discussion: """
      Every byte of the file is counted once, in whole cells. A key's bytes are those of its own \
      cells and of all keys below it; security descriptors, which keys share, count apart.

      Of a mounted Windows volume all hives are listed, with their sum against the limit.
      """,
    version: HiveCommand.version)

  @Argument(
    help: "The hive file, or the root of a mounted Windows volume.", completion: .file())
  var hive: String

  @Option(
    help: ArgumentHelp(
      "Compare with an earlier copy; repeat it, oldest first, for a series.", valueName: "file"),
    completion: .file())
  var baseline: [String] = []

  @Option(help: ArgumentHelp("Look at this key and those below it.", valueName: "path"))
  var key: String?

  @Option(
    help: ArgumentHelp(
      "List keys so many levels down; what lies deeper counts there. (default: as far as it takes; "
        + "json: 3 for the largest keys; csv: 1)", valueName: "n"))
  var depth: Int?

  @Option(
    help: ArgumentHelp(
      "List so many keys. (default: 20; csv and what grew in json: all)", valueName: "n"))
  var top: Int?

  @OptionGroup(title: "Limit")
  var sizeLimit: SizeLimitOptions

  @Option(help: "The form of the output.")
  var format: GrowthFormat = .text

  @OptionGroup var logs: LogOptions

  @OptionGroup var destination: OutputOptions

  func validate() throws {
    try destination.validate(isCSV: format == .csv)
    if let depth, depth < 1 { throw ValidationError("--depth must be 1 or more.") }
    if let top, top < 0 { throw ValidationError("--top must not be negative.") }
    if format == .csv, !baseline.isEmpty {
      throw ValidationError("--format csv has no columns for --baseline; use text or json.")
    }
  }

  func run() throws {
    try reportingFailure { () throws(CommandFailure) in
      if VolumeReport.isFolder(hive) { return try runOnVolume() }
      var findings: [FindingsReport] = []
      let report = try makeReport(&findings)
      let output = try destination.open(inputs: [hive] + baseline + logs.files + sizeLimit.inputs)
      switch format {
      case .text: report.writeText(to: output)
      case .json: report.writeJSON(to: output)
      case .csv: report.writeCSV(to: output)
      case .html: GrowthPage(report: report).write(to: output)
      }
      try output.finish()
      return findings.map { $0.finish() }.first { $0 != .success } ?? .success
    }
  }

  private func runOnVolume() throws(CommandFailure) -> ExitCode {
    if !baseline.isEmpty || key != nil || depth != nil || top != nil || format == .html
      || !logs.files.isEmpty
    {
      throw CommandFailure(
        exitCode: .validationFailure,
        message: "\(hive): is a folder; --baseline, --key, --depth, --top, --logs with a file and "
          + "--format html are for one hive")
    }
    var findings: [FindingsReport] = []
    let report = try VolumeReport(path: hive, limit: sizeLimit, logs: logs, findings: &findings)
    let output = try destination.open(
      inputs: [hive] + report.entries.map(\.path) + sizeLimit.inputs)
    switch format {
    case .text, .html: report.writeText(to: output)
    case .json: report.writeJSON(to: output)
    case .csv: report.writeCSV(to: output)
    }
    try output.finish()
    let code = findings.map { $0.finish() }.first { $0 != .success }
    return code ?? (report.isComplete ? .success : .incomplete)
  }

  private func makeReport(
    _ findings: inout [FindingsReport]
  ) throws(CommandFailure) -> GrowthReport {
    let path = RegistryPath(key ?? "")
    var copies: [HiveUsage] = []
    for name in baseline + [hive] {
      let usage = try logs.open(name).usage()
      let report = FindingsReport(of: usage.hive, name: name)
      // What was found when the hive was opened is told already.
      let known = Set(usage.hive.findings)
      let new = usage.findings.filter { $0.path != nil || !known.contains($0.finding) }
      report.add(new, of: usage.findingCount - usage.findings.count + new.count)
      findings.append(report)
      copies.append(usage)
    }
    let usage = copies[copies.count - 1]
    let kind = usage.hive.kind
    for (name, copy) in zip(baseline, copies) where copy.hive.kind != kind {
      Diagnostics.warn(
        "\(name): is \(copy.hive.kind.article), but \(hive) is \(kind.article): what differs is no "
          + "growth")
    }
    let start = usage.key(at: path)
    guard copies.contains(where: { $0.key(at: path) != nil }) else {
      throw .noKey(path, in: hive)
    }
    let names = baseline + [hive]
    let steps = baseline.indices.map { index in
      GrowthReport.Step(
        baseline: names[index], name: names[index + 1],
        growth: HiveGrowth(from: copies[index], to: copies[index + 1], at: path))
    }
    return GrowthReport(
      name: hive, usage: usage, start: start, startPath: start?.path ?? path,
      limit: try sizeLimit.model(for: usage.hive, logs: logs.forOtherHives).applied(to: usage),
      steps: steps, depth: depth,
      top: top)
  }
}

extension HiveKind {
  /// The kind in a sentence, such as `a SYSTEM hive`.
  fileprivate var article: String {
    switch self {
    case .other: "a hive of no known kind"
    case .ntuser, .sam: "an \(rawValue) hive"
    case .amcache: "an Amcache hive"
    default: "a \(rawValue) hive"
    }
  }
}

/// The forms in which `hive growth` tells what it found.
enum GrowthFormat: String, CaseIterable, ExpressibleByArgument {
  /// For a person at the terminal.
  case text
  /// A JSON object.
  case json
  /// Comma-separated values, as from Sysinternals' `ru`.
  case csv
  /// A page for the browser.
  case html

  var defaultValueDescription: String { rawValue }

  static var allValueDescriptions: [String: String] {
    [
      "text": "for reading", "json": "a JSON object", "csv": "a row a key, with the columns of ru",
      "html": "a page with a picture of the hive, in one file",
    ]
  }
}
