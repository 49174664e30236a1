// SPDX-License-Identifier: MIT

/// One run of bytes that replay copies from a log into the hive.
package struct ReplayWrite: Sendable, Hashable {
  /// Which of the plan's logs the bytes come from.
  package let log: Int
  /// Where they begin in the log.
  package let source: Int
  /// Where they go in the hive, as a file offset.
  package let target: Int
  package var length: Int

  /// Just after the bytes in the hive.
  package var targetEnd: Int { target + length }
}

/// What replaying transaction logs into a hive would do, found out before anything is done.
///
/// Making a plan reads the hive and the logs and changes nothing; ``apply(to:)`` carries it out on
/// a copy of the hive. A plan keeps offsets into the logs, never copies of their pages.
///
/// The rules are those of the regf specification (M. Suhanov, "Windows registry file format
/// specification": "Format of transaction log files", "Dirty state of a hive", "Multiple
/// transaction log files"). Where Windows versions differ, the rules of Windows 8 and later hold,
/// and ``remarks`` say what an earlier one would have done.
package struct ReplayPlan: Sendable {
  /// Why a hive counts as dirty.
  package enum DirtyReason: Sendable, Hashable {
    /// The last write operation on the hive's file did not finish.
    case sequences(primary: UInt32, secondary: UInt32)
    /// The base block is damaged.
    case checksum(stored: UInt32, computed: UInt32)
    /// There is no base block.
    case unreadable(FormatError)
  }

  /// Why a dirty hive cannot be recovered.
  package enum Obstacle: Sendable, Hashable {
    /// No log was given that has any bytes.
    case noLogs
    /// Each log was refused; its report says why.
    case noLogFits
    /// The hive lacks more than logs restore: what follows the base block is not a bin either.
    case notAHive(FormatError)
  }

  package enum Conclusion: Sendable, Hashable {
    /// Nothing to do; logs are not looked into for what they would add.
    case clean
    case recoverable
    case unrecoverable(Obstacle)
  }

  /// What a plan says of one log.
  package enum Verdict: Sendable, Hashable {
    /// The file has no bytes.
    case empty
    /// The log is used, as far as it is sound.
    case applied
    /// The log is damaged, or does not fit the hive; the offset is one in the log.
    case refused(FormatError)
    /// The hive is clean.
    case notNeeded
    /// Another log, the one with this index, is used instead.
    case passedOver(for: Int)
  }

  /// One log's part in a plan.
  package struct LogReport: Sendable {
    package let log: LogFile
    package internal(set) var verdict: Verdict
    /// How many of its entries are applied; a log with a dirty vector counts as one.
    package internal(set) var appliedEntries = 0
    /// The sequence numbers of the first and the last entry applied.
    package internal(set) var appliedSequences: (first: UInt32, last: UInt32)?
    /// How many bytes of the hive they write, pages written again counted again.
    package internal(set) var appliedBytes = 0
    /// The damage that ends the use of the log; the offset is one in the log.
    package internal(set) var stop: FormatError?
  }

  /// What is not used of a log, because of what the hive would be after it.
  package struct LogCut: Sendable {
    /// Which of the plan's logs it is.
    package let log: Int
    /// How many of its entries are used, from the first on.
    package let entries: Int
    /// Why the others are not.
    package let fault: FormatError
  }

  /// The hive as it is in its file.
  package let primary: HiveImage
  /// The hive's base block as it is in its file; nil when there is none.
  package let baseBlock: BaseBlock?
  /// Why the hive is dirty; empty when it is clean.
  package let dirtyReasons: [DirtyReason]
  /// The logs, in the order in which they were given.
  package internal(set) var logs: [LogReport]
  /// What is not used of them because the caller wants so.
  package let cuts: [LogCut]
  package internal(set) var conclusion: Conclusion
  /// The writes to carry out, in order.
  package internal(set) var writes: [ReplayWrite] = []
  /// The fields of the base block that replay sets; nil when nothing is replayed.
  package internal(set) var header: CleanBaseBlockFields?
  /// The log that the base block is taken from, when the hive's own is damaged.
  package internal(set) var baseBlockLog: Int?
  /// The size in bytes of the file after replay.
  package internal(set) var resultingSize: Int
  /// Whether all changes that the logs report are restored; false when damage cuts them short.
  package internal(set) var isComplete = true
  /// What else a reader should know, as sentences.
  package internal(set) var remarks: [String] = []

  /// Whether the hive is dirty.
  package var isDirty: Bool { !dirtyReasons.isEmpty }
  /// How many log entries are applied; a log with a dirty vector counts as one.
  package var appliedEntries: Int { logs.reduce(0) { $0 + $1.appliedEntries } }
  /// The indices of the logs that are used, in the order of their use.
  package internal(set) var order: [Int] = []
}

// MARK: - Making a plan

