// SPDX-License-Identifier: MIT

import ArgumentParser
import FileAccess
import HiveFormat
import RegistryHive

/// Reports on standard error what of a hive could not be read, or not be written.
///
/// The first few are listed, and the first of each kind, so that many of one kind do not hide
/// another; the rest are counted.
final class FindingsReport {
  /// How many are listed one by one, besides the first of each kind.
  private static let limit = 10
  /// The kind of what the output format cannot express.
  private static let omission = "left-out"

  private let name: String
  private var kinds: Set<String> = []
  private var listedCount = 0
  private var listedOmissionCount = 0
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
      warn(fault.description, kind: fault.code.rawValue, at: path())
    }
  }

  /// Reports what is wrong with the keys of a hive, for commands that do not show them.
  func addKeys(of hive: Hive) {
    var walk = hive.root.walk()
    while walk.nextNode() != nil {
      if !walk.faults.isEmpty { add(walk.faults, at: walk.path) }
    }
  }

  /// Reports findings, the first ones of a number.
  func add(_ findings: [KeyFinding], of total: Int) {
    for finding in findings { add(finding.finding, at: finding.path) }
    findingCount += total - findings.count
  }

  /// Reports that the output format cannot express something.
  func omit(_ text: String, at path: RegistryPath) {
    omissionCount += 1
    warn(text, kind: Self.omission, at: path)
  }

  // The sentence and the path are made only where they are listed.
  private func warn(
    _ text: @autoclosure () -> String, kind: String, at path: @autoclosure () -> RegistryPath?
  ) {
    guard listedCount < Self.limit || !kinds.contains(kind) else { return }
    kinds.insert(kind)
    listedCount += 1
    if kind == Self.omission { listedOmissionCount += 1 }
    let place = path().map { $0.isRoot ? "root key: " : "key \($0.visible): " } ?? ""
    Diagnostics.note("\(name): \(place)\(text())")
  }

  /// Ends the report.
  ///
  /// - Returns: The exit code of a command that ran to its end.
  func finish() -> ExitCode {
    guard findingCount + omissionCount > 0 else { return .success }
    if findingCount > 0 {
      let more = findingCount - (listedCount - listedOmissionCount)
      if more > 0 { Diagnostics.note("\(name): and \(more) more\(hint)") }
      Diagnostics.note(
        "\(name): \(findingCount) finding\(findingCount == 1 ? "" : "s"); the rest was read")
    }
    if omissionCount > 0 {
      let more = omissionCount - listedOmissionCount
      if more > 0 { Diagnostics.note("\(name): and \(more) more left out") }
      Diagnostics.note("\(name): \(omissionCount) left out; the rest was written")
    }
    return .incomplete
  }

  /// Where all findings are listed; empty for what is not a file.
  private var hint: String {
    fileStatus(of: name)?.kind == .file ? "; 'hive check \(name)' lists all" : ""
  }
}
