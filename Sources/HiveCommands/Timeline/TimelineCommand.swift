// SPDX-License-Identifier: MIT

import ArgumentParser
import RegistryHive

struct TimelineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    hive: "timeline",
    abstract: "List every dated fact of hives and machines, oldest first.",
    discussion: """
      Lists when keys were last written, times in values whose format is documented, events that \
      matter to user profiles and to how the machine stopped, and times in the base blocks of hives \
      and logs. Of a machine's earlier states, such as shadow copies, what the newest does not have is \
      listed too.

      The facts of all inputs come in one order, so the first is written when all have been read. \
      With --resume each machine is written by itself, when it is done.

      Timesketch imports ndjson and csv as they are.
      """,
    examples: [
      "--since 2024-06-01 --until 2024-07-01 /mnt/windows",
      "--user anna --format csv -o anna.csv /mnt/windows",
      "--format bodyfile -o body.txt NTUSER.DAT",
    ])

  @Argument(help: Inputs.help("Hives or event logs", piped: "one of these"), completion: .file())
  var paths: [String]

  @Option(
    help: ArgumentHelp(
      "Only facts from this time on. \(EventTime.forms).", valueName: "time"))
  var since: EventTime?

  @Option(help: ArgumentHelp("Only facts before this time.", valueName: "time"))
  var until: EventTime?

  @Option(
    help: ArgumentHelp(
      "Only facts about these users, by SID or account, separated by commas: those in their "
        + "hives, in the profile list, and events.", valueName: "user"))
  var user: [CommaList<String>] = []

  @OptionGroup(title: "Many machines")
  var fleet: FleetOptions

  @OptionGroup var logs: LogOptions

  @OptionGroup var destination: OutputOptions<TimelineFormat>

  func validate() throws {
    try fleet.validate(isArray: destination.format == .json)
    try EventTime.validate(since: since, until: until)
  }

  func run() throws {
    try reportingFailure { () throws(CommandFailure) in
      let format = destination.format
      let found = try Fleet(
        paths, named: .together, joinsFew: true, jobs: fleet.threadCount)
      let output = try destination.open(inputs: paths + found.files + logs.files)
      let work = TimelineWork(
        since: since?.time, until: until?.time, users: user.flatMap(\.elements), logs: logs,
        form: format)
      let run = try FleetRun(
        found, command: "timeline", options: fleet, layout: ItemLayout(format, text: .lines),
        to: output, mergedHeading: format.heading)
      var factCount = 0
      let code = try run.run(work.run, take: { factCount += $0 })
      try output.finish()
      if factCount == 0, code != .interrupted, !run.goesOn, output.failure == nil {
        Diagnostics.note(isChosen ? "no dated fact matches" : "there is no dated fact")
        if !user.isEmpty, found.namesFiles {
          Diagnostics.note("whose hive a file is, is known only from the folder of its machine")
        }
      }
      return code
    }
  }

  /// Whether some facts only are wanted.
  private var isChosen: Bool { since != nil || until != nil || !user.isEmpty }
}

/// The timeline of one machine of several, or of a few machines.
struct TimelineWork: Sendable {
  let since: FileTime?
  let until: FileTime?
  let users: [String]
  let logs: LogOptions
  let form: TimelineFormat

  /// Reads an item, and writes its facts, which are put in order later; its part is their number.
  func run(_ inputs: Inputs, _ output: Output) throws(CommandFailure) -> ItemResult<Int> {
    let records = DatedRecords(to: output)
    var run = TimelineRun(
      since: since, until: until, users: TimelineUsers(users, in: inputs),
      writer: writer(to: records.draft), to: records)
    run.read(inputs, logs: logs)
    return ItemResult(code: try run.finish(), part: run.count)
  }

  private func writer(to draft: Output) -> any TimelineWriter {
    switch form {
    case .text: TimelineTextWriter(to: draft)
    case .ndjson, .json: TimelineJSONWriter(to: draft, form)
    case .csv: TimelineCSVWriter(to: draft)
    case .bodyfile: TimelineBodyfileWriter(to: draft)
    }
  }
}

/// The formats of `hive timeline`.
enum TimelineFormat: String, OutputFormat {
  case text, ndjson, json, csv, bodyfile

  static var ownDescriptions: [String: String] {
    [
      "ndjson": "one JSON object per line, for Timesketch",
      "csv": "comma-separated values, for Timesketch",
    ]
  }

  /// What is in front of all facts.
  fileprivate var heading: [UInt8] { self == .csv ? TimelineCSVWriter.columns.heading : [] }
}
