// SPDX-License-Identifier: MIT

import ProfileForensics
import RegistryHive

/// Writes what is so of many machines.
struct CheckSummaryWriter {
  private let output: Output
  private let format: CheckFormat

  init(to output: Output, _ format: CheckFormat) {
    self.output = output
    self.format = format
  }

  func write(_ summary: CheckSummary) {
    switch format {
    case .text: writeText(summary)
    case .html: CheckSummaryPage(summary: summary).write(to: output)
    case .csv: writeCSV(summary)
    case .ndjson:
      for write in Self.objects(of: summary) {
        var json = JSONWriter(to: output)
        json.object(write)
        json.end()
      }
    case .json:
      output.append("[\n")
      for (index, write) in Self.objects(of: summary).enumerated() {
        if index > 0 { output.append(",\n") }
        var json = JSONWriter(to: output)
        json.object(write)
      }
      output.append("\n]\n")
    }
  }

  // MARK: - Text

  private func writeText(_ summary: CheckSummary) {
    var text = TextReport(to: output)
    text.line(summary.title)
    let programs = summary.sortedPrograms
    if !programs.isEmpty {
      text.section("Programs that kept registries open")
      text.table([.right, .right, .left]) { rows in
        rows.append(["machines", "users", "program"])
        for program in programs {
          rows.append([
            grouped(program.machineCount), grouped(program.users.count),
            RegistryString(program.name).visible,
          ])
        }
      }
    }
    text.section("Findings")
    text.table([.right, .left, .left]) { rows in
      rows.append(["machines", "severity", "finding"])
      for (id, kind) in summary.sortedKinds {
        rows.append([
          grouped(kind.machineCount), kind.severity.word, "\(kind.title) (\(id))",
        ])
      }
    }
    write(summary.largest, "Largest hives", to: &text)
    if !summary.grown.isEmpty {
      write(summary.grown, "Hives that grew most since an earlier state", to: &text)
    }
  }

  private func write(
    _ hives: [CheckSummary.HiveSize], _ title: String, to text: inout TextReport
  ) {
    text.section(title)
    text.table([.right, .right, .left, .left]) { rows in
      rows.append(["size", "grown by", "machine", "hive"])
      for hive in hives {
        rows.append([
          byteText(hive.bytes), hive.growth.map(byteText) ?? "",
          RegistryString(hive.machine).visible, RegistryString(hive.path).visible,
        ])
      }
    }
  }

  // MARK: - JSON and CSV

  /// What writes the members of each object.
  private static func objects(of summary: CheckSummary) -> [(inout JSONWriter) -> Void] {
    var objects: [(inout JSONWriter) -> Void] = []
    objects.append { json in
      json.member("summary", "fleet")
      json.member("machines", summary.machineCount)
      if summary.otherCount > 0 { json.member("notJudged", summary.otherCount) }
    }
    for program in summary.sortedPrograms {
      objects.append { json in
        json.member("summary", "program")
        json.member("program", program.name)
        json.member("machines", program.machineCount)
        json.member("users", program.users.count)
      }
    }
    for (id, kind) in summary.sortedKinds {
      objects.append { json in
        json.member("summary", "finding")
        json.member("finding", id)
        json.member("severity", kind.severity.rawValue)
        json.member("title", kind.title)
        json.member("machines", kind.machineCount)
        json.member("count", kind.count)
      }
    }
    for hive in hives(of: summary) {
      objects.append { json in
        json.member("summary", "hive")
        json.member("hive", hive.path)
        json.member("machine", hive.machine)
        json.member("bytes", hive.bytes)
        if let growth = hive.growth { json.member("grown", growth) }
      }
    }
    return objects
  }

  /// The largest hives, and those that grew most and are not among them.
  private static func hives(of summary: CheckSummary) -> [CheckSummary.HiveSize] {
    summary.largest
      + summary.grown.filter { hive in
        !summary.largest.contains { $0.path == hive.path && $0.machine == hive.machine }
      }
  }

  private func writeCSV(_ summary: CheckSummary) {
    let records = CSVRecords(
      to: output,
      [
        "summary", "machines", "program", "users", "finding", "severity", "title", "count", "hive",
        "machine", "bytes", "grown", "notJudged",
      ])
    records.begin()
    records.write { row in
      row.word("fleet")
      row.number(summary.machineCount)
      row.skip(10)
      row.number(summary.otherCount > 0 ? summary.otherCount : nil)
    }
    for program in summary.sortedPrograms {
      records.write { row in
        row.word("program")
        row.number(program.machineCount)
        row.text(program.name)
        row.number(program.users.count)
        row.skip(9)
      }
    }
    for (id, kind) in summary.sortedKinds {
      records.write { row in
        row.word("finding")
        row.number(kind.machineCount)
        row.skip(2)
        row.word(id)
        row.word(kind.severity.rawValue)
        row.text(kind.title)
        row.number(kind.count)
        row.skip(5)
      }
    }
    for hive in Self.hives(of: summary) {
      records.write { row in
        row.word("hive")
        row.skip(7)
        row.text(hive.path)
        row.text(hive.machine)
        row.number(hive.bytes)
        row.number(hive.growth)
        row.skip()
      }
    }
  }
}
