// SPDX-License-Identifier: MIT

import ProfileForensics
import RegistryHive

/// Writes what checks found as JSON objects.
struct CheckJSONWriter {
  private let records: JSONRecords

  init(to output: Output, _ format: CheckFormat) {
    records = JSONRecords(to: output, format: format)
  }

  /// Writes a document of its own.
  mutating func write(all findings: [CheckFinding]) {
    records.write(all: findings) { Self.write($1, to: &$0) }
  }

  /// Writes some findings.
  mutating func write(_ findings: [CheckFinding]) {
    for finding in findings { records.write { Self.write(finding, to: &$0) } }
  }

  private static func write(_ finding: CheckFinding, to json: inout JSONWriter) {
    let result = finding.result
    json.member("id", result.rule.id)
    json.member("severity", result.severity.rawValue)
    json.member("subject", result.subject)
    if let machine = finding.machine { json.member("machine", machine) }
    json.member("title", result.rule.title)
    if let conclusion = result.conclusion { json.member("conclusion", conclusion) }
    json.member("count", result.count)
    json.name("evidence")
    json.array(result.evidence) { json, evidence in write(evidence, to: &json) }
    if let profile = finding.verdictOn {
      json.name("history")
      json.array(profile.dated) { json, observation in
        write(observation.evidence, kind: observation.kind.rawValue, to: &json)
      }
    }
    json.member("advice", result.commandAdvice)
    if let basis = result.basis {
      json.member("certainty", basis.certainty.rawValue)
      json.member("reason", basis.text)
      json.member("source", basis.source)
    }
  }

  private static func write(
    _ evidence: CheckEvidence, kind: String? = nil, to json: inout JSONWriter
  ) {
    json.object { json in
      if let kind { json.member("what", kind) }
      json.member("source", evidence.source)
      if let offset = evidence.offset { json.member("offset", offset) }
      if let value = evidence.value { json.member("value", value) }
      if let time = evidence.time { json.member("time", time) }
      json.member("fact", evidence.fact)
    }
  }
}
