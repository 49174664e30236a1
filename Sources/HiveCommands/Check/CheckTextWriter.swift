// SPDX-License-Identifier: MIT

import ProfileForensics
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
      writeVerdicts(file)
      let groups = Self.groups(of: file.results.filter { !$0.isVerdict })
      for group in groups { write(group, of: file) }
      if !groups.isEmpty, checked.count > 1 { output.append("\n") }
    }
    guard checked.count > 1 else { return }
    output.append(text: "\(grouped(checked.count)) paths checked: \(Self.summary(of: checked))\n")
  }

  /// Puts what is found of several profiles, with the same to be said about it, under one heading.
  private static func groups(of results: [CheckResult]) -> [[CheckResult]] {
    var groups: [[CheckResult]] = []
    var places: [Heading: Int] = [:]
    for result in results {
      let heading = Heading(
        rule: result.rule, severity: result.severity, advice: result.advice, basis: result.basis)
      if let place = places[heading] {
        groups[place].append(result)
      } else {
        places[heading] = groups.count
        groups.append([result])
      }
    }
    return groups
  }

  private struct Heading: Hashable {
    let rule: CheckRule
    let severity: CheckRule.Severity
    let advice: String
    let basis: Claim?
  }

  /// A line for each profile that has a verdict.
  private func writeVerdicts(_ file: CheckRun.Checked) {
    if let release = file.release { output.append(text: "  \(release.name)\n") }
    for profile in file.profiles {
      guard let verdict = profile.verdict else { continue }
      let user = profile.subject == profile.place ? "" : " (\(profile.subject))"
      output.append(text: "  \(RegistryString(profile.place + user).visible): ")
      output.append(verdict.outcome.text, in: verdict.outcome == .unloaded ? .bold : .warning)
      output.append(text: ": \(RegistryString(verdict.reason).visible)\n")
    }
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

  private func write(_ results: [CheckResult], of file: CheckRun.Checked) {
    guard let first = results.first else { return }
    let count = results.reduce(0) { $0 + $1.count }
    output.append("\n  ")
    output.append(
      first.severity.rawValue + ": ", in: first.severity == .information ? .dim : .warning)
    output.append(first.rule.title, in: .bold)
    let times = count > 1 ? ", \(grouped(count)) times" : ""
    output.append(" (\(first.rule.id)\(times))", in: .dim)
    output.append("\n")
    var subject = file.path
    for result in results {
      if result.subject != subject {
        output.append(text: "    \(RegistryString(result.subject).visible)\n")
        subject = result.subject
      }
      for evidence in result.evidence.prefix(Self.shownCases) { write(evidence) }
      let more = result.evidence.count - Self.shownCases
      if more > 0 || result.count > max(result.evidence.count, Self.shownCases) {
        output.append(text: "    and \(grouped(max(more, result.count - Self.shownCases))) more\n")
      }
    }
    output.append(sentence: first.advice, indent: 4)
    if let basis = first.basis {
      output.append(sentence: basis.description, indent: 4, label: "Why: ")
    }
  }

  private func write(_ evidence: CheckEvidence) {
    output.append("    ")
    if let path = evidence.path {
      output.append(text: path.isRoot ? "root key: " : "\(path.visible): ")
    }
    if evidence.path == nil, evidence.offset == nil {
      output.append(text: evidence.source.visible)
      if let value = evidence.value {
        output.append(text: ", \(value.isEmpty ? "(default)" : value.visible)")
      }
      if let time = evidence.time { output.append(text: " (\(time.toTheSecond))") }
      output.append(": ")
    }
    if let offset = evidence.offset { output.append(text: "at 0x\(hexadecimal(offset)): ") }
    output.append(text: RegistryString(evidence.fact).visible)
    output.append("\n")
  }
}

extension CheckResult {
  /// Whether it is the verdict on a profile, which has a line of its own.
  var isVerdict: Bool { rule.id == "profile-verdict" }
}
