// SPDX-License-Identifier: MIT

import ProfileForensics
import RegistryHive

extension GrowthReport {
  private static let defaultTop = 20

  /// Writes the report for a person to read.
  func writeText(to output: Output) {
    var text = TextReport(to: output)
    writeHeader(to: &text)
    writeLimit(to: &text)
    for step in steps { write(step, to: &text) }
    if steps.count > 1, let growth {
      write(growth, to: &text)
      writeSeries(to: &text)
    }
    writeKinds(to: &text)
    writeLargest(to: &text)
    writeLargestValues(to: &text)
    writeKnown(to: &text)
    writeHistory(to: &text)
    writeReclaimable(to: &text)
    text.section("About the limit")
    for note in limit.notes { text.line("  \(note)") }
  }

  private func writeHeader(to text: inout TextReport) {
    let bytes = usage.bytes
    let kind = usage.hive.kind == .other ? "" : " (\(usage.hive.kind.rawValue))"
    text.line(
      "\(name)\(kind): \(byteText(bytes.file)), \(byteText(bytes.allocated)) in use, "
        + "\(grouped(usage.counts.keys)) keys, \(grouped(usage.counts.values)) values, "
        + "last written \(date(lastWritten))")
    guard !startPath.isRoot, let start else { return }
    text.line(
      "\(startPath.visible): \(byteText(start.bytes)) (\(percent(share(start.bytes)))), "
        + "\(grouped(start.keyCount)) keys, \(grouped(start.valueCount)) values; "
        + "\(byteText(start.ownBytes)) and \(grouped(start.ownValueCount)) values its own")
  }

  private func writeLimit(to text: inout TextReport) {
    text.write(limit)
  }

  private func writeKinds(to text: inout TextReport) {
    text.section("Space by kind of record")
    text.table([.right, .right, .left]) { rows in
      for (part, name) in zip(usage.bytes.parts, Self.partNames) where part.value > 0 {
        rows.append([byteText(part.value), percent(of: part.value, in: usage.bytes.file), name])
      }
    }
  }

  /// What the parts are called, in their order.
  static let partNames = [
    "base block", "bin headers", "keys", "lists of subkeys", "lists of values", "values", "data",
    "security descriptors", "class names", "allocated but unreferenced", "free",
    "after the last bin",
  ]

  private func writeLargest(to text: inout TextReport) {
    guard let start else { return }
    let largest = start.largest(
      top ?? Self.defaultTop, depth: depth ?? .max, omitsPassThroughKeys: depth == nil)
    guard !largest.isEmpty else { return }
    let place = startPath.isRoot ? "" : " below \(startPath.visible)"
    text.section("Largest keys\(place), each with those below it")
    text.table([.right, .right, .right, .right, .left, .left]) { rows in
      rows.append(["size", "in use", "keys", "values", "last written", "key"])
      for key in largest {
        rows.append([
          byteText(key.bytes), percent(share(key.bytes)), grouped(key.keyCount),
          grouped(key.valueCount), date(key.latestWritten), key.path.visible,
        ])
      }
    }
  }

  private func writeKnown(to text: inout TextReport) {
    let all = knownLargeKeys
    guard !all.isEmpty else { return }
    text.section("Known to grow")
    for found in all {
      let part = percent(share(found.key.bytes))
      text.line(
        "  " + String(repeating: " ", count: 7 - part.count) + part + "  \(found.key.path.visible)")
      text.line("           \(found.known.note) [\(found.known.source)]")
    }
  }

  private func writeHistory(to text: inout TextReport) {
    guard let history = start?.history(), !history.isEmpty else { return }
    text.section("When keys were last written")
    text.line(
      "  Only keys that still exist are counted, in the month of their last change.")
    // Years are enough where months would fill the screen.
    let byYear = history.count > 24
    var rows: [(time: String, keys: Int, bytes: Int)] = []
    for month in history {
      let time = byYear ? String(month.description.dropLast(3)) : month.description
      if rows.last?.time == time {
        rows[rows.count - 1].keys += month.keys
        rows[rows.count - 1].bytes += month.bytes
      } else {
        rows.append((time, month.keys, month.bytes))
      }
    }
    text.table([.left, .right, .right, .right]) { table in
      table.append([byYear ? "year" : "month", "size", "in use", "keys"])
      for row in rows {
        table.append([
          row.time, byteText(row.bytes), percent(share(row.bytes)), grouped(row.keys),
        ])
      }
    }
  }

