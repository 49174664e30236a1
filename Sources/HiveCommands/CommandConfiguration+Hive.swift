// SPDX-License-Identifier: MIT

import ArgumentParser

extension CommandConfiguration {
  /// The configuration of a command of `hive`.
  ///
  /// - Parameters:
  ///   - name: The command, such as `dump`.
  ///   - arguments: What is given besides options.
  ///   - abstract: What the command does, in a sentence.
  ///   - discussion: What else a person should know.
  ///   - examples: Command lines of at most 77 columns that work, without `hive` and the command.
  init(
    hive name: String, arguments: String = "<paths> ...", abstract: String, discussion: String,
    examples: [String]
  ) {
    let lines = examples.map { "\n  hive \(name) \($0)" }.joined()
    self.init(
      commandName: name, abstract: abstract, usage: "hive \(name) [<options>] \(arguments)",
      discussion: "\(discussion)\n\nExamples:\(lines)", version: HiveCommand.version)
  }

  /// The same for the command as a program of its own: `hive-dump` in place of `hive dump`.
  var ofProgram: CommandConfiguration {
    var configuration = self
    let name = commandName ?? ""
    configuration.commandName = "hive-\(name)"
    configuration.usage = usage?.replacing("hive \(name) ", with: "hive-\(name) ")
    configuration.discussion = discussion.replacing("\n  hive \(name) ", with: "\n  hive-\(name) ")
    return configuration
  }
}
