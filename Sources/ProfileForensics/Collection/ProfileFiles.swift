// SPDX-License-Identifier: MIT

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
  public let name: String
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
  /// The user, as far as the files' own names, or what stands in their headers, say; nil where they
  /// do not.
  public internal(set) var identifier: SecurityIdentifier?
  /// The names of the folders on the way from the root of the volume, such as `Users` and `anna`;
  /// nil where the files lie in no copy of a volume's folders.
  public internal(set) var volumePath: [String]?
  /// The letter of the drive that the folder is on, as the collection calls it; nil where it does
  /// not, and for the volume of Windows itself.
  public internal(set) var drive: Character?
}

extension ProfileFiles {
  /// The hives of the profile, the user's own first.
  package var hives: [EvidenceFile] {
    [userHive ?? mandatoryHive, classesHive].compactMap(\.self)
  }

  /// Links that Windows Vista and later keep under the names of older folders.
  private static let linksInUsers: Set<String> = ["All Users", "Default User"]
  private static let linksInProfile: Set<String> = ["Local Settings", "Application Data"]

  static func all(root: VolumeFolder, windows: [VolumeFolder]) -> [ProfileFiles] {
    let users = root.folders(at: ["Users"])
    let documents = root.folders(
      at: ["Documents and Settings"],
      ownLinks: users.isEmpty ? [] : ["Documents and Settings"])
    let system = windows.folders(at: ["System32", "config", "systemprofile"])
    return profiles(in: users, .users)
      + profiles(in: documents, .documentsAndSettings)
      + profiles(in: windows.folders(at: ["Profiles"]), .windowsProfiles)
      + profiles(in: windows.folders(at: ["ServiceProfiles"]), .serviceProfiles)
      + system.compactMap { ProfileFiles($0, name: "systemprofile", place: .systemProfile) }
  }

  private static func profiles(in folders: [VolumeFolder], _ place: Place) -> [ProfileFiles] {
    folders.flatMap { folder in
      folder.names.compactMap { name in
        let isOwnLink = place == .users && linksInUsers.contains(name)
        return folder.openFolder(name, isOwnLink: isOwnLink)
          .flatMap { ProfileFiles($0, name: name, place: place) }
      }
    }
  }

  /// Looks for the hives in a folder; nil where it holds none.
  init?(_ folder: VolumeFolder, name: String, place: Place) {
    self.name = name
    self.place = place
    path = folder.path
    userHive = folder.file(named: "NTUSER.DAT")
    mandatoryHive = folder.file(named: "NTUSER.MAN")
    let links = place == .documentsAndSettings ? [] : Self.linksInProfile
    classesHive =
      folder.folders(at: ["AppData", "Local", "Microsoft", "Windows"])
      .firstFile(named: "UsrClass.dat")
      ?? folder.folders(
        at: ["Local Settings", "Application Data", "Microsoft", "Windows"], ownLinks: links
      ).firstFile(named: "UsrClass.dat")
    if userHive == nil, mandatoryHive == nil, classesHive == nil { return nil }
  }
}
