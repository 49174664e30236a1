// SPDX-License-Identifier: MIT

import ArgumentParser
import RegistryHive

/// What the paths of one command line were found to be.
struct CheckRun {
  /// What was found at one path.
  struct Checked {
    let path: String
    /// The most serious first.
    let results: [CheckResult]

    func count(_ severity: CheckRule.Severity) -> Int {
      results.reduce(0) { $0 + ($1.severity == severity ? $1.count : 0) }
    }
  }

  private(set) var checked: [Checked] = []
  private var failures: [HiveError] = []
  private var passedOver: [String] = []

  /// Checks all paths; one that cannot be read does not keep the others from it.
  ///
  /// - Throws: ``CommandFailure`` where none of the paths can be read.
  init(paths: [String], logs: LogOptions) throws(CommandFailure) {
    for path in paths {
      do throws(HiveError) {
        let hive = try Hive(path: path, logs: logs.source)
        checked.append(Checked(path: path, results: hive.check()))
      } catch {
        // A folder of collected hives holds logs too; they are no hives of their own.
        if error.code == .isLog, paths.count > 1 {
          passedOver.append(path)
        } else {
          failures.append(error)
        }
      }
    }
    if checked.isEmpty, let failure = failures.first { throw CommandFailure(failure) }
  }

  /// What was found at all paths, the most serious first.
  var results: [CheckResult] { checked.flatMap(\.results).mostSeriousFirst }

  /// Tells on standard error which paths were not checked.
  func report() {
    for path in passedOver {
      Diagnostics.warn("\(path): is a transaction log of a hive, and was passed over")
    }
    for failure in failures { Diagnostics.warn(failure.description) }
  }

  /// Whether all paths were checked, and nothing was found but information.
  var isSound: Bool {
    failures.isEmpty && results.allSatisfy { $0.severity == .information }
  }
}
