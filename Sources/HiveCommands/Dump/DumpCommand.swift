// SPDX-License-Identifier: MIT

import ArgumentParser
import HiveFormat
import RegistryHive

struct DumpCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dump",
    abstract: "Write out the keys and values of a hive.",
    version: HiveCommand.version)

  @Argument(help: "The hive file.", completion: .file())
  var hive: String

  @Option(help: ArgumentHelp("Begin at this key instead of the root.", valueName: "path"))
  var key: String?

  @Option(help: ArgumentHelp("Go down so many levels only; 0 is one key.", valueName: "n"))
  var depth: Int?

  @Option(help: "The form of the output.")
  var format: DumpFormat = .text

  @Flag(help: "Write all bytes of each value's data.")
  var raw = false

  @Flag(
    help: "Write deleted keys and values too, as far as they can still be read, behind the others.")
  var deleted = false

  @Option(
    help: ArgumentHelp(
      "Put this path in front of each key's; reg has one by itself.", valueName: "path"))
  var prefix: String?

  @OptionGroup var logs: LogOptions

  @OptionGroup var destination: OutputOptions

  func validate() throws {
    try destination.validate(isCSV: format == .csv)
    if let depth, depth < 0 { throw ValidationError("--depth must not be negative.") }
    if prefix != nil, format == .xml {
      throw ValidationError("--prefix has no effect with --format xml, which has no paths.")
    }
    if deleted, format == .reg || format == .xml {
      throw ValidationError(
        "--format \(format.rawValue) has no words for what is deleted; use another with --deleted.")
    }
    if deleted, depth != nil {
      throw ValidationError("--deleted and --depth do not go together.")
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
      let hive = try logs.open(self.hive)
      let dump = try makeDump(of: hive)
      let output = try destination.open(inputs: [self.hive] + logs.files)
      let report = FindingsReport(of: hive, name: self.hive)
      var progress = Progress("keys", besides: output)
      dump.write(format, to: output, progress: &progress, report: report)
      progress.finish()
      try output.finish()
      return report.finish()
    }
  }

  private func makeDump(of hive: Hive) throws(CommandFailure) -> Dump {
    let path = RegistryPath(key ?? "")
    guard let start = hive.key(at: path) else {
      throw .noKey(path, in: self.hive)
    }
    let prefix = prefix.map { RegistryPath($0) } ?? (format == .reg ? hive.mountPath : "")
    return Dump(
      hive: hive, start: start, startPath: RegistryPath(names: prefix.names + start.path.names),
      depth: depth ?? .max, prefix: prefix, raw: raw, deleted: deleted)
  }
}
