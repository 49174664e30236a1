// SPDX-License-Identifier: MIT

import ArgumentParser
import RegistryHive

/// Writes what transaction logs change in hives, in one of the formats for lists.
struct RecoverList {
  private let output: Output
  private let format: ListFormat
  /// Whether each record says which hive it is from.
  private let namesHive: Bool
  private let records: JSONRecords
  private let rows: CSVRecords
  private var text: ChangesTextWriter
  private var hasWritten = false

  init(to output: Output, _ format: ListFormat, namesHive: Bool) {
    self.output = output
    self.format = format
    self.namesHive = namesHive
    records = JSONRecords(to: output, format: format)
    rows = CSVRecords(to: output, CSVRow.changeColumns, namesHive: namesHive)
    text = ChangesTextWriter(to: output)
  }

  func begin() {
    switch format {
    case .text: break
    case .ndjson, .json: records.begin()
    case .csv: rows.begin()
    }
  }

  mutating func end() {
    switch format {
    case .text: text.end()
    case .ndjson, .json: records.end()
    case .csv: break
    }
  }

  /// Writes all changes of a hive; a heading stands before them where there are several hives.
  mutating func write(
    _ changes: inout HiveComparison, of input: InputHive, fileSize: Int,
    _ progress: inout Progress
  ) {
    var paths = PathAllowance(fileSize: fileSize)
    var isFirst = true
    while output.failure == nil, let change = changes.next() {
      if isFirst, namesHive, format == .text { writeHeading(input) }
      isFirst = false
      write(change, at: paths.take(changes.path), of: namesHive ? input : nil)
      progress.advance()
    }
  }

  private mutating func writeHeading(_ input: InputHive) {
    if hasWritten { output.append("\n") }
    hasWritten = true
    output.append("# \(RegistryString(input.path).visible)", in: .bold)
    output.append("\n")
    text.beginHive()
  }

  private mutating func write(
    _ change: HiveChange, at path: RegistryPath, of input: InputHive?
  ) {
    switch format {
    case .text: text.write(change, at: path)
    case .ndjson, .json: records.write { $0.members(of: change, at: path, in: input) }
    case .csv:
      rows.write { row in
        if let input { row.source(input) }
        row.fields(of: change, at: path)
      }
    }
  }
}

/// The lists of all hives of a command line.
struct RecoverListRun {
  let inputs: Inputs
  let logs: LogOptions
  private var codes: [ExitCode] = []
  private var failures: [CommandFailure] = []
  private var readCount = 0

  init(_ inputs: Inputs, logs: LogOptions) {
    self.inputs = inputs
    self.logs = logs
  }

  /// Lists what the logs of each hive change; one that cannot be read does not keep the others from
  /// it.
  ///
  /// - Throws: ``CommandFailure`` where no hive can be read.
  mutating func run(_ list: RecoverList, to output: Output) throws(CommandFailure) -> ExitCode {
    var list = list
    var progress = Progress("changes", besides: output)
    list.begin()
    for input in inputs.hives where output.failure == nil {
      do throws(CommandFailure) {
        try write(input, &list, &progress)
      } catch {
        if error.isLog {
          Diagnostics.note("\(input.path): is a transaction log of a hive, and was passed over")
        } else {
          failures.append(error)
        }
      }
    }
    list.end()
    progress.finish()
    try output.finish()
    let isComplete = inputs.report()
    try failures.report(isAll: readCount == 0)
    guard readCount > 0 else {
      throw CommandFailure(exitCode: .badInput, message: "there is no hive to read")
    }
    if !isComplete || !failures.isEmpty { return .incomplete }
    return codes.first { $0 != .success } ?? .success
  }

  private mutating func write(
    _ input: InputHive, _ list: inout RecoverList, _ progress: inout Progress
  ) throws(CommandFailure) {
    let recovered = try logs.openSilently(input.path)
    readCount += 1
    switch recovered.state.conclusion {
    case .clean:
      let report = FindingsReport(of: recovered, name: input.path)
      report.addKeys(of: recovered)
      codes.append(report.finish())
      return
    case .unrecoverable, .logsIgnored:
      throw CommandFailure(
        exitCode: .incomplete, message: "\(input.path): \(recovered.state.description)")
    case .recoverable: logs.report(recovered.state, of: input.path)
    }
    let original: Hive
    do throws(HiveError) {
      original = try Hive(path: StandardInput.place(of: input.path), logs: .none)
    } catch {
      throw RecoverCommand.failure(showingChangesOf: input.path, error)
    }
    var changes = HiveComparison(from: original, to: recovered)
    list.write(
      &changes, of: input, fileSize: original.fileSize + recovered.fileSize, &progress)
    let report = FindingsReport(of: recovered, name: input.path)
    if changes.findingCountAfter == 0 { report.addKeys(of: recovered) }
    report.add(changes.findingsAfter, of: changes.findingCountAfter)
    codes.append(report.finish())
    if !recovered.state.isComplete { codes.append(.incomplete) }
  }
}
