// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents
import WindowsTypes

/// Gives each profile the events about its user: by the identifier, by the account's name, or by
/// the path of the profile in the text.
struct EventJoin {
  private let facts: MachineFacts
  private var byIdentifier: [SecurityIdentifier: Int] = [:]
  private var byPlace: [ProfileLocation: Int] = [:]
  private var byName = NameIndex<Int>()
  private let histories: [ProfileHistory]

  init(_ facts: MachineFacts, _ histories: [ProfileHistory]) {
    self.facts = facts
    self.histories = histories
    for (index, history) in histories.enumerated() {
      if let identifier = history.identifier, byIdentifier[identifier] == nil {
        byIdentifier[identifier] = index
      }
      // The entry in force comes first: its user is the one who has the folder.
      for entry in [history.entry].compactMap(\.self) + history.backups {
        if case .shared(let owner?) = history.presence, owner != history.identifier { continue }
        // Events have the path as the list has it.
        let places = [
          facts.location(of: entry), entry.imagePath.flatMap { facts.location(of: $0) },
        ]
        for place in places.compactMap(\.self) where byPlace[place] == nil {
          byPlace[place] = index
        }
      }
      if let name = history.listed?.imagePath?.pathNames.last
        ?? history.files?.name
      {
        byName.add(index, folder: name)
      }
      // An account that was renamed keeps its folder.
      if let name = facts.facts(of: history.files?.userHive)?.logOnName,
        !byName[name].contains(index)
      {
        byName.add(index, name: name)
      }
    }
  }

  /// The events of each profile, oldest first, and those of users without a profile.
  func events() -> (
    byProfile: [[ProfileEvent]], others: [SecurityIdentifier], ofNobody: [ProfileEvent]
  ) {
    var ofNobody: [ProfileEvent] = []
    var found = [[ProfileEvent]](repeating: [], count: histories.count)
    var others: [SecurityIdentifier] = []
    for user in facts.events.users {
      if let index = byIdentifier[user] {
        found[index] += facts.events[user]
      } else {
        others.append(user)
      }
    }
    for event in facts.events.unassigned {
      let profiles = profiles(of: event)
      for index in profiles { found[index].append(event) }
      if profiles.isEmpty, event.meaning.topic.isOfProfiles { ofNobody.append(event) }
    }
    return (found.map { $0.sorted(by: EventIndex.isBefore) }, others, ofNobody)
  }

  /// The profiles that an event without a user's identifier is about: one, or where a name is all
  /// that there is, those that it may be the name of.
  private func profiles(of event: ProfileEvent) -> [Int] {
    if let account = event.account { return profiles(of: RunAsAccount(account)) }
    return event.profilePath.flatMap { profile(at: $0) }.map { [$0] } ?? []
  }

  /// The profile that a path leads to or into.
  private func profile(at path: String) -> Int? {
    let parts = path.pathNames
    if parts.count > 2, RegistryString(parts[0]).matches("Device") {
      return profile(onAnyDrive: Array(parts.dropFirst(2)))
    }
    guard let place = facts.location(of: path) else { return nil }
    if let index = profile(at: place) { return index }
    // Windows knows one folder by its English and by its German name.
    guard let first = place.names.first,
      ProfileFiles.usersFolders.contains(where: {
        RegistryString($0).matches(RegistryString(first))
      })
    else { return nil }
    return ProfileFiles.usersFolders.lazy.compactMap { name in
      profile(
        at: ProfileLocation(drive: place.drive, names: [name] + place.names.dropFirst()))
    }.first
  }

  /// The profile at the names on the way from the root of a volume, of which the letter is not known;
  /// nil where several drives have one there.
  private func profile(onAnyDrive names: [String]) -> Int? {
    let drives = Set(byPlace.keys.map(\.drive))
    let found = Set(
      drives.compactMap { profile(at: ProfileLocation(drive: $0, names: names)) })
    return found.count == 1 ? found.first : nil
  }

  private func profile(at place: ProfileLocation) -> Int? {
    for count in stride(from: min(place.names.count, 8), to: 0, by: -1) {
      let above = ProfileLocation(drive: place.drive, names: Array(place.names.prefix(count)))
      if let index = byPlace[above] { return index }
    }
    return nil
  }

  /// The profiles of the account that a service runs as; where that is the service's own, by the
  /// identifier that its name gives.
  func profiles(of service: ServiceIdentity) -> [Int] {
    guard case .service(let account) = service.account else { return profiles(of: service.account) }
    let name = AccountName(account)
    guard let domain = name.domain, RegistryString(domain).matches("NT SERVICE"),
      let identifier = SecurityIdentifier(serviceNamed: name.name)
    else { return [] }
    return byIdentifier[identifier].map { [$0] } ?? []
  }

  /// The profiles that an account may have, by the names of their folders.
  ///
  /// A folder `anna.CONTOSO` is that of CONTOSO\anna and no other; a folder `anna` may be anybody's
  /// with that name.
  func profiles(of account: RunAsAccount) -> [Int] {
    guard case .user(let domain, let name) = account else { return [] }
    let found = byName[name]
    guard found.count > 1 else { return found }
    func named(_ wanted: String) -> [Int] {
      found.filter { RegistryString(histories[$0].name).matches(RegistryString(wanted)) }
    }
    if let domain {
      let exact = named("\(name).\(domain)")
      if !exact.isEmpty { return exact }
    }
    let plain = named(name)
    return plain.isEmpty ? found : plain
  }
}

extension EventKind.Topic {
  /// Whether events of the topic are about somebody's profile.
  fileprivate var isOfProfiles: Bool {
    switch self {
    case .unload, .load, .roaming, .cleanup: true
    case .com, .session, .limit, .machine, .other: false
    }
  }
}
