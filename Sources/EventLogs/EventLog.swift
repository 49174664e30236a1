// SPDX-License-Identifier: MIT

public import WindowsEvents

/// Where the records of an event log come from.
public protocol EventLog {
  /// The next record; nil at the end.
  mutating func next() -> EventRecord?
}
