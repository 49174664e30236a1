// SPDX-License-Identifier: MIT

import FileAccess
import RegistryHive
import WindowsTypes

/// The folders of profiles, by what an entry of the profile list may know them by.
///
/// What is surest comes first: the place that the entry names; another form of the same name; the
/// user that the classes are named after; the path that Windows last loaded the user's hive from.
struct FolderIndex {
  private let facts: MachineFacts
  private let folders: [ProfileFiles]
  private let locations: [ProfileLocation?]
  private var places: [ProfileLocation: [Int]] = [:]
  /// Folders by the last name on their way, in what forms of it have in common.
  private var forms: [String: [Int]] = [:]
  private var identifiers: [SecurityIdentifier: [Int]] = [:]
  /// Folders without an owner by the folder in the path of their base block.
  private var storedNames: [RegistryString: [Int]] = [:]
  private var names: [RegistryString: [Int]] = [:]
  private var taken: Set<Int> = []
  /// The folders in which users' profiles are.
  private var parents: Set<ProfileLocation> = []
  /// Folders that are where an entry says, of the list or set aside.
  private var claimed: Set<Int> = []

  /// How many folders with alike names are compared with one entry.
  private static let likeLimit = 64

  init(_ facts: MachineFacts) {
    self.facts = facts
    folders = facts.capture.profiles
    locations = folders.map { facts.location(of: $0) }
    for (index, files) in folders.enumerated() {
      if let place = locations[index] {
        places[place, default: []].append(index)
        if !ProfileFiles.isTemplate(files.name) { parents.insert(place.parent) }
        if let name = place.names.last {
          for form in Self.forms(of: name) { forms[form, default: []].append(index) }
        }
      }
      if let place = facts.linkLocation(of: files) { places[place, default: []].append(index) }
      if let owner = facts.owner(of: files) {
        identifiers[owner, default: []].append(index)
      } else {
        names[RegistryString(files.name).upcasedName, default: []].append(index)
        if let name = Self.storedPath(of: files, facts).dropLast().last {
          storedNames[RegistryString(name).upcasedName, default: []].append(index)
        }
      }
    }
    for entry in facts.list?.profiles ?? [] {
      if let place = facts.location(of: entry) { claimed.formUnion(places[place] ?? []) }
    }
  }

  /// The names on the path that Windows last loaded a user's hive from, as far as the base block
  /// has room for them; the first may be cut.
  private static func storedPath(of files: ProfileFiles, _ facts: MachineFacts) -> [String] {
    (facts.facts(of: files.userHive ?? files.mandatoryHive)?.storedPath ?? "")
      .pathNames
  }

  /// What other forms of a name may have in common with it.
  private static func forms(of name: String) -> Set<String> {
    [FolderSpelling.key(name), FolderSpelling.skeleton(name)]
  }

  /// Whether files are at a place.
  func has(_ place: ProfileLocation) -> Bool { places[place] != nil }

  /// Whether profiles are beside a place.
  func hasNeighbours(_ place: ProfileLocation) -> Bool { parents.contains(place.parent) }

  /// Whether files are at a place, by a form of its name.
  func isAt(_ place: ProfileLocation?, _ files: ProfileFiles) -> Bool {
    guard files.hasOwnFolder, let other = facts.location(of: files) else { return true }
    if let place, facts.linkLocation(of: files) == place { return true }
    guard let place, other.drive == place.drive, other.names.count == place.names.count else {
      return false
    }
    return zip(place.names, other.names).allSatisfy { name, found in
      RegistryString(name).matches(RegistryString(found)) || name.isShortName(of: found)
        || FolderSpelling.mayBeForm(found, of: name)
    }
  }

  /// The user whose classes are at a place.
  func owner(at place: ProfileLocation) -> SecurityIdentifier? {
    places[place]?.lazy.compactMap { facts.owner(of: folders[$0]) }.first
  }

  /// Leaves the files at a place to nobody.
  mutating func withdraw(_ place: ProfileLocation) { taken.formUnion(places[place] ?? []) }

  /// The folders that no entry took.
  var left: [ProfileFiles] {
    folders.indices.filter { !taken.contains($0) }.map { folders[$0] }
  }

  // MARK: - Taking

  /// The files at the place of an entry, which are no other entry's from then on.
  mutating func takeAtPlace(_ place: ProfileLocation?) -> ProfileFiles? {
    place.flatMap { places[$0] }.flatMap { take($0) }
  }

  /// The files at the place of an entry by another form of its name.
  mutating func takeAtForm(
    _ place: ProfileLocation?, _ identifier: SecurityIdentifier?
  ) -> ProfileFiles? {
    guard let place, let name = place.names.last else { return nil }
    if let found = take(atShortNames(place)) { return found }
    let alike = Set(Self.forms(of: name).flatMap { (forms[$0] ?? []).prefix(Self.likeLimit) })
      .sorted().filter { index in
        guard isFree(index), let other = locations[index], other.drive == place.drive,
          other.names.count == place.names.count
        else { return false }
        // Classes of another user belong to another folder.
        if let owner = facts.owner(of: folders[index]), owner != identifier { return false }
        return zip(place.names, other.names).allSatisfy { FolderSpelling.isForm($1, of: $0) }
      }
    return alike.count == 1 ? take(alike) : nil
  }

