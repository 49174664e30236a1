// SPDX-License-Identifier: MIT

import WindowsTypes

/// The names that providers have in logs.
enum Provider {
  static let profileService = "Microsoft-Windows-User Profiles Service"
  static let profilesGeneral = "Microsoft-Windows-User Profiles General"
  static let userenv = "Userenv"
  static let uphclean = "UPHClean"
  static let distributedCOM = "Microsoft-Windows-DistributedCOM"
  /// The name that DistributedCOM had before Windows Vista, and still has as `EventSourceName`.
  static let dcom = "DCOM"
}

extension EventMeaning {
  /// The name of a provider that the catalogue knows, by its identifier, such as
  /// `{1b562e86-b7aa-4131-badc-b6f3a001407e}`; nil for any other.
  ///
  /// Source: the manifests of the providers.
  public static func providerName(of identifier: String) -> String? {
    let digits = identifier.lowercased().filter { $0.isHexDigit }
    return identifiers[digits]
  }

  private static let identifiers = [
    "89b1e9f05aff44a69b440a07a7ce5845": Provider.profileService,
    "db00dfb629f94a9c9b3b1f4f9e7d9770": Provider.profilesGeneral,
    "1b562e86b7aa4131badcb6f3a001407e": Provider.distributedCOM,
  ]

  private static let manifest = "manifest of the provider, Windows 7 to 10"

  private static func service(
    _ event: Int, _ topic: Topic, _ levels: [EventLevel], fields: [String] = [],
    releases: String = "Windows Vista and later", _ meaning: String
  ) -> EventMeaning {
    EventMeaning(
      provider: Provider.profileService, event: event, topic: topic, releases: releases,
      levels: levels, fields: fields, statement: Claim(meaning, source: manifest))
  }

  /// What the User Profiles Service writes to the Application log.
  static let profileService: [EventMeaning] = [
    service(
      1500, .load, [.error], fields: ["Error"],
      "Windows could not log the user on, because the profile cannot be loaded."),
    service(
      1501, .load, [.error], fields: ["Error"],
      "Windows could not make a temporary folder for the profile."),
    service(1502, .load, [.error], fields: ["Error"], "Windows could not load the local profile."),
    service(
      1503, .load, [.error], fields: ["Error"],
      "Windows could not set the security of the user's registry."
    ),
    service(
      1504, .roaming, [.error],
      "Windows could not update the roaming profile completely."),
    service(
      1505, .load, [.error], fields: ["Error"],
      "Windows could not load the profile, and logged the user on with the default profile."),
    service(
      1506, .roaming, [.error], fields: ["Error"],
      "Windows could not load the roaming profile, and logged the user on with a local one."),
    service(
      1508, .load, [.error], fields: ["Error", "File"],
      "Windows could not load the user's registry file."),
    service(
      1509, .load, [.information], fields: ["File", "Status", "MachineKeys", "UserKeys"],
      releases: "Windows 10 and later", "Loading a registry file failed."),
    service(
      1510, .load, [.error], "The local profile looks corrupt to Windows."),
    service(
      1511, .load, [.error],
      "Windows did not find the local profile, and logged the user on with a temporary one."),
    service(
      1512, .unload, [.error], fields: ["Error"],
      "Windows could not unload the user's registry, whose memory was not freed."),
    service(
      1515, .load, [.error],
      "Windows set the profile aside: its entry in the profile list ends with .bak now."),
    service(
      1517, .unload, [.information], fields: ["UserSid"],
      "Windows saved the user's registry while programs were still using it."),
    service(
      1518, .load, [.error],
      "Windows could not create a local profile, and logged the user on with a temporary one."),
    service(
      1521, .roaming, [.error], fields: ["Error"],
      "Windows did not find the copy of the roaming profile on its server."),
    service(
      1522, .roaming, [.error], fields: ["Error"],
      "Windows did not find the copy of the mandatory profile on its server."),
    service(
      1523, .roaming, [.error], fields: ["Error"],
      "Windows could not read the mandatory profile from its server."),
    service(
      1524, .unload, [.warning],
      "The user's classes (UsrClass.dat) were still in use by programs at log-off."),
    service(
      1530, .unload, [.warning, .information], fields: ["Detail"],
      "Programs still had keys of the user's registry open at log-off; Windows unloaded it by force."
    ),
    service(1531, .session, [.information], "The User Profiles Service started."),
    service(1532, .session, [.information], "The User Profiles Service stopped."),
    service(
      1533, .unload, [.error], fields: ["Folder", "Error"],
      "Windows could not delete the folder of a profile, which programs may still use."),
    service(
      1534, .load, [.warning], fields: ["Event", "Component", "Error"],
      "A component failed when it was told that a profile was loaded, unloaded or deleted."),
    service(
      1540, .roaming, [.warning],
      "The roaming profile is not in step with its server: the older local copy is used."),
    service(
      1542, .load, [.error], fields: ["Error"],
      "Windows could not load the user's classes (UsrClass.dat)."),
    service(
      1543, .roaming, [.error], fields: ["Folder"], releases: "Windows 7 and later",
      "The roaming profile was not synchronized, because the connection is slow."),
    service(
      1544, .load, [.error], releases: "Windows 10 and later",
      "Windows could not set the profile aside: the profile list has an entry with .bak already."),
    service(
      1545, .unload, [.error], fields: ["InterferingImageName", "InterferingPID", "ProfsvcPID"],
      releases: "Windows 10 build 17134 and later",
      "Another process has the file of the user's hive open."),
    service(
      1552, .unload, [.error], fields: ["InterferingImageName", "InterferingPID", "ProfsvcPID"],
      releases: "Windows 10 build 18990 and later",
      "Another process has loaded the user's hive."),
  ]

