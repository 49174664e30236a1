// SPDX-License-Identifier: MIT

import ArgumentParser
import RegistryHive

struct RecoverCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recover",
    abstract: "Write a dirty hive as a clean file, or list what its logs change.",
    discussion: """
      The hive and its transaction logs stay as they are. The new file appears whole or not at all \
      and never replaces another one. A clean hive needs no recovery, and nothing is written.
      """,
    version: HiveCommand.version)

  @Argument(help: "The hive file.", completion: .file())
  var hive: String

  @Option(name: .short, help: ArgumentHelp("The file to write.", valueName: "file"))
  var output: String?

  @Flag(help: "List the keys and values that the logs add, change or remove.")
  var list = false

  @Option(help: "The form of the list. (default: text)")
  var format: ChangesFormat?

  @OptionGroup var logs: LogOptions

  func validate() throws {
    guard output != nil || list else {
      throw ValidationError("Give a file to write with -o, or --list, or both.")
    }
    if format != nil, !list { throw ValidationError("--format is that of --list.") }
    if logs.source == .none {
      throw ValidationError("--logs none leaves nothing to recover the hive with.")
    }
  }

  func run() throws {
    try reportingFailure { () throws(CommandFailure) in
      if let output { try NewFile.checkIsFree(output) }
      let recovered = try logs.openSilently(hive)
      switch recovered.state.conclusion {
      case .clean:
        Diagnostics.warn("\(hive): clean: there is nothing to recover")
        var changes: HiveComparison?
        if list { try writeList(&changes) }
        return .success
      case .unrecoverable, .logsIgnored:
        throw CommandFailure(
          exitCode: .incomplete, message: "\(hive): \(recovered.state.description)")
      case .recoverable:
        logs.tell(of: recovered.state, hive)
        return try recover(recovered)
      }
    }
  }

  /// Writes and lists what is asked for.
  private func recover(_ recovered: Hive) throws(CommandFailure) -> ExitCode {
    let report = FindingsReport(of: recovered, name: hive)
    if let output {
      try NewFile(output).finish(with: recovered.image)
      Diagnostics.warn("\(output): written, \(grouped(recovered.fileSize)) bytes")
    }
    var codes = [ExitCode.success]
    if list {
      var changes: HiveComparison? = HiveComparison(from: try openOriginal(), to: recovered)
      try writeList(&changes)
      let original = FindingsReport([], name: "\(hive) without its logs")
      if let changes {
        report.add(changes.findingsAfter, of: changes.findingCountAfter)
        original.add(changes.findingsBefore, of: changes.findingCountBefore)
      }
      codes.append(original.finish())
    }
    codes.append(report.finish())
    if !recovered.state.isComplete { codes.append(.incomplete) }
    return codes.first { $0 != .success } ?? .success
  }

  private func openOriginal() throws(CommandFailure) -> Hive {
    do throws(HiveError) {
      return try Hive(path: hive, logs: .none)
    } catch {
      throw CommandFailure(
        exitCode: .incomplete,
        message: "\(hive): what the logs change cannot be told, because without them it "
          + error.reason)
    }
  }

  /// Writes a list of changes, or an empty one, to standard output.
  private func writeList(_ changes: inout HiveComparison?) throws(CommandFailure) {
    let output = try Output.open(nil, inputs: [])
    var progress = Progress("changes", besides: output)
    var writer: any ChangesWriter =
      switch format ?? .text {
      case .text: ChangesTextWriter(to: output)
      case .json: ChangesJSONWriter(to: output, asArray: true)
      case .ndjson: ChangesJSONWriter(to: output, asArray: false)
      }
    writer.begin()
    while output.failure == nil, let change = changes?.next(), let path = changes?.path {
      writer.write(change, at: path)
      progress.advance()
    }
    writer.end()
    progress.finish()
    try output.finish(path: nil)
  }
}

/// Writes a list of changes in one form.
protocol ChangesWriter {
  mutating func begin()
  mutating func write(_ change: HiveChange, at path: RegistryPath)
  mutating func end()
}

/// The forms in which changes are listed.
enum ChangesFormat: String, CaseIterable, ExpressibleByArgument {
  /// For a person at the terminal.
  case text
  /// A JSON array.
  case json
  /// A JSON object a line.
  case ndjson

  static var allValueDescriptions: [String: String] {
    ["text": "for reading", "json": "a JSON array", "ndjson": "a JSON object a line"]
  }
}
