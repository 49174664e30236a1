// SPDX-License-Identifier: MIT

import FileAccess
public import WindowsTypes

/// The hives of one user profile, and the folder that they are in.
public struct ProfileFiles: Sendable, Hashable {
  /// Where Windows keeps the folder.
  public enum Place: String, Sendable, Hashable, CaseIterable {
    /// `Users`: Windows Vista and later.
    case users
    /// `Documents and Settings`: Windows 2000, XP and Server 2003.
    case documentsAndSettings
    /// `Profiles` in the folder of Windows: Windows NT 4.0.
    case windowsProfiles
    /// `ServiceProfiles` in the folder of Windows: the service accounts of Windows Vista and later.
    case serviceProfiles
    /// `System32\config\systemprofile`: the local system account, whose own hive is DEFAULT.
    case systemProfile
    /// Anywhere else: the folder was given by itself, or hives were collected into it.
    case other
  }

  /// The folder's name, which need not be the user's.
  public internal(set) var name: String
  /// The folder's path, beginning with that of the volume.
  public let path: String
  /// Where Windows keeps the folder.
  public let place: Place
  /// `NTUSER.DAT`: the user's hive.
  public let userHive: EvidenceFile?
  /// `NTUSER.MAN`: the user's hive in a mandatory profile, to which changes are not kept.
  public let mandatoryHive: EvidenceFile?
  /// `UsrClass.dat`: the user's file associations and classes.
  public let classesHive: EvidenceFile?
  /// The user, as far as the files' own names, or what is in their headers, say; nil where they
  /// do not.
  public internal(set) var identifier: SecurityIdentifier?
  /// The names of the folders on the way from the root of the volume, such as `Users` and `anna`;
  /// nil where the files lie in no copy of a volume's folders.
  public internal(set) var volumePath: [String]?
  /// Hives beside these whose names differ in case alone or have a number, as `NTUSER.DAT (1)`
  /// has: Windows would not see them.
  public internal(set) var otherSpellings: [EvidenceFile] = []
  /// Files with the same bytes as ``classesHive``, in the place where older systems have it.
  var copies: [EvidenceFile] = []
  /// The letter of the drive that the folder is on, as the collection calls it; nil where it does
  /// not, and for the volume of Windows itself.
  public internal(set) var drive: Character?
  /// Where the folder itself is, as a path from the root of the volume, where a link on the volume
  /// leads to it; nil where none does.
  public internal(set) var linkTarget: String?
}

extension ProfileFiles {
  /// The hives of the profile, the user's own first.
  package var hives: [EvidenceFile] {
    [userHive ?? mandatoryHive, classesHive].compactMap(\.self)
  }

  /// Links that Windows Vista and later keep under the names of older folders.
  private static let linksInUsers: Set<String> = ["All Users", "Default User"]
  private static let linksInProfile: Set<String> = ["Local Settings", "Application Data"]
  /// Folders in the root that Windows keeps profiles in; German Windows XP has a name of its own.
  static let usersFolders = ["Users", "Documents and Settings", "Dokumente und Einstellungen"]
  /// Folders in the root that hold no profiles, and often very much else.
  private static let otherFolders: Set<String> = [
    "windows", "winnt", "windows.old", "program files", "program files (x86)", "programdata",
    "$recycle.bin", "recycler", "system volume information", "recovery", "perflogs", "msocache",
    "boot", "efi", "inetpub", "$windows.~bt", "$windows.~ws", "$winreagent",
  ]

  /// Folders below `Users` and its forerunners that Windows makes new profiles from, or that all
  /// users share; also by the names that an upgrade or a second installation gives them.
  private static let templates: Set<String> = [
    "default", "default user", "public", "all users", "defaultuser0", "default.migrated",
    "default user.windows", "all users.windows",
  ]

  /// Whether a folder's name is that of a template of new profiles.
  static func isTemplate(_ name: String) -> Bool { templates.contains(name.lowercased()) }

  /// Whether the profile is no user's, so that nobody's log-on loads it.
  package var isTemplate: Bool {
    (place == .users || place == .documentsAndSettings || place == .windowsProfiles)
      && Self.isTemplate(name)
  }

  static func all(root: VolumeFolder, windows: [VolumeFolder]) -> [ProfileFiles] {
    let users = root.folders(at: ["Users"])
    let older = usersFolders.dropFirst().flatMap { name in
      root.folders(at: [name], ownLinks: users.isEmpty ? [] : [name]).map { (name, $0) }
    }
    let system = windows.folders(at: ["System32", "config", "systemprofile"])
    let windowsName = windows.first.map(\.name) ?? "Windows"
    let listed =
      users.flatMap { profiles(in: $0, .users, ["Users"], root) }
      + older.flatMap { profiles(in: $0.1, .documentsAndSettings, [$0.0], root) }
      + windows.folders(at: ["Profiles"]).flatMap {
        profiles(in: $0, .windowsProfiles, [windowsName, "Profiles"], root)
      }
      + windows.folders(at: ["ServiceProfiles"]).flatMap {
        profiles(in: $0, .serviceProfiles, [windowsName, "ServiceProfiles"], root)
      }
      + system.compactMap { folder in
        var profile = ProfileFiles(folder, name: "systemprofile", place: .systemProfile)
        profile?.volumePath = [windowsName, "System32", "config", "systemprofile"]
        return profile
      }
    let known = Set(listed.map { ExactText($0.path) })
    return withoutTargets(
      listed + elsewhere(root).filter { !known.contains(ExactText($0.path)) })
  }

