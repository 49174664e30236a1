// SPDX-License-Identifier: MIT

import RegistryHive

/// Writes what checks found for a person to read: file by file, the most serious first.
struct CheckTextWriter {
  /// How many cases of one kind are shown.
  private static let shownCases = 10

  private let output: Output

  init(to output: Output) {
    self.output = output
  }

  func write(_ checked: [CheckRun.Checked]) {
    for file in checked {
      output.append(text: "\(file.path): \(Self.summary(of: [file]))\n")
      for result in file.results { write(result) }
      if !file.results.isEmpty, checked.count > 1 { output.append("\n") }
    }
    guard checked.count > 1 else { return }
    output.append(text: "\(grouped(checked.count)) hives checked: \(Self.summary(of: checked))\n")
  }

  private static func summary(of checked: [CheckRun.Checked]) -> String {
    let parts = CheckRule.Severity.allCases.compactMap { severity in
      let count = checked.reduce(0) { $0 + $1.count(severity) }
      return count == 0 ? nil : text(count, severity)
    }
    return parts.isEmpty ? "nothing found" : parts.joined(separator: ", ")
  }

  private static func text(_ count: Int, _ severity: CheckRule.Severity) -> String {
    switch severity {
    case .problem: "\(grouped(count)) \(count == 1 ? "problem" : "problems")"
    case .warning: "\(grouped(count)) \(count == 1 ? "warning" : "warnings")"
    case .information: "\(grouped(count)) for information"
    }
  }

  private func write(_ result: CheckResult) {
    output.append("\n  ")
    output.append(
      result.severity.rawValue + ": ",
      in: result.severity == .information ? .dim : .warning)
    output.append(result.rule.title, in: .bold)
    let times = result.count > 1 ? ", \(grouped(result.count)) times" : ""
    output.append(" (\(result.rule.id)\(times))", in: .dim)
    output.append("\n")
    for evidence in result.evidence.prefix(Self.shownCases) { write(evidence) }
    if result.count > Self.shownCases {
      output.append(text: "    and \(grouped(result.count - Self.shownCases)) more\n")
    }
    output.append(sentence: result.advice, indent: 4)
  }

  private func write(_ evidence: CheckEvidence) {
    output.append("    ")
    if let path = evidence.path {
      output.append(text: path.isRoot ? "root key: " : "\(path.visible): ")
    }
    if let offset = evidence.offset { output.append(text: "at 0x\(hexadecimal(offset)): ") }
    output.append(text: RegistryString(evidence.fact).visible)
    output.append("\n")
  }
}
