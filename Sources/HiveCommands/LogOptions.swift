// SPDX-License-Identifier: MIT

import ArgumentParser
import FileAccess
import ProfileForensics
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
    if logs.count > 1, logs.contains(where: { ["auto", "none"].contains($0.lowercased()) }) {
      throw ValidationError("--logs auto and --logs none cannot be combined with other values.")
    }
  }

  /// The place that the option names.
  var source: TransactionLogSource {
    switch logs.count == 1 ? [logs[0].lowercased()] : logs {
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
      throw CommandFailure(
        "\(path): \(Self.otherCommand(for: place, error) ?? error.reason)",
        code: error.code.rawValue)
    }
  }

  /// What a file is that another command reads; nil for other files.
  private static func otherCommand(for path: String, _ error: HiveError) -> String? {
    guard error.code == .notAHive else { return nil }
    if EventsRun.isLog(path) { return "is an event log, not a hive: 'hive events' reads it" }
    if (try? PolicyFile(path: path)) != nil {
      return "is a policy file, not a hive: 'hive policy' reads it"
    }
    return nil
  }

  /// Opens a hive, and says on standard error what became of its logs where it is dirty.
  func open(_ path: String) throws(CommandFailure) -> Hive {
    let hive = try openSilently(path)
    report(hive.state, of: path)
    return hive
  }

  /// Says on standard error what became of the logs of a dirty hive.
  func report(_ state: HiveState, of path: String) {
    if let note = state.note { Diagnostics.note("\(path): \(note)") }
  }
}
