// SPDX-License-Identifier: MIT

import ArgumentParser
import RegistryHive

struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Tell what a hive file is, whether it is complete, and what its logs would change.",
    discussion: """
      Of a file that cannot be opened as a hive, as much is told as can be found out; the exit code \
      is 65 then. For a transaction log, what is in the log is told.
      """,
    version: HiveCommand.version)

  @Argument(help: "The hive file.", completion: .file())
  var hive: String

  @Option(help: "The form of the output.")
  var format: InfoFormat = .text

  @OptionGroup var logs: LogOptions

  @OptionGroup var destination: OutputOptions

  func validate() throws {
    try destination.validate(isCSV: false)
  }

  func run() throws {
    try reportingFailure { () throws(CommandFailure) in
      let report = try makeReport()
      let output = try destination.open(inputs: [hive] + logs.files)
      switch format {
      case .text: report.writeText(to: output)
      case .json: report.writeJSON(to: output)
      }
      try output.finish()
      if let failure = report.failure { throw CommandFailure(failure) }
      return FindingsReport(report.hive?.findings ?? [], name: hive).finish()
    }
  }

  private func makeReport() throws(CommandFailure) -> InfoReport {
    do throws(HiveError) {
      return try InfoReport(path: hive, logs: logs.source)
    } catch {
      throw CommandFailure(error)
    }
  }
}

/// The forms in which `hive info` tells what it found.
enum InfoFormat: String, CaseIterable, ExpressibleByArgument {
  /// For a person at the terminal.
  case text
  /// A JSON object.
  case json

  var defaultValueDescription: String { rawValue }

  static var allValueDescriptions: [String: String] {
    ["text": "for reading", "json": "a JSON object"]
  }
}

/// What can be found out about a file.
struct InfoReport {
  let path: String
  let examination: HiveExamination
  /// The hive after replay; nil where it cannot be opened.
  let hive: Hive?
  /// Why the hive cannot be opened.
  let failure: HiveError?
  /// What replay changes; nil where there is none, or where the file cannot be read without it.
  let changes: ChangeCounts?

  /// Examines a file, and opens it where it is a hive.
  init(path: String, logs: LogSource) throws(HiveError) {
    self.path = path
    examination = try HiveExamination(path: path, logs: logs)
    do throws(HiveError) {
      hive = try Hive(path: path, logs: logs)
      failure = nil
    } catch {
      hive = nil
      failure = error
    }
    if let hive, hive.state.conclusion == .recoverable,
      let original = try? Hive(path: path, logs: .none)
    {
      changes = HiveComparison(from: original, to: hive).counts()
    } else {
      changes = nil
    }
  }

  /// Whether the file is complete; nil for a log.
  var state: HiveState? {
    if case .hive(let state) = examination.content { state } else { nil }
  }

  /// The logs of the hive, or the log itself.
  var logs: [TransactionLog] {
    switch examination.content {
    case .hive(let state): state.logs
    case .log(let log): [log]
    }
  }

  /// Behind the bins that the header counts, how many bytes the file has; negative where it has
  /// too few.
  var bytesBehindBins: Int? {
    examination.header.map { examination.fileSize - 4096 - Int($0.binsSize) }
  }
}
