// SPDX-License-Identifier: MIT

// What a plan says, as plain sentences.

extension ReplayPlan {
  /// The conclusion in one sentence.
  package var sentence: String {
    switch conclusion {
    case .clean:
      return "The hive is clean."
    case .recoverable:
      var text = "The hive is dirty (\(reasonsText)) and recoverable: "
      text += order.map { logs[$0].appliedText }.joined(separator: ", then ")
      if let index = baseBlockLog {
        text += "; the base block comes from \(logs[index].log.name)"
      }
      if let header, let before = validBaseBlock?.binsSize, header.binsSize != before {
        text += "; the bins change from \(before) to \(header.binsSize) bytes"
      }
      return text + (isComplete ? "." : "; what was changed after that is lost.")
    case .unrecoverable(let obstacle):
      let text = "The hive is dirty (\(reasonsText)) and not recoverable: "
      switch obstacle {
      case .noLogs:
        return text + "there is no transaction log"
          + (logs.isEmpty ? "." : " that is not empty.")
      case .noLogFits:
        return text + "no transaction log can be used (" + refusalsText + ")."
      case .notAHive(let fault):
        return text + "the bins are damaged as well (\(fault))."
      }
    }
  }

  /// What a reader of the hive must know of its logs, as one line; nil where the hive is clean.
  package var note: String? {
    switch conclusion {
    case .clean:
      return nil
    case .recoverable:
      let applied = order.map { logs[$0].appliedText }.joined(separator: ", then ")
      let rest = isComplete ? "" : "; what was changed after that is lost: \(stopsText)"
      return "dirty; replayed in memory: \(applied)\(rest)"
    case .unrecoverable(.noLogs) where hasNoBaseBlock:
      return "its base block is lost: whether it was dirty is not known, and no transaction log is "
        + "there"
    case .unrecoverable(.noLogs):
      return "dirty, and no transaction log is there: read as it is, without its newest changes"
    case .unrecoverable(.noLogFits):
      return "dirty, and no transaction log can be used: read as it is (\(refusalsText))"
    case .unrecoverable(.notAHive):
      return "dirty, and the bins are damaged as well: read as it is"
    }
  }

  private var hasNoBaseBlock: Bool {
    dirtyReasons.contains { if case .unreadable = $0 { true } else { false } }
  }

  private var stopsText: String {
    logs.compactMap { report in report.stop.map { "\(report.log.name): \($0)" } }
      .joined(separator: "; ")
  }

  private var refusalsText: String {
    let reasons = logs.compactMap { report in
      if case .refused(let fault) = report.verdict {
        "\(report.log.name): \(fault)"
      } else {
        nil
      }
    }
    return reasons.joined(separator: "; ")
  }

  private var reasonsText: String {
    dirtyReasons.map(\.description).joined(separator: ", ")
  }
}

extension ReplayPlan.DirtyReason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .sequences(let primary, let secondary):
      "sequence numbers \(primary) and \(secondary) differ"
    case .checksum(let stored, let computed):
      "the base block's checksum is \(hex(stored)) instead of \(hex(computed))"
    case .unreadable(let error):
      "there is no base block: \(error)"
    }
  }
}

extension ReplayPlan.LogReport {
  /// What becomes of the log, in one sentence that begins with its name.
  package var sentence: String {
    switch verdict {
    case .empty: "\(log.name) is empty."
    case .applied:
      "\(log.name) is used: \(amountText)"
        + (stop.map { "; it is damaged \($0)." } ?? ".")
    case .refused(let fault): "\(log.name) cannot be used: \(fault)."
    case .notNeeded: "\(log.name) is not needed, since the hive is clean."
    case .passedOver: "\(log.name) is not used, since another log is."
    }
  }

  var appliedText: String { "\(amountText) from \(log.name)" }

  /// How much of the log is applied.
  private var amountText: String {
    guard log.format == .entries, let sequences = appliedSequences else {
      let pages = appliedBytes / LogDirtyVector.pageSize
      return "\(pages) page\(pages == 1 ? "" : "s") of 512 bytes"
    }
    return appliedEntries == 1
      ? "1 entry (\(sequences.first))"
      : "\(appliedEntries) entries (\(sequences.first) to \(sequences.last))"
  }
}
