// SPDX-License-Identifier: MIT

package import ArgumentParser
import FileAccess

/// The command `hive`, with all others below it.
package struct HiveCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "hive",
    abstract: "Read offline Windows registry hives, and never change them.",
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

  package static var _errorLabel: String { Diagnostics.label }

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
    let rest = [String](arguments.dropFirst())
    if let command = configuration.subcommands.first(where: { $0.name == subcommand }) {
      run(command, as: rest)
    } else {
      if let complaint = complaint(about: rest) {
        Diagnostics.write(
          "\(Diagnostics.label): \(complaint.forTerminal)\nUsage: hive <subcommand>\n"
            + "  See 'hive --help' for more information.\n")
        exit(withError: ExitCode.validationFailure)
      }
      let command = configuration.subcommands.first { $0.name == rest.first }
      let parsed = command?.parsedDirectly([String](rest.dropFirst()))
      CommandRunner<HiveCommand>.run(rest, parsed: parsed)
    }
  }

  /// Runs a command as a program of its own.
  private static func run<Command: ParsableCommand>(
    _ command: Command.Type, as arguments: [String]
  ) {
    let parsed = command.parsedDirectly(arguments)
    CommandRunner<CommandProgram<Command>>.run(arguments, parsed: parsed)
  }

  /// The names of all commands, such as `dump`.
  package static var commandNames: [String] {
    configuration.subcommands.map { $0.name }
  }

  /// The command that a program with this name or path stands for; nil for `hive` itself.
  static func subcommand(calledAs path: String) -> String? {
    let name = path.split(separator: "/").last ?? ""
    return commandNames.first { name == "hive-\($0)" }
  }
}
