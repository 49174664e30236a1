// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents

/// Brings the entries of the profile list, the folders and the events together: one history for
/// each user.
struct ProfileAssembly {
  private let facts: MachineFacts
  private var folders: FolderIndex
  /// The owner of each folder that several entries name.
  private var owners: [ProfileLocation: SecurityIdentifier] = [:]
  private var sharedPlaces: Set<ProfileLocation> = []
  /// The folders that several entries name, and whose owner's entry was set aside.
  private var keptFolders: [ProfileLocation: ProfileFiles] = [:]
  private let hasProfileFolders: Bool

  init(_ facts: MachineFacts) {
    self.facts = facts
    folders = FolderIndex(facts)
    hasProfileFolders = Self.hasProfileFolders(facts)
    let entries = (facts.list?.profiles ?? []).filter { !$0.isRenamed }
    let byPlace = Dictionary(grouping: entries) { facts.location(of: $0) }
    for (place, entries) in byPlace {
      let users = Set(entries.map { $0.identifier?.description ?? $0.key.name.description })
      guard let place, users.count > 1 else { continue }
      sharedPlaces.insert(place)
      if let owner = folders.owner(at: place), entries.contains(where: { $0.identifier == owner }) {
        owners[place] = owner
      }
    }
  }

  /// Whether any of the folders that Windows keeps profiles in is there: where none is, they were not
  /// collected, and nothing is known of profiles.
  private static func hasProfileFolders(_ facts: MachineFacts) -> Bool {
    let windows = (facts.list?.systemRoot ?? "C:\\Windows").pathNames.dropFirst()
    let places = ProfileFiles.usersFolders.map { [$0] } + [windows + ["Profiles"]]
    return places.contains { facts.capture.presence(of: $0) != .missing }
      || facts.capture.profiles.contains {
        $0.place != .systemProfile && $0.place != .serviceProfiles
      }
  }

  /// The histories: those in the list, in its order, then others that have a folder.
  mutating func histories() -> [ProfileHistory] {
    let listed = (facts.list?.profiles ?? []).filter { !$0.isRenamed }
    let backups = Dictionary(grouping: listed.filter(\.isBackup)) { $0.identifier?.description }
    var used: Set<String> = []
    var histories: [ProfileHistory] = []
    // Whoever owns a folder takes it before others who name it.
    let entries = listed.filter { !$0.isBackup }
    let files = takeFolders(of: entries)
    for (index, entry) in entries.enumerated() {
      let key = entry.identifier?.description
      var aside: [ProfileListEntry] = []
      if let key, used.insert(key).inserted { aside = backups[key] ?? [] }
      histories.append(history(entry, aside, files: files[index]))
    }
    for backup in listed.filter(\.isBackup) {
      let key = backup.identifier?.description ?? backup.key.name.description
      guard used.insert(key).inserted else { continue }
      let aside = backup.identifier.flatMap { backups[$0.description] } ?? [backup]
      histories.append(history(nil, aside, files: nil))
    }
    let known = Set(histories.map(\.subject))
    for files in folders.left { histories.append(history(of: files, known)) }
    return histories
  }

  /// The files of each entry: whoever is surest to have a folder takes it first.
  private mutating func takeFolders(of entries: [ProfileListEntry]) -> [ProfileFiles?] {
    var files = [ProfileFiles?](repeating: nil, count: entries.count)
    let places = entries.map { facts.location(of: $0) }
    for index in entries.indices {
      guard let place = places[index], let owner = owners[place],
        owner == entries[index].identifier
      else { continue }
      files[index] = folders.takeAtPlace(place)
    }
    // A folder that several entries name, and that is of none of their users, is nobody's.
    for place in sharedPlaces {
      if owners[place] != nil { keptFolders[place] = folders.takeAtPlace(place) }
      folders.withdraw(place)
    }
    for index in entries.indices where files[index] == nil {
      files[index] = folders.takeAtPlace(places[index])
    }
    for index in entries.indices where files[index] == nil {
      files[index] = folders.takeAtForm(places[index], entries[index].identifier)
    }
    for index in entries.indices where files[index] == nil {
      let isShared = places[index].map(sharedPlaces.contains) ?? false
      guard !isShared || places[index].map({ !folders.has($0) }) == true else { continue }
      files[index] = folders.takeByContent(entries[index], isShared: isShared)
    }
    return files
  }

