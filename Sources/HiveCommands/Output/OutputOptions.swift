// SPDX-License-Identifier: MIT

import ArgumentParser
import FileAccess

/// The format of a command's result, and where it goes.
struct OutputOptions<Format: OutputFormat>: ParsableArguments {
  @Option(help: "The format of the output.")
  var format = Format.text

  @Option(
    name: .short,
    help: ArgumentHelp("Write to a new file; - is standard output.", valueName: "file"),
    completion: .file())
  var output: String?

  @Flag(help: "Let -o replace an existing file; evidence is never replaced.")
  var force = false

  @Flag(
    help: """
      Make csv safe to open in a spreadsheet: no formulas, no cells that are too long, and a byte \
      order mark.
      """)
  var spreadsheet = false

  @Option(help: "Whether to color text.")
  var color: ColorChoice = .auto

  func validate() throws {
    if spreadsheet, format != .csv { throw ValidationError("--spreadsheet is for --format csv.") }
  }

  /// Whether the result goes to a file, which is not made where the command was interrupted.
  var isGivenUp: Bool { Interruption.hasCome && output != nil && output != "-" }

  /// Says what became of the output of a command that was interrupted.
  func reportInterruption() -> ExitCode {
    Diagnostics.note(
      isGivenUp
        ? "interrupted; no file was written"
        : "interrupted; the output ends with a whole record")
    return .interrupted
  }

  /// Opens standard output.
  func standardOutput() -> Output {
    Output(.standardOutput, forSpreadsheet: spreadsheet, color: color)
  }

  /// Makes sure that the file that is named may be written.
  ///
  /// - Parameters:
  ///   - inputs: Files that must not be replaced, and folders that must not be written into.
  ///   - isHive: Whether a hive is written.
  /// - Throws: ``CommandFailure`` where it is evidence, would become it, or is there already.
  func check(inputs: [String], isHive: Bool = false) throws(CommandFailure) {
    if EvidenceGuard.isStandardOutput(among: inputs) {
      throw CommandFailure(
        exitCode: .cannotCreate,
        message: "standard output: is an input, which is never written to")
    }
    guard let path = output, path != "-" else { return }
    if let reason = EvidenceGuard(path, inputs: inputs, isHive: isHive).reason {
      throw CommandFailure(exitCode: .cannotCreate, message: "\(path): \(reason)")
    }
    if fileStatus(of: path)?.kind == .folder {
      throw CommandFailure(
        exitCode: .cannotCreate, message: "\(path): is a folder; -o takes a file")
    }
    guard !force, fileStatus(of: path)?.kind != .other else { return }
    do throws(FileError) {
      try NewFile.checkIsFree(path)
    } catch {
      throw CommandFailure(exitCode: .cannotCreate, message: error.description)
    }
  }

  /// Opens the place for a command's result: a file, or standard output where none is named.
  ///
  /// - Parameters:
  ///   - inputs: Files that must not be replaced, and folders that must not be written into.
  ///   - isHive: Whether a hive is written.
  /// - Returns: The place to write to.
  /// - Throws: ``CommandFailure`` where the file must not or cannot be created.
  func open(inputs: [String], isHive: Bool = false) throws(CommandFailure) -> Output {
    try check(inputs: inputs, isHive: isHive)
    guard let path = output, path != "-" else {
      return standardOutput()
    }
    do throws(FileError) {
      if fileStatus(of: path)?.kind == .other {
        return Output(
          try openSpecialFile(path), forSpreadsheet: spreadsheet, color: color)
      }
      return Output(
        try NewFile(path, replacing: force), path: path, forSpreadsheet: spreadsheet, color: color)
    } catch {
      throw CommandFailure(exitCode: .cannotCreate, message: error.description)
    }
  }
}
