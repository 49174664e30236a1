// SPDX-License-Identifier: MIT

public import WindowsTypes

/// What makes a record the same in every copy of its log: the live one, an archive, a shadow copy,
/// an export, or the log of a machine that collects the events of others.
public struct EventIdentity: Sendable, Hashable {
  /// The machine that wrote it, as ``EventRecord/host`` has it.
  public let host: String
  /// The provider, in lower case.
  public let provider: String
  /// The number of the event.
  public let event: Int
  /// The number of the record in the log that it was written to.
  public let record: UInt64
  /// When it was written.
  public let time: FileTime
}

extension EventRecord {
  /// What makes the record the same in every copy of its log.
  public var identity: EventIdentity {
    EventIdentity(
      host: host, provider: provider.lowercased(), event: event, record: number, time: time)
  }

  /// The machine that wrote the record, without its domain and in upper case: `PC1` for
  /// `pc1.contoso.com`; empty where the record names none.
  public var host: String { Self.host(of: computer) }

  /// Whether a machine of this name wrote the record; false where the record names none.
  ///
  /// Records hold the name of the host, with its domain where it has one. The registry's
  /// `ComputerName` is the NetBIOS name, which is the same cut to 15 characters.
  public func isFrom(machine name: String) -> Bool { Self.isSame(host: host, name) }

  /// Whether a host, as ``host`` has it, and a computer's name are the same; false where one is
  /// empty.
  package static func isSame(host: String, _ name: String) -> Bool {
    let wanted = Self.host(of: name)
    guard !host.isEmpty, !wanted.isEmpty else { return false }
    return host == wanted || host.count > 15 && wanted == host.prefix(15)
      || wanted.count > 15 && host == wanted.prefix(15)
  }

  private static func host(of name: String) -> String {
    let name = name.trimmed
    // An address is not a name with a domain.
    guard !name.allSatisfy({ $0.isNumber || $0 == "." }) else { return String(name) }
    return name.prefix { $0 != "." }.uppercased()
  }
}

extension ProfileEvent {
  /// The events of several logs in one list, oldest first, each once.
  ///
  /// Of the copies of one record, the first by the name of the log is kept, and one that the log's
  /// own lists lead to before one that was recovered.
  public static func merged(_ events: some Sequence<ProfileEvent>) -> [ProfileEvent] {
    var places: [EventIdentity: Int] = [:]
    var kept: [ProfileEvent] = []
    let ordered = events.sorted { first, second in
      (first.record.time, first.record.log, first.record.number)
        < (second.record.time, second.record.log, second.record.number)
    }
    for event in ordered {
      let identity = event.record.identity
      guard let place = places[identity] else {
        places[identity] = kept.count
        kept.append(event)
        continue
      }
      if kept[place].record.isRecovered, !event.record.isRecovered { kept[place] = event }
    }
    return kept
  }
}
