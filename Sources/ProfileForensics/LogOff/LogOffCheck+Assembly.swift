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
    var left = evidence.profiles
    var profiles: [CheckedProfile] = []
    for listed in list?.profiles ?? [] where !listed.isBackup {
      let place = left.firstIndex { isPlace($0, of: listed) }
      let folder = place.map { left.remove(at: $0) }
      profiles.append(
        CheckedProfile(
          identifier: listed.identifier, listed: listed, folder: folder,
          subject: listed.key.name.description,
          place: listed.imagePath ?? folder.map { evidence.relativePath($0.path) } ?? "-"))
    }
    // A folder whose entry was set aside belongs to that entry's user.
    let backups = (list?.profiles ?? []).filter(\.isBackup)
    for folder in left {
      let backup = backups.first { isPlace(folder, of: $0) }
      let identifier = identifier(of: folder) ?? backup?.identifier
      profiles.append(
        CheckedProfile(
          identifier: identifier, listed: backup, folder: folder,
          subject: identifier?.description ?? folder.name,
          place: evidence.relativePath(folder.path)))
    }
    return profiles
  }

  /// Whether a folder is the one that an entry of the list names.
  private func isPlace(_ folder: ProfileFolder, of listed: ListedProfile) -> Bool {
    if evidence.layout == .volume {
      guard let path = listed.imagePath, let names = list?.folderNames(of: path) else {
        return false
      }
      let found = evidence.relativePath(folder.path).split(separator: "/").map(String.init)
      return found.count == names.count
        && zip(found, names).allSatisfy { RegistryString($0).matches(RegistryString($1)) }
    }
    if let identifier = identifier(of: folder) { return identifier == listed.identifier }
    let name = listed.imagePath?.split(separator: "\\").last.map(String.init)
    return name.map { RegistryString($0).matches(RegistryString(folder.name)) } ?? false
  }

  /// The user that a profile's classes were made for: their root key is named after the user.
  func identifier(of folder: ProfileFolder?) -> SecurityIdentifier? {
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
      || folder.place != .other && Self.templates.contains(folder.name.lowercased())
      || Self.oldServices.contains(folder.name.lowercased())
        && folder.place == .documentsAndSettings
  }

  private static let oldServices: Set<String> = ["localservice", "networkservice"]
}
