// SPDX-License-Identifier: MIT

import FileAccess
import ProfileForensics
import RegistryHive

/// Writes what checks found for a person to read: machine by machine, first what to do, then the
/// verdicts on the profiles, then the evidence.
struct CheckTextWriter {
  /// How many pieces of evidence of one subject are shown.
  private static let shownCases = 10

  private let output: Output

  init(to output: Output) {
    self.output = output
  }

  func write(_ checked: [CheckRun.Checked]) {
    for (index, machine) in checked.enumerated() {
      if index > 0 { output.append("\n") }
      writeHeading(machine)
      let groups = CheckGroup.groups(of: machine)
      let isMachine = !machine.profiles.isEmpty
      if isMachine {
        writeAdvice(groups.filter { !$0.isNote }, of: machine)
        writeVerdicts(machine)
        writeEvidence(groups.filter { !$0.isNote }, of: machine)
        for group in groups where group.isNote { writeWhole(group, of: machine) }
      } else {
        for group in groups { writeWhole(group, of: machine) }
      }
    }
  }

  // MARK: - Heading

  private func writeHeading(_ machine: CheckRun.Checked) {
    var names = [machine.machine, machine.release?.name].compactMap(\.self)
    if names.first == machine.label { names.removeFirst() }
    let label = RegistryString(machine.label).visible
    let counts = CheckRule.Severity.allCases.map { ($0, machine.count($0)) }
    let summary = Self.summary(of: Dictionary(uniqueKeysWithValues: counts))
    // A path may be as long as it is; a sentence goes below it.
    guard !machine.profiles.isEmpty else {
      return output.append(foldable: "\(label): \(summary)")
    }
    output.append(foldable: label)
    let title = names.isEmpty ? "" : "\(names.joined(separator: ", ")): "
    output.append(wrapped: title + summary, indent: 2, hanging: 2)
    // Who gives a time asks one question.
    if let answer = machine.answer {
      output.append(wrapped: answer, indent: 2, hanging: 2, style: .bold)
    }
    guard !machine.earlierStates.isEmpty else { return }
    output.append(
      wrapped: "earlier states compared: \(machine.earlierStates.joined(separator: ", "))",
      indent: 2, hanging: 2)
  }

  /// What was found, in numbers.
  static func summary(of counts: [CheckRule.Severity: Int]) -> String {
    let parts = CheckRule.Severity.allCases.compactMap { severity in
      let count = counts[severity] ?? 0
      return count == 0 ? nil : text(count, severity)
    }
    let isSound = (counts[.problem] ?? 0) + (counts[.warning] ?? 0) == 0
    return (isSound ? ["no problems found"] + parts : parts).joined(separator: ", ")
  }

  private static func text(_ count: Int, _ severity: CheckRule.Severity) -> String {
    let name = severity.word
    return "\(grouped(count)) \(name)\(count == 1 ? "" : "s")"
  }

  // MARK: - What to do

  private func writeAdvice(_ groups: [CheckGroup], of machine: CheckRun.Checked) {
    guard !groups.isEmpty else { return }
    output.append("\nWhat to do\n")
    for (index, group) in groups.enumerated() {
      writeTitle(group, number: index + 1)
      let people = group.people
      if !people.isEmpty {
        output.append(wrapped: people.map(\.shortened).joined(separator: ", "), indent: 5)
      }
      output.append(wrapped: group.first.commandAdvice.shortened, indent: 5)
      if let basis = group.first.basis {
        output.append(wrapped: "Why: \(basis.description)", indent: 5)
      }
    }
  }

  private func writeTitle(_ group: CheckGroup, number: Int) {
    let mark = "\(number). "
    let times = group.count > 1 ? ", \(grouped(group.count)) times" : ""
    output.append(
      wrapped: "\(mark)\(group.severity.word): \(group.first.rule.title) "
        + "(\(group.first.rule.id)\(times))",
      indent: 2, hanging: mark.count, style: group.severity.style)
  }

  // MARK: - Profiles

  private func writeVerdicts(_ machine: CheckRun.Checked) {
    let profiles = machine.profiles.filter { $0.verdict != nil }
    guard !profiles.isEmpty else { return }
    output.append("\nProfiles\n")
    for profile in profiles {
      guard let verdict = profile.verdict else { continue }
      output.append(
        wrapped: "\(profile.calling.shortened): \(verdict.description.shortened)", indent: 2,
        hanging: 2)
      if profile.subject != profile.calling {
        output.append(wrapped: profile.subject.shortened, indent: 4)
      }
    }
  }

  // MARK: - Evidence

  private func writeEvidence(_ groups: [CheckGroup], of machine: CheckRun.Checked) {
    guard !groups.isEmpty else { return }
    output.append("\nEvidence\n")
    for (index, group) in groups.enumerated() {
      output.append(
        wrapped: "\(index + 1). \(group.first.rule.title) (\(group.first.rule.id))", indent: 2,
        hanging: 3)
      writeResults(group, indent: 5)
    }
  }

