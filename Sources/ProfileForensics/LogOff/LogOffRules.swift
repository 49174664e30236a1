// SPDX-License-Identifier: MIT

public import RegistryHive

/// The kinds of things that ``LogOffCheck`` finds.
public enum LogOffRules {
  /// All of them.
  public static let all: [CheckRule] = [
    verdict, loadedAtCapture, referenceCount, backupKey, temporary, folderMissing, folderUnlisted,
    identifierMismatch, loadFailed, hiveDirty, logsMissing, hiveDamaged, nearLimit, limitSet,
    limitIgnored, limitClamped, forceUnloadDisabled, forceUnloadMisplaced, comRunsAsUser,
    serviceRunsAsUser, comClass, uphclean, roamingCache, transactionFiles, handlesLeaked,
    comServerLostProfile,
  ]

  static let verdict = CheckRule(
    id: "profile-verdict", severity: .information,
    title: "What became of a profile at the last log-off",
    advice: "The other findings about the profile tell what this rests on.")

  static let loadedAtCapture = CheckRule(
    id: "profile-loaded-at-capture", severity: .warning,
    title: "A profile was loaded when the files were copied, or when the machine stopped",
    advice: "If the user was logged off then, find out which program kept the user's registry "
      + "open: 'hive events --handles' lists those that the event logs name.")

  static let referenceCount = CheckRule(
    id: "profile-refcount", severity: .warning,
    title: "A profile was loaded more often than it was unloaded",
    advice: "If the user was logged off, something still held the profile. Windows counts on from "
      + "here: a stale count is set to 0 in the profile list when the user cannot log on any more.")

  static let backupKey = CheckRule(
    id: "profile-backup-key", severity: .warning,
    title: "The profile list has an entry that was set aside (.bak)",
    advice:
      "Windows set the entry aside because the profile could not be loaded, often because its "
      + "hive was still in use. To give the profile back: log the user off, delete the entry "
      + "without .bak if there is one, rename this one, and set its RefCount and State to 0.")

  static let temporary = CheckRule(
    id: "profile-temporary", severity: .warning,
    title: "A user got a temporary profile",
    advice: "What the user saves in it is lost at log-off. Look for the reason in the events 1511, "
      + "1515 and 1518, and for an entry of the same user that ends with .bak.")

  static let folderMissing = CheckRule(
    id: "profile-folder-missing", severity: .warning,
    title: "A listed profile has no folder with a hive on this volume",
    advice: "The user gets a temporary profile at the next log-on. If the folder was deleted on "
      + "purpose, delete the entry in the profile list too.")

  static let folderUnlisted = CheckRule(
    id: "profile-folder-unlisted", severity: .warning,
    title: "A folder holds a user's hive, and no profile in the list leads to it",
    advice: "It may be left from a deleted user, or the user's own profile that Windows no longer "
      + "finds. Compare its owner and times with the profiles in the list.")

  static let identifierMismatch = CheckRule(
    id: "profile-sid-mismatch", severity: .problem,
    title: "A profile belongs to another user than the profile list says",
    advice: "The folder was renamed, copied or given to another user. Permissions in the hives are "
      + "those of the user that they were made for.")

  static let loadFailed = CheckRule(
    id: "profile-load-failed", severity: .warning,
    title: "Windows could not load a profile, or took another one in its place",
    advice: "Look at the error in the event. 'Insufficient system resources' points to the size of "
      + "the registry ('hive growth'), 'in use by another process' to a hive that was not "
      + "unloaded.")

  static let hiveDirty = CheckRule(
    id: "hive-dirty", severity: .information,
    title: "A hive is dirty: its last changes are only in its transaction logs",
    advice:
      "Nothing is lost: the logs are replayed for reading. 'hive recover' writes the hive with "
      + "them.")

  static let logsMissing = CheckRule(
    id: "hive-logs-missing", severity: .problem,
    title: "A hive is dirty, and its transaction logs are missing or do not fit",
    advice: "The last changes are lost to this examination. Collect the .LOG1 and .LOG2 files (or "
      + ".LOG) beside the hive too; 'hive info' tells why a log does not fit.")

  static let hiveDamaged = CheckRule(
    id: "hive-damaged", severity: .problem,
    title: "A hive is damaged, or cannot be read",
    advice:
      "A profile whose hive is damaged is not loaded. 'hive check' on the hive tells all that "
      + "is wrong with it.")

