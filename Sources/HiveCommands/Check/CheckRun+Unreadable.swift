// SPDX-License-Identifier: MIT

import ProfileForensics
import RegistryHive

extension CheckRun {
  /// Evidence that is there and could not be read.
  static let unreadableRule = CheckRule(
    id: "evidence-unreadable", severity: .warning,
    title: "Files of the machine could not be read, or only in part",
    advice: "Collect them again, or read them with more rights: what they say is missing from the "
      + "other findings.")

  /// The finding on files of a machine that could not be read; none where all could.
  static func unreadable(
    _ files: [(path: String, reason: String)], of capture: Capture
  ) -> [CheckResult] {
    unreadable(files, subject: capture.path) { capture.relativePath($0) }
  }

  private static func unreadable(
    _ files: [(path: String, reason: String)], subject: String, _ name: (String) -> String
  ) -> [CheckResult] {
    guard !files.isEmpty else { return [] }
    var names: [String] = []
    for file in files where !names.contains(name(file.path)) { names.append(name(file.path)) }
    let more = names.count > 5 ? " and \(grouped(names.count - 5)) more" : ""
    let advice =
      "Collect \(names.prefix(5).joined(separator: ", "))\(more) again, or read "
      + "\(names.count == 1 ? "it" : "them") with more rights: what is there is missing from the "
      + "other findings."
    let evidence = files.prefix(1000).map { file in
      CheckEvidence(source: RegistryString(file.path), value: nil, time: nil, fact: file.reason)
    }
    return [
      CheckResult(
        unreadableRule, subject: subject, evidence: evidence, count: files.count, advice: advice)
    ]
  }

  /// What is known of a machine of which nothing can be read.
  static func failed(_ failure: CommandFailure, machine label: String) -> Checked {
    let results = unreadable([(label, failure.message)], subject: label) { $0 }
    return Checked(label: label, machine: label, check: nil, results: results)
  }
}
