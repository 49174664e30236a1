// SPDX-License-Identifier: MIT

import ArgumentParser
import FileAccess

/// How the work on many machines is done.
struct FleetOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Maximum number of machines to read at the same time. (default: the number of processors)",
      valueName: "n"))
  var jobs: Int?

  @Option(
    help: ArgumentHelp(
      "Record finished machines in this file, and skip those already in it.",
      valueName: "file"),
    completion: .file())
  var resume: String?

  /// How many threads work.
  var threadCount: Int { jobs ?? min(processorCount, 64) }

  func validate() throws {
    if let jobs, !(1...256).contains(jobs) {
      throw ValidationError("--jobs must be from 1 to 256.")
    }
  }

  /// Makes sure that the options fit a format.
  func validate(isArray: Bool) throws {
    if isArray, resume != nil {
      throw ValidationError("--resume cannot be combined with --format json; use ndjson.")
    }
  }
}
