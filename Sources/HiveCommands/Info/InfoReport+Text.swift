// SPDX-License-Identifier: MIT

import RegistryHive

extension InfoReport {
  /// Writes the report for a person to read.
  func writeText(to output: Output) {
    var text = TextReport(to: output)
    text.line("\(path): \(verdict)")
    if let damage { text.line(damage) }
    for remark in state?.remarks ?? [] { text.line(remark) }
    writeLogs(to: &text)
    writeChanges(to: &text)
    writeHive(to: &text)
    writeHeader(to: &text)
  }

  private var verdict: String {
    state?.description ?? "This is a transaction log, not a hive."
  }

  /// A hive may be clean, which only means that its logs are not needed, and damaged all the same.
  private var damage: String? {
    guard let count = hive?.findings.count, count > 0 else { return nil }
    return "The file is damaged: \(counted(count, "finding")) at opening; "
      + "'hive check' reports everything that is wrong with it."
  }

  private func writeLogs(to text: inout TextReport) {
    guard !logs.isEmpty else { return }
    text.section(state == nil ? "The log" : "Transaction logs")
    for log in logs {
      text.line("  \(log)")
      text.line("    \(description(of: log))")
    }
  }

  /// What is in a log, apart from what becomes of it.
  private func description(of log: TransactionLog) -> String {
    guard log.size > 0 else { return "0 bytes" }
    var parts = ["\(grouped(log.size)) bytes"]
    switch log.format {
    case .dirtyVector?: parts.append("format before Windows 8.1")
    case .entries?:
      parts.append("format since Windows 8.1")
      if let first = log.firstSequence, let last = log.lastSequence {
        parts.append(
          log.entryCount == 1
            ? "1 sound entry, \(first)"
            : "\(grouped(log.entryCount)) sound entries, \(first) to \(last)")
      }
    case nil: parts.append("no known format")
    }
    if let header = log.header {
      parts.append("sequence numbers \(header.primarySequence) and \(header.secondarySequence)")
    }
    return parts.joined(separator: "; ")
  }

  private func writeChanges(to text: inout TextReport) {
    guard state?.conclusion == .recoverable, hive != nil else { return }
    text.section("What the logs change")
    guard let changes else {
      return text.line("  Without them, no key of the file can be read.")
    }
    text.table([.left, .right, .right, .right]) { rows in
      rows.append(["", "added", "changed", "removed"])
      rows.append([
        "keys", grouped(changes.keysAdded), grouped(changes.keysChanged),
        grouped(changes.keysRemoved),
      ])
      rows.append([
        "values", grouped(changes.valuesAdded), grouped(changes.valuesChanged),
        grouped(changes.valuesRemoved),
      ])
    }
  }

  private func writeHive(to text: inout TextReport) {
    text.section(state == nil ? "The file" : "The hive")
    text.table([.left, .left]) { rows in
      if let hive {
        rows.append(["kind", hive.kind.rawValue])
        rows.append(["root key", hive.root.name.visible])
        rows.append(["libhivex", hive.isOpenedByLibhivex() ? "opens the hive" : "refuses the hive"])
      } else if state != nil, let failure {
        rows.append(["keys", failure.reason])
      }
      rows.append(["file", "\(grouped(summary.fileSize)) bytes"])
      guard state != nil else { return }
      if let header = summary.header {
        rows.append(["bins", "\(grouped(Int(header.binsSize))) bytes, \(binsRemark)"])
      } else {
        rows.append(["bins", "\(grouped(summary.readableBinsSize)) bytes can be read"])
      }
      if let recovery = state?.recovery {
        rows.append([
          "after replay",
          "\(grouped(recovery.fileSize)) bytes, bins \(grouped(Int(recovery.binsSize))) bytes, "
            + "sequence number \(recovery.sequence)",
        ])
      }
    }
  }

  /// How the size of the bins fits the file.
  private var binsRemark: String {
    let behind = bytesBehindBins ?? 0
    let readable = summary.readableBinsSize
    let place =
      behind < 0
      ? "\(grouped(-behind)) more than the file has"
      : behind == 0 ? "to the end of the file" : "with \(grouped(behind)) bytes after them"
    guard let header = summary.header, readable < Int(header.binsSize) else { return place }
    return place + "; only the first \(grouped(readable)) follow one another"
  }
}

// MARK: - The base block

extension InfoReport {
  private func writeHeader(to text: inout TextReport) {
    guard let header = summary.header else { return }
    text.section(state == nil ? "The log's copy of the base block" : "Base block, as in the file")
    text.table([.left, .left]) { rows in
      rows.append([
        "sequence numbers", "\(header.primarySequence) begun, \(header.secondarySequence) finished",
      ])
      rows.append(["checksum", checksum(of: header)])
      rows.append(["file type", fileType(of: header)])
      rows.append(["version", header.version])
      rows.append(["file name", header.fileName.isEmpty ? "none" : header.fileName.visible])
      rows.append([
        "last written", time(header.lastWritten) + " (not updated since Windows 8.1)",
      ])
      rows.append(["reorganized", reorganized(header)])
      if header.isMarkedOffline {
        rows.append([
          "saved offline",
          (header.savedOffline?.description ?? "time not recorded")
            + " (OfRg; also in hives that began as part of an installation image)",
        ])
      }
      rows.append(["flags", flags(header.flags)])
      let ids = [
        ("resource manager", header.resourceManagerID), ("transaction log", header.logID),
        ("transaction manager", header.transactionManagerID),
      ]
      for (name, id) in ids {
        if let id { rows.append([name, "{\(id)}"]) }
      }
    }
  }

  private func checksum(of header: HiveHeader) -> String {
    header.isChecksumValid
      ? "\(paddedHex(header.storedChecksum)), right"
      : "\(paddedHex(header.storedChecksum)), wrong: \(paddedHex(header.computedChecksum)) is"
        + " right"
  }

  private func fileType(of header: HiveHeader) -> String {
    let name =
      switch header.fileType {
      case .hive: "hive"
      case .dirtyVectorLog: "log, format before Windows 8.1"
      case .entriesLog: "log, format since Windows 8.1"
      case .unknown: "unknown"
      }
    return "\(header.rawFileType): \(name)"
  }

  private func time(_ time: FileTime) -> String {
    time.rawValue == 0 ? "never" : time.description
  }

  private func reorganized(_ header: HiveHeader) -> String {
    let kind =
      switch header.reorganization {
      case .defragmented: "defragmented"
      case .accessHistoryCleared: "access history cleared"
      case nil: ""
      }
    guard let time = header.lastReorganized else {
      return kind.isEmpty ? "never" : "never; to be \(kind) next"
    }
    return time.description + (kind.isEmpty ? "" : ": \(kind)")
  }

  private func flags(_ flags: UInt32) -> String {
    var names: [String] = []
    if flags & 1 != 0 { names.append("transactions pending (no sign of a crash)") }
    if flags & 2 != 0 { names.append("defragmented, or layered keys allowed") }
    return paddedHex(flags) + (names.isEmpty ? "" : ": " + names.joined(separator: "; "))
  }
}
