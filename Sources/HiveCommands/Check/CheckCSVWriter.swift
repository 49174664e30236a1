// SPDX-License-Identifier: MIT

import RegistryHive

/// Writes each case that checks found as a row of comma-separated values (RFC 4180).
struct CheckCSVWriter {
  private let output: Output

  init(to output: Output) {
    self.output = output
  }

  func write(_ results: [CheckResult]) {
    output.append("Severity,ID,Subject,Title,Count,Source,Offset,Fact,Advice\r\n")
    for result in results {
      for evidence in result.evidence {
        output.append(text: "\(result.severity.rawValue),\(result.rule.id),")
        write(result.subject)
        output.append(",")
        write(result.rule.title)
        output.append(text: ",\(result.count),")
        output.append(quoted: evidence.source, as: CSVEscaping.self)
        output.append(text: ",\(evidence.offset.map(String.init) ?? ""),")
        write(evidence.fact)
        output.append(",")
        write(result.advice)
        output.append("\r\n")
      }
    }
  }

  private func write(_ text: String) {
    output.append(quoted: RegistryString(text), as: CSVEscaping.self)
  }
}
