// SPDX-License-Identifier: MIT

import ArgumentParser
import FileAccess
import HiveFormat
import RegistryHive

/// Where a command looks for the transaction logs of the hives it reads.
struct LogOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Transaction logs to replay in memory if the hive is dirty: those beside it (auto), none, "
        + "or a file; may be repeated.",
      valueName: "auto|none|file"),
    completion: .file())
  var logs: [String] = []

  func validate() throws {
    if logs.count > 1, logs.contains(where: { $0 == "auto" || $0 == "none" }) {
      throw ValidationError("--logs auto and --logs none cannot be combined with other values.")
    }
  }

  /// The place that the option names.
  var source: TransactionLogSource {
    switch logs {
    case [], ["auto"]: .automatic
    case ["none"]: .none
    default: .files(logs)
    }
  }

  /// The same for another hive than the one that logs were named for.
  var forOtherHives: LogOptions {
    guard case .files = source else { return self }
    var options = self
    options.logs = []
    return options
  }

  /// The files that must not be written to.
  var files: [String] {
    if case .files(let paths) = source { paths } else { [] }
  }

  /// Opens a hive without reporting its state.
  func openSilently(_ path: String) throws(CommandFailure) -> Hive {
    // The logs of a clean hive are not read.
    if let missing = files.first(where: { fileStatus(of: $0) == nil }) {
      throw CommandFailure(exitCode: .noInput, message: "\(missing): no such file")
    }
    let place = StandardInput.place(of: path)
    do throws(HiveError) {
      return try Hive(path: place, logs: source)
    } catch {
      throw CommandFailure("\(path): \(error.reason)", code: error.code.rawValue)
    }
  }

  /// Opens a hive, and says on standard error what became of its logs where it is dirty.
  func open(_ path: String) throws(CommandFailure) -> Hive {
    let hive = try openSilently(path)
    report(hive.state, of: path)
    return hive
  }

  /// Says on standard error what became of the logs of a dirty hive.
  func report(_ state: HiveState, of path: String) {
    if state.conclusion == .logsIgnored {
      Diagnostics.note("\(path): dirty; read without its transaction logs, as requested")
    } else if let note = state.plan.note {
      Diagnostics.note("\(path): \(note)")
    }
  }
}
