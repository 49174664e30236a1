// SPDX-License-Identifier: MIT

// Choosing and applying logs in the format since Windows 8.1.
extension ReplayPlan {
  /// Plans the replay of all logs with entries that fit.
  ///
  /// With a valid base block all logs take part, the one with the earliest entries first, and each
  /// continues where the one before it ended. Without one the base block comes from the log with
  /// the latest entries, and this log alone is applied.
  mutating func planEntries() {
    let candidates = fittingLogs()
    if let base = validBaseBlock {
      planChain(of: candidates, after: base.secondarySequence)
    } else {
      planLatest(of: candidates)
    }
  }

  /// The sound logs with entries; those that do not fit the hive are refused.
  private mutating func fittingLogs() -> [Int] {
    var fitting: [Int] = []
    for index in logs.indices
    where logs[index].log.format == .entries && logs[index].verdict == .notNeeded {
      if let fault = misfit(of: logs[index].log) {
        logs[index].verdict = .refused(fault)
      } else {
        fitting.append(index)
      }
    }
    return fitting
  }

  /// Plans the log with the latest entries, whose base block stands for the hive's damaged one.
  private mutating func planLatest(of candidates: [Int]) {
    guard let latest = latest(of: candidates) else { return }
    baseBlockLog = latest
    applyEntries(of: latest)
    if order.isEmpty { baseBlockLog = nil }
    for index in candidates where isBefore(index, latest) {
      remarks.append(
        "The entries in \(logs[index].log.name), which come before those in"
          + " \(logs[latest].log.name), are left out as Windows does when the base block is"
          + " damaged.")
    }
  }

  /// Plans the logs that continue each other, from the one that is closest to the hive.
  private mutating func planChain(of candidates: [Int], after secondary: UInt32) {
    // By their distance from the hive; of two equal logs the one given first is used.
    let ordered = candidates.map { index in
      (age: (logs[index].log.firstSequence ?? 0) &- secondary, index: index)
    }.sorted { ($0.age, $0.index) < ($1.age, $1.index) }.map(\.index)
    let lost = lostStart(after: secondary)
    var next: UInt32?
    for index in ordered {
      let first = logs[index].log.firstSequence ?? 0
      if next == nil, let lost, lost.sequence.precedes(first) {
        let what = cut(of: lost.log) == nil ? "lost" : "left aside"
        refuse(index, expected: lost.sequence, note: " (\(what) in \(logs[lost.log].log.name))")
        continue
      }
      if let next, first != next {
        refuse(index, expected: next)
        continue
      }
      applyEntries(of: index)
      if let last = logs[index].appliedSequences?.last { next = last &+ 1 }
    }
    guard let next else { return }
    // Damage at the end of a log does no harm when the next log continues from there.
    isComplete = order.allSatisfy { index in
      logs[index].stop == nil || logs[index].appliedSequences?.last != next &- 1
    }
    if ordered.contains(where: { isAhead($0, of: next) }) { isComplete = false }
  }

  /// Why a log cannot be applied to this hive, if so.
  private func misfit(of log: LogFile) -> FormatError? {
    guard let own = log.baseBlock, let first = log.firstSequence else { return nil }
    if let base = validBaseBlock, own.primarySequence.precedes(base.secondarySequence) {
      return FormatError(
        .logOlder, at: 4, expected: "a sequence number of \(base.secondarySequence) or later",
        found: "\(own.primarySequence)")
    }
    guard first == own.primarySequence else {
      return FormatError(
        .logGap, at: BaseBlock.sectorSize + 12, expected: "entry \(own.primarySequence)",
        found: "entry \(first)")
    }
    return nil
  }

  /// The log that ends with the latest entry.
  private func latest(of candidates: [Int]) -> Int? {
    var latest: Int?
    for index in candidates {
      if let best = latest, let last = logs[index].log.lastSequence,
        let bestLast = logs[best].log.lastSequence, !bestLast.precedes(last)
      {
        continue
      }
      latest = index
    }
    return latest
  }

  /// Whether one log's entries end where another's begin.
  private func isBefore(_ index: Int, _ other: Int) -> Bool {
    guard let last = logs[index].log.lastSequence else { return false }
    return last &+ 1 == logs[other].log.firstSequence
  }

  /// The number of an entry that this hive needs and that is damaged, or left aside, at the start of
  /// a log.
  ///
  /// Later entries, from another log, would be applied over a hole.
  private func lostStart(after secondary: UInt32) -> (log: Int, sequence: UInt32)? {
    var lost: (log: Int, sequence: UInt32)?
    for index in logs.indices {
      let log = logs[index].log
      var isLost = cut(of: index)?.entries == 0
      if case .stopped? = log.end, log.entryOffsets.isEmpty { isLost = true }
      guard log.format == .entries, isLost, let own = log.baseBlock, own.isChecksumValid,
        !own.primarySequence.precedes(secondary)
      else { continue }
      if let earlier = lost, !own.primarySequence.precedes(earlier.sequence) { continue }
      lost = (index, own.primarySequence)
    }
    return lost
  }

  private mutating func refuse(_ index: Int, expected: UInt32, note: String = "") {
    logs[index].verdict = .refused(
      FormatError(
        .logGap, at: BaseBlock.sectorSize + 12, expected: "entry \(expected)\(note)",
        found: "entry \(logs[index].log.firstSequence ?? 0)"))
  }

  /// Whether a log that was refused for a gap has entries that the hive lacks.
  private func isAhead(_ index: Int, of next: UInt32) -> Bool {
    guard case .refused = logs[index].verdict, let last = logs[index].log.lastSequence else {
      return false
    }
    return !last.precedes(next)
  }

  /// Plans the entries of one log, up to its end or its first damage.
  private mutating func applyEntries(of index: Int) {
    let log = logs[index].log
    var stop: FormatError? = if case .stopped(let error)? = log.end { error } else { nil }
    var flags = (baseBlockLog == nil ? baseBlock : log.baseBlock)?.flags ?? 0
    if let header { flags = header.flags }
    do throws(FormatError) {
      let cut = cut(of: index)
      for (count, offset) in log.entryOffsets.enumerated() {
        if let cut, count == cut.entries { throw cut.fault }
        // The survey checked the hashes; here only the bytes are read again.
        let entry = try LogEntry(parsing: log.image, at: offset)
        let pages = try entry.writes(from: log.image, index: index)
        guard fills(binsSize: entry.binsSize, with: pages) else {
          throw FormatError(
            .logBinsSize, at: offset + 16,
            expected: "bins that the hive and this entry fill", found: "\(entry.binsSize) bytes")
        }
        writes += pages
        resultingSize = max(resultingSize, BaseBlock.size + Int(entry.binsSize))
        flags = flags & ~1 | entry.flags & 1
        header = CleanBaseBlockFields(
          sequence: entry.sequence, binsSize: entry.binsSize, flags: flags, lastWritten: nil)
        let first = logs[index].appliedSequences?.first ?? entry.sequence
        logs[index].appliedSequences = (first, entry.sequence)
        logs[index].appliedEntries += 1
        logs[index].appliedBytes += pages.reduce(0) { $0 + $1.length }
      }
    } catch {
      stop = error
    }
    logs[index].stop = stop
    if logs[index].appliedEntries > 0 {
      logs[index].verdict = .applied
      order.append(index)
    } else if let stop {
      logs[index].verdict = .refused(stop)
    }
    if stop != nil { isComplete = false }
  }
}
