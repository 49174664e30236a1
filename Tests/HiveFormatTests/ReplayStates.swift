// SPDX-License-Identifier: MIT

import HiveBuilder

/// States of one hive, as a writer might leave them one after the other.
///
/// In each the value `step` of `Software\Step` is the state's number, and each has `growth` values
/// more than the one before. `change` may put other things into a state's description.
func hiveStates(
  _ count: Int, growth: Int = 0, change: (inout HiveDescription, Int) -> Void = { _, _ in }
) -> [[UInt8]] {
  (0..<count).map { step in
    var hive = HiveDescription()
    hive["Software\\Step"].values = [.dword("step", UInt32(step))]
    hive["Software\\Filler"].values = (0..<(100 + growth * step)).map {
      .string("value \($0)", "the text of value \($0)")
    }
    change(&hive, step)
    return hive.build().bytes
  }
}

/// Entries that take a hive through states, one a step.
func logEntries(_ states: [[UInt8]], firstSequence: UInt32) -> [LogEntryDescription] {
  zip(states, states.dropFirst()).enumerated().map { index, step in
    LogEntryDescription(from: step.0, to: step.1, sequence: firstSequence &+ UInt32(index))
  }
}
