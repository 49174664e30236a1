// SPDX-License-Identifier: MIT

package import ArgumentParser
import FileAccess

/// The command `hive`, with all others below it.
package struct HiveCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "hive",
    abstract: "Read offline Windows registry hives. Nothing is ever written to them.",
    version: version,
    subcommands: [
      CheckCommand.self,
      DiffCommand.self,
      DumpCommand.self,
      EventsCommand.self,
      ExtractCommand.self,
      FindCommand.self,
      GrowthCommand.self,
      InfoCommand.self,
      PolicyCommand.self,
      RecoverCommand.self,
      TimelineCommand.self,
    ])

  package init() {}

  /// Runs the program `hive`, or one of its commands as a program of its own.
  ///
  /// - Parameter subcommand: The command that the program stands for, such as `dump` for
  ///   `hive-dump`. Without one, the name decides that the program was called by: a link
  ///   `hive-dump` to `hive` is `hive dump`.
  package static func runProgram(as subcommand: String? = nil) {
    prepareStandardStreams()
    let arguments = ProgramArguments.all
    let subcommand = subcommand ?? arguments.first.flatMap(self.subcommand(calledAs:))
    let rest = (subcommand.map { [$0] } ?? []) + arguments.dropFirst()
    do {
      var command = try parseAsRoot(rest)
      try command.run()
    } catch {
      exit(telling: error, rest)
    }
  }

  /// The names of all commands, such as `dump`.
  package static var commandNames: [String] {
    configuration.subcommands.compactMap { $0.configuration.commandName }
  }

  /// The command that a program with this name or path stands for; nil for `hive` itself.
  static func subcommand(calledAs path: String) -> String? {
    let name = path.split(separator: "/").last ?? ""
    return commandNames.first { name == "hive-\($0)" }
  }

  /// Ends the program as the argument parser does, with all that is hidden in arguments made
  /// visible where its message repeats them.
  private static func exit(telling error: any Error, _ arguments: [String]) -> Never {
    let code = exitCode(for: error)
    let hidden = arguments.filter { $0.forTerminal != $0 }
    guard code != .success, !hidden.isEmpty else { exit(withError: error) }
    var message = fullMessage(for: error)
    for argument in hidden {
      let parts =
        [argument] + argument.split(separator: "=", maxSplits: 1).dropFirst().map(String.init)
      for part in parts { message = message.replacing(part, with: part.forTerminal) }
    }
    for line in message.split(separator: "\n", omittingEmptySubsequences: false) {
      Diagnostics.write(String(line).forTerminal + "\n")
    }
    exit(withError: code)
  }
}
