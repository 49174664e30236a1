// SPDX-License-Identifier: MIT

import RegistryHive

/// Writes what checks found as an array of JSON objects, each on a line.
struct CheckJSONWriter {
  private let output: Output

  init(to output: Output) {
    self.output = output
  }

  func write(_ results: [CheckResult]) {
    var json = JSONWriter(to: output)
    json.array(results, inLines: true) { json, result in
      json.object { json in
        json.member("id", result.rule.id)
        json.member("severity", result.severity.rawValue)
        json.member("subject", result.subject)
        json.member("title", result.rule.title)
        if let conclusion = result.conclusion { json.member("conclusion", conclusion) }
        json.member("count", result.count)
        json.name("evidence")
        json.array(result.evidence) { json, evidence in
          json.object { json in
            json.member("source", evidence.source)
            if let offset = evidence.offset { json.member("offset", offset) }
            if let value = evidence.value { json.member("value", value) }
            if let time = evidence.time { json.member("time", time) }
            json.member("fact", evidence.fact)
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
    json.end()
  }
}
