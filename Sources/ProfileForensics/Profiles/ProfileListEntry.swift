// SPDX-License-Identifier: MIT

public import RegistryHive
import WindowsEvents

/// An entry of the profile list: what Windows keeps about a user's profile.
///
/// The entries are the subkeys of `Microsoft\Windows NT\CurrentVersion\ProfileList` in SOFTWARE,
/// named by the users' security identifiers.
public struct ProfileListEntry: Sendable {
  /// The entry's key.
  public let key: Key
  /// Whether the entry was set aside: its name ends with `.bak`.
  public let isBackup: Bool
  /// Whether the entry's name was changed by hand, such as to `S-1-5-21-….old`: Windows does not
  /// use it.
  public let isRenamed: Bool
  /// The user, by the name of the key; nil where that is not a security identifier.
  public let identifier: SecurityIdentifier?
  /// The user, by the value `Sid`; nil where there is none, or none that can be read.
  public let storedIdentifier: SecurityIdentifier?
  /// Where the profile is: `ProfileImagePath`, such as `C:\Users\anna`.
  public let imagePath: String?
  /// What kind of profile it is, and what became of it: `State`.
  public let state: ProfileState?
  /// `Flags`, of which no meaning is documented: 0 for users, 12 for the local system.
  public let flags: UInt32?
  /// How often the profile was loaded and not unloaded: `RefCount`.
  ///
  /// Windows 10 has it in few entries only.
  public let referenceCount: UInt32?
  /// Where the roaming profile is on its server: `CentralProfile`; nil where there is none.
  public let centralProfile: String?
  /// When the profile was last loaded; nil where the entry does not say.
  ///
  /// That is `LocalProfileLoadTime`, since Windows 10 version 1809 and Server 2019; else
  /// `ProfileLoadTime`, which Windows XP and Server 2003 keep, and later ones leave at 0.
  public let loadTime: FileTime?
  /// When the profile was last unloaded: `LocalProfileUnloadTime`, since Windows 10 version 1809
  /// and Server 2019.
  public let unloadTime: FileTime?
  /// What the policy that deletes old profiles goes by where there are no other times:
  /// `LocalProfileCleanupCheckTime`.
  public let cleanupCheckTime: FileTime?
  /// When a roaming profile was last asked for: `ProfileAttemptedProfileDownloadTime`.
  public let downloadTime: FileTime?
  /// The user's `objectGUID` in the directory: `Guid`.
  public let directoryGUID: String?

  /// Whether the profile is a whole one: `FullProfile`, since Windows 8.
  public let isFull: Bool?
  /// Where the profile was before FSLogix put a container in its place:
  /// `FSL_OriginalProfileImagePath`.
  public let originalImagePath: String?
  /// What Windows remembers to make the next log-on fast: `NextLogonCacheable`,
  /// `OptimizedLogonStatus` and `RunLogonScriptSync`, those that are there.
  public let logonHints: [String: UInt32]

  private static let hintNames = [
    "NextLogonCacheable", "OptimizedLogonStatus", "RunLogonScriptSync",
  ]

  /// Reads an entry.
  init(_ key: Key) {
    self.key = key
    let name = key.name.description
    isBackup = RegistryString(String(name.suffix(4))).matches(".bak")
    let start = String(name.prefix { $0 != "." && $0 != "_" && $0 != " " })
    let plain = isBackup ? String(name.dropLast(4)) : name
    isRenamed = plain != start && SecurityIdentifier(start) != nil
    identifier = SecurityIdentifier(plain)
    storedIdentifier = (key.value(named: "Sid")?.bytes).flatMap { SecurityIdentifier(bytes: $0) }
    imagePath = key.text("ProfileImagePath")
    state = key.number("State").map { ProfileState(rawValue: $0) }
    flags = key.number("Flags")
    referenceCount = key.number("RefCount")
    centralProfile = key.text("CentralProfile")
    loadTime = key.time("LocalProfileLoadTime") ?? key.time("ProfileLoadTime")
    unloadTime = key.time("LocalProfileUnloadTime")
    cleanupCheckTime = key.time("LocalProfileCleanupCheckTime")
    downloadTime = key.time("ProfileAttemptedProfileDownloadTime")
    directoryGUID = key.text("Guid")
    isFull = key.number("FullProfile").map { $0 != 0 }
    originalImagePath = key.text("FSL_OriginalProfileImagePath")
    var hints: [String: UInt32] = [:]
    for name in Self.hintNames { hints[name] = key.number(RegistryString(name)) }
    logonHints = hints
  }

  /// Whether Windows gave the user a temporary profile, by its state.
  var isTemporary: Bool { state?.contains(.temporary) == true }

  /// Whether the folder has the name of a temporary profile's, which may be a user's too.
  var hasTemporaryFolder: Bool {
    guard let name = imagePath?.pathNames.last else { return false }
    return RegistryString(String(name.prefix(4))).matches("TEMP")
      && (name.count == 4 || name.dropFirst(4).first == ".")
  }

  /// The name of the profile's folder; nil where the entry names none.
  package var folderName: String? {
    imagePath?.split(separator: "\\").last.map(String.init)
  }

  /// Whether the last thing that the entry says is that the profile was loaded; nil where it has
  /// no times to compare.
  ///
  /// Windows 10 version 1809 and later, and Server 2019 and later, keep the times of the last load
  /// and the last unload: a time of the first kind alone, without a ``referenceCount``, is that of a
  /// profile that was not unloaded since these are kept.
  public var isLoaded: Bool? {
    guard let loadTime else { return nil }
    guard let unloadTime else {
      let isKept = key.time("LocalProfileLoadTime") != nil && referenceCount == nil
      return isKept ? true : nil
    }
    return loadTime > unloadTime
  }
}

extension Key {
  /// A time that two values hold, one for each half; nil where one is missing or both are 0.
  func time(_ name: String) -> FileTime? {
    guard let low = number(RegistryString(name + "Low")),
      let high = number(RegistryString(name + "High")), low != 0 || high != 0
    else { return nil }
    return FileTime(rawValue: UInt64(high) << 32 | UInt64(low))
  }
}
