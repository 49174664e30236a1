// SPDX-License-Identifier: MIT

import ArgumentParser
import HiveFormat
import RegistryHive

/// Lists on standard error what of a hive could not be read, or not be written.
///
/// The first of each kind are listed and the rest counted, so that many of one kind do not hide
/// another.
final class FindingsReport {
  /// How many of a kind are listed one by one.
  private static let limit = 20
  /// The kind of what the form of the output has no room for.
  private static let omission = "left-out"

  private let name: String
  private var counts: [String: Int] = [:]
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
    for finding in findings { add(finding, at: nil) }
  }

  /// Reports what is wrong with a key.
  func add(_ finding: Finding, at path: @autoclosure () -> RegistryPath?) {
    findingCount += 1
    warn(finding.description, kind: finding.id, at: path())
  }

  /// Reports what is wrong with a key.
  func add(_ faults: [FormatError], at path: @autoclosure () -> RegistryPath) {
    for fault in faults {
      findingCount += fault.faultCount
      warn(
        fault.description, kind: fault.code.rawValue, count: fault.faultCount, at: path())
    }
  }

  /// Reports findings, the first ones of a number.
  func add(_ findings: [KeyFinding], of total: Int) {
    for finding in findings { add(finding.finding, at: finding.path) }
    findingCount += total - findings.count
  }

  /// Reports that the form of the output has no room for something.
  func omit(_ text: String, at path: RegistryPath) {
    omissionCount += 1
    warn(text, kind: Self.omission, at: path)
  }

  // The sentence and the path are made only where they are listed.
  private func warn(
    _ text: @autoclosure () -> String, kind: String, count: Int = 1,
    at path: @autoclosure () -> RegistryPath?
  ) {
    let known = counts[kind, default: 0]
    counts[kind] = known + count
    guard known < Self.limit else { return }
    let place = path().map { $0.isRoot ? "root key: " : "key \($0.visible): " } ?? ""
    Diagnostics.warn("\(name): \(place)\(text())")
  }

  /// Ends the report and tells with which code a command that went on to its end exits.
  func finish() -> ExitCode {
    guard findingCount + omissionCount > 0 else { return .success }
    let listed = counts.values.reduce(0, +) - omissionCount
    if findingCount > listed { counts["", default: 0] += findingCount - listed }
    for (kind, count) in counts.sorted(by: { $0.key < $1.key }) {
      let more = kind.isEmpty ? count : count - Self.limit
      guard more > 0 else { continue }
      Diagnostics.warn("\(name): and \(more) more\(kind.isEmpty ? "" : " (\(kind))")")
    }
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
