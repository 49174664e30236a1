// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents

extension LogOffCheck {
  /// Folders below `Users` and its forerunners that are no user's.
  private static let templates: Set<String> = [
    "default", "default user", "public", "all users", "defaultapppool", "defaultuser0",
  ]

  /// Brings the entries of the profile list and the folders together.
  func assembleProfiles() -> [CheckedProfile] {
    var places = FolderIndex(self)
    let listed = list?.profiles ?? []
    var profiles = listed.filter { !$0.isBackup }.map { listed in
      let folder = places.take(for: listed, self)
      return CheckedProfile(
        identifier: listed.identifier, listed: listed, folder: folder,
        subject: listed.key.name.description,
        place: listed.imagePath ?? folder.map { evidence.relativePath($0.path) } ?? "-")
    }
    // A folder whose entry was set aside belongs to that entry's user.
    let backups = listed.filter(\.isBackup).compactMap { listed in
      places.take(for: listed, self).map { ($0, listed) }
    }
    for (folder, backup) in backups + places.left.map({ ($0, nil) }) {
      let identifier = identifier(of: folder) ?? backup?.identifier
      profiles.append(
        CheckedProfile(
          identifier: identifier, listed: backup, folder: folder,
          subject: identifier?.description ?? folder.name,
          place: evidence.relativePath(folder.path)))
    }
    return profiles
  }

  /// The user that a profile's classes were made for: their root key is named after the user.
  func identifier(of folder: ProfileFiles?) -> SecurityIdentifier? {
    guard let name = facts(of: folder?.classesHive)?.rootName.description else { return nil }
    guard RegistryString(String(name.suffix(8))).matches("_Classes") else { return nil }
    return SecurityIdentifier(String(name.dropLast(8)))
  }

  /// Whether a profile is one of Windows' own: of a service account, or the template of new ones.
  func isOwnOfWindows(_ profile: CheckedProfile) -> Bool {
    if let listed = profile.listed, !listed.isBackup { return listed.isOfService }
    if let identifier = profile.identifier { return !identifier.isUser }
    guard let folder = profile.folder else { return false }
    return folder.place == .serviceProfiles || folder.place == .systemProfile
      || Self.templates.contains(folder.name.lowercased())
      || Self.oldServices.contains(folder.name.lowercased())
        && folder.place == .documentsAndSettings
  }

  private static let oldServices: Set<String> = ["localservice", "networkservice"]
}

/// The folders of profiles, by what an entry of the profile list may know them by.
private struct FolderIndex {
  private let folders: [ProfileFiles]
  private var places: [[RegistryString]: [Int]] = [:]
  private var identifiers: [SecurityIdentifier: [Int]] = [:]
  private var names: [RegistryString: [Int]] = [:]
  private var taken: Set<Int> = []

  init(_ check: LogOffCheck) {
    folders = check.evidence.profiles
    for (index, folder) in folders.enumerated() {
      let path = check.evidence.relativePath(folder.path).split(separator: "/")
      places[Self.folded(path.map(String.init)), default: []].append(index)
      if let identifier = check.identifier(of: folder) {
        identifiers[identifier, default: []].append(index)
      } else {
        names[RegistryString(folder.name).upcasedName, default: []].append(index)
      }
    }
  }

  private static func folded(_ path: [String]) -> [RegistryString] {
    path.map { RegistryString($0).upcasedName }
  }

  /// The folder of an entry, which is no other entry's from then on; nil where there is none.
  mutating func take(for listed: ListedProfile, _ check: LogOffCheck) -> ProfileFiles? {
    let path = listed.imagePath ?? ""
    var found: [Int] = []
    if check.evidence.layout == .volume {
      found = check.list?.folderNames(of: path).flatMap { places[Self.folded($0)] } ?? []
    } else {
      found = listed.identifier.flatMap { identifiers[$0] } ?? []
      if found.isEmpty, let name = path.split(separator: "\\").last {
        found = names[RegistryString(String(name)).upcasedName] ?? []
      }
    }
    guard let index = found.first(where: { !taken.contains($0) }) else { return nil }
    taken.insert(index)
    return folders[index]
  }

  /// The folders that no entry took.
  var left: [ProfileFiles] {
    folders.indices.filter { !taken.contains($0) }.map { folders[$0] }
  }
}
