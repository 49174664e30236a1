// SPDX-License-Identifier: MIT

import ArgumentParser
import ProfileForensics
import RegistryHive

struct PolicyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    hive: "policy",
    abstract: "Show how policies about user profiles are set, DisableForceUnload by default.",
    discussion: """
      A machine policy is set in the SOFTWARE hive, a user policy in the user's NTUSER.DAT. On a \
      mounted volume both are read, and the Registry.pol files of local Group Policy too.

      --expect makes the exit code 1 if a policy has another state. It judges what is in force: a \
      hive in which Windows does not read the policy does not count beside one in which it does, \
      nor does a Registry.pol file beside the hive on a volume.
      """,
    examples: [
      "/mnt/windows",
      "--all --format csv SOFTWARE",
      "--expect enabled /mnt/windows",
    ])

  @Argument(
    help: Inputs.help("Hives or Registry.pol files", piped: "one of these"), completion: .file())
  var paths: [String]

  @Flag(help: "Show every policy about user profiles, and UPHClean's settings.")
  var all = false

  @Option(
    help: ArgumentHelp(
      "Show only these policies, by ADMX id or a value's name, separated by commas.",
      valueName: "name"))
  var only: [CommaList<String>] = []

  @Option(
    help: ArgumentHelp("Exit with 1 if a policy has another state.", valueName: "state")
  )
  var expect: PolicyExpectation?

  @OptionGroup(title: "Many machines")
  var fleet: FleetOptions

  @OptionGroup var logs: LogOptions

  @OptionGroup var destination: OutputOptions<ListFormat>

  func validate() throws {
    try fleet.validate(isArray: destination.format == .json)
    for name in only.flatMap(\.elements) where Policy.named(name).isEmpty {
      let names = (Policy.userProfiles + [.uphClean]).map(\.name).joined(separator: ", ")
      throw ValidationError("--only: there is no policy \"\(name)\". There are: \(names).")
    }
  }

  func run() throws {
    try reportingFailure { () throws(CommandFailure) in
      let format = destination.format
      let found = try Fleet(
        paths, named: .together, joinsFew: true, jobs: fleet.threadCount)
      let output = try destination.open(inputs: paths + found.files + logs.files)
      let run = try FleetRun(
        found, command: "policy", options: fleet, layout: ItemLayout(format), to: output)
      let work = PolicyWork(
        policies: policies, logs: logs, hidesOthers: only.isEmpty, expect: expect, form: format)
      let code = try run.run(work.run)
      try output.finish()
      return code
    }
  }

  private var policies: [Policy] {
    if !only.isEmpty {
      var policies: [Policy] = []
      for policy in only.flatMap(\.elements).flatMap(Policy.named)
      where !policies.contains(policy) {
        policies.append(policy)
      }
      return policies
    }
    return all ? Policy.userProfiles + [.uphClean] : [.dontForceUnloadHive]
  }
}

/// The policies of one machine of several, or of files that were named.
struct PolicyWork: Sendable {
  let policies: [Policy]
  let logs: LogOptions
  let hidesOthers: Bool
  let expect: PolicyExpectation?
  let form: ListFormat

  /// Reads an item.
  func run(_ inputs: Inputs, _ output: Output) throws(CommandFailure) -> ItemResult<Void> {
    let run = try PolicyRun(inputs, policies: policies, logs: logs, hidesOthers: hidesOthers)
    switch form {
    case .text: PolicyTextWriter(to: output).write(run.readings)
    case .ndjson, .json: PolicyJSONWriter(to: output, form).write(run.readingsByMachine)
    case .csv: PolicyCSVWriter(to: output).write(run.readingsByMachine)
    }
    let isComplete = run.report()
    let isAsExpected = expect.map { run.check($0) } ?? true
    return ItemResult(code: isComplete && isAsExpected ? .success : .incomplete, part: ())
  }
}

/// The states that a policy may be expected to have.
enum PolicyExpectation: String, CaseIterable, ExpressibleByArgument {
  case enabled
  case disabled
  case notConfigured

  init?(argument: String) {
    // Text shows "not configured".
    let wanted = argument.lowercased().filter { $0 != " " }
    guard let state = Self.allCases.first(where: { $0.rawValue.lowercased() == wanted }) else {
      return nil
    }
    self = state
  }

  var state: PolicyState {
    switch self {
    case .enabled: .enabled
    case .disabled: .disabled
    case .notConfigured: .notConfigured
    }
  }
}
