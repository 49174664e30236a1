// SPDX-License-Identifier: MIT

public import WindowsTypes

/// What an event means that matters to user profiles.
public struct EventMeaning: Sendable, Hashable {
  /// What an event is about, for those who look for the reason why a profile was not unloaded.
  public enum Topic: String, Sendable, Hashable, CaseIterable {
    /// The hive of a user was in use at log-off, or could not be unloaded.
    case unload
    /// A profile or its hive could not be loaded, or another one was taken in its place.
    case load
    /// A roaming profile was not copied, or not completely.
    case roaming
    /// Handles were closed or led elsewhere by the User Profile Hive Cleanup service.
    case cleanup
    /// A COM server did not start or does not answer, as happens when its user's hive is gone.
    case com
    /// The steps of logging on and off, and the services' own start and stop.
    case session
  }

  /// The name that the provider has in logs.
  public let provider: String
  /// The number of the event.
  public let event: Int
  /// What it is about.
  public let topic: Topic
  /// The releases of Windows that write it, in words.
  public let releases: String
  /// The levels that it is written with; they differ between releases.
  public let levels: [EventLevel]
  /// What the strings of a record hold, in order; empty where it has none, or where that is not
  /// known.
  public let fields: [String]
  /// What happened, as one sentence, with its source.
  public let statement: Claim

  /// What happened, as one sentence.
  public var meaning: String { statement.text }
}

extension EventMeaning {
  /// The meaning of a record; nil where it does not matter to user profiles.
  ///
  /// The level of the record makes no difference: Windows changed it from release to release.
  public static func of(_ record: EventRecord) -> EventMeaning? {
    of(provider: record.provider, event: record.event)
  }

  /// The meaning of an event; nil where it does not matter to user profiles.
  public static func of(provider: String, event: Int) -> EventMeaning? {
    // Most events of a log have numbers that none of these have.
    guard numbers.contains(event) else { return nil }
    return byKey[Key(provider: provider.lowercased(), event: event)]
  }

  private static let numbers = Set(catalogue.map(\.event))

  private struct Key: Hashable {
    let provider: String
    let event: Int
  }

  private static let byKey: [Key: EventMeaning] = {
    var byKey: [Key: EventMeaning] = [:]
    for meaning in catalogue {
      byKey[Key(provider: meaning.provider.lowercased(), event: meaning.event)] = meaning
    }
    return byKey
  }()

  /// Every event that is known here.
  public static let catalogue: [EventMeaning] =
    profileService + profileSteps + profilesGeneral + userenv + uphclean + distributedCOM
}