  static let nearLimit = CheckRule(
    id: "hive-near-limit", severity: .warning,
    title: "A hive, or all together, come near the limit on their size",
    advice: "'hive growth' tells what takes up the space. A hive that does not fit is not loaded: "
      + "events 1500 and 1508 tell of insufficient system resources.")

  static let limitSet = CheckRule(
    id: "registry-size-limit-set", severity: .warning,
    title: "RegistrySizeLimit is set",
    advice:
      "Delete the value or set it to 0, and start the machine again: Windows then chooses the "
      + "limit itself (KB 2567018).")

  static let limitIgnored = CheckRule(
    id: "registry-size-limit-ignored", severity: .warning,
    title: "RegistrySizeLimit is set in a form that Windows ignores",
    advice: "Only a REG_DWORD of 4 bytes counts. Delete the value.")

  static let limitClamped = CheckRule(
    id: "registry-size-limit-clamped", severity: .warning,
    title: "RegistrySizeLimit is outside of what Windows takes, and is moved inside",
    advice:
      "What holds is another number than the one that is set: 4 MB at the least, about 80 % of "
      + "the paged pool at the most.")

  static let forceUnloadDisabled = CheckRule(
    id: "force-unload-disabled", severity: .information,
    title: "Windows does not unload users' registries by force at log-off (DisableForceUnload)",
    advice: "A profile then stays loaded for as long as a program keeps a key open. Event 1530 may "
      + "be written all the same, by the first attempt to unload.")

  static let forceUnloadMisplaced = CheckRule(
    id: "force-unload-policy-misplaced", severity: .warning,
    title: "DisableForceUnload stands where Windows does not look for it",
    advice:
      "It has no effect there. The place is Software\\Policies\\Microsoft\\Windows\\System below "
      + "HKEY_LOCAL_MACHINE, written by a 64-bit program on 64-bit Windows.")

  static let comRunsAsUser = CheckRule(
    id: "com-runs-as-user", severity: .warning,
    title: "A COM application runs as a user",
    advice: "When that user logs off, Windows unloads the user's registry by force, and the "
      + "application fails with 0x800703FA (a registry key that is marked for deletion) until it is "
      + "started again. Enable the policy 'Do not forcefully unload the user registry at user "
      + "logoff', or let the application run as a service account, or as a user who does not log "
      + "on.")

  static let serviceRunsAsUser = CheckRule(
    id: "service-runs-as-user", severity: .information,
    title: "A service runs as a user",
    advice: "The user's profile is loaded for as long as the service runs, also when nobody is "
      + "logged on as that user.")

  static let comClass = CheckRule(
    id: "com-class", severity: .information,
    title: "What a class of COM leads to",
    advice: "An application that runs as a user loses that user's registry when the user logs off.")

  static let uphclean = CheckRule(
    id: "uphclean-installed", severity: .information,
    title: "The User Profile Hive Cleanup service (UPHClean) is installed",
    advice: "It frees the registries of users who have logged off, and writes which programs held "
      + "them: 'hive events' tells. Since Windows Vista its work is done by Windows itself.")

  static let roamingCache = CheckRule(
    id: "roaming-cache-kept", severity: .information,
    title: "A roaming profile keeps its local copy after log-off",
    advice: "When the hive is not unloaded, the copy on the server stays the older one. The policy "
      + "DeleteRoamingCachedProfiles deletes local copies at log-off.")

  static let transactionFiles = CheckRule(
    id: "transaction-files-piled-up", severity: .warning,
    title: "Transaction files have piled up beside a hive",
    advice:
      "Windows makes new ones when it does not find the old ones in order. They take space and "
      + "do not count against the registry's limits.")

  static let handlesLeaked = CheckRule(
    id: "handles-leaked", severity: .warning,
    title: "Programs kept a user's registry open at log-off",
    advice: "Update these programs, or let them run as another user. What they write after the "
      + "log-off is lost, or keeps the profile from being copied to its server.")

  static let comServerLostProfile = CheckRule(
    id: "com-server-lost-profile", severity: .problem,
    title: "A COM server has probably lost its user's registry at log-off",
    advice:
      "KB 2287297 describes it: the server answers with 0x800703FA until it is started again. "
      + "Enable the policy 'Do not forcefully unload the user registry at user "
      + "logoff', or let the application run as a service account.")
}