  /// The files that are an entry's by what they hold.
  ///
  /// - Parameters:
  ///   - entry: The entry.
  ///   - isShared: Whether other entries name the same folder, so that a name proves nothing.
  /// - Returns: The files; nil where there are none.
  mutating func takeByContent(
    _ entry: ProfileListEntry, isShared: Bool = false
  ) -> ProfileFiles? {
    // The user's own folder is not that of a temporary profile, and the other way round.
    guard !entry.isTemporary, !entry.hasTemporaryFolder || entry.isBackup,
      entry.originalImagePath == nil
    else { return nil }
    let place = facts.location(of: entry)
    let owned = (entry.identifier.flatMap { identifiers[$0] } ?? []).filter { mayBe($0, at: place) }
    if let found = take(owned) { return found }
    guard !isShared, let path = entry.imagePath, let name = path.pathNames.last else { return nil }
    let stored = (storedNames[RegistryString(name).upcasedName] ?? [])
      .filter { mayBe($0, at: place) && isStored(folders[$0], path) }
    if stored.count == 1 { return take(stored) }
    return take((names[RegistryString(name).upcasedName] ?? []).filter { locations[$0] == nil })
  }

  private mutating func take(_ found: [Int]) -> ProfileFiles? {
    guard let index = found.first(where: { !taken.contains($0) }) else { return nil }
    taken.insert(index)
    return folders[index]
  }

  private func isFree(_ index: Int) -> Bool { !taken.contains(index) && !claimed.contains(index) }

  /// Whether a folder elsewhere may be the one that was at a place: no entry names it, it is on the
  /// same drive, and it is neither a temporary profile's nor what a container leaves.
  ///
  /// A template is nobody's: Windows can have made it of a user's profile, whose path its hive then
  /// still has.
  private func mayBe(_ index: Int, at place: ProfileLocation?) -> Bool {
    guard isFree(index), !folders[index].isTemplate else { return false }
    guard let other = locations[index] else { return true }
    let files = folders[index]
    return (place.map { $0.drive == other.drive } ?? true) && !files.hasTemporaryName
      && !facts.containers.isLocalFolder(files.name)
  }

  /// Whether the base block of a user's hive has the path of an entry, or its end.
  private func isStored(_ files: ProfileFiles, _ path: String) -> Bool {
    let stored = Self.storedPath(of: files, facts).drop { $0 == "??" }
    let end = stored.joined(separator: "\\").uppercased()
    let whole = (path.pathNames + ["NTUSER.DAT"]).joined(separator: "\\").uppercased()
    return stored.count >= 3 && (whole.hasSuffix(end) || end.hasSuffix(whole))
  }

  /// The folders that a place with names in their short form, such as `ANNABE~1`, can be that of.
  private func atShortNames(_ place: ProfileLocation) -> [Int] {
    guard place.names.contains(where: \.isShortName) else { return [] }
    return folders.indices.filter { index in
      guard let other = locations[index], other.drive == place.drive,
        other.names.count == place.names.count
      else { return false }
      return zip(place.names, other.names).allSatisfy { name, long in
        RegistryString(name).matches(RegistryString(long)) || name.isShortName(of: long)
      }
    }
  }
}

extension ProfileFiles {
  /// Whether the folder is the profile's own, and not one into which hives were collected: the hives
  /// have the names that Windows gives them.
  var hasOwnFolder: Bool {
    hives.contains { file in
      let name = RegistryString(CollectedName.decoded(file.path.lastPathPart))
      return ["NTUSER.DAT", "NTUSER.MAN", "UsrClass.dat"].contains { name.matches($0) }
    }
  }

  /// Whether the folder is named as that of a temporary profile: `TEMP`, `TEMP.PC1.000`.
  var hasTemporaryName: Bool {
    RegistryString(name.split(separator: ".").first.map(String.init) ?? "").matches("TEMP")
  }
}

extension String {
  /// Whether it has the short form of a longer name: up to six letters, `~` and a number.
  var isShortName: Bool {
    guard let tilde = lastIndex(of: "~") else { return false }
    let number = self[index(after: tilde)...].prefix { $0 != "." }
    return !number.isEmpty && number.allSatisfy { $0.isASCII && $0.isNumber }
  }

  /// Whether it can be the short form of a name: what stands before `~` begins the name, without
  /// its blanks and dots.
  func isShortName(of name: String) -> Bool {
    guard isShortName, let tilde = lastIndex(of: "~"), tilde > startIndex else { return false }
    let long = name.filter { $0 != " " && $0 != "." }
    let start = String(self[..<tilde])
    return RegistryString(String(long.prefix(start.count))).matches(RegistryString(start))
  }
}