extension ReplayPlan {
  /// Finds out what replaying logs into a hive would do.
  ///
  /// The work is bounded by the sizes of the files, and so is the resulting size: by the hive's
  /// own and what the logs hold.
  ///
  /// - Parameters:
  ///   - primary: The hive's file.
  ///   - logs: The logs, in the order of their names: `.LOG`, `.LOG1`, `.LOG2`. In the format
  ///     before Windows 8.1 the first log that fits is used.
  ///   - cuts: What not to use of the logs.
  package init(primary: HiveImage, logs: [LogFile], cuts: [LogCut] = []) {
    self.primary = primary
    self.cuts = cuts
    resultingSize = primary.count
    self.logs = logs.map { log in
      let verdict: Verdict =
        if log.isEmpty { .empty } else if let fault = log.fault { .refused(fault) } else {
          .notNeeded
        }
      return LogReport(log: log, verdict: verdict)
    }
    var reasons: [DirtyReason] = []
    var baseBlock: BaseBlock?
    do throws(FormatError) {
      let block = try BaseBlock(parsing: primary)
      if !block.isChecksumValid {
        reasons.append(
          .checksum(stored: block.storedChecksum, computed: block.computedChecksum))
      }
      if block.primarySequence != block.secondarySequence {
        reasons.append(
          .sequences(primary: block.primarySequence, secondary: block.secondarySequence))
      }
      baseBlock = block
    } catch {
      reasons.append(.unreadable(error))
    }
    self.baseBlock = baseBlock
    dirtyReasons = reasons
    conclusion = .clean
    for cut in cuts where cut.entries == 0 && self.logs.indices.contains(cut.log) {
      self.logs[cut.log].verdict = .refused(cut.fault)
      self.logs[cut.log].stop = cut.fault
    }
    if isDirty { conclude() }
  }

  /// What not to use of a log; nil where all of it may be used.
  func cut(of log: Int) -> LogCut? { cuts.last { $0.log == log } }

  /// What to leave aside for no more than the first entries to be used.
  ///
  /// - Parameters:
  ///   - count: How many entries are to be used.
  ///   - fault: Why the others are not.
  /// - Returns: What the plan is to be made again without; nil where it has no more entries.
  package func cut(after count: Int, because fault: FormatError) -> LogCut? {
    var rest = count
    for index in order {
      guard rest >= logs[index].appliedEntries else {
        let offset = rest == 0 ? 0 : logs[index].log.entryOffsets[rest]
        return LogCut(
          log: index, entries: rest,
          fault: FormatError(
            fault.code, at: offset, expected: fault.expected, found: fault.found))
      }
      rest -= logs[index].appliedEntries
    }
    return nil
  }

  /// Chooses logs for a dirty hive and lists what they write.
  private mutating func conclude() {
    guard logs.contains(where: { !$0.log.isEmpty }) else {
      conclusion = .unrecoverable(.noLogs)
      return
    }
    // Newer Windows versions leave logs of the older format alone when they have both.
    planEntries()
    if order.isEmpty { planDirtyVector() }
    guard !order.isEmpty else {
      conclusion = .unrecoverable(.noLogFits)
      return
    }
    for index in logs.indices where logs[index].verdict == .notNeeded {
      logs[index].verdict = .passedOver(for: order[0])
    }
    if validBaseBlock == nil, let fault = firstBinFault() {
      discard(
        FormatError(
          .logBin, at: 0, expected: "the first bin, which the hive lacks", found: "none"))
      conclusion = .unrecoverable(.notAHive(fault))
      return
    }
    if !cuts.isEmpty { isComplete = false }
    conclusion = .recoverable
  }

  /// The hive's own base block, unless it is damaged.
  var validBaseBlock: BaseBlock? {
    baseBlock.flatMap { $0.isChecksumValid ? $0 : nil }
  }

  /// What is wrong with the first bin after all writes, if anything; the offset is the hive's.
  private func firstBinFault() -> FormatError? {
    let place = BaseBlock.size
    var image = primary
    var offset = place
    if let write = writes.last(where: { $0.target <= place && place < $0.targetEnd }) {
      image = logs[write.log].log.image
      offset = write.source + place - write.target
    }
    guard let found = try? image.bytes(at: offset, count: 4) else {
      return FormatError(
        .binSignature, at: place, expected: "the signature \"hbin\"",
        found: "the end of the file at \(hex(image.count))")
    }
    guard found.elementsEqual("hbin".utf8) else {
      return FormatError(
        .binSignature, at: place, expected: "the signature \"hbin\"",
        found: describeSignature(found))
    }
    return nil
  }

  /// Leaves the logs aside that were to be used.
  ///
  /// - Parameter fault: Why they are not.
  package mutating func leaveAside(_ fault: FormatError) {
    discard(fault)
    conclusion = .unrecoverable(.noLogFits)
  }

  /// Gives up everything planned.
  private mutating func discard(_ fault: FormatError) {
    writes = []
    header = nil
    baseBlockLog = nil
    resultingSize = primary.count
    remarks = []
    order = []
    isComplete = true
    for index in logs.indices {
      switch logs[index].verdict {
      case .applied, .passedOver:
        logs[index] = LogReport(log: logs[index].log, verdict: .refused(fault))
      case .empty, .refused, .notNeeded: break
      }
    }
  }

  /// Whether bins of a size are there: in the file, planned before, or in these writes.
  ///
  /// A log that claims a growth which it does not fill is lying; the hive must not grow with it.
  func fills(binsSize: UInt32, with writes: [ReplayWrite]) -> Bool {
    let end = BaseBlock.size + Int(binsSize)
    let have = max(resultingSize, BaseBlock.size)
    guard end > have else { return true }
    var carried = 0
    for write in writes { carried += max(0, write.targetEnd - max(write.target, have)) }
    return carried >= end - have
  }
}
