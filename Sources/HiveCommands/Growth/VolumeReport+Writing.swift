// SPDX-License-Identifier: MIT

import ProfileForensics
import RegistryHive

extension VolumeReport {
  /// Writes reports in a form.
  static func write(
    _ reports: [VolumeReport], _ format: GrowthFormat, isSingle: Bool, to output: Output
  ) {
    switch format {
    // A page needs all machines.
    case .html: return
    case .text:
      for (index, report) in reports.enumerated() {
        if index > 0 { output.append("\n") }
        report.writeText(to: output)
      }
    case .ndjson, .json:
      let records = JSONRecords(to: output, format: format, isSingle: isSingle)
      records.write(all: reports) { $1.writeMembers(to: &$0) }
    case .csv:
      KeyUsageRow.records(to: output).begin()
      for report in reports { report.writeCSV(to: output) }
    }
  }

  /// Writes the report for a person to read.
  func writeText(to output: Output) {
    var text = TextReport(to: output)
    let windows = release.map { " (\(RegistryString($0.name).visible))" } ?? ""
    let hives = entries.count == 1 ? "1 hive" : "\(entries.count) hives"
    text.line(
      "\(title)\(windows): \(hives), \(byteText(fileBytes)), of which "
        + "\(byteText(limit.used)) count against the limit")
    text.write(limit)
    for sentence in [sentenceOnAll, sentenceOnUnknown].compactMap(\.self) { text.line(sentence) }
    text.section("Hives, and what of each one's own limit is used")
    text.table([.right, .right, .right, .right, .left, .left, .left, .left, .left]) { rows in
      rows.append([
        "file", "bins", "could save", "limit", "loaded", "last written", "kind", "of", "hive",
      ])
      for entry in entries {
        rows.append([
          byteText(entry.bytes.file), byteText(entry.bytes.bins),
          byteText(entry.reclaimableBytes), entry.limit.share.map(percent) ?? "",
          entry.loadedText, date(entry.lastWritten), entry.kind.rawValue,
          entry.profile.map { RegistryString($0).visible } ?? "", relative(entry.path),
        ])
      }
      rows.append([
        byteText(fileBytes), byteText(binBytes), byteText(reclaimableBytes), "", "", "", "", "",
        "together",
      ])
    }
    writeLargestValues(to: &text)
    text.section("About the limit")
    for note in limit.notes { text.line("  \(note)") }
  }

  /// What to call the machine.
  var title: String {
    let name = machine.map { RegistryString($0).visible }
    guard let path else { return "Hives" }
    return name.map { "\($0), \(path)" } ?? path
  }

  /// A path without that of the volume before it.
  func relative(_ path: String) -> String {
    let folder = self.path ?? ""
    let prefix = folder.isEmpty || folder.hasSuffix("/") ? folder : folder + "/"
    let rest = path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
    return RegistryString(rest).visible
  }

  /// Writes the members of the report's JSON object.
  func writeMembers(to json: inout JSONWriter) {
    if let path { json.member("volume", path) }
    if let machine { json.member("machine", machine) }
    if let release { json.member("windows", release.name) }
    if !earlierStates.isEmpty {
      json.name("earlierStates")
      json.array(earlierStates) { $0.value($1) }
    }
    json.beginLine()
    json.name("sum")
    json.object { json in
      json.member("hives", entries.count)
      json.member("file", fileBytes)
      json.member("bins", binBytes)
      json.member("reclaimable", reclaimableBytes)
    }
    json.beginLine()
    json.member("limit", limit)
    if path != nil {
      json.beginLine()
      json.name("allLoaded")
      json.object { json in
        json.member("used", limitOfAll.used)
        if let share = limitOfAll.share { json.member("share", share: share, places: 6) }
      }
    }
    json.beginLine()
    json.name("hives")
    json.array(entries, inLines: true) { json, entry in
      json.object { json in
        json.member("hive", entry.path)
        json.member("kind", entry.kind.rawValue)
        if let profile = entry.profile { json.member("profile", profile) }
        if let isLoaded = entry.isLoaded { json.member("loaded", isLoaded) }
        json.member("lastWritten", entry.lastWritten)
        json.member("bytes", entry.bytes)
        json.member("counts", entry.counts)
        json.member("limit", entry.limit)
      }
    }
    json.beginLine()
    json.name("largestValues")
    json.array(largestValues, inLines: true) { json, found in
      json.object { json in
        json.member("hive", found.entry.path)
        json.members(of: found.value)
      }
    }
  }

  /// Writes a row for the root key of each hive, with the path of its file.
  func writeCSV(to output: Output) {
    for entry in entries { entry.row.write(path: RegistryString(entry.path), to: output) }
  }
}
