// SPDX-License-Identifier: MIT

import WindowsTypes

extension EventMeaning {
  private static let messages = "manifest and messages of the provider, Windows Vista to 10"

  private static func service(
    _ event: Int, _ kind: EventKind, _ levels: [EventLevel], fields: [String] = [],
    releases: String = "Windows Vista and later", source: String = messages, _ meaning: String
  ) -> EventMeaning {
    EventMeaning(
      provider: Provider.profileService, event: event, kind: kind, releases: releases,
      levels: levels, fields: fields, statement: Claim(meaning, source: source))
  }

  /// What the User Profiles Service writes to the Application log.
  static let profileService = loading + roaming + unloading

  private static let loading: [EventMeaning] = [
    service(
      1500, .loadFailed, [.error], fields: ["Error"],
      "Windows could not log the user on, because the profile cannot be loaded."),
    service(
      1501, .loadFailed, [.error], fields: ["Error"],
      "Windows could not create a temporary folder for the profile."),
    service(
      1502, .loadFailed, [.error], fields: ["Error"],
      "Windows could not load the local profile."),
    service(
      1503, .loadFailed, [.error], fields: ["Error"],
      "Windows could not set the security of the user's registry."),
    service(
      1505, .defaultProfile, [.error], fields: ["Error"],
      "Windows could not load the profile, and logged the user on with the default profile."),
    service(
      1508, .loadFailed, [.error], fields: ["Error", "File"],
      "Windows could not load the user's registry file."),
    service(
      1509, .loadFailed, [.information], fields: ["File", "Status", "MachineKeys", "UserKeys"],
      releases: "Windows 10 and later", "Windows could not load a registry file."),
    service(1510, .loadFailed, [.error], "The local profile looks corrupt to Windows."),
    service(
      1511, .temporaryProfile, [.error],
      "Windows did not find the local profile, and logged the user on with a temporary one."),
    service(
      1514, .defaultProfile, [.error], fields: ["File"],
      "The path of the roaming profile is too long; Windows logged the user on with the default "
        + "profile."),
    service(
      1515, .setAside, [.error],
      "Windows set the profile aside: its entry in the profile list ends with .bak now."),
    service(
      1518, .temporaryProfile, [.error],
      "Windows could not create a local profile, and logged the user on with a temporary one."),
    service(
      1527, .profilesNotReady, [.error],
      "Windows could not initialize user profiles: users can log on at the console only."),
    service(
      1534, .notificationFailed, [.warning], fields: ["Event", "Component", "Error"],
      "A component failed when it was notified of a profile's load, unload, creation or deletion."),
    service(
      1542, .loadFailed, [.error], fields: ["Error"],
      "Windows could not load the user's classes (UsrClass.dat)."),
    service(
      1544, .notSetAside, [.error], releases: "Windows 10 and later",
      "Windows could not set the profile aside: the profile list has an entry with .bak already."),
    service(
      1545, .lockedAtLoad, [.error],
      fields: ["InterferingImageName", "InterferingPID", "ProfsvcPID"],
      releases: "Windows 10 build 17134 and later",
      "Another process had the user's hive loaded at log-on (file lock)."),
    service(
      1552, .lockedAtLoad, [.error],
      fields: ["InterferingImageName", "InterferingPID", "ProfsvcPID"],
      releases: "Windows 10 build 18990 and later",
      "Another process had the user's hive loaded at log-on (registry lock)."),
  ]

  private static let roaming: [EventMeaning] = [
    service(
      1504, .roamingNotUpdated, [.error],
      "Windows could not update the roaming profile completely."),
    service(
      1506, .roamingUnavailable, [.error], fields: ["Error"],
      "Windows could not load the roaming profile, and logged the user on with the local copy."),
    service(
      1513, .copyFailed, [.error],
      "Windows could not copy the profile, because it holds encrypted files whose keys are in it."),
    service(
      1519, .mandatoryUnavailable, [.error], fields: ["Error"],
      "Windows did not find the mandatory profile on its server, and tries the local copy."),
    service(
      1520, .mandatoryUnavailable, [.error], fields: ["Error"],
      "Windows could not log the user on, because the mandatory profile is not available."),
    service(
      1521, .roamingUnavailable, [.error], fields: ["Error"],
      "Windows did not find the roaming profile on its server, and tries the local copy."),
    service(
      1522, .roamingUnavailable, [.error], fields: ["Error"],
      "Windows did not find the read-only roaming profile, and tries the local copy."),
    service(
      1523, .roamingUnavailable, [.error], fields: ["Error"],
      "The read-only roaming profile is not available; Windows logged the user on with the local "
        + "copy."),
    service(
      1525, .roamingMisconfigured, [.warning],
      "The share of the roaming profiles has automatic offline caching on, which can damage them."),
    service(
      1526, .roamingUnavailable, [.error],
      "Windows did not load the roaming profile, because neither the user nor the Administrators "
        + "own its folder on the server; it tries the local copy."),
    service(
      1529, .roamingUnavailable, [.error],
      "Windows did not load the roaming profile, because roaming across forests is disabled; it "
        + "logged the user on with the local copy."),
    service(
      1540, .roamingUnavailable, [.warning],
      "The roaming profile is not in step with its server: the older local copy is used."),
    service(
      1543, .roamingUnavailable, [.error], fields: ["Folder"],
      "The roaming profile was not synchronized, because the connection is slow."),
  ]

