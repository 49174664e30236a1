// SPDX-License-Identifier: MIT

import ArgumentParser
import HiveFormat
import RegistryHive

/// Lists on standard error what of a hive could not be read, or not be written.
final class FindingsReport {
  /// How many findings are told one by one; the rest are counted.
  private static let limit = 100

  private let name: String
  private var findingCount = 0
  private var omissionCount = 0

  /// Begins a report with what is wrong with the hive as a whole.
  ///
  /// - Parameters:
  ///   - hive: The hive.
  ///   - name: What to call it.
  convenience init(of hive: Hive, name: String) {
    self.init(hive.findings, name: name)
  }

  /// Begins a report with what is wrong with a file as a whole.
  init(_ findings: [Finding], name: String) {
    self.name = name
    for finding in findings {
      findingCount += 1
      tell(finding.description, at: nil)
    }
  }

  /// Reports what is wrong with a key.
  func add(_ finding: Finding, at path: RegistryPath) {
    findingCount += 1
    tell(finding.description, at: path)
  }

  /// Reports what is wrong with a key.
  func add(_ faults: [FormatError], at path: @autoclosure () -> RegistryPath) {
    // A path may be long, and most are not told.
    lazy var path = path()
    for fault in faults {
      findingCount += fault.faultCount
      if findingCount <= Self.limit { tell(fault.description, at: path) }
    }
  }

  /// Reports findings, the first ones of a number.
  func add(_ findings: [KeyFinding], of total: Int) {
    for finding in findings {
      findingCount += 1
      // A path may be long, and most are not told.
      if findingCount <= Self.limit { tell(finding.finding.description, at: finding.path) }
    }
    findingCount += total - findings.count
  }

  /// Reports that the form of the output has no room for something.
  func omit(_ text: String, at path: RegistryPath) {
    omissionCount += 1
    tell(text, at: path)
  }

  private func tell(_ text: String, at path: RegistryPath?) {
    guard findingCount + omissionCount <= Self.limit else { return }
    let place = path.map { $0.isRoot ? "root key: " : "key \($0.visible): " } ?? ""
    Diagnostics.warn("\(name): \(place)\(text)")
  }

  /// Ends the report and tells with which code a command that went on to its end exits.
  func finish() -> ExitCode {
    let count = findingCount + omissionCount
    guard count > 0 else { return .success }
    if count > Self.limit { Diagnostics.warn("\(name): and \(count - Self.limit) more") }
    if findingCount > 0 {
      Diagnostics.warn(
        "\(name): \(findingCount) finding\(findingCount == 1 ? "" : "s"); the rest was read")
    }
    if omissionCount > 0 {
      Diagnostics.warn("\(name): \(omissionCount) left out; the rest was written")
    }
    return .incomplete
  }
}
