// SPDX-License-Identifier: MIT

import RegistryHive

/// What can be found out about a file.
struct InfoReport {
  let path: String
  /// The machine that the file is from; nil where that has no name, or the file was named.
  let machine: String?
  let summary: HiveFileSummary
  /// The hive after replay; nil where it cannot be opened.
  let hive: Hive?
  /// Why the hive cannot be opened.
  let failure: HiveError?
  /// What replay changes; nil where there is none, or where the file cannot be read without it.
  let changes: ChangeCounts?

  /// Examines a file, and opens it where it is a hive.
  init(_ input: InputHive, logs: TransactionLogSource) throws(HiveError) {
    path = input.path
    machine = input.machine
    let path = StandardInput.place(of: input.path)
    summary = try HiveFileSummary(path: path, logs: logs)
    do throws(HiveError) {
      hive = try Hive(path: path, logs: logs)
      failure = nil
    } catch {
      hive = nil
      failure = error
    }
    if let hive, hive.state.conclusion == .recoverable,
      let original = try? Hive(path: path, logs: .none)
    {
      changes = HiveComparison(from: original, to: hive).counts()
    } else {
      changes = nil
    }
  }

  /// Whether the file is complete; nil for a log.
  var state: HiveState? {
    guard case .hive(let state) = summary.content else { return nil }
    // Only who reads the keys finds out that logs leave none of them.
    if state.conclusion == .recoverable, let hive,
      hive.state.conclusion != .recoverable || hive.state.leavesEntriesAside
    {
      return hive.state
    }
    return state
  }

  /// The logs of the hive, or the log itself.
  var logs: [TransactionLog] {
    switch summary.content {
    case .hive: state?.logs ?? []
    case .log(let log): [log]
    }
  }

  /// After the bins that the header counts, how many bytes the file has; negative where it has
  /// too few.
  var bytesBehindBins: Int? {
    summary.header.map { summary.fileSize - 4096 - Int($0.binsSize) }
  }
}
