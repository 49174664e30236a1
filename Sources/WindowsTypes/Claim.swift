// SPDX-License-Identifier: MIT

/// A sentence about what Windows does or what a hive says, with where it comes from.
public struct Claim: Sendable, Hashable {
  /// How sure it is.
  public enum Certainty: String, Sendable, Hashable, CaseIterable {
    /// Read in a hive, or given by the caller.
    case observed
    /// Microsoft documents it.
    case documented
    /// Microsoft documents it, and the contrary elsewhere.
    case disputed
    /// Others than Microsoft say so.
    case thirdParty
    /// Nobody is known to have documented or tested it.
    case unconfirmed
  }

  /// The sentence.
  public let text: String
  /// Where it is: the numbers of articles, the titles of pages, a key's path; may be empty.
  public let source: String
  /// How sure it is.
  public let certainty: Certainty

  /// Makes a claim.
  public init(_ text: String, source: String = "", _ certainty: Certainty = .documented) {
    self.text = text
    self.source = source
    self.certainty = certainty
  }
}

extension Claim: CustomStringConvertible {
  /// The sentence with its source and its certainty in brackets.
  public var description: String {
    let doubt: String? =
      switch certainty {
      case .observed, .documented: nil
      case .disputed: "Microsoft's documents disagree"
      case .thirdParty: "not from Microsoft"
      case .unconfirmed: "unconfirmed"
      }
    let parts = [source.isEmpty ? nil : source, doubt].compactMap(\.self)
    return parts.isEmpty ? text : "\(text) [\(parts.joined(separator: "; "))]"
  }
}
