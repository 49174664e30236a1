// SPDX-License-Identifier: MIT

import ArgumentParser
import FileAccess
import RegistryHive

struct RecoverCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    hive: "recover",
    abstract: "Write a dirty hive as a clean file, or list what its logs change.",
    discussion: """
      The hive and its transaction logs are not changed. The new file appears whole or not at all. \
      A clean hive needs no recovery, and nothing is written. A hive whose base block is lost is \
      written with a new one.

      -o takes the recovered hive; the list of --list goes to standard output, in the form that \
      --format names.
      """,
    examples: [
      "dirty/NTUSER.DAT -o recovered.DAT",
      "--list dirty/NTUSER.DAT",
      "--list --format ndjson /mnt/windows",
    ])

  @Argument(
    help: """
      The hive, or - for one from standard input; with --list also several, and folders, archives \
      (zip, tar, 7z) and mounted Windows volumes with them.
      """, completion: .file())
  var paths: [String]

  @OptionGroup var destination: OutputOptions<ListFormat>

  @Flag(help: "List the keys and values that the logs add, change or remove.")
  var list = false

  @OptionGroup var logs: LogOptions

  func validate() throws {
    guard destination.output != nil || list else {
      throw ValidationError("Give a file to write with -o, or --list, or both.")
    }
    if destination.output != nil, paths.count > 1 {
      throw ValidationError("-o writes one hive; give one.")
    }
    if destination.output == "-", list {
      throw ValidationError("-o - and --list would both write to standard output.")
    }
    if destination.format != .text, !list {
      throw ValidationError("--format has an effect with --list only.")
    }
    if logs.source == .none {
      throw ValidationError("--logs none leaves nothing to recover the hive with.")
    }
  }

  func run() throws {
    try reportingFailure { () throws(CommandFailure) in
      try Inputs.refuseEmpty(paths)
      try destination.check(inputs: paths + logs.files, isHive: true)
      if paths.count > 1 || Inputs.isFolder(hive) || ArchiveMounts.isArchive(hive) {
        return try listAll()
      }
      let file = try openFile()
      let recovered = try open(file, logs: logs.source)
      if recovered.hasSyntheticHeader { return try rebuild(recovered) }
      switch recovered.state.conclusion {
      case .clean:
        Diagnostics.note("\(hive): clean: there is nothing to recover")
        guard list else { return .success }
        var changes: HiveComparison?
        try writeList(&changes, fileSize: recovered.fileSize)
        let report = FindingsReport(of: recovered, name: hive)
        report.addKeys(of: recovered)
        return report.finish()
      case .unrecoverable, .logsIgnored:
        throw CommandFailure(
          exitCode: .incomplete, message: "\(hive): \(recovered.state.description)")
      case .recoverable:
        logs.report(recovered.state, of: hive)
        return try recover(recovered, from: file)
      }
    }
  }

  /// The hive that is recovered.
  private var hive: String { paths[0] }

  /// Lists the changes in several hives.
  private func listAll() throws(CommandFailure) -> ExitCode {
    let usage =
      destination.output != nil
      ? "\(hive): is a folder or an archive; -o writes one hive"
      : logs.files.isEmpty ? nil : "--logs with a file goes with a single hive"
    if let usage { throw CommandFailure(exitCode: .validationFailure, message: usage) }
    var run = RecoverListRun(try Inputs(paths), logs: logs)
    let output = destination.standardOutput()
    return try run.run(
      RecoverList(to: output, destination.format, namesHive: true), to: output)
  }

  private func openFile() throws(CommandFailure) -> OpenFile {
    do throws(FileError) {
      return try OpenFile(path: StandardInput.place(of: hive))
    } catch {
      throw failure(HiveError(error))
    }
  }

  private func open(_ file: OpenFile, logs: TransactionLogSource) throws(CommandFailure) -> Hive {
    do throws(HiveError) {
      return try Hive(file, logs: logs)
    } catch {
      throw failure(error)
    }
  }

  /// Why the hive cannot be opened; standard input has the name that it has on the command line.
  private func failure(_ error: HiveError) -> CommandFailure {
    CommandFailure("\(hive): \(error.reason)", code: error.code.rawValue)
  }

  /// Writes a hive that has lost its base block, with a new one.
  private func rebuild(_ recovered: Hive) throws(CommandFailure) -> ExitCode {
    guard !recovered.hasSyntheticRoot else {
      throw CommandFailure(
        exitCode: .incomplete,
        message: "\(hive): cannot be written whole again: its base block and its root key are lost")
    }
    let report = FindingsReport(of: recovered, name: hive)
    if destination.output != nil { try write(recovered) }
    if list {
      var changes: HiveComparison?
      try writeList(&changes, fileSize: recovered.fileSize)
    }
    return report.finish()
  }

  private func write(_ recovered: Hive) throws(CommandFailure) {
    let output = try destination.open(inputs: [hive] + logs.files, isHive: true)
    let size = unsafe recovered.withUnsafeBytes { bytes in
      unsafe output.write(all: bytes)
      return bytes.count
    }
    try output.finish(isSafe: true)
    let name = destination.output.flatMap { $0 == "-" ? nil : $0 } ?? "standard output"
    Diagnostics.note("\(name): written, \(grouped(size)) bytes")
  }

  /// Writes and lists what is asked for.
  private func recover(
    _ recovered: Hive, from file: OpenFile
  ) throws(CommandFailure) -> ExitCode {
    let report = FindingsReport(of: recovered, name: hive)
    if destination.output != nil { try write(recovered) }
    var codes = [ExitCode.success]
    if list {
      var changes: HiveComparison? = HiveComparison(from: try openOriginal(file), to: recovered)
      try writeList(&changes, fileSize: recovered.fileSize)
      let original = FindingsReport([], name: "\(hive) without its logs")
      if let changes, changes.findingCountAfter == 0 { report.addKeys(of: recovered) }
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

  private func openOriginal(_ file: OpenFile) throws(CommandFailure) -> Hive {
    do throws(HiveError) {
      return try Hive(file, logs: .none)
    } catch {
      throw Self.failure(showingChangesOf: hive, error)
    }
  }

  /// Why it cannot be shown what the logs of a hive change.
  static func failure(showingChangesOf path: String, _ error: HiveError) -> CommandFailure {
    CommandFailure(
      exitCode: .incomplete,
      message: "\(path): cannot show what the logs change, because without them it "
        + error.reason)
  }

  /// Writes a list of changes, or an empty one, to standard output.
  private func writeList(
    _ changes: inout HiveComparison?, fileSize: Int
  ) throws(CommandFailure) {
    let output = destination.standardOutput()
    var progress = Progress("changes", besides: output)
    var writer = RecoverList(to: output, destination.format, namesHive: false)
    writer.begin()
    if var comparison = changes {
      writer.write(&comparison, of: InputHive(path: hive), fileSize: fileSize, &progress)
      changes = comparison
    }
    writer.end()
    progress.finish()
    try output.finish()
  }
}
