// SPDX-License-Identifier: MIT

import ArgumentParser
import RegistryHive
import WindowsEvents

struct EventsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "events",
    abstract: "Tell which events of Windows event logs matter to user profiles, oldest first.",
    discussion: """
      Events of the User Profiles Service, of Userenv, UPHClean and DistributedCOM are told, \
      whatever their level: Windows changed the levels from release to release.

      --handles sums up which programs kept users' registries open at log-off, and which keys: \
      those to look at when profiles are not unloaded.
      """,
    version: HiveCommand.version)

  @Argument(
    help: """
      Event logs (.evtx, .evt, or exported as XML), folders of them, or roots of mounted Windows \
      volumes.
      """, completion: .file())
  var paths: [String]

  @Flag(help: "Tell the programs that kept registries open, instead of the events.")
  var handles = false

  @Option(
    help: ArgumentHelp(
      "Tell events from this time on, such as 2024-05-06T09:15, in UTC.",
      valueName: "time"))
  var since: EventTime?

  @Option(help: ArgumentHelp("Tell events before this time.", valueName: "time"))
  var until: EventTime?

  @Option(
    help: ArgumentHelp(
      "Tell events about this user, by SID or name; may be repeated.", valueName: "user"))
  var user: [String] = []

  @Option(
    help: ArgumentHelp("Tell events of this number; may be repeated.", valueName: "number"))
  var id: [Int] = []

  @Option(help: "The form of the output.")
  var format: ListFormat = .text

  @Option(name: .short, help: ArgumentHelp("Write to a file.", valueName: "file"))
  var output: String?

  func run() throws {
    try reportingFailure { () throws(CommandFailure) in
      let run = try EventsRun(paths: paths, filter: filter)
      let output = try Output.open(output, inputs: paths + run.files)
      if handles {
        HandleTableWriter(to: output, format: format).write(HandleTable(run.events))
      } else {
        switch format {
        case .text: EventsTextWriter(to: output).write(run.events)
        case .json: EventsJSONWriter(to: output).write(run.events, asArray: true)
        case .ndjson: EventsJSONWriter(to: output).write(run.events, asArray: false)
        case .csv: EventsCSVWriter(to: output).write(run.events)
        }
      }
      try output.finish(path: self.output)
      return run.report() ? .success : .incomplete
    }
  }

  private var filter: EventFilter {
    EventFilter(since: since?.time, until: until?.time, users: user, numbers: Set(id))
  }
}

/// A time as it is given on the command line.
struct EventTime: ExpressibleByArgument {
  let time: FileTime

  init?(argument: String) {
    guard let time = FileTime(argument) else { return nil }
    self.time = time
  }
}