  private func writeReclaimable(to text: inout TextReport) {
    let bytes = usage.bytes
    text.section("A compacted copy would save")
    text.line(
      "  at most \(byteText(usage.reclaimableBytes)) "
        + "(\(percent(of: usage.reclaimableBytes, in: bytes.file)) of the file): "
        + "\(byteText(bytes.free)) free, \(byteText(bytes.unreferenced)) unreferenced, "
        + "\(byteText(bytes.trailing)) after the last bin")
    guard !usage.largestFreeRuns.isEmpty else { return }
    let runs = usage.largestFreeRuns.map { "\(byteText($0.size)) at 0x\(hexDigits($0.offset))" }
    text.line("  largest free runs: \(runs.joined(separator: ", "))")
  }
}

// MARK: - Growth

extension GrowthReport {
  private func write(_ step: Step, to text: inout TextReport) {
    let growth = step.growth
    text.section("From \(step.baseline) to \(step.name)")
    text.line("  \(Self.summary(of: growth))")
    let changes = growth.largestChanges(depth: depth)
    guard !changes.isEmpty else { return text.line("  No key changed its size.") }
    let shown = changes.prefix(top ?? Self.defaultTop)
    text.table([.right, .right, .right, .left]) { rows in
      rows.append(["growth", "before", "after", "key"])
      for change in shown { add(change, to: &rows) }
      let rest = changes.dropFirst(shown.count)
      if !rest.isEmpty {
        rows.append([
          signedByteText(rest.reduce(0) { $0 + $1.delta }), "", "",
          "and \(grouped(rest.count)) more keys",
        ])
      }
    }
  }

  private func writeSeries(to text: inout TextReport) {
    text.section("All copies")
    text.table([.right, .right, .right, .right, .left, .left]) { rows in
      rows.append(["file", "in use", "keys", "values", "last written", "copy"])
      var copies = steps.map { ($0.baseline, $0.growth.before) }
      copies.append((name, usage))
      for (name, usage) in copies {
        rows.append([
          byteText(usage.bytes.file), byteText(usage.bytes.allocated), grouped(usage.counts.keys),
          grouped(usage.counts.values), date(Self.lastWritten(of: usage)), name,
        ])
      }
    }
  }

  /// How many bytes the kinds of cells grew by.
  static func summary(of growth: HiveGrowth) -> String {
    "file \(signedByteText(growth.fileBytes)), in use \(signedByteText(growth.allocatedBytes)): "
      + "keys \(signedByteText(growth.keyBytes)), "
      + "security descriptors \(signedByteText(growth.securityBytes)), "
      + "unreferenced cells \(signedByteText(growth.unreferencedBytes))"
  }

  private func add(_ change: KeyChange, to rows: inout [[String]]) {
    let path = change.path
    let name = path.isRoot ? "the root key" : path.visible
    rows.append([
      signedByteText(change.delta), change.before.map(byteText) ?? "",
      change.after.map(byteText) ?? "",
      name + change.text,
    ])
    for value in change.values {
      let place = value.key.names.dropFirst(path.names.count).map(\.visible)
      let name = value.name.isEmpty ? "default value" : "value \(value.name.visible)"
      rows.append([
        signedByteText(value.delta), value.before.map(byteText) ?? "",
        value.after.map(byteText) ?? "",
        "  " + (place + [name]).joined(separator: "\\") + ": " + value.change.rawValue,
      ])
    }
    let rest = change.valueChangeCount - change.values.count
    if rest > 0 { rows.append(["", "", "", "  and \(grouped(rest)) more values"]) }
  }
}
