// SPDX-License-Identifier: MIT

extension Comparison {
  /// The comparison as a JSON object: times in seconds, memory in bytes.
  var json: String {
    let runs = results.map { result in
      object([
        ("name", quoted(result.contender.name)),
        ("command", "[\(result.contender.command.map(quoted).joined(separator: ","))]"),
        ("exitCode", "\(result.exitCode)"),
        ("wallMedian", "\(result.wallMedian)"),
        ("wallMinimum", "\(result.wallMinimum)"),
        ("cpuMedian", "\(result.cpuMedian)"),
        ("peakBytes", optional(result.peak)),
        ("beyondFileBytes", optional(result.peak.map { $0 - fileSize })),
        ("ownBytes", optional(result.own)),
        ("ratio", optional(result.ratio)),
      ])
    }
    return object([
      ("title", quoted(title)),
      ("file", quoted(file)),
      ("fileBytes", "\(fileSize)"),
      ("rounds", "\(rounds)"),
      ("results", "[\(runs.joined(separator: ","))]"),
    ])
  }

  private func object(_ members: [(String, String)]) -> String {
    "{\(members.map { "\(quoted($0)):\($1)" }.joined(separator: ","))}"
  }

  private func optional(_ number: (some Numeric)?) -> String {
    number.map { "\($0)" } ?? "null"
  }

  private func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\":
        result += "\\"
        result.unicodeScalars.append(scalar)
      case "\u{0}"..<"\u{20}":
        let hex = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default:
        result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
