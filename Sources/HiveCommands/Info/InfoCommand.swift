// SPDX-License-Identifier: MIT

import ArgumentParser
import RegistryHive

struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    hive: "info",
    abstract: "Show what a hive file is, whether it is complete, and what its logs would change.",
    discussion: """
      A file that cannot be opened as a hive is described as far as possible, with exit code 65. For \
      a transaction log, the command shows what is in the log. All keys are read too: where one \
      cannot be, that is listed on standard error, and the exit code is 1.
      """,
    examples: [
      "NTUSER.DAT",
      "--format json /mnt/windows",
    ])

  @Argument(help: Inputs.help("Hives or their transaction logs"), completion: .file())
  var paths: [String]

  @OptionGroup var logs: LogOptions

  @OptionGroup var destination: OutputOptions<ListFormat>

  func run() throws {
    try reportingFailure { () throws(CommandFailure) in
      let inputs = try Inputs(paths)
      guard logs.files.isEmpty || inputs.isSingleHive else {
        throw CommandFailure(
          exitCode: .validationFailure, message: "--logs with a file needs a single hive")
      }
      var output: Output?
      var writer: (any InfoWriter)?
      var failures: [CommandFailure] = []
      var codes: [ExitCode] = []
      let isSeveral = inputs.hives.count > 1
      for input in inputs.hives {
        do throws(CommandFailure) {
          let report = try makeReport(input)
          if output == nil {
            let opened = try destination.open(inputs: inputs.paths + inputs.files + logs.files)
            output = opened
            writer = self.writer(to: opened, isSingle: !isSeveral)
            writer?.begin()
          }
          writer?.write(report)
          if !isSeveral {
            writer?.end()
            try output?.finish()
          }
          if let failure = report.failure {
            throw CommandFailure("\(input.path): \(failure.reason)", code: failure.code.rawValue)
          }
          let findings = FindingsReport(report.hive?.findings ?? [], name: input.path)
          if let hive = report.hive { findings.addKeys(of: hive) }
          codes.append(findings.finish())
        } catch {
          failures.append(error)
        }
      }
      if isSeveral, let output {
        writer?.end()
        try output.finish()
      }
      let isComplete = inputs.report()
      guard !inputs.hives.isEmpty else {
        throw CommandFailure(exitCode: .badInput, message: "\(paths[0]): has no hive on it")
      }
      try failures.report(isAll: failures.count == inputs.hives.count)
      if !failures.isEmpty || !isComplete { return .incomplete }
      return codes.first { $0 != .success } ?? .success
    }
  }

  private func writer(to output: Output, isSingle: Bool) -> any InfoWriter {
    switch destination.format {
    case .text: InfoTextWriter(to: output)
    case .ndjson, .json:
      InfoJSONWriter(
        records: JSONRecords(to: output, format: destination.format, isSingle: isSingle))
    case .csv: InfoCSVWriter(to: output)
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
