// SPDX-License-Identifier: MIT

import ArgumentParser
import FileAccess

/// Where a command's result goes, and in what shape.
struct OutputOptions: ParsableArguments {
  @Option(
    name: .short,
    help: ArgumentHelp("Write to a new file; - is standard output.", valueName: "file"),
    completion: .file())
  var output: String?

  @Flag(help: "Let -o replace a file, unless it is evidence.")
  var force = false

  @Flag(
    help: """
      Make csv safe to open in a spreadsheet: no formulas, no cells longer than it takes, and a \
      mark that it is UTF-8.
      """)
  var spreadsheet = false

  /// Makes sure that the options fit a format.
  func validate(isCSV: Bool) throws {
    if spreadsheet, !isCSV { throw ValidationError("--spreadsheet is for --format csv.") }
  }

  /// Makes sure that the file that is named may be written.
  ///
  /// - Parameter inputs: Files that must not be replaced, and folders that must not be written into.
  /// - Throws: ``CommandFailure`` where it is evidence, would become it, or is there already.
  func check(inputs: [String]) throws(CommandFailure) {
    guard let path = output, path != "-" else { return }
    if let reason = EvidenceGuard(path, inputs: inputs).reason {
      throw CommandFailure(exitCode: .cannotCreate, message: "\(path): \(reason)")
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
  /// - Parameter inputs: Files that must not be replaced, and folders that must not be written into.
  /// - Returns: The place to write to.
  /// - Throws: ``CommandFailure`` where the file must not or cannot be created.
  func open(inputs: [String]) throws(CommandFailure) -> Output {
    guard let path = output, path != "-" else {
      return Output(.standardOutput, forSpreadsheet: spreadsheet)
    }
    try check(inputs: inputs)
    do throws(FileError) {
      if fileStatus(of: path)?.kind == .other {
        return Output(try openSpecialFile(path), forSpreadsheet: spreadsheet)
      }
      return Output(
        try NewFile(path, replacing: force), path: path, forSpreadsheet: spreadsheet)
    } catch {
      throw CommandFailure(exitCode: .cannotCreate, message: error.description)
    }
  }
}
