// SPDX-License-Identifier: MIT

import ArgumentParser
import FileAccess
import RegistryHive

struct DumpCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    hive: "dump",
    abstract: "Write out the keys and values of hives.",
    discussion: """
      --key takes a path below the hive's root, or a full path such as \
      HKLM\\SYSTEM\\CurrentControlSet\\Control, which selects among several hives. Write / for \\ \
      if you like, and \\u0000 for a character that cannot be typed.

      With several hives, text starts each hive with its path; csv has the columns machine and \
      hive, json and ndjson the members machine and hive. reg and xml take one hive.
      """,
    examples: [
      "--key 'HKCU\\Control Panel\\Desktop' NTUSER.DAT",
      "--format ndjson -o keys.ndjson /mnt/windows",
      "--format csv - < NTUSER.DAT",
    ])

  @Argument(help: Inputs.help(), completion: .file())
  var paths: [String]

  @Option(help: ArgumentHelp("Start at this key instead of the root.", valueName: "path"))
  var key: String?

  @Option(help: ArgumentHelp("Maximum depth; 0 shows only this key.", valueName: "n"))
  var depth: Int?

  @Flag(help: "Write all bytes of each value's data, in hexadecimal.")
  var raw = false

  @Flag(help: "Write the security descriptor of each key, in SDDL.")
  var security = false

  @Flag(
    help: "Also write deleted keys and values, as far as they can still be read, after the others.")
  var deleted = false

  @Option(
    help: ArgumentHelp(
      "Put this path before every key's; reg has a suitable one by default.", valueName: "path"))
  var prefix: String?

  @OptionGroup var logs: LogOptions

  @OptionGroup var destination: OutputOptions<DumpFormat>

  private var format: DumpFormat { destination.format }

  func validate() throws {
    if let depth, depth < 0 { throw ValidationError("--depth must not be negative.") }
    if prefix != nil, format == .xml {
      throw ValidationError("--prefix has no effect with --format xml, which has no paths.")
    }
    if deleted, format == .reg || format == .xml {
      throw ValidationError(
        "--deleted cannot be combined with --format \(format.rawValue).")
    }
    if deleted, depth != nil {
      throw ValidationError("--deleted cannot be combined with --depth.")
    }
    if security, ![.text, .ndjson, .json, .csv].contains(format) {
      throw ValidationError(
        "--security has no effect with --format \(format.rawValue), which has no place for it.")
    }
    if raw, format == .reg || format == .bodyfile {
      throw ValidationError(
        format == .reg
          ? "--raw has no effect with --format reg, which has all bytes anyway."
          : "--raw has no effect with --format bodyfile, which has no values.")
    }
  }

  func run() throws {
    try reportingFailure { () throws(CommandFailure) in
      let inputs = try Inputs(paths)
      var run = try HiveRun(inputs, logs: logs, key: key)
      Interruption.watch()
      var opened: Output?
      var reports: [FindingsReport] = []
      for input in inputs.hives {
        guard let (hive, start, _) = run.open(input) else { continue }
        if run.count > 1, format == .reg || format == .xml {
          throw CommandFailure(
            exitCode: .validationFailure,
            message: "--format \(format.rawValue) takes one hive; --key with a full path chooses"
              + " one")
        }
        let output: Output
        if let opened {
          output = opened
        } else {
          output = try destination.open(
            inputs: inputs.paths + inputs.files + logs.files)
          opened = output
        }
        let dump = makeDump(
          of: hive, from: start, inputs.isSingleHive ? nil : input, isFirst: run.count == 1)
        let report = FindingsReport(of: hive, name: input.path)
        var progress = Progress("keys", besides: output)
        dump.write(format, to: output, progress: &progress, report: report)
        progress.finish()
        reports.append(report)
        if output.failure != nil || Interruption.hasCome { break }
      }
      if let opened, !destination.isGivenUp {
        if format == .json { opened.append("\n]\n") }
        try opened.finish()
      }
      if Interruption.hasCome { return destination.reportInterruption() }
      for report in reports { run.add(report.finish()) }
      return try run.finish()
    }
  }

  private func makeDump(
    of hive: Hive, from start: Key, _ input: InputHive?, isFirst: Bool
  ) -> Dump {
    var prefix = prefix.map { RegistryPath($0) } ?? (format == .reg ? hive.mountPath : "")
    if let input, format == .bodyfile {
      prefix = RegistryPath(names: [RegistryString(input.path)] + prefix.names)
    }
    return Dump(
      hive: hive, start: start, startPath: RegistryPath(names: prefix.names + start.path.names),
      depth: depth ?? .max, prefix: prefix, raw: raw, deleted: deleted, security: security,
      input: input, isFirst: isFirst)
  }
}
