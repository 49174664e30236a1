// SPDX-License-Identifier: MIT

// Choosing and applying a log in the format before Windows 8.1.
extension ReplayPlan {
  /// Plans the replay of the one log with a dirty vector that fits best.
  ///
  /// A log fits when it was written together with the hive's base block: both have the same time.
  /// Of two such logs the first is used. Without one, Windows 8 and later use a log that is newer
  /// than the hive (the newest of them here); a log older than the hive is never applied.
  mutating func planDirtyVector() {
    let sound = logs.indices.filter {
      logs[$0].log.dirtyVector != nil && logs[$0].verdict == .notNeeded
    }
    var newer: [Int] = []
    var matching: [Int] = []
    for index in sound {
      let time = logs[index].log.baseBlock?.lastWritten ?? 0
      if hiveTimes.contains(time) {
        matching.append(index)
      } else if let oldest = oldestTime, time < oldest {
        logs[index].verdict = .refused(
          FormatError(
            .logOlder, at: 12, expected: "the hive's time \(hex(oldest)) or a later one",
            found: hex(time)))
      } else {
        newer.append(index)
      }
    }
    newer.sort { time(of: $0) > time(of: $1) }
    for index in matching + newer {
      applyDirtyVector(of: index)
      guard logs[index].verdict == .applied else { continue }
      if logs.indices.contains(where: { $0 < index && logs[$0].log.baseBlock != nil }) {
        remarks.append(
          "Windows 7 before the update KB3140410, and earlier versions, would not use the second"
            + " log, \(logs[index].log.name), unless the hive's base block is damaged.")
      }
      return
    }
  }

  private func time(of index: Int) -> UInt64 { logs[index].log.baseBlock?.lastWritten ?? 0 }

  /// The times that mark a log as written together with the hive.
  ///
  /// The first bin repeats the base block's time. A damaged base block does not prove its time
  /// wrong, so it counts as well.
  private var hiveTimes: [UInt64] {
    if let base = validBaseBlock { return [base.lastWritten] }
    return [firstBinTime, baseBlock?.lastWritten].compactMap(\.self)
  }

  /// The time before which no log can hold anything that the hive lacks.
  private var oldestTime: UInt64? { validBaseBlock?.lastWritten ?? firstBinTime }

  private var firstBinTime: UInt64? {
    guard let signature = try? primary.uint32(at: BaseBlock.size), signature == Bin.signature else {
      return nil
    }
    return try? primary.uint64(at: BaseBlock.size + 20)
  }

  private mutating func applyDirtyVector(of index: Int) {
    let log = logs[index].log
    guard let own = log.baseBlock, let vector = log.dirtyVector else { return }
    do throws(FormatError) {
      var pages = try vector.writes(from: log.image, index: index)
      var binsSize = own.binsSize
      guard fills(binsSize: binsSize, with: pages) else {
        throw FormatError(
          .logBinsSize, at: 40, expected: "bins that the hive and this log fill",
          found: "\(binsSize) bytes")
      }
      if let fault = try firstBadBin(in: pages, of: log.image, binsSize: Int(binsSize)) {
        // Like Windows: what precedes the bad bin is applied, nothing after it.
        cut(&pages, at: fault.target)
        guard !pages.isEmpty else { throw fault.error }
        logs[index].stop = fault.error
        isComplete = false
        let whole = max(primary.count - BaseBlock.size, fault.target - BaseBlock.size)
        binsSize = UInt32(clamping: min(Int(binsSize), whole & ~(Bin.alignment - 1)))
      }
      writes = pages
      resultingSize = max(resultingSize, BaseBlock.size + Int(binsSize))
      let base = validBaseBlock
      if base == nil { baseBlockLog = index }
      var sequence = own.primarySequence
      // Before Windows Vista one counter served both files, and the hive's is ahead.
      if let base, sequence.precedes(base.primarySequence) { sequence = base.primarySequence }
      header = CleanBaseBlockFields(
        sequence: sequence, binsSize: binsSize, flags: (base ?? own).flags,
        lastWritten: own.lastWritten)
      logs[index].verdict = .applied
      logs[index].appliedEntries = 1
      logs[index].appliedSequences = (own.primarySequence, own.primarySequence)
      logs[index].appliedBytes = pages.reduce(0) { $0 + $1.length }
      order = [index]
    } catch {
      logs[index].verdict = .refused(error)
    }
  }

  /// Leaves out what is written at or behind a file offset of the hive.
  private func cut(_ pages: inout [ReplayWrite], at target: Int) {
    pages.removeAll { $0.target >= target }
    if let last = pages.last, last.targetEnd > target {
      pages[pages.count - 1].length = target - last.target
    }
  }

  /// The first bin whose header comes from the log and is none.
  private func firstBadBin(
    in pages: [ReplayWrite], of log: HiveImage, binsSize: Int
  ) throws(FormatError) -> (target: Int, error: FormatError)? {
    let end = BaseBlock.size + binsSize
    var next = 0
    var place = BaseBlock.size
    while place < end {
      while next < pages.count, pages[next].targetEnd <= place { next += 1 }
      let isLogged = next < pages.count && pages[next].target <= place
      let image = isLogged ? log : primary
      let offset = isLogged ? pages[next].source + place - pages[next].target : place
      // The hive's file may end before the log's bins do.
      guard offset <= image.count - 12 else {
        place += Bin.alignment
        continue
      }
      let signature = try image.uint32(at: offset)
      let ownOffset = Int(try image.uint32(at: offset + 4))
      let size = Int(try image.uint32(at: offset + 8))
      let isSound =
        signature == Bin.signature && ownOffset == place - BaseBlock.size
        && size >= Bin.alignment && size % Bin.alignment == 0
      guard isSound || !isLogged else {
        let found = describeSignature(try image.bytes(at: offset, count: 4))
        return (
          place,
          FormatError(
            .logBin, at: offset, expected: "the bin at \(hex(place)) of the hive",
            found: "\(found), a size of \(size)")
        )
      }
      // A damaged bin of the hive's own says nothing of where the next one begins.
      place += isSound ? size : Bin.alignment
    }
    return nil
  }
}
