// SPDX-License-Identifier: MIT

import ArgumentParser
import ProfileForensics
import RegistryExtraction
import RegistryHive

/// A record, and what of it is cut where a hive would be written many times.
struct ShownRecord {
  let record: ExtractedRecord
  /// The key's path; only its end where paths have become too long.
  let path: RegistryPath
  /// What the rule says.
  let texts: RuleTexts
}

/// A hive that records come from, and what to call it.
struct ExtractSource {
  let hive: Hive
  /// The hive as the command line has it.
  let input: InputHive
  /// Which hive the rules see in it.
  let kind: RuleHive
}

/// Writes records in one form.
protocol ExtractWriter {
  /// Whether each record has what its rule says.
  var repeatsTexts: Bool { get }
  mutating func begin()
  mutating func write(_ shown: ShownRecord, from source: ExtractSource)
  mutating func endHive(_ source: ExtractSource) throws(CommandFailure)
  mutating func end()
}

extension ExtractWriter {
  var repeatsTexts: Bool { true }
  mutating func begin() {}
  mutating func endHive(_ source: ExtractSource) {}
  mutating func end() {}
}

/// The way of a file of rules through the hives of one command line.
struct ExtractRun {
  private let rules: ExtractionRules
  private let includesDeleted: Bool
  private let logs: LogOptions
  private let output: Output
  private var hiveCount = 0
  /// How many records were written.
  private(set) var recordCount = 0
  private var isComplete = true
  private var missingPlugins: [String] = []
  private var failures: [CommandFailure] = []

  init(_ rules: ExtractionRules, deleted: Bool, logs: LogOptions, to output: Output) {
    self.rules = rules
    includesDeleted = deleted
    self.logs = logs
    self.output = output
  }

  /// Goes through all hives; one that cannot be read does not keep the others from it.
  mutating func run<Writer: ExtractWriter>(_ inputs: Inputs, _ writer: Writer) {
    var writer = writer
    isComplete = inputs.report()
    var progress = Progress("records", besides: output)
    writer.begin()
    failures = inputs.forEachHive(logs, until: output) { input, logs throws(CommandFailure) in
      try extract(input, logs, &writer, &progress)
    }
    writer.end()
    progress.finish()
  }

  private mutating func extract<Writer: ExtractWriter>(
    _ input: InputHive, _ logs: LogOptions, _ writer: inout Writer, _ progress: inout Progress
  ) throws(CommandFailure) {
    let hive = try input.open(logs)
    hiveCount += 1
    var extraction = hive.extract(
      rules, user: input.profile?.identifier, includesDeleted: includesDeleted)
    let source = ExtractSource(hive: hive, input: input, kind: extraction.kind)
    var paths = PathAllowance(fileSize: hive.fileSize)
    var texts = RuleTextAllowance(fileSize: hive.fileSize)
    while output.failure == nil, let record = extraction.next() {
      let shown = ShownRecord(
        record: record, path: paths.take(record.path), texts: texts.take(record))
      writer.write(shown, from: source)
      recordCount += 1
      progress.advance()
    }
    try writer.endHive(source)
    let report = FindingsReport(of: hive, name: input.path)
    report.add(extraction.findings, of: extraction.findingCount)
    if report.finish() != .success { isComplete = false }
    if extraction.leftOutCount > 0 {
      isComplete = false
      Diagnostics.note(
        "\(input.path): \(extraction.leftOutCount) records left out: too many rules match the same "
          + "values; each value is given for the first of them")
    }
    if texts.hasCut, writer.repeatsTexts {
      isComplete = false
      Diagnostics.note(
        "\(input.path): descriptions and comments of rules were cut, which would be many times the "
          + "hive")
    }
    if extraction.isCutShort {
      isComplete = false
      Diagnostics.note(
        "\(input.path): the rules have too many ways through this hive; not all of them were followed"
      )
    }
    if extraction.isDecodingCutShort {
      isComplete = false
      Diagnostics.note(
        "\(input.path): more keys have the same values than a sound hive can have; not all rows of "
          + "decoders were made")
    }
    for plugin in extraction.missingPlugins where !missingPlugins.contains(plugin) {
      missingPlugins.append(plugin)
      Diagnostics.note(
        "\(plugin): RECmd has a plugin for this, which is not built in; the values are written as they "
          + "are")
    }
  }

  /// Says what could not be read.
  ///
  /// - Returns: The exit code: 1 where something could not be read.
  /// - Throws: ``CommandFailure`` where no hive could be read.
  func finish() throws(CommandFailure) -> ExitCode {
    try failures.report(isAll: hiveCount == 0)
    return isComplete && failures.isEmpty ? .success : .incomplete
  }
}
