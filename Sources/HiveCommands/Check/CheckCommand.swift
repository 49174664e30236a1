// SPDX-License-Identifier: MIT

import ArgumentParser
import RegistryHive

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Tell everything that is wrong with hives, and what to do about it.",
    discussion: """
      Reading needs little of what Windows calls for; a check compares all of it. It does not stop \
      at the first fault.

      The exit code is 1 where there is a problem or a warning. What is only information, which \
      sound hives have too, counts for nothing.
      """,
    version: HiveCommand.version)

  @Argument(help: "The hive files.", completion: .file())
  var paths: [String]

  @OptionGroup var logs: LogOptions

  @Option(help: "The form of the output.")
  var format: CheckFormat = .text

  @Option(name: .short, help: ArgumentHelp("Write to a file.", valueName: "file"))
  var output: String?

  func validate() throws {
    if !logs.files.isEmpty, paths.count > 1 {
      throw ValidationError("--logs with a file goes with a single hive.")
    }
  }

  func run() throws {
    try reportingFailure { () throws(CommandFailure) in
      let run = try CheckRun(paths: paths, logs: logs)
      let output = try Output.open(output, inputs: paths + logs.files)
      switch format {
      case .text: CheckTextWriter(to: output).write(run.checked)
      case .json: CheckJSONWriter(to: output).write(run.results)
      case .csv: CheckCSVWriter(to: output).write(run.results)
      }
      try output.finish(path: self.output)
      run.report()
      return run.isSound ? .success : .incomplete
    }
  }
}

/// The forms in which `hive check` tells what it found.
enum CheckFormat: String, CaseIterable, ExpressibleByArgument {
  /// For a person at the terminal.
  case text
  /// A JSON array.
  case json
  /// Comma-separated values.
  case csv

  var defaultValueDescription: String { rawValue }

  static var allValueDescriptions: [String: String] {
    ["text": "for reading", "json": "a JSON array", "csv": "a row a case"]
  }
}