  /// Leaves out the folders that links among the others lead to: their hives are the same files.
  private static func withoutTargets(_ profiles: [ProfileFiles]) -> [ProfileFiles] {
    let targets = Set(profiles.filter { $0.linkTarget != nil }.map { ExactText($0.path) })
    return profiles.filter { $0.linkTarget != nil || !targets.contains(ExactText($0.path)) }
  }

  private static func profiles(
    in folder: VolumeFolder, _ place: Place, _ path: [String], _ root: VolumeFolder
  ) -> [ProfileFiles] {
    folder.names.compactMap { name in
      let isOwnLink = place == .users && linksInUsers.contains(name)
      let target = isOwnLink ? nil : folder.linkTarget(name, from: path)
      let linked = target.flatMap { root.folder(at: $0) }
      let found = linked ?? folder.openFolder(name, isOwnLink: isOwnLink)
      var profile = found.flatMap { ProfileFiles($0, name: name, place: place) }
      if linked != nil { profile?.linkTarget = target?.joined(separator: "/") }
      profile?.volumePath = path + [CollectedName.decoded(name)]
      return profile
    }
  }

  /// Profiles in other folders of the root, where an administrator put them.
  private static func elsewhere(_ root: VolumeFolder) -> [ProfileFiles] {
    let usual = Set(usersFolders.map { $0.lowercased() }).union(otherFolders)
    return root.names.filter { !usual.contains($0.lowercased()) }.flatMap { name in
      guard CollectedName(name) == .plain, let folder = root.openFolder(name, isOwnLink: true)
      else { return [ProfileFiles]() }
      return folder.names.compactMap { child in
        guard let found = folder.openFolder(child, isOwnLink: true),
          found.has("NTUSER.DAT") || found.has("NTUSER.MAN"),
          var profile = ProfileFiles(found, name: child, place: .other)
        else { return nil }
        profile.volumePath = [name, child]
        return profile
      }
    }
  }

  /// How many folders of a profile, and how many in each, are looked into for the classes.
  private static let classFolderLimit = 200

  /// The classes of a user of Windows XP or Server 2003 in another language, which calls the
  /// folders `Local Settings` and `Application Data` otherwise (`Lokale Einstellungen`).
  private static func translatedClasses(in folder: VolumeFolder) -> [EvidenceFile] {
    for name in folder.names.prefix(classFolderLimit) {
      guard let settings = folder.openFolder(name, isOwnLink: true) else { continue }
      for child in settings.names.prefix(classFolderLimit) {
        guard let data = settings.openFolder(child, isOwnLink: true), data.has("Microsoft") else {
          continue
        }
        let found = data.folders(at: ["Microsoft", "Windows"]).spelledFiles("UsrClass.dat")
        if !found.isEmpty { return found }
      }
    }
    return []
  }

  /// Looks for the hives in a folder; nil where it holds none.
  init?(_ folder: VolumeFolder, name: String, place: Place) {
    self.name = name
    self.place = place
    path = folder.path
    let userHives = folder.spelledFiles("NTUSER.DAT")
    let mandatoryHives = folder.spelledFiles("NTUSER.MAN")
    let links = place == .documentsAndSettings ? [] : Self.linksInProfile
    let newer = folder.folders(at: ["AppData", "Local", "Microsoft", "Windows"])
      .spelledFiles("UsrClass.dat")
    var older = folder.folders(
      at: ["Local Settings", "Application Data", "Microsoft", "Windows"], ownLinks: links
    ).spelledFiles("UsrClass.dat")
    if newer.isEmpty, older.isEmpty, place == .documentsAndSettings || place == .other {
      older = Self.translatedClasses(in: folder)
    }
    userHive = userHives.first
    mandatoryHive = mandatoryHives.first
    classesHive = newer.first ?? older.first
    let classes = newer.isEmpty ? older : newer
    // A tool that follows links copies the same file twice.
    if let first = newer.first { copies = older.filter { SameBytes.areSame($0, first) } }
    let different =
      newer.isEmpty ? [] : older.filter { file in !copies.contains { $0.path == file.path } }
    otherSpellings = [userHives, mandatoryHives, classes].flatMap { $0.dropFirst() } + different
    if userHive == nil, mandatoryHive == nil, classesHive == nil { return nil }
  }
}
