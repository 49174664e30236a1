// SPDX-License-Identifier: MIT

import ArgumentParser
import RegistryHive
import WindowsEvents

struct EventsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    hive: "events",
    abstract: "Show the events of Windows event logs that matter to user profiles, oldest first.",
    discussion: """
      Shows events of the User Profiles Service, Userenv, UPHClean and DistributedCOM, whatever \
      their level, because Windows has changed the levels from release to release; also when the \
      machine started and stopped, and events about the registry's limits. A record found in \
      several copies of a log is shown once. Up to 16 machines in folders are listed in one order; \
      more, and those in archives, one after the other. Event 10016 is very frequent and does not concern \
      profiles: --id 10016 shows it.

      --handles lists the programs that kept users' registries open at log-off, with the keys. \
      Look at these first when profiles are not unloaded.
      """,
    examples: [
      "--handles /mnt/windows",
      "--id 1530,1524 --since 2024-06 Application.evtx",
      "--format csv --spreadsheet -o events.csv /mnt/windows",
    ])

  @Argument(
    help: """
      Event logs (.evtx, .evt, or exported as XML), roots of mounted Windows volumes, or folders \
      with logs or collected files; - is a log from standard input.
      """, completion: .file())
  var paths: [String]

  @Flag(help: "List the programs that kept registries open, instead of the events.")
  var handles = false

  @Option(
    help: ArgumentHelp(
      "Show only events from this time on. \(EventTime.forms).",
      valueName: "time"))
  var since: EventTime?

  @Option(help: ArgumentHelp("Show only events before this time.", valueName: "time"))
  var until: EventTime?

  @Option(
    help: ArgumentHelp(
      "Show only events about these users, by SID or name, separated by commas.",
      valueName: "user"))
  var user: [CommaList<String>] = []

  @Option(
    help: ArgumentHelp(
      "Show only events with these numbers, separated by commas.", valueName: "number"))
  var id: [CommaList<EventNumber>] = []

  @OptionGroup(title: "Many machines")
  var fleet: FleetOptions

  @OptionGroup var destination: OutputOptions<ListFormat>

  func validate() throws {
    try fleet.validate(isArray: destination.format == .json)
    try EventTime.validate(since: since, until: until)
    if handles, fleet.resume != nil {
      throw ValidationError("--handles cannot be combined with --resume: it needs all logs.")
    }
  }

  func run() throws {
    try reportingFailure { () throws(CommandFailure) in
      let format = destination.format
      let found = try Fleet(paths, joinsFew: true, jobs: fleet.threadCount)
      let output = try destination.open(inputs: paths + found.files)
      let run = try FleetRun(
        found, command: "events", options: fleet, layout: handles ? .lines : ItemLayout(format),
        to: output)
      let work = EventsWork(
        filter: filter, form: handles ? nil : format,
        isChosen: since != nil || until != nil || !user.isEmpty || !id.isEmpty)
      var leaks: [ProfileEvent] = []
      let code = try run.run(work.run, take: { leaks += $0 })
      if handles { HandleTableWriter(to: output, format: format).write(HandleTable(leaks)) }
      try output.finish()
      return code
    }
  }

  private var filter: EventFilter {
    EventFilter(
      since: since?.time, until: until?.time, users: user.flatMap(\.elements),
      numbers: id.flatMap(\.elements).map(\.number))
  }
}

/// The events of one machine or log of several.
struct EventsWork: Sendable {
  let filter: EventFilter
  /// How to write the events; nil where only the handles that they list are wanted.
  let form: ListFormat?
  /// Whether some events only are wanted.
  let isChosen: Bool

  /// Reads an item.
  func run(
    _ inputs: Inputs, _ output: Output
  ) throws(CommandFailure) -> ItemResult<[ProfileEvent]> {
    let run = try EventsRun(inputs, filter: filter)
    switch form {
    case nil: break
    case .text:
      EventsTextWriter(to: output, run.machine).write(run.events, reaches: run.reaches)
    case .ndjson?, .json?:
      EventsJSONWriter(to: output, form ?? .json, run.machine).write(run.events)
    case .csv: EventsCSVWriter(to: output, run.machine).write(run.events)
    }
    if run.events.isEmpty { reportNothingFound(in: run.reaches) }
    let leaks = form == nil ? run.events.filter { $0.leaks != nil } : []
    return ItemResult(code: run.report() ? .success : .incomplete, part: leaks)
  }

  /// Says that there is no event, and how far the logs reach, so that nobody takes silence for
  /// proof.
  private func reportNothingFound(in reaches: [LogReach]) {
    guard !reaches.isEmpty else { return }
    Diagnostics.note(
      isChosen ? "no event matches" : "no event in these logs matters to user profiles")
    for reach in reaches { Diagnostics.note(reach.text) }
  }
}
