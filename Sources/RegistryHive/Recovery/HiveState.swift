// SPDX-License-Identifier: MIT

package import HiveFormat

/// Whether a hive's file is complete, and if not, what its transaction logs can do for it.
///
/// Windows writes changes to a log first and to the hive later. A hive is *dirty* when its header
/// says that a write began and did not end, or when the header itself is damaged; then its newest
/// changes are in the logs. A clean hive needs no log, even where one beside it holds entries.
///
/// Finding this out changes nothing and does not need the hive's keys. See also
/// ``HiveFileSummary``, which does it for files that cannot be opened as ``Hive``.
///
/// Source: the description of the format by M. Suhanov, <https://github.com/msuhanov/regf>.
public struct HiveState: Sendable {
  /// What it comes to.
  public enum Conclusion: String, Sendable, Hashable, CaseIterable {
    /// The file is complete.
    case clean
    /// The file is dirty, and logs supply what it lacks: a ``Hive`` opened with them shows the
    /// keys as they are after replay.
    case recoverable
    /// The file is dirty, and no log can be used: keys are read as the file has them.
    case unrecoverable
    /// The file is dirty, and its logs were left aside because the caller asked for that.
    case logsIgnored = "logs-ignored"
  }

  /// A reason for what a state is.
  public struct Reason: Sendable, Hashable, CustomStringConvertible {
    /// A stable identifier for scripts.
    public let id: String
    /// The reason in words.
    public let description: String
  }

  package let plan: ReplayPlan
  private let ignoresLogs: Bool

  package init(_ plan: ReplayPlan, ignoringLogs: Bool = false) {
    self.plan = plan
    ignoresLogs = ignoringLogs
  }

  /// What it comes to.
  public var conclusion: Conclusion {
    switch plan.conclusion {
    case .clean: .clean
    case .recoverable: .recoverable
    case .unrecoverable: ignoresLogs ? .logsIgnored : .unrecoverable
    }
  }

  /// Whether entries of logs are left aside, because keys could not be read after them.
  package var leavesEntriesAside: Bool { !plan.cuts.isEmpty }

  /// Whether the file is dirty.
  public var isDirty: Bool { plan.isDirty }

  /// Why the file is dirty: `sequence-numbers`, `checksum`, `no-base-block`; empty where it is
  /// clean.
  public var dirtyReasons: [Reason] {
    plan.dirtyReasons.map { reason in
      let id =
        switch reason {
        case .sequences: "sequence-numbers"
        case .checksum: "checksum"
        case .unreadable: "no-base-block"
        }
      return Reason(id: id, description: reason.description)
    }
  }

  /// Why a dirty hive cannot be recovered: `no-logs`, `no-log-fits`, `bins-damaged`; nil for others.
  ///
  /// Why a log does not fit is given by its ``TransactionLog/reason``.
  public var obstacle: Reason? {
    guard conclusion == .unrecoverable, case .unrecoverable(let obstacle) = plan.conclusion else {
      return nil
    }
    return switch obstacle {
    case .noLogs: Reason(id: "no-logs", description: "there is no transaction log with content")
    case .noLogFits: Reason(id: "no-log-fits", description: "no transaction log can be used")
    case .notAHive(let fault):
      Reason(id: "bins-damaged", description: "the bins are damaged as well: \(fault)")
    }
  }

  /// The logs that were found or named, in the order of their names.
  public var logs: [TransactionLog] { plan.logs.map { TransactionLog($0) } }

  /// Whether replay restores all changes that the logs report; false where damage cuts them short.
  public var isComplete: Bool { plan.isComplete }

  /// What replay makes of the file; nil where nothing is replayed.
  public var recovery: Recovery? {
    guard let header = plan.header else { return nil }
    return Recovery(
      logNames: plan.order.map { plan.logs[$0].log.name }, entryCount: plan.appliedEntries,
      sequence: header.sequence, binsSize: header.binsSize, fileSize: plan.resultingSize,
      headerLogName: plan.baseBlockLog.map { plan.logs[$0].log.name })
  }

  /// What else a reader of the hive should know, as sentences: what other versions of Windows
  /// would have done.
  public var remarks: [String] { plan.remarks }
}

extension HiveState {
  /// What replay makes of a dirty hive.
  public struct Recovery: Sendable, Hashable {
    /// The logs that are used, in the order of their use.
    public let logNames: [String]
    /// How many log entries are applied; a log with a dirty vector counts as one.
    public let entryCount: Int
    /// Both sequence numbers afterwards.
    public let sequence: UInt32
    /// The size of all bins together in bytes afterwards.
    public let binsSize: UInt32
    /// The size of the file in bytes afterwards.
    public let fileSize: Int
    /// The log that the header is taken from, where the hive's own is damaged.
    public let headerLogName: String?
  }
}

extension HiveState {
  /// What a reader of the hive must know of its logs, as one line that begins in lower case; nil
  /// where the hive is clean.
  public var note: String? {
    conclusion == .logsIgnored
      ? "dirty; read without its transaction logs, as requested" : plan.note
  }
}

extension HiveState: CustomStringConvertible {
  /// The conclusion and its reasons in one sentence.
  public var description: String {
    guard conclusion == .logsIgnored else { return plan.sentence }
    let reasons = dirtyReasons.map(\.description).joined(separator: ", ")
    return "The hive is dirty (\(reasons)); its transaction logs were not used, as requested."
  }
}
