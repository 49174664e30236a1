// SPDX-License-Identifier: MIT

public import RegistryHive
public import WindowsEvents

/// A profile with all that is known of it: its entries in the profile list, its files, the events
/// about its user, and the verdict that follows.
public struct ProfileHistory: Sendable {
  /// The user; nil where neither the list nor a hive says.
  public let identifier: SecurityIdentifier?
  /// The profile's entry in the list; nil where it has none but those that were set aside.
  public let entry: ProfileListEntry?
  /// Entries of the same user that were set aside (`.bak`).
  public let backups: [ProfileListEntry]
  /// The profile's files; nil where none were found.
  public let files: ProfileFiles?
  /// The files of an entry that was set aside, where they are not those of the profile itself.
  public let backupFiles: ProfileFiles?
  /// Where the folder that the entry names is, or why it was not looked into.
  let presence: FolderPresence
  /// How to call the user: the identifier, or the folder's name where that is not known.
  public let subject: String
  /// Where the profile is, for people: the path in the list, or that of the folder.
  public let place: String
  /// Whether it is a profile of Windows itself, or a template of new ones, which gets no verdict.
  public let isBuiltIn: Bool

  /// The events about the user, each once, oldest first.
  public internal(set) var events: [ProfileEvent] = []
  /// The time from which on events of registries in use count; nil for all.
  var countedSince: FileTime?
  /// The accounts of which events say that their registries were in use, and whose profiles are not
  /// known: this may be that of one of them.
  var unknownAccounts: [String] = []
  /// The services that run as the user and can start.
  public internal(set) var services: [ServiceIdentity] = []
  /// The application pools of IIS that run as the user, and may have the profile loaded.
  public internal(set) var pools: [ApplicationPool] = []
  /// The scheduled tasks that run as the user, by their files.
  var taskFiles: [RunAsFiles.Task] = []
  /// What was observed, the dated observations oldest first, then the others.
  public internal(set) var observations: [Observation] = []
  /// What became of the profile; nil for built-in ones.
  public internal(set) var verdict: ProfileVerdict?

  /// The entry that says most: the one in force, else one that was set aside.
  public var listed: ProfileListEntry? { entry ?? backups.first }

  /// What people call the profile: the name of its folder.
  public var name: String {
    place.split { $0 == "\\" || $0 == "/" }.last.map(String.init) ?? subject
  }

  /// The dated observations, oldest first.
  public var dated: [Observation] { observations.filter { $0.time != nil } }

  /// Whether the profile is mandatory: changes to it are not kept, nor copied to a server.
  public var isMandatory: Bool {
    listed?.state?.contains(.mandatory) == true || files?.mandatoryHive != nil
  }

  /// Whether the profile is a roaming one that is copied back to its server.
  public var isRoaming: Bool { listed?.centralProfile != nil && !isMandatory }
}

/// Where the folder of a profile is.
enum FolderPresence: Sendable {
  /// It is there and was looked into.
  case found
  /// It is that of another entry too, whose user owns it.
  case shared(owner: SecurityIdentifier?)
  /// The entry names another drive, none of which is available.
  case otherDrive
  /// It is there, or a folder on the way to it, but it was not entered.
  case notEntered(String)
  /// The profile is kept in a container, and was not attached.
  case container(ProfileContainers.Product)
  /// The folder of all profiles is not available, or nothing says what was collected.
  case unknown
  /// It was that of a temporary profile, which Windows deletes at log-off.
  case temporary
  /// It is there, and holds no hive: perhaps a mount point whose volume is not attached.
  case withoutHive
  /// It is not on the volume.
  case missing
  /// It is not among the files that were collected, though others beside it are.
  case notCollected
  /// It is not where the entry says: the user's hives are in a folder of another name or place.
  case moved
}
