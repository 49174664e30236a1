// SPDX-License-Identifier: MIT

import RegistryHive

/// Writes each case that checks found as a row of comma-separated values (RFC 4180).
struct CheckCSVWriter {
  private let output: Output

  init(to output: Output) {
    self.output = output
  }

  func write(_ findings: [CheckFinding]) {
    output.append(
      "Severity,ID,Subject,Title,Count,Source,Offset,Fact,Advice,Value,Time,Certainty,Basis,Conclusion,Machine\r\n"
    )
    for finding in findings {
      let result = finding.result
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
        output.append(",")
        if let value = evidence.value { output.append(quoted: value, as: CSVEscaping.self) }
        output.append(",")
        if let time = evidence.time { output.append(time) }
        output.append(text: ",\(result.basis?.certainty.rawValue ?? ""),")
        if let basis = result.basis { write(basis.source) }
        output.append(text: ",\(result.conclusion ?? ""),")
        write(finding.machine ?? "")
        output.append("\r\n")
      }
    }
  }

  private func write(_ text: String) {
    output.append(quoted: RegistryString(text), as: CSVEscaping.self)
  }
}
