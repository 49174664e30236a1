// SPDX-License-Identifier: MIT

import ArgumentParser
import WindowsTypes

/// An option of a command line that the command does not have, and what to use instead.
///
/// The argument parser names one only where nothing else is wrong, and takes for like it what is not.
struct UnknownOption {
  private let name: String
  private let advice: String

  /// Looks for the first one in a command line that was refused.
  ///
  /// - Parameters:
  ///   - arguments: The command line.
  ///   - root: The program; of `hive` the first argument is the command.
  init?(in arguments: [String], of root: (some ParsableCommand).Type) {
    var command: any ParsableCommand.Type = root
    if root == HiveCommand.self {
      guard let word = arguments.first,
        let named = HiveCommand.configuration.subcommands.first(where: { $0.name == word })
      else { return nil }
      command = named
    }
    let words = Self.words(ofHelpFor: command)
    let known = words.filter { $0.hasPrefix("--") && $0.count > 2 } + ["--help", "--version"]
    let names = arguments.prefix { $0 != "--" }
      .filter { $0.hasPrefix("--") }
      .map { String($0.prefix { $0 != "=" }) }
    guard let name = names.first(where: { !known.contains($0) }) else { return nil }
    self.name = name
    advice = Self.advice(on: name, known, words)
  }

  /// The same message of the argument parser with this as its first line.
  func message(in message: String) -> String {
    let usage = message.split(separator: "\n", omittingEmptySubsequences: false)
      .drop { !$0.hasPrefix("Usage: ") }
    let first = "\(Diagnostics.label): Unknown option '\(name)'.\(advice)"
    return ([first] + usage.map(String.init)).joined(separator: "\n")
  }

  /// The words of a command's help, options among them.
  private static func words(ofHelpFor command: any ParsableCommand.Type) -> [String] {
    command.helpMessage(columns: 1_000)
      .split { !($0.isLetter || $0.isNumber || $0 == "-") }
      .map(String.init)
  }

  /// What other programs call what is here an option with a value, or a short one.
  private static let otherNames = [
    "--bodyfile": "--format bodyfile", "--csv": "--format csv", "--html": "--format html",
    "--json": "--format json", "--jsonl": "--format ndjson", "--ndjson": "--format ndjson",
    "--out": "-o", "--output": "-o", "--output-file": "-o", "--reg": "--format reg",
    "--xml": "--format xml",
  ]

  private static func advice(on name: String, _ known: [String], _ words: [String]) -> String {
    // Not every command has every format.
    if let other = otherNames[name],
      other.split(separator: " ").allSatisfy({
        words.contains(String($0))
      })
    {
      return " Use \(other)."
    }
    let wanted = Array(name.lowercased().utf16.prefix(64))
    // The two hyphens do not count.
    let likest = known.compactMap { option -> (name: String, distance: Int)? in
      let limit = (option.count - 2) / 3
      guard limit > 0 else { return nil }
      return editDistance(wanted, Array(option.utf16), limit: limit).map { (option, $0) }
    }
    return likest.min { $0.distance < $1.distance }.map { " Did you mean '\($0.name)'?" } ?? ""
  }
}
