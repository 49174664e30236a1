// SPDX-License-Identifier: MIT

public import RegistryHive

/// What became of a profile at the last log-off, as far as files say.
public struct ProfileVerdict: Sendable, Hashable {
  /// The answer.
  public enum Outcome: String, Sendable, Hashable, CaseIterable {
    /// The profile was unloaded.
    case unloaded
    /// The profile was loaded when the files were copied, or when the machine stopped.
    case loaded
    /// The evidence is missing, or contradicts itself.
    case unclear

    /// The answer in words.
    public var text: String {
      switch self {
      case .unloaded: "unloaded"
      case .loaded: "not unloaded"
      case .unclear: "unclear"
      }
    }
  }

  /// The answer.
  public let outcome: Outcome
  /// What it rests on, as a sentence without its full stop.
  public let reason: String
  /// How sure the evidence makes it; nil where there is none to be sure of.
  public let basis: Claim?
}

extension ProfileVerdict: CustomStringConvertible {
  /// The answer and what it rests on, in one line.
  public var description: String { "\(outcome.text): \(reason)" }
}
