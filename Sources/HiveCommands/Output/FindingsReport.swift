// SPDX-License-Identifier: MIT

import ArgumentParser
import HiveFormat
import RegistryHive

/// Lists on standard error what of a hive could not be read.
final class FindingsReport {
  /// How many findings are told one by one; the rest are counted.
  private static let limit = 100

  private let name: String
  private var count = 0

  /// Begins a report with what is wrong with the hive as a whole.
  init(of hive: Hive, name: String) {
    self.name = name
    for finding in hive.findings { add(finding.description, at: nil) }
  }

  /// Reports what is wrong with a key.
  func add(_ faults: [FormatError], at path: RegistryPath) {
    for fault in faults { add(fault.description, at: path) }
  }

  private func add(_ text: String, at path: RegistryPath?) {
    count += 1
    guard count <= Self.limit else { return }
    let place = path.map { $0.isRoot ? "root key, " : "key \($0), " } ?? ""
    Diagnostics.warn("\(name): \(place)\(text)")
  }

  /// Ends the report and tells with which code a command that went on to its end exits.
  func finish() -> ExitCode {
    guard count > 0 else { return .success }
    if count > Self.limit {
      Diagnostics.warn("\(name): and \(count - Self.limit) more findings")
    }
    Diagnostics.warn(
      count == 1
        ? "\(name): 1 finding; the rest was read" : "\(name): \(count) findings; the rest was read")
    return .incomplete
  }
}
