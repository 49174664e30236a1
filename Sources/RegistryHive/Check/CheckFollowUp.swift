// SPDX-License-Identifier: MIT

/// What to look at next after a finding, for which the libraries of this package have an answer.
///
/// How users get at it differs between programs, so that the advice of a finding does not say it.
public enum CheckFollowUp: Sendable, Hashable, CaseIterable {
  /// Everything that is wrong with the structure of a hive.
  case damage
  /// Keys and values that are in the hive's cells although no key or list leads to them.
  case deletedRecords
  /// What each transaction log of the hive holds, and what is wrong with it.
  case transactionLogs
  /// A clean copy of the hive, with its transaction logs replayed.
  case recovery
  /// The events that the finding is about.
  case events
  /// The programs that had users' registries open at log-off, as event logs name them.
  case openHandles
  /// The log-offs since a change, and whether something went wrong at them.
  case logOffsSince
  /// What takes up the space in the hives that the finding is about.
  case size
  /// The registry size limit of the machine, and what its hives take up of it.
  case sizeLimit
  /// What fills one hive, and what it gained since an earlier copy.
  case growth
}
