// SPDX-License-Identifier: MIT

public import WindowsTypes

/// One record of a Windows event log, as it is stored: nothing of it comes from message files.
public struct EventRecord: Sendable, Hashable {
  /// When it was written.
  public var time: FileTime
  /// The name of the log's file, such as `Application.evtx`.
  public var log: String
  /// The number of the record in its log.
  public var number: UInt64
  /// Who wrote it, such as `Microsoft-Windows-User Profiles Service`.
  public var provider: String
  /// What happened, in the provider's own numbering: the lower 16 bits of the identifier, as the
  /// event viewer shows it.
  public var event: Int
  /// How serious the provider took it to be.
  public var level: EventLevel
  /// The name of the machine that it was written on.
  public var computer: String
  /// The account that it was written for; nil where the record names none.
  public var user: SecurityIdentifier?
  /// What the provider put into its message, in order.
  public var strings: [String]
  /// Whether it was found outside of what the log's own lists lead to, so that it may be old.
  public var isRecovered: Bool

  /// Makes a record.
  public init(
    time: FileTime, log: String, number: UInt64, provider: String, event: Int,
    level: EventLevel, computer: String = "", user: SecurityIdentifier? = nil,
    strings: [String] = [], isRecovered: Bool = false
  ) {
    self.time = time
    self.log = log
    self.number = number
    self.provider = provider
    self.event = event
    self.level = level
    self.computer = computer
    self.user = user
    self.strings = strings
    self.isRecovered = isRecovered
  }
}

/// How serious a provider took an event to be.
///
/// Windows changed the level of some events from one version to another: 1530 was a warning on
/// Windows 7 and is information on Windows 10. So no event should be left out by its level.
public enum EventLevel: String, Sendable, Hashable, CaseIterable {
  /// The program cannot go on.
  case critical
  /// Something failed.
  case error
  /// Something may fail later.
  case warning
  /// Something worked.
  case information
  /// Details for developers.
  case verbose
  /// An audited access was granted, in logs of Windows XP and Server 2003.
  case auditSuccess
  /// An audited access was refused, in logs of Windows XP and Server 2003.
  case auditFailure
  /// The record has a level of no known meaning.
  case unknown
}
