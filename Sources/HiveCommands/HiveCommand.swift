// SPDX-License-Identifier: MIT

package import ArgumentParser

/// The command `hive`, with all others below it.
package struct HiveCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "hive",
    abstract: "Read offline Windows registry hives. Nothing is ever written to them.",
    version: version,
    subcommands: [
      CheckCommand.self,
      DumpCommand.self,
      EventsCommand.self,
      FindCommand.self,
      GrowthCommand.self,
      InfoCommand.self,
      PolicyCommand.self,
      RecoverCommand.self,
    ])

  static let version = "0.1.0"

  package init() {}

  /// Runs the program `hive`, or one of its commands as a program of its own.
  ///
  /// - Parameter subcommand: The command that the program stands for, such as `dump` for
  ///   `hive-dump`; nil for `hive` itself.
  package static func runProgram(as subcommand: String? = nil) {
    StandardStreams.prepare()
    let arguments = Array(CommandLine.arguments.dropFirst())
    main(subcommand.map { [$0] + arguments } ?? arguments)
  }
}
