// SPDX-License-Identifier: MIT

import RegistryHive

extension CheckRun {
  /// Evidence that is there and could not be read.
  static let unreadableRule = CheckRule(
    id: "evidence-unreadable", severity: .warning,
    title: "Files of the machine could not be read",
    advice: "Collect them again, or read them with more rights: what they say is missing from the "
      + "other findings.")

  /// The finding on files that could not be read; none where all could.
  static func unreadable(
    _ files: [(path: String, reason: String)], subject: String
  ) -> [CheckResult] {
    guard !files.isEmpty else { return [] }
    let evidence = files.prefix(1000).map { file in
      CheckEvidence(source: RegistryString(file.path), value: nil, time: nil, fact: file.reason)
    }
    return [
      CheckResult(unreadableRule, subject: subject, evidence: evidence, count: files.count)
    ]
  }

  /// What is known of a machine of which nothing can be read.
  static func failed(_ failure: CommandFailure, machine label: String) -> Checked {
    let results = unreadable([(label, failure.message)], subject: label)
    return Checked(label: label, machine: label, check: nil, results: results)
  }
}
