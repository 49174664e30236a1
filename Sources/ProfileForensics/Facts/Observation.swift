// SPDX-License-Identifier: MIT

public import RegistryHive

/// One thing that the evidence shows of a profile or a machine, with where it is.
public struct Observation: Sendable {
  /// What was observed.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The profile list says that the profile was loaded.
    case loaded
    /// The profile list says that the profile was unloaded.
    case unloaded
    /// An event shows that programs had the user's registry open at a log-off.
    case inUse = "in-use"
    /// An event shows that the registry was unloaded after all, or freed by UPHClean.
    case freed
    /// An event of a log-on.
    case logOn = "log-on"
    /// An event of a log-off.
    case logOff = "log-off"
    /// The profile or one of its hives could not be loaded, or another one was used in its place.
    case loadFailed = "load-failed"
    /// A roaming profile was not copied.
    case roaming
    /// An event about a COM server.
    case com
    /// Windows started.
    case started
    /// Somebody asked for a shutdown or a restart.
    case shutdownRequested = "shutdown-requested"
    /// Windows was shut down in order.
    case stopped
    /// Windows stopped without a shutdown.
    case crashed
    /// Anything else.
    case other
  }

  /// What was observed.
  public let kind: Kind
  /// Where it is, and the fact itself.
  public let evidence: CheckEvidence

  /// When it was so; nil where the evidence has no time.
  public var time: FileTime? { evidence.time }
  /// The key, file or record that says so.
  public var source: RegistryString { evidence.source }
  /// What is the case there.
  public var fact: String { evidence.fact }
}

extension [Observation] {
  /// Those that have a time, oldest first; of equal times, in the order that they had.
  var dated: [Observation] {
    enumerated()
      .compactMap { index, observation in observation.time.map { ($0, index, observation) } }
      .sorted { ($0.0, $0.1) < ($1.0, $1.1) }
      .map(\.2)
  }
}
