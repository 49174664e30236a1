// SPDX-License-Identifier: MIT

import FileAccess
import RegistryHive
import WindowsEvents

/// When a machine started and stopped, as events and the SYSTEM hive say.
///
/// Clean hives say nothing of it. Up to Windows 8 the hives of a running machine are clean between
/// two writes, and later ones when all users are idle; hives that a program saved are always clean.
public struct MachineTimeline: Sendable {
  /// How a machine was left, by the last thing that is known of it.
  public enum End: Sendable {
    /// It was shut down in order, by this evidence.
    case shutDown(Observation)
    /// It was started, and nothing shows that it was shut down since.
    case started(Observation)
    /// Nothing says.
    case unknown
  }

  /// The starts and stops, oldest first.
  public let moments: [Observation]
  /// Whether a shutdown only hibernates Windows itself (`HiberbootEnabled`, fast start): users are
  /// logged off, but the log service does not stop and SYSTEM may stay dirty.
  public let usesFastStart: Bool

  /// How far the clocks of two sources of one event may be apart: one minute.
  private static let tolerance = 60 * FileTime.ticksPerSecond

  /// The newest time at which anything was recorded; nil where that is not known.
  private let latest: FileTime?
  /// The times of requests for a restart, to which fast start never applies.
  private let restarts: Set<FileTime>

  /// How long after a request Windows may still write what belongs to the shutdown: ten minutes.
  private static let shutdownSeconds: UInt64 = 600

  /// Orders what is known.
  ///
  /// - Parameters:
  ///   - events: The events of the machine.
  ///   - reach: How far its logs reach.
  ///   - system: Its SYSTEM hive.
  init(events: [ProfileEvent], reach: [LogReach], system: Hive?) {
    latest = (reach.map(\.newest) + [events.last?.record.time]).compactMap(\.self).max()
    restarts = Set(events.filter(\.isRequestOfRestart).map(\.record.time))
    var moments = Self.withoutServiceRestarts(events.filter { Self.kind(of: $0) != nil }, reach)
      .compactMap { event in
        Self.kind(of: event).map { Observation(kind: $0, evidence: event.evidence()) }
      }
    var usesFastStart = false
    if let system, let set = ControlSet(of: system) {
      let power = set.key.key(at: "Control\\Session Manager\\Power")
      usesFastStart = power?.number("HiberbootEnabled") == 1
      let path = RegistryPath(names: [set.key.name, "Control", "Windows"])
      if let time = Self.shutdownTime(in: system.key(at: path)) {
        moments.append(
          Observation(
            kind: .stopped,
            evidence: CheckEvidence(
              in: "SYSTEM", path, value: "ShutdownTime", time: time, "Windows was shut down")))
      }
    }
    self.moments = moments.dated
    self.usesFastStart = usesFastStart
  }

  private static func shutdownTime(in key: Key?) -> FileTime? {
    guard let bytes = key?.value(named: "ShutdownTime")?.bytes, bytes.count == 8 else { return nil }
    let ticks = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return ticks == 0 ? nil : FileTime(rawValue: ticks)
  }

  private static func kind(of event: ProfileEvent) -> Observation.Kind? {
    switch event.kind {
    case .machineStarted, .serviceStarted: .started
    case .shutdownRequested: .shutdownRequested
    case .machineStopped, .serviceStopped: .stopped
    case .machineStoppedUnexpectedly: .crashed
    default: nil
    }
  }

  /// Leaves out the stops and starts of the User Profile Service that were no shutdown: it was
  /// stopped and started again within minutes, and a System log that reaches over that time has
  /// nothing of a shutdown or a start of Windows around it.
  ///
  /// - Parameters:
  ///   - events: The events of stops and starts, oldest first.
  ///   - reach: How far the logs reach.
  /// - Returns: The events without those.
  private static func withoutServiceRestarts(
    _ events: [ProfileEvent], _ reach: [LogReach]
  ) -> [ProfileEvent] {
    let logs = reach.filter(\.isOfSystem)
    guard let oldest = logs.compactMap(\.oldest).min(),
      logs.allSatisfy({ $0.loss == nil && !$0.mayBeSelection && $0.missing.isEmpty })
    else { return events }
    var ofWindows: FileTime?
    let before = events.map { event in
      if !event.isOfProfileService { ofWindows = event.record.time }
      return ofWindows
    }
    ofWindows = nil
    let after = Array(
      events.reversed().map { event in
        if !event.isOfProfileService { ofWindows = event.record.time }
        return ofWindows
      }.reversed())
    func isNear(_ time: FileTime?, _ other: FileTime) -> Bool {
      time.map { $0.isWithin(shutdownSeconds, of: other) } ?? false
    }
    var left: Set<Int> = []
    for (stop, start) in zip(events.indices, events.indices.dropFirst()) {
      let stopped = events[stop].record.time
      let started = events[start].record.time
      guard events[stop].kind == .serviceStopped, events[start].kind == .serviceStarted,
        stopped >= oldest, isNear(stopped, started), !isNear(before[stop], stopped),
        !isNear(after[start], started)
      else { continue }
      left.formUnion([stop, start])
    }
    return events.indices.filter { !left.contains($0) }.map { events[$0] }
  }

