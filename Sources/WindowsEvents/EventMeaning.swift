// SPDX-License-Identifier: MIT

public import WindowsTypes

/// What an event means that matters to user profiles.
public struct EventMeaning: Sendable, Hashable {
  /// The name that the provider has in logs.
  public let provider: String
  /// The number of the event.
  public let event: Int
  /// What happened.
  public let kind: EventKind
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
  public var summary: String { statement.text }
  /// What the strings of a record with so many of them hold, in order.
  ///
  /// A record of a synchronization's end that has one string has the result alone.
  public func fields(of record: EventRecord) -> [String] {
    kind == .synchronizationEnded && record.strings.count == 1 ? ["Result"] : fields
  }

  /// What the event is about.
  public var topic: EventKind.Topic { kind.topic }
}

extension EventMeaning {
  /// The meaning of a record; nil where it does not matter to user profiles.
  ///
  /// Where one number stands for several things, the text decides. The level of the record makes
  /// no difference: Windows changed it from release to release.
  public init?(of record: EventRecord) {
    guard let meanings = Self.meanings(provider: record.provider, event: record.event) else {
      return nil
    }
    guard meanings.count > 1 || meanings[0].kind == .registrySpaceLow else {
      self = meanings[0]
      return
    }
    guard let kind = EventText.kind(of: record),
      let meaning = meanings.first(where: { $0.kind == kind })
    else { return nil }
    self = meaning
  }

  /// Whether events of this provider and number can matter to user profiles.
  public static func isKnown(provider: String, event: Int) -> Bool {
    meanings(provider: provider, event: event) != nil
  }

  /// Whether events of this provider and number are shown only to those who ask for them by number.
  public static func isShownOnRequestOnly(provider: String, event: Int) -> Bool {
    meanings(provider: provider, event: event)?.allSatisfy(\.kind.isShownOnRequestOnly) ?? true
  }

  private static func meanings(provider: String, event: Int) -> [EventMeaning]? {
    // Most events of a log have numbers that none of these have.
    guard numbers.contains(event) else { return nil }
    return byKey[Key(provider: provider.lowercased(), event: event)]
  }

  private static let numbers = Set(catalogue.map(\.event))

  private struct Key: Hashable {
    let provider: String
    let event: Int
  }

  private static let byKey = Dictionary(grouping: catalogue) {
    Key(provider: $0.provider.lowercased(), event: $0.event)
  }

  /// Every event that is known here.
  ///
  /// One provider's number is here once for each kind that it can be.
  public static let catalogue: [EventMeaning] =
    profileService + profileSteps + profilesGeneral + userenv + uphclean + distributedCOM + machine
    + limits
}