  /// The files of an entry that was set aside.
  private mutating func takeFolder(of backups: [ProfileListEntry]) -> ProfileFiles? {
    guard let first = backups.first else { return nil }
    let place = backups.lazy.compactMap { [facts] in facts.location(of: $0) }.first
    if let place, let owner = owners[place], owner == first.identifier,
      let files = keptFolders.removeValue(forKey: place)
    {
      return files
    }
    return folders.takeAtPlace(place) ?? folders.takeAtForm(place, first.identifier)
      ?? folders.takeByContent(first)
  }

  private mutating func history(
    _ entry: ProfileListEntry?, _ backups: [ProfileListEntry], files: ProfileFiles?
  ) -> ProfileHistory {
    let backupFiles = takeFolder(of: backups)
    let first = entry ?? backups[0]
    let found = entry == nil ? backupFiles : files
    // Of a temporary profile, people know the one that was set aside for it.
    let known = first.isTemporary ? backups.first ?? first : first
    return ProfileHistory(
      identifier: first.identifier, entry: entry, backups: backups, files: found,
      backupFiles: entry == nil ? nil : backupFiles,
      presence: presence(of: first, found),
      subject: first.identifier?.description ?? first.key.name.description,
      place: facts.place(of: known) ?? found.map { facts.capture.relativePath($0.path) } ?? "-",
      isBuiltIn: entry?.identifier.map { !$0.hasProfileOfItsOwn } ?? false)
  }

  /// The history of a folder that no entry leads to.
  ///
  /// Where the user has a profile in the list, the folder is called by its name, not by the user.
  private func history(of files: ProfileFiles, _ known: Set<String>) -> ProfileHistory {
    let identifier = facts.owner(of: files)
    let user = identifier?.description
    let isKnown = user.map(known.contains) ?? false
    return ProfileHistory(
      identifier: identifier, entry: nil, backups: [], files: files, backupFiles: nil,
      presence: .found,
      subject: isKnown ? facts.capture.relativePath(files.path) : user ?? facts.name(of: files),
      place: facts.capture.relativePath(files.path),
      isBuiltIn: Self.isBuiltIn(files, identifier))
  }

  private static func isBuiltIn(_ files: ProfileFiles, _ identifier: SecurityIdentifier?) -> Bool {
    if files.isTemplate { return true }
    if let identifier { return !identifier.hasProfileOfItsOwn }
    let name = files.name.lowercased()
    return files.place == .serviceProfiles || files.place == .systemProfile
      || ProfileFiles.isTemplate(name)
      || ["localservice", "networkservice"].contains(name) && files.place == .documentsAndSettings
  }

  // MARK: - Where a folder is

  /// Where the folder of an entry is, whose files were found, perhaps elsewhere.
  private func presence(of entry: ProfileListEntry, _ files: ProfileFiles?) -> FolderPresence {
    guard let files else { return presence(of: entry) }
    guard let place = facts.location(of: entry) else {
      return facts.location(of: files) == nil ? .found : .unknown
    }
    if folders.isAt(place, files) { return .found }
    if case .notEntered(let reason) = presence(of: entry) { return .notEntered(reason) }
    return .moved
  }

  private func presence(of entry: ProfileListEntry) -> FolderPresence {
    if entry.originalImagePath != nil { return .container(.fslogix) }
    guard let place = facts.location(of: entry) else { return .unknown }
    if sharedPlaces.contains(place), folders.has(place) {
      return .shared(owner: owners[place] ?? folders.owner(at: place))
    }
    switch facts.capture.presence(of: place.names, drive: place.drive) {
    case let found where found == .folder || found == .missing || found == .notCollected:
      if entry.isTemporary { return .temporary }
      if let product = facts.containers.products.first?.product { return .container(product) }
      if found != .folder, place.names.contains(where: \.isShortName) { return .unknown }
      switch found {
      case .folder: return .withoutHive
      case .missing where !hasProfileFolders: return .unknown
      case .notCollected:
        if folders.hasNeighbours(place) { return .notCollected }
        return place.drive == nil ? .unknown : .otherDrive
      default: return .missing
      }
    case .notEntered(let reason):
      return .notEntered(reason)
    default:
      if place.drive != nil { return .otherDrive }
      guard facts.capture.layout == .folders, let product = facts.containers.products.first
      else { return .unknown }
      return .container(product.product)
    }
  }
}
