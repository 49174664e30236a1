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

  /// Folders below `Users` and its forerunners that are no user's.
  private static let templates: Set<String> = [
    "default", "default user", "public", "all users", "defaultuser0",
  ]

  init(_ facts: MachineFacts) {
    self.facts = facts
    folders = FolderIndex(facts)
    let entries = (facts.list?.profiles ?? []).filter { !$0.isBackup && !$0.isRenamed }
    let byPlace = Dictionary(grouping: entries) { facts.location(of: $0) }
    for (place, entries) in byPlace {
      guard let place, entries.count > 1 else { continue }
      sharedPlaces.insert(place)
      if let owner = folders.owner(at: place), entries.contains(where: { $0.identifier == owner }) {
        owners[place] = owner
      }
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
      var aside: [ListedProfile] = []
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

  private mutating func takeFolders(of entries: [ListedProfile]) -> [ProfileFiles?] {
    var files = [ProfileFiles?](repeating: nil, count: entries.count)
    let places = entries.map { facts.location(of: $0) }
    for index in entries.indices {
      guard let place = places[index], owners[place] == entries[index].identifier,
        owners[place] != nil
      else { continue }
      files[index] = folders.take(for: entries[index])
    }
    for index in entries.indices where files[index] == nil {
      if let place = places[index], owners[place] != nil { continue }
      files[index] = folders.take(for: entries[index])
    }
    return files
  }

  /// Whether files are where an entry says, or lie in no copy of a volume's folders.
  private func isAt(_ place: ProfileLocation?, _ files: ProfileFiles?) -> Bool {
    guard let files else { return false }
    return FolderIndex.place(of: files, facts).map { $0 == place } ?? true
  }

  private mutating func history(
    _ entry: ListedProfile?, _ backups: [ListedProfile], files: ProfileFiles?
  ) -> ProfileHistory {
    let aside = backups.lazy.compactMap { [self] in facts.location(of: $0) }.first
    let backupFiles = backups.isEmpty ? nil : folders.take(at: aside, backups[0])
    let first = entry ?? backups[0]
    let found = entry == nil ? backupFiles : files
    // Of a temporary profile, people know the one that was set aside for it.
    let known = first.isTemporary ? backups.first ?? first : first
    return ProfileHistory(
      identifier: first.identifier, entry: entry, backups: backups, files: found,
      backupFiles: entry == nil ? nil : backupFiles,
      presence: isAt(facts.location(of: first), found) ? .found : presence(of: first),
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
    if let identifier { return !identifier.hasProfileOfItsOwn }
    let name = files.name.lowercased()
    return files.place == .serviceProfiles || files.place == .systemProfile
      || templates.contains(name)
      || ["localservice", "networkservice"].contains(name) && files.place == .documentsAndSettings
  }

  // MARK: - Where a folder is

  private func presence(of entry: ListedProfile) -> FolderPresence {
    if entry.originalImagePath != nil { return .container(.fslogix) }
    guard let place = facts.location(of: entry) else { return .unknown }
    if sharedPlaces.contains(place), folders.has(place) {
      return .shared(owner: owners[place] ?? folders.owner(at: place))
    }
    switch facts.capture.presence(of: place.names, drive: place.drive) {
    case let found where found == .folder || found == .missing:
      if entry.isTemporary { return .temporary }
      if let product = facts.containers.products.first?.product { return .container(product) }
      if found == .missing, place.names.contains(where: \.isShortName) { return .unknown }
      return found == .folder ? .withoutHive : .missing
    case .notEntered(let reason):
      return .notEntered(reason)
    default:
      return place.drive == nil ? .unknown : .otherDrive
    }
  }
}

/// The place of a profile on a machine.
struct ProfileLocation: Hashable {
  /// The drive's letter in upper case; nil for the volume of Windows.
  let drive: Character?
  /// The names on the way, in upper case.
  let folded: [RegistryString]
  let names: [String]

  init(drive: Character?, names: [String]) {
    self.drive = drive.map { Character($0.uppercased()) }
    self.names = names
    folded = names.map { RegistryString($0).upcasedName }
  }

  static func == (first: Self, second: Self) -> Bool {
    first.drive == second.drive && first.folded == second.folded
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(drive)
    hasher.combine(folded)
  }
}

extension MachineFacts {
  /// Where the folder of an entry is; nil where its path is missing or not understood.
  func location(of entry: ListedProfile) -> ProfileLocation? {
    entry.imagePath.flatMap { location(of: $0) }
  }

  /// Where a path of the machine, as events and the list have it, leads to.
  func location(of path: String) -> ProfileLocation? {
    var text = path[...]
    for prefix in ["\\\\?\\", "\\??\\"] where text.hasPrefix(prefix) {
      text = text.dropFirst(prefix.count)
    }
    var names = String(text).pathNames
    guard let first = names.first else { return nil }
    names.removeFirst()
    let root = (list?.systemRoot ?? "C:\\Windows").pathNames
    switch first.lowercased() {
    case "%systemdrive%": return ProfileLocation(drive: nil, names: names)
    case "%systemroot%", "%windir%":
      return ProfileLocation(drive: nil, names: root.dropFirst() + names)
    case let drive where drive.count == 2 && drive.last == ":":
      let letter = drive.first
      return ProfileLocation(
        drive: letter.map(isSystemDrive) ?? true ? nil : letter, names: names)
    default: return nil
    }
  }

  /// Whether a letter is that of the drive that Windows is on.
  func isSystemDrive(_ letter: Character) -> Bool {
    let root = list?.systemRoot?.first ?? "C"
    return letter.lowercased() == root.lowercased()
  }

  /// The user that a profile's classes were made for, by the name of their root key; else the one
  /// that the files' own names say.
  func owner(of files: ProfileFiles) -> SecurityIdentifier? {
    let name = facts(of: files.classesHive)?.rootName.description ?? ""
    if RegistryString(String(name.suffix(8))).matches("_Classes"),
      let identifier = SecurityIdentifier(String(name.dropLast(8)))
    {
      return identifier
    }
    return files.identifier
  }

  /// The path of an entry as people write it, with the drive of Windows in it.
  func place(of entry: ListedProfile) -> String? {
    guard let path = entry.imagePath, let place = location(of: entry), place.drive == nil else {
      return entry.imagePath
    }
    let root = list?.systemRoot?.split(separator: "\\").first.map(String.init) ?? "C:"
    return path.first == "%" ? ([root] + place.names).joined(separator: "\\") : path
  }

  /// What to call files that no user is known for.
  func name(of files: ProfileFiles) -> String { files.name.isEmpty ? files.path : files.name }
}

/// The folders of profiles, by what an entry of the profile list may know them by.
private struct FolderIndex {
  private let facts: MachineFacts
  private let folders: [ProfileFiles]
  private var places: [ProfileLocation: [Int]] = [:]
  private var identifiers: [SecurityIdentifier: [Int]] = [:]
  private var names: [RegistryString: [Int]] = [:]
  private var taken: Set<Int> = []

  init(_ facts: MachineFacts) {
    self.facts = facts
    folders = facts.capture.profiles
    for (index, files) in folders.enumerated() {
      if let place = Self.place(of: files, facts) { places[place, default: []].append(index) }
      if let owner = facts.owner(of: files) {
        identifiers[owner, default: []].append(index)
      } else {
        names[RegistryString(files.name).upcasedName, default: []].append(index)
      }
    }
  }

  /// Where files are on the machine; nil where that is not known.
  static func place(of files: ProfileFiles, _ facts: MachineFacts) -> ProfileLocation? {
    if let path = files.volumePath {
      let isOwn = files.drive.map { facts.isSystemDrive($0) } ?? true
      return ProfileLocation(drive: isOwn ? nil : files.drive, names: path)
    }
    guard facts.capture.layout == .volume else { return nil }
    return ProfileLocation(
      drive: nil,
      names: facts.capture.relativePath(files.path).split(separator: "/").map(String.init))
  }

  /// Whether files are at a place.
  func has(_ place: ProfileLocation) -> Bool { places[place] != nil }

  /// The user whose classes are at a place.
  func owner(at place: ProfileLocation) -> SecurityIdentifier? {
    places[place]?.lazy.compactMap { facts.owner(of: folders[$0]) }.first
  }

  /// The files of an entry, which are no other entry's from then on; nil where there are none.
  mutating func take(for entry: ListedProfile) -> ProfileFiles? {
    take(at: facts.location(of: entry), entry)
  }

  mutating func take(at place: ProfileLocation?, _ entry: ListedProfile) -> ProfileFiles? {
    var found = place.flatMap { places[$0] } ?? []
    if found.allSatisfy(taken.contains), let place { found = atShortNames(place) }
    if found.allSatisfy(taken.contains) {
      found = entry.identifier.flatMap { identifiers[$0] } ?? []
      // On a volume a folder elsewhere is another profile, whose user that may have been, unless a
      // link in the place of the profile may lead there.
      if facts.capture.layout == .volume, !found.isEmpty, !isLink(place) {
        found = found.filter { Self.place(of: folders[$0], facts) == nil }
      }
      if found.isEmpty, let name = entry.imagePath?.pathNames.last {
        found = (names[RegistryString(String(name)).upcasedName] ?? [])
          .filter { Self.place(of: folders[$0], facts) == nil }
      }
    }
    guard let index = found.first(where: { !taken.contains($0) }) else { return nil }
    taken.insert(index)
    return folders[index]
  }

  /// The folders that a place with names in their short form, such as `ANNABE~1`, can be that of.
  private func atShortNames(_ place: ProfileLocation) -> [Int] {
    guard place.names.contains(where: \.isShortName) else { return [] }
    return folders.indices.filter { index in
      guard let other = Self.place(of: folders[index], facts), other.drive == place.drive,
        other.names.count == place.names.count
      else { return false }
      return zip(place.names, other.names).allSatisfy { name, long in
        RegistryString(name).matches(RegistryString(long)) || name.isShortName(of: long)
      }
    }
  }

  /// Whether something that was not entered is at a place.
  private func isLink(_ place: ProfileLocation?) -> Bool {
    guard let place else { return false }
    if case .notEntered = facts.capture.presence(of: place.names, drive: place.drive) {
      return true
    }
    return false
  }

  /// The folders that no entry took.
  var left: [ProfileFiles] {
    folders.indices.filter { !taken.contains($0) }.map { folders[$0] }
  }
}

extension String {
  /// Whether it has the short form of a longer name: up to six letters, `~` and a number.
  fileprivate var isShortName: Bool {
    guard let tilde = lastIndex(of: "~") else { return false }
    let number = self[index(after: tilde)...].prefix { $0 != "." }
    return !number.isEmpty && number.allSatisfy { $0.isASCII && $0.isNumber }
  }

  /// Whether it can be the short form of a name: what stands before `~` begins the name, without
  /// its blanks and dots.
  fileprivate func isShortName(of name: String) -> Bool {
    guard isShortName, let tilde = lastIndex(of: "~"), tilde > startIndex else { return false }
    let long = name.filter { $0 != " " && $0 != "." }
    let start = String(self[..<tilde])
    return RegistryString(String(long.prefix(start.count))).matches(RegistryString(start))
  }
}