  /// A finding with its evidence, what to do, and why, in one place.
  private func writeWhole(_ group: CheckGroup, of machine: CheckRun.Checked) {
    let times = group.count > 1 ? ", \(grouped(group.count)) times" : ""
    output.append("\n")
    output.append(
      wrapped: "\(group.severity.word): \(group.first.rule.title) (\(group.first.rule.id)\(times))",
      indent: 2, hanging: 2, style: group.severity.style)
    writeResults(group, indent: 4)
    output.append(wrapped: group.first.commandAdvice.shortened, indent: 4)
    if let basis = group.first.basis {
      output.append(wrapped: "Why: \(basis.description)", indent: 4)
    }
  }

  private func writeResults(_ group: CheckGroup, indent: Int) {
    var subject: String?
    var written: Set<ExactText> = []
    for member in group.members.prefix(group.isNote ? Self.shownCases : .max) {
      let result = member.result
      if let name = member.name, name != subject {
        output.append(wrapped: name.shortened, indent: indent)
        subject = name
      }
      for evidence in result.evidence.prefix(Self.shownCases) {
        let text = Self.text(of: evidence).shortened
        guard written.insert(ExactText(text)).inserted else { continue }
        output.append(wrapped: text, indent: indent, hanging: 2, isVisible: true)
      }
      let more = result.evidence.count - Self.shownCases
      if more > 0 || result.count > max(result.evidence.count, Self.shownCases) {
        output.append(
          wrapped: "and \(grouped(max(more, result.count - Self.shownCases))) more",
          indent: indent)
      }
    }
    let others = group.isNote ? group.members.dropFirst(Self.shownCases) : []
    guard !others.isEmpty else { return }
    output.append(
      wrapped: "and \(grouped(others.count)) more: "
        + others.compactMap(\.name?.shortened).joined(separator: ", "), indent: indent, hanging: 2)
  }

  /// What one piece of evidence says, with what is hidden in it made visible.
  private static func text(of evidence: CheckEvidence) -> String {
    func visible(_ text: String) -> String { RegistryString(text.shortened).visible }
    var text = ""
    if let path = evidence.path {
      text += path.isRoot ? "root key: " : "\(path.visible): "
    }
    if evidence.path == nil, evidence.offset == nil {
      text += visible(evidence.source.description)
      if let value = evidence.value {
        text += ", \(value.isEmpty ? "(default)" : visible(value.description))"
      }
      if let time = evidence.time { text += " (\(time.toTheSecond))" }
      text += ": "
    }
    if let offset = evidence.offset { text += "at 0x\(hexDigits(offset)): " }
    return text + visible(evidence.fact)
  }
}

/// What was found with one cause: of several users, with the same to be said about it.
struct CheckGroup {
  struct Member {
    let result: CheckResult
    /// What to call the subject; nil for the machine, or the hive itself.
    let name: String?
  }

  var members: [Member]

  var first: CheckResult { members[0].result }
  var severity: CheckRule.Severity { first.severity }
  var isNote: Bool { severity == .information }
  var count: Int { members.reduce(0) { $0 + $1.result.count } }

  /// The subjects, each once.
  var people: [String] {
    var seen: Set<ExactText> = []
    return members.compactMap(\.name).filter { seen.insert(ExactText($0)).inserted }
  }

  // Texts are compared by their bytes: paths of thousands of characters are in them, and letters
  // take much longer to compare.
  private struct Heading: Hashable {
    let rule: CheckRule
    let severity: CheckRule.Severity
    let advice: ExactText
    let basis: Claim?
  }

  /// The groups of a machine, the most serious first.
  static func groups(of machine: CheckRun.Checked) -> [CheckGroup] {
    var groups: [CheckGroup] = []
    var places: [Heading: Int] = [:]
    let names = Dictionary(grouping: machine.profiles.filter { $0.verdict != nil }) {
      ExactText($0.calling)
    }
    for result in machine.results where !result.isVerdict {
      let heading = Heading(
        rule: result.rule, severity: result.severity, advice: ExactText(result.commandAdvice),
        basis: result.basis)
      let profile = machine.check?.profile(subject: result.subject)
      let isMachine =
        result.subject == machine.label
        || result.subject == machine.check?.facts.capture.path
      let isShared = profile.map { names[ExactText($0.calling), default: []].count > 1 } ?? false
      let name =
        profile.map { isShared ? "\($0.calling), \($0.subject)" : $0.calling }
        ?? (isMachine ? nil : result.subject)
      let member = Member(result: result, name: name)
      if let place = places[heading] {
        groups[place].members.append(member)
      } else {
        places[heading] = groups.count
        groups.append(CheckGroup(members: [member]))
      }
    }
    return groups
  }
}

extension ProfileHistory {
  /// What to call the profile: the name of its folder, and where it is.
  var calling: String { name == place ? name : "\(name) (\(place))" }
}

extension CheckRule.Severity {
  /// The word for people.
  var word: String { self == .information ? "note" : rawValue }

  /// How the title of a finding looks, so that problems and warnings are told apart at a glance.
  var style: TerminalStyle {
    switch self {
    case .problem: .problemTitle
    case .warning: .warningTitle
    case .information: .bold
    }
  }
}

extension CheckResult {
  /// Whether it is the verdict on a profile, which has a line of its own.
  var isVerdict: Bool { rule.id == "profile-verdict" }
}
