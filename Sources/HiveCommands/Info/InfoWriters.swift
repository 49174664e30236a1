// SPDX-License-Identifier: MIT

import RegistryHive

/// Writes what is known of files in one format.
protocol InfoWriter {
  func begin()
  mutating func write(_ report: InfoReport)
  func end()
}

/// Writes each file as paragraphs and tables.
struct InfoTextWriter: InfoWriter {
  private let output: Output
  private var isFirst = true

  init(to output: Output) {
    self.output = output
  }

  func begin() {}
  func end() {}

  mutating func write(_ report: InfoReport) {
    if !isFirst { output.append("\n") }
    isFirst = false
    report.writeText(to: output)
  }
}

/// Writes each file as a JSON object.
struct InfoJSONWriter: InfoWriter {
  let records: JSONRecords

  func begin() { records.begin() }
  func end() { records.end() }

  mutating func write(_ report: InfoReport) {
    records.write { report.writeMembers(to: &$0) }
  }
}

/// Writes each file as a row of comma-separated values, without its logs.
struct InfoCSVWriter: InfoWriter {
  private let records: CSVRecords

  init(to output: Output) {
    records = CSVRecords(
      to: output,
      [
        "machine", "hive", "content", "kind", "rootKey", "libhivex", "error", "state", "dirty",
        "summary", "recovery.complete", "recovery.entries", "bytes.file", "bytes.bins",
        "bytes.readableBins", "bytes.behindBins", "header.primarySequence",
        "header.secondarySequence", "header.checksumValid", "header.version", "header.fileName",
        "header.lastWritten", "header.lastReorganized", "header.flags", "findings",
      ])
  }

  func begin() { records.begin() }
  func end() {}

  func write(_ report: InfoReport) {
    let (hive, state, summary) = (report.hive, report.state, report.summary)
    records.write { row in
      row.text(report.machine)
      row.text(report.path)
      row.word(state == nil ? "log" : "hive")
      row.word(hive?.kind.rawValue)
      row.text(hive?.root.name)
      row.bool(hive?.isOpenedByLibhivex())
      row.text(report.failure?.reason)
      row.word(state?.conclusion.rawValue)
      row.bool(state?.isDirty)
      row.text(state?.description)
      row.bool(state?.recovery == nil ? nil : state?.isComplete)
      row.number(state?.recovery?.entryCount)
      row.number(summary.fileSize)
      row.number(summary.header?.binsSize)
      row.number(summary.readableBinsSize)
      row.number(report.bytesBehindBins)
      guard let header = summary.header else {
        row.skip(8)
        return row.number(hive?.findings.count)
      }
      row.number(header.primarySequence)
      row.number(header.secondarySequence)
      row.bool(header.isChecksumValid)
      row.word(header.version)
      row.text(header.fileName)
      row.time(header.lastWritten.rawValue == 0 ? nil : header.lastWritten)
      row.time(header.lastReorganized)
      row.number(header.flags)
      row.number(hive?.findings.count)
    }
  }
}
