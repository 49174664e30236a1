// SPDX-License-Identifier: MIT

import Foundation
import Testing

/// A block of a document that shows commands and what they print.
///
/// Such a block is marked `console`. In it, `$ ` is before a command and `> ` before each line
/// that continues one; everything else is output, standard error included. A line with nothing but
/// `…` stands for one or more lines of output. Empty lines at the end of an output may be left out.
struct ConsoleExample: CustomTestStringConvertible {
  struct Step {
    var command: String
    var output: [String] = []
  }

  private(set) var steps: [Step] = []

  var testDescription: String { steps.first?.command ?? "" }

  /// The programs by other people that the commands call, as far as a machine may lack them.
  var needsJQ: Bool { steps.contains { $0.command.contains("jq ") } }

  /// Those of the programs that an example on many machines calls which are not installed.
  var missingPrograms: [String] {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return Self.programs.filter { program in
      steps.contains { $0.command.contains("\(program) ") }
        && !folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
    }
  }
  private static let programs = ["duckdb", "java", "python3", "spark-submit"]

  /// Whether the commands read event logs.
  var needsEventLogs: Bool {
    steps.contains {
      $0.command.contains("events") || $0.command.contains("check TestHives/volume")
        || $0.command.contains("check --summary")
    }
  }

  /// All examples in a document.
  static func all(in document: String) -> [ConsoleExample] {
    document.blocks(marked: "console").map(ConsoleExample.init)
  }

  /// All console blocks of a document as one example, whose commands go on from block to block.
  static func whole(_ document: String) -> ConsoleExample {
    ConsoleExample(document.blocks(marked: "console").flatMap(\.self))
  }

  private init(_ lines: [String]) {
    for line in lines {
      if line.hasPrefix("$ ") {
        steps.append(Step(command: String(line.dropFirst(2))))
      } else if let last = steps.indices.last {
        if line.hasPrefix("> "), steps[last].output.isEmpty {
          steps[last].command += "\n" + line.dropFirst(2)
        } else {
          steps[last].output.append(line)
        }
      }
    }
  }

  /// Runs the commands in a shell, one after the other, where `TestHives` is in the current folder.
  ///
  /// - Returns: What each command printed.
  func run() async throws -> [[String]] {
    let folder = try TemporaryFolder()
    for name in ["TestHives", "Docs", "Integrations"] {
      try FileManager.default.createSymbolicLink(
        atPath: folder.path(name), withDestinationPath: testHive("../\(name)"))
    }
    // Each command finds the exit code of the one before it, in spite of the mark in between.
    let mark = "\u{1E}"
    let script =
      "exec 2>&1\ncd '\(folder.url.path)' || exit\n"
      + steps.map { "code=$?; printf '\(mark)'; (exit $code)\n\($0.command)\n" }.joined()
    let search = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let outcome = try await runProgram(
      "/bin/sh", ["-c", script], settings: ["PATH": "\(Tool.folder.path):\(search)"])
    return outcome.text.components(separatedBy: mark).dropFirst().map {
      $0.components(separatedBy: "\n")
    }
  }
}

extension ConsoleExample.Step {
  /// Whether a command printed what the document shows.
  func matches(_ printed: [String]) -> Bool {
    var parts = output.trimmed.split(separator: "…", omittingEmptySubsequences: false)
    var rest = printed.trimmed[...]
    let first = parts.removeFirst()
    guard rest.starts(with: first) else { return false }
    rest = rest.dropFirst(first.count)
    guard let last = parts.popLast() else { return rest.isEmpty }
    for part in parts {
      guard let start = rest.dropFirst().indices.first(where: { rest[$0...].starts(with: part) })
      else { return false }
      rest = rest[(start + part.count)...]
    }
    return rest.count > last.count && rest.suffix(last.count).elementsEqual(last)
  }
}

extension [String] {
  /// The lines without empty ones at the end.
  fileprivate var trimmed: [String] {
    [String](reversed().drop { $0.isEmpty }.reversed())
  }
}

extension String {
  /// The lines of each fenced block with a mark, in Markdown.
  func blocks(marked mark: String) -> [[String]] {
    var blocks: [[String]] = []
    var current: [String]?
    for line in components(separatedBy: "\n") {
      if let lines = current {
        if line == "```" {
          blocks.append(lines)
          current = nil
        } else {
          current?.append(line)
        }
      } else if line == "```\(mark)" {
        current = []
      }
    }
    return blocks
  }
}
