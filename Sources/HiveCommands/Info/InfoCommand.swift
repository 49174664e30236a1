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

  @Argument(
    help: """
      Hives or their transaction logs, roots of mounted Windows volumes, or folders with hives; - is \
      a hive from standard input.
      """, completion: .file())
  var paths: [String]

  @Option(help: "The form of the output.")
  var format: InfoFormat = .text

  @OptionGroup var logs: LogOptions

  @OptionGroup var destination: OutputOptions

  func validate() throws {
    try destination.validate(isCSV: false)
  }

  func run() throws {
    try reportingFailure { () throws(CommandFailure) in
      let inputs = try Inputs(paths)
      guard logs.files.isEmpty || inputs.isSingleHive else {
        throw CommandFailure(
          exitCode: .validationFailure, message: "--logs with a file goes with a single hive")
      }
      var output: Output?
      var failures: [CommandFailure] = []
      var codes: [ExitCode] = []
      let isSeveral = inputs.hives.count > 1
      for input in inputs.hives {
        do throws(CommandFailure) {
          let report = try makeReport(input)
          let isFirst = output == nil
          let opened: Output
          if let output {
            opened = output
          } else {
            opened = try destination.open(
              inputs: inputs.paths + inputs.files + logs.files)
            output = opened
          }
          write(report, to: opened, isFirst: isFirst, isSeveral: isSeveral)
          if !isSeveral { try opened.finish() }
          if let failure = report.failure {
            throw CommandFailure("\(input.path): \(failure.reason)", code: failure.code.rawValue)
          }
          codes.append(FindingsReport(report.hive?.findings ?? [], name: input.path).finish())
        } catch {
          failures.append(error)
        }
      }
      if isSeveral, let output {
        if format == .json { output.append("]\n") }
        try output.finish()
      }
      let isComplete = inputs.report()
      if failures.count == inputs.hives.count, let first = failures.first {
        for failure in failures.dropFirst() { Diagnostics.warn(failure.message) }
        throw first
      }
      for failure in failures { Diagnostics.warn(failure.message) }
      if !failures.isEmpty || !isComplete { return .incomplete }
      return codes.first { $0 != .success } ?? .success
    }
  }

  private func write(_ report: InfoReport, to output: Output, isFirst: Bool, isSeveral: Bool) {
    switch format {
    case .text:
      if !isFirst { output.append("\n") }
      report.writeText(to: output)
    case .json:
      if isSeveral { output.append(isFirst ? "[\n" : ",\n") }
      report.writeJSON(to: output)
    }
  }

  private func makeReport(_ input: InputHive) throws(CommandFailure) -> InfoReport {
    do throws(HiveError) {
      return try InfoReport(input, logs: logs.source)
    } catch {
      throw CommandFailure("\(input.path): \(error.reason)", code: error.code.rawValue)
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
  /// The machine that the file is from; nil where that has no name, or the file was named.
  let machine: String?
  let examination: HiveExamination
  /// The hive after replay; nil where it cannot be opened.
  let hive: Hive?
  /// Why the hive cannot be opened.
  let failure: HiveError?
  /// What replay changes; nil where there is none, or where the file cannot be read without it.
  let changes: ChangeCounts?

  /// Examines a file, and opens it where it is a hive.
  init(_ input: InputHive, logs: LogSource) throws(HiveError) {
    path = input.path
    machine = input.machine
    let path = StandardInput.place(of: input.path)
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
