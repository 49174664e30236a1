// SPDX-License-Identifier: MIT

public import WindowsEvents

/// The events of a collection, given to the machines that wrote them.
///
/// Logs often lie apart from the hives of their machine: in a folder of logs, or in the log of a
/// machine that collects the events of others. Each record names the computer that wrote it.
public struct CollectedEvents: Sendable {
  /// What the logs of one machine's folders hold.
  public struct Logs: Sendable {
    /// The events, in any order.
    public var events: [ProfileEvent]
    /// From when to when the logs speak.
    public var reach: [LogReach]

    /// Makes a machine's logs.
    public init(events: [ProfileEvent] = [], reach: [LogReach] = []) {
      self.events = events
      self.reach = reach
    }
  }

  /// The events of each machine, in the order of the machines.
  public let logs: [Logs]

  /// Gives events to machines.
  ///
  /// An event stays with the machine in whose folders it was found, unless the computer that it
  /// names is another machine of the collection, and not this one.
  ///
  /// - Parameters:
  ///   - found: What the logs in each machine's folders hold, in the order of the machines.
  ///   - machines: The machines.
  public init(_ found: [Logs], of machines: [Machine]) {
    var logs = found
    for index in machines.indices where index < found.count {
      logs[index].events = []
      logs[index].reach = []
    }
    for index in machines.indices where index < found.count {
      for event in found[index].events {
        let owner = machines.owner(of: event.record.host, foundAt: index) ?? index
        logs[owner].events.append(event)
      }
      for reach in found[index].reach {
        let owner = reach.host.flatMap { machines.owner(of: $0, foundAt: index) } ?? index
        logs[owner].reach.append(reach)
      }
    }
    self.logs = logs
  }
}

extension [Machine] {
  /// The machine that a computer's name is that of, where that is not the one in whose folders the
  /// name was found, and no second one has the name; nil otherwise.
  fileprivate func owner(of host: String, foundAt index: Int) -> Int? {
    guard !host.isEmpty else { return nil }
    func isNamed(_ place: Int) -> Bool {
      self[place].name.map { EventRecord.isSame(host: host, $0) } ?? false
    }
    guard !isNamed(index) else { return nil }
    let found = indices.filter(isNamed)
    return found.count == 1 ? found[0] : nil
  }
}

extension Machine {
  /// Whether only event logs were found of it, and no hive.
  public var hasLogsAlone: Bool {
    captures.allSatisfy {
      $0.machineHives.isEmpty && $0.otherHives.isEmpty && $0.profiles.isEmpty
    }
  }

  /// What to call the machine that an event is of: this one, or where the event is of another
  /// computer and this one only kept it, that computer.
  ///
  /// Records of an older name count as the machine's own in the logs that lie where Windows writes
  /// them; a log elsewhere may be anybody's.
  ///
  /// - Parameters:
  ///   - event: The event, of a log in the machine's folders.
  ///   - machines: All machines of the collection.
  /// - Returns: The name.
  public func label(of event: ProfileEvent, among machines: [Machine]) -> String {
    let host = event.record.host
    if host.isEmpty || name.map({ event.record.isFrom(machine: $0) }) == true { return label }
    if let other = machines.first(where: { $0.name.map(event.record.isFrom) == true }) {
      return other.label
    }
    let log = event.record.log
    let mayBeOthers = name != nil && !captures.contains { $0.ownLogs.contains(log) }
    return log.isOfForwardedEvents || hasLogsAlone || mayBeOthers ? host : label
  }
}
