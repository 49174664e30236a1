// SPDX-License-Identifier: MIT

import ArgumentParser
import ProfileForensics
import RegistryHive

struct PolicyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy",
    abstract: "Tell how policies about user profiles are set, DisableForceUnload first of all.",
    discussion: """
      A machine policy lives in the SOFTWARE hive, a user policy in the user's NTUSER.DAT. On a \
      mounted volume both are read, and local Group Policy's Registry.pol beside them.

      --expect ends with exit code 1 where a policy has another state. It judges what is in force: \
      hives that a policy does not live in do not count where another one does, nor does a \
      Registry.pol beside the hive on a volume.
      """,
    version: HiveCommand.version)

  @Argument(
    help: """
      Hives, Registry.pol files, roots of mounted Windows volumes, or folders with collected files.
      """, completion: .file())
  var paths: [String]

  @Flag(help: "Tell of every policy about user profiles, and of UPHClean's settings.")
  var all = false

  @Option(
    help: ArgumentHelp(
      "Tell of this policy only, by its own name or a value's; may be repeated.",
      valueName: "name"))
  var only: [String] = []

  @Option(
    help: ArgumentHelp("End with exit code 1 where a policy has another state.", valueName: "state")
  )
  var expect: PolicyExpectation?

  @OptionGroup var logs: LogOptions

  @OptionGroup var destination: OutputOptions<ListFormat>

  func validate() throws {
    for name in only where Policy.named(name).isEmpty {
      let names = (Policy.userProfiles + [.uphClean]).map(\.name).joined(separator: ", ")
      throw ValidationError("--only: there is no policy \"\(name)\". There are: \(names).")
    }
  }

  func run() throws {
    try reportingFailure { () throws(CommandFailure) in
      let run = try PolicyRun(
        paths: paths, policies: policies, logs: logs, hidesOthers: only.isEmpty)
      let output = try destination.open(inputs: paths + run.files + logs.files)
      switch destination.format {
      case .text: PolicyTextWriter(to: output).write(run.readings)
      case .ndjson, .json:
        PolicyJSONWriter(to: output, destination.format).write(run.readingsByMachine)
      case .csv: PolicyCSVWriter(to: output).write(run.readingsByMachine)
      }
      try output.finish()
      let isComplete = run.report()
      let isAsExpected = expect.map { run.check($0) } ?? true
      return isComplete && isAsExpected ? .success : .incomplete
    }
  }

  private var policies: [Policy] {
    if !only.isEmpty {
      var policies: [Policy] = []
      for policy in only.flatMap(Policy.named) where !policies.contains(policy) {
        policies.append(policy)
      }
      return policies
    }
    return all ? Policy.userProfiles + [.uphClean] : [.dontForceUnloadHive]
  }
}

/// The states that a policy may be expected to have.
enum PolicyExpectation: String, CaseIterable, ExpressibleByArgument {
  case enabled
  case disabled
  case notConfigured

  var state: PolicyState {
    switch self {
    case .enabled: .enabled
    case .disabled: .disabled
    case .notConfigured: .notConfigured
    }
  }
}