  private static let unloading: [EventMeaning] = [
    service(
      1512, .unloadFailed, [.error], fields: ["Error"],
      "Windows could not unload the user's registry, whose memory was not freed."),
    service(
      1516, .unloadedLater, [.information], fields: ["User"], releases: "Windows Vista",
      "Windows unloaded the user's registry once no program was using it any more."),
    service(
      1517, .savedWhileInUse, [.information], fields: ["UserSid"],
      "Windows saved the user's registry while programs were still using it."),
    service(
      1524, .classesInUse, [.warning],
      "The user's classes (UsrClass.dat) were still in use by programs at log-off."),
    service(
      1530, .handlesLeaked, [.warning, .information], fields: ["Detail"],
      source: messages + "; KB 2287297",
      "Programs still had keys of the user's registry open at log-off."),
    service(1531, .serviceStarted, [.information], "The User Profiles Service started."),
    service(1532, .serviceStopped, [.information], "The User Profiles Service stopped."),
    service(
      1533, .folderNotDeleted, [.error], fields: ["Folder", "Error"],
      "Windows could not delete the folder of a profile, which programs may still use."),
  ]

  /// What the User Profiles Service writes to its own operational log.
  ///
  /// 1 to 4 carry the user's identifier and the session, and say nothing of success.
  static let profileSteps: [EventMeaning] = [
    service(
      1, .logOnBegan, [.information], fields: ["Session"], releases: "Windows 7 and later",
      "The User Profiles Service was notified of the log-on."),
    service(
      2, .logOnEnded, [.information], fields: ["Session"], releases: "Windows 7 and later",
      "The User Profiles Service finished processing the log-on."),
    service(
      3, .logOffBegan, [.information], fields: ["Session"], releases: "Windows 7 and later",
      "The User Profiles Service was notified of the log-off."),
    service(
      4, .logOffEnded, [.information], fields: ["Session"], releases: "Windows 7 and later",
      "The User Profiles Service finished processing the log-off."),
    service(
      5, .hiveLoaded, [.information], fields: ["File", "Key"], releases: "Windows 7 and later",
      "A registry file was loaded."),
    service(
      6, .synchronizationBegan, [.information], fields: ["Source", "Target"],
      releases: "Windows 7 and later", "The synchronization of a roaming profile began."),
    service(
      7, .synchronizationEnded, [.information], fields: ["Source", "Target", "Result"],
      releases: "Windows 7 and later",
      "The synchronization of a roaming profile ended, with the result that is given."),
    service(
      67, .profileChosen, [.information],
      fields: ["Logon type", "Local profile location", "Profile type"],
      releases: "Windows 8 and later",
      "The log-on reports which profile it uses: where it is and of what type."),
    service(
      68, .synchronizationTimes, [.information],
      fields: ["Last download", "Last upload"], releases: "Windows 8 and later",
      "The log-on reports when the roaming profile was last copied from and to its server."),
  ]

  /// What the library of the User Profiles Service writes in other processes.
  ///
  /// Its numbers are not those of the service: its 1509 is about a copy, the service's about a load.
  static let profilesGeneral: [EventMeaning] = [
    EventMeaning(
      provider: Provider.profilesGeneral, event: 1509, kind: .copyFailed,
      releases: "Windows Vista and later", levels: [.warning],
      fields: ["Source", "Target", "Error"],
      statement: Claim(
        "Windows could not copy a file of the profile.",
        source: "manifest of the provider; KB 2536571, KB 2985344")),
    EventMeaning(
      provider: Provider.profilesGeneral, event: 1534, kind: .notificationFailed,
      releases: "Windows Vista and later", levels: [.warning], fields: [],
      statement: Claim(
        "A component failed when it was notified of a profile's load, unload, creation or deletion.",
        source: "manifest of the provider, and the User Profiles Service's event of this number",
        .unconfirmed)),
  ]
}
