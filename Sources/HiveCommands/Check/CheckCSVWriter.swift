// SPDX-License-Identifier: MIT

import RegistryHive

/// Writes each piece of evidence as a row of comma-separated values, with its finding.
struct CheckCSVWriter {
  private let records: CSVRecords

  init(to output: Output) {
    records = CSVRecords(
      to: output,
      [
        "id", "severity", "subject", "machine", "title", "conclusion", "count", "evidence.source",
        "evidence.offset", "evidence.value", "evidence.time", "evidence.fact", "advice",
        "certainty", "reason", "source",
      ])
  }

  func write(_ findings: [CheckFinding]) {
    records.begin()
    for finding in findings {
      for evidence in finding.result.evidence {
        records.write { Self.write(evidence, of: finding, to: &$0) }
      }
    }
  }

  private static func write(
    _ evidence: CheckEvidence, of finding: CheckFinding, to row: inout CSVRow
  ) {
    let result = finding.result
    row.word(result.rule.id)
    row.word(result.severity.rawValue)
    row.text(result.subject)
    row.text(finding.machine)
    row.text(result.rule.title)
    row.word(result.conclusion)
    row.number(result.count)
    row.text(evidence.source)
    row.number(evidence.offset)
    row.text(evidence.value)
    row.time(evidence.time)
    row.text(evidence.fact)
    row.text(result.commandAdvice)
    row.word(result.basis?.certainty.rawValue)
    row.text(result.basis?.text)
    row.text(result.basis?.source)
  }
}
