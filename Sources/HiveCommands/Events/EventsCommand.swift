// SPDX-License-Identifier: MIT

import ArgumentParser
import ProfileForensics
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
      several copies of a machine's log is shown once. Event 10016 is very frequent and does not \
      concern profiles: --id 10016 shows it.

      The events of all inputs come in one order, so the first is written when all have been read. \
      With --resume each machine is written by itself, when it is done.

      --handles lists the programs that kept users' registries open at log-off, with the keys. \
      Look at these first when profiles are not unloaded. In ndjson, json and csv a program has a \
      record for each machine; text counts it over all of them.
      """,
    examples: [
      "--handles /mnt/windows",
      "--id 1530,1524 --since 2024-06 Application.evtx",
      "--format csv --spreadsheet -o events.csv /mnt/windows",
    ])

  @Argument(
    help: Inputs.help("Event logs (.evtx, .evt, or exported as XML)", piped: "a log"),
    completion: .file())
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
      let found = try Fleet(
        paths, named: .together, joinsFew: true, jobs: fleet.threadCount)
      let output = try destination.open(inputs: paths + found.files)
      let run = try FleetRun(
        found, command: "events", options: fleet, layout: handles ? .lines : ItemLayout(format),
        to: output, mergedHeading: handles ? [] : format.headingOfEvents)
      let work = EventsWork(filter: filter, form: handles ? nil : format)
      var total = EventsPart()
      let code = try run.run(work.run, take: { total.add($0) })
      if handles { HandleTableWriter(to: output, format: format).write(total.leaks) }
      try output.finish()
      if total.count == 0, code != .interrupted, !run.goesOn, output.failure == nil {
        total.reportNothingFound(isChosen)
      }
      return code
    }
  }

  /// Whether some events only are wanted.
  private var isChosen: Bool { since != nil || until != nil || !user.isEmpty || !id.isEmpty }

  private var filter: EventFilter {
    EventFilter(
      since: since?.time, until: until?.time, users: user.flatMap(\.elements),
      numbers: id.flatMap(\.elements).map(\.number))
  }
}

extension ListFormat {
  /// What is in front of all events.
  fileprivate var headingOfEvents: [UInt8] {
    self == .csv ? EventsCSVWriter.columns.heading : []
  }
}

/// The events of one machine of several, or of a few machines.
struct EventsWork: Sendable {
  let filter: EventFilter
  /// How to write the events; nil where only the handles that they list are wanted.
  let form: ListFormat?

  /// Reads an item, and writes its events, which are put in order with those of the others.
  func run(_ inputs: Inputs, _ output: Output) throws(CommandFailure) -> ItemResult<EventsPart> {
    let run = try EventsRun(inputs, filter: filter)
    let records = DatedRecords(to: output)
    var part = EventsPart()
    part.count = run.labelled.count
    let label = inputs.machines.count == 1 && inputs.isOneOfSeveral ? inputs.machines[0].label : nil
    let reaches = run.reaches.map { reach in
      (label.map { "\(RegistryString($0).visible): " } ?? "") + reach.text
    }
    switch form {
    case nil: part.leaks = run.labelled.filter { $0.event.leaks != nil }
    case .text: EventsTextWriter(to: records).write(run.labelled, reaches: reaches)
    case .ndjson?, .json?:
      EventsJSONWriter(to: records, form ?? .json).write(run.labelled)
    case .csv: EventsCSVWriter(to: records).write(run.labelled)
    }
    if run.labelled.isEmpty { part.reaches = reaches }
    return ItemResult(code: run.report() ? .success : .incomplete, part: part)
  }
}

/// What comes of the events of all machines.
struct EventsPart: Sendable {
  /// How many logs are named at most where there is no event.
  private static let reachLimit = 100

  var count = 0
  /// The events that list handles, where these alone are wanted, with what to call their machines.
  var leaks: [(event: ProfileEvent, machine: String?)] = []
  /// How far the logs reach in which there is no event.
  var reaches: [String] = []

  /// Adds what comes of another machine.
  mutating func add(_ other: EventsPart) {
    count += other.count
    leaks += other.leaks
    reaches += other.reaches.prefix(Self.reachLimit - reaches.count)
  }

  /// Says that there is no event, and how far the logs reach, so that nobody takes silence for
  /// proof.
  func reportNothingFound(_ isChosen: Bool) {
    guard !reaches.isEmpty else { return }
    Diagnostics.note(
      isChosen ? "no event matches" : "no event in these logs matters to user profiles")
    for reach in reaches { Diagnostics.note(reach) }
  }
}
