// SPDX-License-Identifier: MIT

import ArgumentParser
import FileAccess
import ProfileForensics
import RegistryHive

/// What a check adds up over all machines.
struct CheckPart: Sendable {
  /// How many findings there are of each severity.
  var counts: [CheckRule.Severity: Int] = [:]
  /// The objects of an array by their severity, each list with commas between them.
  var objects: [CheckRule.Severity: [UInt8]] = [:]
  /// How many machines and hives were checked.
  var checkedCount = 0
  var summary = CheckSummary()
  /// What is to be shown on a page.
  var checked: [CheckRun.Checked] = []
}

/// The check of one machine or hive of several.
struct CheckWork: Sendable {
  let logs: LogOptions
  let classes: [String]
  let since: FileTime?
  let failOn: CheckThreshold
  /// How to write what is found; nil where only the sums are wanted.
  let form: CheckFormat?
  /// Whether all objects of an array are sorted by severity once all machines are done.
  let sortsArray: Bool

  /// Checks an item.
  func run(_ inputs: Inputs, _ output: Output) throws(CommandFailure) -> ItemResult<CheckPart> {
    var run = CheckRun(inputs, logs: logs, classes: classes, since: since)
    var json = CheckJSONWriter(to: output, .ndjson)
    try run.run { if form == .ndjson { json.write($0) } }
    let part = write(run.checked, run.findings, to: output)
    let isComplete = run.report()
    return ItemResult(
      code: isComplete && run.isSound(failOn) ? .success : .incomplete, part: part)
  }

  /// Writes what is to be said of an item that cannot be read.
  func failed(_ label: String, _ failure: CommandFailure, _ output: Output) -> CheckPart {
    let inputs = Inputs(paths: [], named: [], machines: [], isOneOfSeveral: true)
    let run = CheckRun(inputs, logs: logs, classes: [], since: nil)
    let checked = CheckRun.failed(failure, machine: label)
    let findings = run.findings(of: checked)
    if form == .ndjson {
      var json = CheckJSONWriter(to: output, .ndjson)
      json.write(findings)
    }
    return write([checked], findings, to: output)
  }

  /// Writes findings, but those as lines, which are written as they come.
  private func write(
    _ checked: [CheckRun.Checked], _ findings: [CheckFinding], to output: Output
  ) -> CheckPart {
    var part = CheckPart()
    part.checkedCount = checked.count
    for severity in CheckRule.Severity.allCases {
      part.counts[severity] = checked.reduce(0) { $0 + $1.count(severity) }
    }
    switch form {
    case nil:
      part.summary = CheckSummary(checked)
    case .text: CheckTextWriter(to: output).write(checked)
    case .json where sortsArray:
      for severity in CheckRule.Severity.allCases {
        part.objects[severity] = objects(findings.filter { $0.result.severity == severity })
      }
    case .json:
      var json = CheckJSONWriter(to: output, .json)
      json.write(all: findings)
    case .ndjson: break
    case .csv: CheckCSVWriter(to: output).write(findings)
    case .html: part.checked = checked
    }
    return part
  }

  /// The objects of findings with commas between them, without the array around them.
  private func objects(_ findings: [CheckFinding]) -> [UInt8] {
    guard !findings.isEmpty else { return [] }
    let output = Output()
    var json = CheckJSONWriter(to: output, .json)
    json.write(all: findings)
    let bytes = output.takeHeld()
    let isFrame = { (byte: UInt8) in "[] \n".utf8.contains(byte) }
    guard let start = bytes.firstIndex(where: { !isFrame($0) }),
      let end = bytes.lastIndex(where: { !isFrame($0) })
    else { return [] }
    return [UInt8](bytes[start...end])
  }
}

/// What checks of all machines add up to.
struct CheckTotals {
  private var counts: [CheckRule.Severity: Int] = [:]
  private var checkedCount = 0
  private var objects: [CheckRule.Severity: SpooledBytes] = [:]
  private(set) var summary = CheckSummary()
  private var page = CheckPage()

  /// Why bytes could not be kept.
  private var failure: FileError?

  /// Adds what comes of an item.
  mutating func add(_ part: CheckPart) {
    counts.merge(part.counts) { $0 + $1 }
    checkedCount += part.checkedCount
    summary.add(part.summary)
    for checked in part.checked { page.add(checked) }
    do throws(FileError) {
      for (severity, bytes) in part.objects where !bytes.isEmpty {
        let spool = objects[severity] ?? SpooledBytes()
        if !spool.isEmpty { try spool.append(",\n".utf8) }
        try spool.append(bytes)
        objects[severity] = spool
      }
    } catch {
      failure = failure ?? error
    }
  }

  /// Writes what can be written only when all items are done.
  ///
  /// - Throws: ``CommandFailure`` where it was not kept.
  func write(to output: Output, _ format: CheckFormat) throws(CommandFailure) {
    if let failure { throw CommandFailure(failure) }
    switch format {
    case .text:
      guard checkedCount > 1 else { return }
      output.append(
        raw: "\n\(grouped(checkedCount)) checked: \(CheckTextWriter.summary(of: counts))\n")
    case .json:
      output.append("[\n")
      var isFirst = true
      for severity in CheckRule.Severity.allCases {
        guard let spool = objects[severity], !spool.isEmpty else { continue }
        if !isFirst { output.append(",\n") }
        isFirst = false
        try spool.drain { output.append($0) }
      }
      output.append(isFirst ? "]\n" : "\n]\n")
    case .html: page.write(to: output)
    case .ndjson, .csv: break
    }
  }
}
