// SPDX-License-Identifier: MIT

public import RegistryHive

/// What became of a profile at the last log-off, as far as files tell.
public struct ProfileVerdict: Sendable, Hashable {
  /// The answer.
  public enum Outcome: String, Sendable, Hashable, CaseIterable {
    /// The profile was unloaded, and its hives were left whole.
    case unloaded
    /// The profile was loaded when the files were copied, or when the machine stopped.
    case loaded
    /// The evidence is missing, or contradicts itself.
    case unclear

    /// The answer in words.
    public var text: String {
      switch self {
      case .unloaded: "unloaded cleanly"
      case .loaded: "loaded at capture or crash"
      case .unclear: "unclear"
      }
    }
  }

  /// The answer.
  public let outcome: Outcome
  /// What it rests on, as a sentence without its full stop.
  public let reason: String
}

extension ProfileVerdict: CustomStringConvertible {
  /// The answer and what it rests on, in one line.
  public var description: String { "\(outcome.text): \(reason)" }
}

/// A profile that was checked: what the list says of it, where its files are, and the verdict.
public struct CheckedProfile: Sendable {
  /// The user; nil where neither the list nor a hive tells.
  public let identifier: SecurityIdentifier?
  /// The profile's entry in the list; nil where it has none.
  public let listed: ListedProfile?
  /// The profile's folder; nil where there is none with a hive.
  public let folder: ProfileFiles?
  /// What became of it; nil for the accounts of Windows itself, whose profiles are always loaded,
  /// and for the template of new profiles.
  public internal(set) var verdict: ProfileVerdict?
  /// How to call the user: the identifier, or the folder's name where that is not known.
  public let subject: String
  /// Where the profile is, for people: the path in the list, or that of the folder.
  public let place: String
}

/// What the hives of the machine say about how it was stopped.
public enum MachineState: String, Sendable, Hashable, CaseIterable {
  /// SOFTWARE or SYSTEM is dirty: Windows was running, or crashed.
  case running
  /// Both are clean: Windows was shut down.
  case shutDown = "shut-down"
  /// They are not at hand, or not both.
  case unknown
}