  /// What the User Profiles Service writes to its own operational log.
  static let profileSteps: [EventMeaning] = [
    service(
      1, .session, [.information], fields: ["Session"], "The log-on began to load the profile."),
    service(2, .session, [.information], fields: ["Session"], "The log-on has loaded the profile."),
    service(
      3, .session, [.information], fields: ["Session"], "The log-off began to unload the profile."),
    service(
      4, .session, [.information], fields: ["Session"], "The log-off has unloaded the profile."),
    service(5, .session, [.information], fields: ["File", "Key"], "A registry file was loaded."),
    service(
      67, .session, [.information],
      fields: ["Logon type", "Local profile location", "Profile type"],
      "The log-on tells which profile it takes: where it is and of what type."),
  ]

  /// What the library of the User Profiles Service writes in other processes.
  static let profilesGeneral: [EventMeaning] = [1509, 1533, 1534].compactMap { event in
    profileService.first { $0.event == event }.map {
      EventMeaning(
        provider: Provider.profilesGeneral, event: event, topic: $0.topic, releases: $0.releases,
        levels: $0.levels, fields: $0.fields, statement: $0.statement)
    }
  }
}

extension EventMeaning {
  private static func userenvEvent(
    _ event: Int, _ topic: Topic, _ levels: [EventLevel], fields: [String] = [],
    releases: String = "Windows XP and Server 2003", _ statement: Claim
  ) -> EventMeaning {
    EventMeaning(
      provider: Provider.userenv, event: event, topic: topic, releases: releases, levels: levels,
      fields: fields, statement: statement)
  }

  private static let early = "KB 837115, UPHClean readme"

  /// What Userenv writes before Windows Vista.
  static let userenv: [EventMeaning] =
    [
      userenvEvent(
        1000, .unload, [.error], releases: "Windows NT 4.0 and 2000",
        Claim(
          "Windows could not load or unload a profile; the text of the event tells which, and why.",
          source: early)),
      userenvEvent(
        1500, .load, [.error],
        Claim(
          "Windows could not log the user on, because the profile cannot be loaded.",
          source: "KB 2567018")),
      userenvEvent(
        1508, .load, [.error],
        Claim("Windows could not load the user's registry file.", source: "KB 2567018")),
      userenvEvent(
        1517, .unload, [.error], fields: ["User"],
        Claim(
          "Windows saved the user's registry while programs were still using it; it is unloaded "
            + "when they close it.", source: early)),
      userenvEvent(
        1524, .unload, [.warning],
        Claim(
          "The user's classes (UsrClass.dat) were still in use by programs at log-off.",
          source: early)),
    ] + sameAsLater

  /// Events of Userenv that have the numbers of later events of the User Profiles Service.
  private static var sameAsLater: [EventMeaning] {
    [1502, 1504, 1505, 1506, 1511, 1512, 1515, 1521].compactMap { event in
      profileService.first { $0.event == event }.map {
        userenvEvent(
          event, $0.topic, $0.levels,
          Claim(
            $0.meaning, source: "the User Profiles Service's event of this number", .unconfirmed))
      }
    }
  }
}
