// SPDX-License-Identifier: MIT

import ProfileForensics
import RegistryHive

/// A machine's part of the page of `hive check`: what to do first, the verdicts, the history, and
/// all findings with their evidence.
struct CheckSection {
  /// How many pieces of evidence of one finding a page shows.
  static let evidenceLimit = 50

  let checked: CheckRun.Checked
  /// What was found, the most serious first.
  let groups: [CheckGroup]
  /// What the identifiers in this part of the page begin with.
  let id: String
  let output: Output

  func write() {
    writeSummary()
    writeAdvice()
    writeVerdicts()
    writeHistory()
    writeFindings()
  }

  private func writeSummary() {
    output.append("<p>")
    CheckPage.write(
      CheckRule.Severity.allCases.map { ($0, checked.count($0)) }, to: output)
    output.append("</p>\n<p class=\"soft\">")
    let parts = [checked.machine, checked.release?.name, checked.label].compactMap(\.self)
    for (index, part) in parts.enumerated() {
      if index > 0 { output.append(" · ") }
      output.append(isolated: part)
    }
    output.append("</p>\n")
    // Who gives a time asks one question.
    if let answer = checked.answer {
      output.append("<p class=\"answer\"><strong>")
      output.append(html: answer)
      output.append("</strong></p>\n")
    }
  }

  // MARK: - What to do

  private func writeAdvice() {
    let urgent = groups.filter { !$0.isNote }
    guard !urgent.isEmpty else { return }
    output.append("<h3>What to do</h3>\n<ol class=\"advice\">\n")
    for (index, group) in urgent.enumerated() {
      output.append("<li><p class=\"lead\">")
      writeTitle(of: group)
      writeIdentifier(of: group)
      output.append("</p>\n")
      writePeople(of: group)
      writeAdvice(of: group)
      output.append(raw: "<p><a href=\"#\(id)-f\(index + 1)\">Evidence</a></p>\n</li>\n")
    }
    output.append("</ol>\n")
  }

  private func writeTitle(of group: CheckGroup) {
    let word = group.severity.word
    output.append(raw: "<span class=\"badge \(word)\">\(word)</span> ")
    output.append("strong", html: group.first.rule.title)
    if group.count > 1 {
      output.append(" <span class=\"soft\">")
      output.append(html: "\(grouped(group.count)) times")
      output.append("</span>")
    }
  }

  /// Writes the identifier, by which the advice of one finding leads to another.
  private func writeIdentifier(of group: CheckGroup) {
    output.append(" <code>")
    output.append(html: group.first.rule.id)
    output.append("</code>")
  }

  private func writePeople(of group: CheckGroup) {
    let people = group.people
    guard !people.isEmpty else { return }
    output.append("<p class=\"people\">")
    for (index, name) in people.prefix(Self.evidenceLimit).enumerated() {
      if index > 0 { output.append(", ") }
      output.append(isolated: name)
    }
    let rest = people.count - Self.evidenceLimit
    if rest > 0 { output.append(html: " and \(counted(rest, "other"))") }
    output.append("</p>\n")
  }

  private func writeAdvice(of group: CheckGroup) {
    output.append("p", html: group.first.commandAdvice)
    if let basis = group.first.basis {
      output.append("\n<p class=\"soft\">")
      output.append(html: "Why: \(basis.description)")
      output.append("</p>")
    }
    output.append("\n")
  }

  // MARK: - Profiles

  private func writeVerdicts() {
    let profiles = checked.profiles.filter { $0.verdict != nil }
    guard !profiles.isEmpty else { return }
    output.append("<h3>Profiles</h3>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\"")
    output.append(" aria-label=\"Profiles\">\n<table class=\"sortable profiles\"")
    if profiles.count > 8 { output.append(" data-filter=\"Filter profiles\"") }
    output.append(
      """
      >
      <thead><tr><th scope="col">Profile</th><th scope="col" class="text">Conclusion</th>\
      <th scope="col" class="text">What it rests on</th>\
      <th scope="col" class="text">Account</th></tr></thead>
      <tbody>

      """)
    for profile in profiles {
      guard let verdict = profile.verdict else { continue }
      output.append("<tr data-subject=\"")
      output.append(html: profile.subject)
      output.append("\" data-conclusion=\"")
      output.append(html: verdict.outcome.rawValue)
      output.append("\"><th scope=\"row\"><strong>")
      output.append(isolated: profile.name)
      output.append("</strong><br><span class=\"soft\">")
      output.append(isolated: profile.place)
      output.append("</span></th><td class=\"text\"><span class=\"badge ")
      output.append(raw: verdict.outcome.rawValue)
      output.append("\">")
      output.append(html: verdict.outcome.text)
      output.append("</span></td><td class=\"text\">")
      output.append(html: verdict.reason)
      output.append("</td><td class=\"text code\">")
      output.append(isolated: profile.subject)
      output.append("</td></tr>\n")
    }
    output.append("</tbody>\n</table>\n</div>\n")
  }

  // MARK: - Findings

  private func writeFindings() {
    guard !groups.isEmpty else { return }
    output.append("<h3>Findings and their evidence</h3>\n")
    for (index, group) in groups.enumerated() {
      output.append(raw: "<details class=\"finding\" id=\"\(id)-f\(index + 1)\" data-id=\"")
      output.append(html: group.first.rule.id)
      output.append(raw: "\" data-severity=\"\(group.severity.rawValue)\" data-count=\"")
      output.append(decimal: group.count)
      output.append("\"><summary>")
      writeTitle(of: group)
      writeIdentifier(of: group)
      output.append("</summary>\n")
      writeAdvice(of: group)
      for member in group.members { writeEvidence(of: member) }
      output.append("</details>\n")
    }
  }

  private func writeEvidence(of member: CheckGroup.Member) {
    if let name = member.name {
      output.append("<p class=\"people\">")
      output.append(isolated: name)
      output.append("</p>\n")
    }
    let evidence = member.result.evidence
    output.append("<ul class=\"evidence\">\n")
    for piece in evidence.prefix(Self.evidenceLimit) {
      output.append("<li>")
      write(piece)
      output.append("</li>\n")
    }
    let shown = min(evidence.count, Self.evidenceLimit)
    let rest = max(evidence.count, member.result.count) - shown
    if rest > 0, shown > 0 { output.append("li", html: "and \(grouped(rest)) more") }
    output.append("</ul>\n")
  }

  /// Writes what is the case, and where and when.
  func write(_ evidence: CheckEvidence) {
    output.append(isolated: evidence.fact)
    output.append("<br><span class=\"soft\">")
    if let path = evidence.path {
      output.append(isolated: path.isRoot ? "root key" : path.joined)
    } else {
      output.append(isolated: evidence.source)
    }
    if let value = evidence.value {
      output.append(", ")
      output.append(isolated: value.isEmpty ? "(default)" : value)
    }
    if let offset = evidence.offset { output.append(html: ", at 0x\(hexDigits(offset))") }
    if let time = evidence.time { output.append(html: ", \(time.toTheSecond)") }
    output.append("</span>")
  }
}
