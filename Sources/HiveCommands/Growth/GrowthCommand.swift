// SPDX-License-Identifier: MIT

import ArgumentParser
import ProfileForensics
import RegistryHive

struct GrowthCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    hive: "growth",
    abstract: "Show what uses space in a hive, and what has grown.",
    discussion: """
      Every byte of the file is counted once, in whole cells. A key's bytes are those of its own \
      cells and of all keys below it; security descriptors, which keys share, are counted \
      separately.

      For a mounted Windows volume, lists all hives, and compares those that were loaded with \
      the limit.

      --baseline, --key, --depth, --top and --logs with a file are for one hive: name it, or give \
      --key a full path that leads to one.
      """,
    examples: [
      "NTUSER.DAT",
      "--baseline NTUSER-old.DAT --top 10 NTUSER.DAT",
      "--format html -o growth.html /mnt/windows",
    ])

  @Argument(help: Inputs.help(), completion: .file())
  var paths: [String]

  @Option(
    help: ArgumentHelp(
      "Compare with an earlier copy; repeat, oldest first, for a series.", valueName: "file"),
    completion: .file())
  var baseline: [String] = []

  @Option(help: ArgumentHelp("Show this key and those below it.", valueName: "path"))
  var key: String?

  @Option(
    help: ArgumentHelp(
      "Maximum depth of the keys listed; deeper keys count towards the key above. (default: as "
        + "deep as needed; json: 3 for the largest keys; csv: 1)", valueName: "n"))
  var depth: Int?

  @Option(
    help: ArgumentHelp(
      "Maximum number of keys. (default: 20; csv and what grew in json: all)", valueName: "n"))
  var top: Int?

  @OptionGroup(title: "Limit")
  var sizeLimit: SizeLimitOptions

  @OptionGroup(title: "Many machines")
  var fleet: FleetOptions

  @OptionGroup var logs: LogOptions

  @OptionGroup var destination: OutputOptions<GrowthFormat>

  private var format: GrowthFormat { destination.format }

  func validate() throws {
    try fleet.validate(isArray: format == .json)
    if format == .html, fleet.resume != nil {
      throw ValidationError("--format html does not go with --resume.")
    }
    if let depth, depth < 1 { throw ValidationError("--depth must be 1 or more.") }
    if let top, top < 0 { throw ValidationError("--top must not be negative.") }
    if format == .csv, !baseline.isEmpty {
      throw ValidationError("--format csv has no columns for --baseline; use text or json.")
    }
  }

  func run() throws {
    try reportingFailure { () throws(CommandFailure) in
      guard let hive = try single() else { return try runOnMachines() }
      var findings: [FindingsReport] = []
      let report = try makeReport(of: hive, &findings)
      let output = try destination.open(inputs: [hive] + baseline + logs.files + sizeLimit.inputs)
      switch format {
      case .text: report.writeText(to: output)
      case .ndjson, .json:
        let records = JSONRecords(to: output, format: format, isSingle: true)
        records.write { report.writeMembers(to: &$0) }
      case .csv: report.writeCSV(to: output)
      case .html: GrowthPage(report: report).write(to: output)
      }
      try output.finish()
      return findings.map { $0.finish() }.first { $0 != .success } ?? .success
    }
  }

  /// Lists the hives of each machine, and those that were named.
  private func runOnMachines() throws(CommandFailure) -> ExitCode {
    if !baseline.isEmpty || key != nil || depth != nil || top != nil || !logs.files.isEmpty {
      throw CommandFailure(
        exitCode: .validationFailure,
        message: "\(paths.joined(separator: ", ")): more than one hive; --baseline, --key, "
          + "--depth, --top and --logs with a file are for one hive")
    }
    let found = try Fleet(paths, named: .together, joinsFew: true, jobs: fleet.threadCount)
    let output = try destination.open(inputs: paths + found.files + sizeLimit.inputs)
    let run = try FleetRun(
      found, command: "growth", options: fleet,
      layout: format == .html ? .lines : ItemLayout(format), to: output)
    var reports: [VolumeReport] = []
    let work = GrowthWork(limit: sizeLimit, logs: logs, form: format)
    let code = try run.run(work.run, take: { reports += $0 })
    if format == .html { VolumePage(reports: reports).write(to: output) }
    try output.finish()
    return code
  }

  private func makeReport(
    of hive: String, _ findings: inout [FindingsReport]
  ) throws(CommandFailure) -> GrowthReport {
    var copies: [HiveUsage] = []
    for name in baseline + [hive] {
      let usage = try logs.open(name).usage()
      let report = FindingsReport(of: usage.hive, name: name)
      // What was found when the hive was opened is reported already.
      let known = Set(usage.hive.findings)
      let new = usage.findings.filter { $0.path != nil || !known.contains($0.finding) }
      report.add(new, of: usage.findingCount - usage.findings.count + new.count)
      findings.append(report)
      copies.append(usage)
    }
    let usage = copies[copies.count - 1]
    let kind = usage.hive.kind
    for (name, copy) in zip(baseline, copies) where copy.hive.kind != kind {
      Diagnostics.note(
        "\(name): is \(copy.hive.kind.article), but \(hive) is \(kind.article): the difference is not "
          + "growth")
    }
    let path = try self.path(in: copies, of: hive)
    let start = usage.key(at: path)
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

extension GrowthCommand {
  /// The one hive to look into: the one that is named, or that a full path leads to; nil where there
  /// are several.
  private func single() throws(CommandFailure) -> String? {
    try Inputs.refuseEmpty(paths)
    if paths.count == 1, !Inputs.isFolder(paths[0]), !ArchiveMounts.isArchive(paths[0]) {
      return paths[0]
    }
    guard let key, RegistryLocation(key).isFull else { return nil }
    let inputs = try Inputs(paths)
    var run = try HiveRun(inputs, logs: logs.forOtherHives, key: key)
    for input in inputs.hives {
      if run.open(input) != nil { return input.path }
    }
    _ = try run.finish()
    return nil
  }

  /// The path of the key to look at, in the newest copy that has it.
  private func path(
    in copies: [HiveUsage], of hive: String
  ) throws(CommandFailure) -> RegistryPath {
    guard let key else { return "" }
    let location = RegistryLocation(key)
    for copy in copies.reversed() {
      if case .key(_, let path) = location.find(in: copy.hive) { return path }
    }
    return try location.key(in: copies[copies.count - 1].hive, of: InputHive(path: hive)).1
  }
}

/// The sizes of the hives of one machine of several, or of a few machines.
struct GrowthWork: Sendable {
  let limit: SizeLimitOptions
  let logs: LogOptions
  let form: GrowthFormat

  /// Measures an item; what a page needs of it is its part.
  func run(
    _ inputs: Inputs, _ output: Output
  ) throws(CommandFailure) -> ItemResult<[VolumeReport]> {
    var findings: [FindingsReport] = []
    let isComplete = inputs.report()
    let reports = try VolumeReport.all(
      inputs, limit: limit, logs: logs, isForPage: form == .html, findings: &findings)
    VolumeReport.write(
      reports, form, isSingle: reports.count == 1 && !inputs.isOneOfSeveral, to: output)
    let code = findings.map { $0.finish() }.first { $0 != .success }
    return ItemResult(
      code: code
        ?? (isComplete && reports.allSatisfy(\.isComplete) ? .success : .incomplete),
      part: form == .html ? reports : [])
  }
}

/// The formats of `hive growth`.
enum GrowthFormat: String, OutputFormat {
  case text, ndjson, json, csv, html

  static var ownDescriptions: [String: String] {
    [
      "csv": "one row per key, with the columns of Sysinternals' ru",
      "html": "a page with a picture of the hive, in one file",
    ]
  }
}
