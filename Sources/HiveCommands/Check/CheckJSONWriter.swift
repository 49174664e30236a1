// SPDX-License-Identifier: MIT

import ProfileForensics
import RegistryHive

/// Writes what checks found as JSON objects: in an array, or one per line.
struct CheckJSONWriter {
  private let output: Output

  init(to output: Output) {
    self.output = output
  }

  /// Writes an array, each object on a line.
  func write(_ findings: [CheckFinding]) {
    var json = JSONWriter(to: output)
    json.array(findings, inLines: true) { json, finding in
      Self.write(finding, to: &json)
    }
    json.end()
  }

  /// Writes the objects alone, each on a line (NDJSON).
  func writeLines(_ findings: [CheckFinding]) {
    for finding in findings {
      var json = JSONWriter(to: output)
      Self.write(finding, to: &json)
      json.end()
    }
  }

  private static func write(_ finding: CheckFinding, to json: inout JSONWriter) {
    let result = finding.result
    json.object { json in
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
      json.member("advice", result.advice)
      if let basis = result.basis {
        json.member("certainty", basis.certainty.rawValue)
        json.member("reason", basis.text)
        json.member("source", basis.source)
      }
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
