// SPDX-License-Identifier: MIT

public import WindowsTypes

/// A log-off as the operational log of the User Profiles Service has it: from the notification to
/// the end of its processing, which says how long it took and not whether it worked.
public struct LogOffSpan: Sendable, Hashable {
  /// The event that the processing ended with.
  public let end: ProfileEvent
  /// When the service was notified.
  public let began: FileTime

  /// The user who logged off; nil where the record names none.
  public var user: SecurityIdentifier? { end.subject }
  /// When the processing ended.
  public var ended: FileTime { end.record.time }
  /// How long it took, in units of 100 ns.
  public var ticks: UInt64 { ended.rawValue - began.rawValue }

  private struct Session: Hashable {
    let host: String
    let user: SecurityIdentifier?
    let session: Int?
  }

  /// The log-offs of some events, oldest first.
  ///
  /// A notification belongs to the next end for the same user and session on the same machine.
  ///
  /// - Parameter events: The events, oldest first.
  /// - Returns: The log-offs of which both events are there.
  public static func all(in events: some Sequence<ProfileEvent>) -> [LogOffSpan] {
    var begun: [Session: FileTime] = [:]
    var spans: [LogOffSpan] = []
    for event in events {
      let session = Session(
        host: event.record.host, user: event.subject, session: event.session)
      switch event.kind {
      case .logOffBegan: begun[session] = event.record.time
      case .logOffEnded:
        if let began = begun.removeValue(forKey: session), began <= event.record.time {
          spans.append(LogOffSpan(end: event, began: began))
        }
      // A crash leaves a log-off without an end: the next log-on is not part of it.
      case .logOnBegan: begun[session] = nil
      default: break
      }
    }
    return spans
  }
}