  /// The first shutdown in order after a time, which logged off all users who were logged on then.
  ///
  /// A request alone counts only where fast start explains that nothing else was written.
  func shutdown(after time: FileTime) -> Observation? {
    first(after: time) { moments[$0].kind == .stopped || isFastShutdown($0) }
  }

  /// The same; where no event says that one was carried out, the first request that fast start may
  /// have carried out.
  func shutdownOrRequest(after time: FileTime) -> Observation? {
    let known = shutdown(after: time)
    return known?.kind == .stopped ? known : first(after: time, mayBeFastShutdown)
  }

  private func first(after time: FileTime, _ isWanted: (Int) -> Bool) -> Observation? {
    moments.indices.first { index in
      guard let moved = moments[index].time, moved > time else { return false }
      return isWanted(index)
    }.map { moments[$0] }
  }

  /// The last shutdown in order before a time.
  func shutdown(before time: FileTime) -> Observation? {
    moments.last { moment in moment.kind == .stopped && moment.time.map { $0 <= time } ?? false }
  }

  /// Whether a request is the last thing before the machine stopped or started again, on a machine
  /// with fast start.
  private func isFastShutdown(_ index: Int) -> Bool {
    guard mayBeFastShutdown(index), let time = moments[index].time else { return false }
    guard index + 1 < moments.count else {
      // What was recorded long after it shows that Windows ran on, or was started again.
      return latest.map { $0 <= time || $0.isWithin(Self.shutdownSeconds, of: time) } ?? true
    }
    return moments[index + 1].kind == .started
  }

  /// Whether a request may have been carried out by a shutdown with fast start, from which Windows
  /// comes back without an event of a start, and goes on writing to the same logs.
  private func mayBeFastShutdown(_ index: Int) -> Bool {
    guard usesFastStart, moments[index].kind == .shutdownRequested,
      let time = moments[index].time, !restarts.contains(time)
    else { return false }
    return index + 1 >= moments.count || moments[index + 1].kind != .crashed
  }

  /// The first start of Windows after a time.
  func start(after time: FileTime) -> Observation? {
    moments.first { moment in
      guard moment.kind == .started, let moved = moment.time else { return false }
      return moved.rawValue > time.rawValue + Self.tolerance
    }
  }

  /// The last request for a shutdown or a restart between two times.
  func request(after time: FileTime, before end: FileTime) -> Observation? {
    moments.last { moment in
      moment.kind == .shutdownRequested && moment.time.map { time < $0 && $0 < end } ?? false
    }
  }

  /// The first start after a time that shows that Windows had not been shut down in order.
  func crash(after time: FileTime) -> Observation? {
    moments.first { moment in moment.kind == .crashed && moment.time.map { $0 > time } ?? false }
  }

  /// How the machine was left.
  ///
  /// - Parameter latest: The newest time at which anything is known to have happened, which a
  ///   shutdown before it cannot be the end of; nil where there is none.
  /// - Returns: How it was left.
  func end(latest: FileTime?) -> End {
    guard let index = moments.indices.last, let time = moments[index].time else { return .unknown }
    switch moments[index].kind {
    case .started, .crashed:
      return .started(moments[index])
    case .stopped:
      if let latest, latest.rawValue > time.rawValue + Self.tolerance { return .unknown }
      return .shutDown(moments[index])
    default:
      return isFastShutdown(index) ? .shutDown(moments[index]) : .unknown
    }
  }
}

extension LogReach {
  /// Whether it is a System log, by its name.
  fileprivate var isOfSystem: Bool { EventLogName.channel(of: log.lastPathPart) == .system }
}

extension ProfileEvent {
  /// Whether it is about the User Profile Service, not about Windows as a whole.
  fileprivate var isOfProfileService: Bool { kind == .serviceStarted || kind == .serviceStopped }

  /// Whether somebody asked for a restart: by the word that Windows has for it in English, German,
  /// French and Swedish.
  ///
  /// No source was found for the words in other languages than English.
  fileprivate var isRequestOfRestart: Bool {
    guard kind == .shutdownRequested, record.strings.count > 4 else { return false }
    let type = record.strings[4].lowercased()
    return ["restart", "neu", "redémarr", "omstart", "starta om"].contains { type.contains($0) }
  }
}
