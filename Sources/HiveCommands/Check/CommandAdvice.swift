// SPDX-License-Identifier: MIT

import RegistryHive

extension CheckResult {
  /// What to do, and the commands that show what to look at next.
  var commandAdvice: String {
    ([advice] + followUps.map(\.commandSentence)).joined(separator: " ")
  }
}

extension CheckFollowUp {
  /// Which command shows it, as a sentence.
  var commandSentence: String {
    switch self {
    case .damage: "'hive check' on the hive reports all that is wrong with it."
    case .deletedRecords: "'hive dump --deleted' shows keys and values that are still there."
    case .transactionLogs:
      "'hive info' shows what is in each log, and what is wrong with it."
    case .recovery: "'hive recover' writes the hive with them."
    case .events: "'hive events' lists its events."
    case .openHandles: "'hive events --handles' lists the programs that the event logs name."
    case .logOffsSince:
      "'hive check --since' with the time of the change shows what happened since."
    case .size: "'hive growth' shows what takes up the space."
    case .sizeLimit: "'hive growth' on the volume shows the limit and what uses the space."
    case .growth:
      "'hive growth' on the hive shows what fills it, and with --baseline what it gained since an "
        + "earlier copy."
    }
  }
}
