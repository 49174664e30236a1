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
        ("peakBytes", "\(result.peak)"),
        ("beyondFileBytes", "\(result.peak - fileSize)"),
        ("ownBytes", result.own.map { "\($0)" } ?? "null"),
        ("ratio", result.ratio.map { "\($0)" } ?? "null"),
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
