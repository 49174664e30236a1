// SPDX-License-Identifier: MIT

package import HiveFormat

/// A transaction log of a hive: what is in it, and what became of it.
///
/// Source: the description of the format by M. Suhanov, <https://github.com/msuhanov/regf>.
public struct TransactionLog: Sendable {
  /// How a log is laid out.
  public enum Format: String, Sendable, Hashable, CaseIterable {
    /// Before Windows 8.1: `DIRT`, a bit for each 512 bytes of the hive, and those that changed.
    case dirtyVector = "dirty-vector"
    /// Since Windows 8.1: `HvLE`, an entry for each flush, sealed by hashes.
    case entries
  }

  /// What becomes of a log.
  public enum Use: String, Sendable, Hashable, CaseIterable {
    /// The file has no bytes, as logs not in use have.
    case empty
    /// The log is replayed, as far as it is sound.
    case applied
    /// The log is damaged, or does not belong to this state of the hive.
    case refused
    /// The hive is clean: whatever is in the log is in the hive already, or is not to be.
    case notNeeded = "not-needed"
    /// Another log is used instead.
    case passedOver = "passed-over"
  }

  package let file: LogFile
  private let report: ReplayPlan.LogReport?

  /// A log that stands for itself, without a hive.
  package init(_ file: LogFile) {
    self.file = file
    report = nil
  }

  /// A log and its part in a plan.
  package init(_ report: ReplayPlan.LogReport) {
    file = report.log
    self.report = report
  }

  /// The file's name, without folders.
  public var name: String { file.name }
  /// The file's size in bytes.
  public var size: Int { file.image.count }
  /// The log's copy of the hive's header, as it was when the log was begun; nil where the file
  /// does not begin with one.
  public var header: HiveHeader? { file.baseBlock.map { HiveHeader($0) } }
  /// The layout; nil where it cannot be determined.
  public var format: Format? {
    switch file.format {
    case .dirtyVector?: .dirtyVector
    case .entries?: .entries
    case nil: nil
    }
  }

  /// How many entries are sound and follow one another; a sound log with a dirty vector counts as
  /// one.
  public var entryCount: Int { file.dirtyVector == nil ? file.entryOffsets.count : 1 }
  /// The first sound entry's sequence number; nil where there is none.
  public var firstSequence: UInt32? {
    file.dirtyVector == nil ? file.firstSequence : file.baseBlock?.primarySequence
  }
  /// The last sound entry's sequence number; nil where there is none.
  ///
  /// Numbers rise by one from entry to entry, and continue with 0 after 4,294,967,295.
  public var lastSequence: UInt32? {
    file.dirtyVector == nil ? file.lastSequence : file.baseBlock?.primarySequence
  }

  /// What becomes of the log; nil for one that was examined without a hive.
  public var use: Use? {
    switch report?.verdict {
    case .empty?: .empty
    case .applied?: .applied
    case .refused?: .refused
    case .notNeeded?: .notNeeded
    case .passedOver?: .passedOver
    case nil: nil
    }
  }

  /// How many entries are applied.
  public var appliedEntryCount: Int { report?.appliedEntries ?? 0 }
  /// How many bytes of the hive they write; bytes written twice count twice.
  public var appliedBytes: Int { report?.appliedBytes ?? 0 }

  /// Why the log is refused, or where damage ends what can be used of it; nil where it is sound.
  ///
  /// The offset is one in the log. Bytes after the last entry that are left of an earlier round
  /// are not damage.
  public var reason: Finding? {
    if case .refused(let fault)? = report?.verdict { return Finding(fault) }
    if let stop = report?.stop { return Finding(stop) }
    if let fault = file.fault { return Finding(fault) }
    if case .stopped(let fault)? = file.end { return Finding(fault) }
    return nil
  }
}

extension TransactionLog: CustomStringConvertible {
  /// What becomes of the log, or else what is in it, in one sentence that begins with its name.
  public var description: String {
    if let report { return report.sentence }
    let end = reason.map { "; damaged \($0)" } ?? ""
    guard let first = firstSequence, let last = lastSequence else { return "\(name)\(end)." }
    if let vector = file.dirtyVector {
      return "\(name) has \(vector.pageCount) pages of 512 bytes for the hive\(end)."
    }
    return entryCount == 1
      ? "\(name) has 1 entry (\(first))\(end)."
      : "\(name) has \(entryCount) entries (\(first) to \(last))\(end)."
  }
}
