// SPDX-License-Identifier: MIT

import ArgumentParser
import FileAccess

/// A command of `hive` as a program of its own: its help and errors name `hive-dump`, not
/// `hive dump`.
struct CommandProgram<Command: ParsableCommand>: ParsableCommand {
  static var configuration: CommandConfiguration { Command.configuration.ofProgram }
  static var _errorLabel: String { Diagnostics.label }

  @OptionGroup var command: Command

  mutating func run() throws {
    try command.run()
  }
}

/// A command whose arguments are all that is parsed.
///
/// The argument parser looks first for a request of completions, which takes as long as the rest of
/// its work, unless a program is said to be a command of another one.
private struct DirectCommand<Command: ParsableCommand>: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(commandName: Command.name, _superCommandName: "hive")
  }

  @OptionGroup var command: Command
}

extension ParsableCommand {
  /// This command with its arguments; nil where they are wrong, or ask for something else than its
  /// work, such as help.
  static func parsedDirectly(_ arguments: [String]) -> (any ParsableCommand)? {
    (try? DirectCommand<Self>.parseAsRoot(arguments) as? DirectCommand<Self>)?.command
  }

  /// The name of the command below `hive`, such as `dump`.
  static var name: String { configuration.commandName ?? "" }
}

/// Parses the arguments of a program, runs its command and ends the program on errors.
enum CommandRunner<Root: ParsableCommand> {
  /// Does so.
  ///
  /// - Parameters:
  ///   - arguments: The program's arguments.
  ///   - parsed: The command with its arguments, where they were parsed already.
  static func run(_ arguments: [String], parsed: (any ParsableCommand)? = nil) {
    do {
      // Of no arguments at all a program would write its whole help as an error.
      let given = Root.self == HiveCommand.self || !arguments.isEmpty ? arguments : ["--"]
      var command = try parsed ?? Root.parseAsRoot(given)
      try command.run()
    } catch {
      exit(reporting: error, arguments)
    }
  }

  /// Writes what was asked for instead of a command's work, such as its help, and ends the program.
  private static func show(_ message: String) -> Never {
    let output = Output(.standardOutput)
    output.append(raw: message + "\n")
    do throws(CommandFailure) {
      try output.finish()
    } catch {
      Diagnostics.note(error.message)
      Root.exit(withError: error.exitCode)
    }
    Root.exit(withError: ExitCode.success)
  }

  /// Ends the program as the argument parser does, with all that is hidden in arguments made
  /// visible where its message repeats them.
  private static func exit(reporting error: any Error, _ arguments: [String]) -> Never {
    let code = Root.exitCode(for: error)
    var message = Root.fullMessage(for: error)
    if code == .success, !message.isEmpty { show(message) }
    // A command that has said itself what is wrong leaves no message.
    guard code == .validationFailure, !message.isEmpty else { Root.exit(withError: error) }
    if let option = UnknownOption(in: arguments, of: Root.self) {
      message = option.message(in: message)
    }
    let hidden = arguments.filter { $0.forTerminal != $0 }
    for argument in hidden {
      let parts =
        [argument] + argument.split(separator: "=", maxSplits: 1).dropFirst().map(String.init)
      for part in parts { message = message.replacing(part, with: part.forTerminal) }
    }
    for line in message.split(separator: "\n", omittingEmptySubsequences: false) {
      Diagnostics.write(String(line).forTerminal + "\n")
    }
    Root.exit(withError: code)
  }
}
