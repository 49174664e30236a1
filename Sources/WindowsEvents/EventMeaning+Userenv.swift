// SPDX-License-Identifier: MIT

import WindowsTypes

extension EventMeaning {
  private static let messages = "messages of userenv.dll, Windows XP and Server 2003"
  private static let early = "KB 837115, UPHClean readme"

  private static func userenvEvent(
    _ event: Int, _ kind: EventKind, levels: [EventLevel] = [.error], fields: [String] = [],
    releases: String = "Windows XP and Server 2003", source: String = messages,
    _ meaning: String
  ) -> EventMeaning {
    EventMeaning(
      provider: Provider.userenv, event: event, kind: kind, releases: releases, levels: levels,
      fields: fields, statement: Claim(meaning, source: source))
  }

  /// What Userenv writes before Windows Vista.
  static let userenv = textsOf1000 + errors + unloads

  /// On Windows NT 4.0 and 2000 Userenv has one number, and the text of the record is the message.
  private static let textsOf1000: [EventMeaning] = {
    func text(_ kind: EventKind, source: String, _ meaning: String) -> EventMeaning {
      userenvEvent(
        1000, kind, releases: "Windows NT 4.0 and 2000", source: source, meaning)
    }
    return [
      text(
        .unloadFailed, source: early, "Windows could not unload the user's registry at log-off."),
      text(
        .loadFailed, source: early + ", KB 906952",
        "Windows could not load the user's profile or registry."),
      text(
        .roamingUnavailable, source: messages,
        "Windows could not load the roaming profile, and used a local one."),
      text(
        .roamingNotUpdated, source: messages, "Windows could not update the roaming profile."),
      text(
        .temporaryProfile, source: messages, "Windows logged the user on with a temporary profile."
      ),
      text(.copyFailed, source: messages, "Windows could not copy a file of the profile."),
      text(
        .folderNotDeleted, source: messages,
        "Windows could not delete the folder of the profile."),
      text(
        .defaultProfile, source: messages,
        "Windows could not load the profile, and logged the user on with the default profile."),
      text(
        .groupPolicy, source: messages,
        "The event is about Group Policy, and not about a profile."),
      text(
        .unclear, source: early,
        "The text of this event is not recognised: only the text says what it is about."),
    ]
  }()

  private static let errors: [EventMeaning] = [
    userenvEvent(
      1500, .loadFailed, fields: ["Error"],
      "Windows could not log the user on, because the profile cannot be loaded."),
    userenvEvent(
      1501, .loadFailed, fields: ["Error"],
      "Windows could not create a temporary folder for the profile."),
    userenvEvent(
      1502, .loadFailed, fields: ["Error"], "Windows could not load the local profile."),
    userenvEvent(
      1503, .loadFailed, fields: ["Error"],
      "Windows could not set the security of the user's registry."),
    userenvEvent(
      1504, .roamingNotUpdated, fields: ["Error"],
      "Windows could not update the roaming profile."),
    userenvEvent(
      1505, .defaultProfile, fields: ["Error"],
      "Windows could not load the profile, and logged the user on with the default profile."),
    userenvEvent(
      1506, .roamingUnavailable, fields: ["Error"],
      "Windows could not load the roaming profile, and logged the user on with the local copy."),
    userenvEvent(
      1508, .loadFailed, fields: ["Error", "File"], source: messages + "; KB 2567018",
      "Windows could not load the user's registry file."),
    userenvEvent(
      1509, .copyFailed, fields: ["Source", "Target", "Error"],
      "Windows could not copy a file of the profile."),
    userenvEvent(1510, .loadFailed, "The local profile looks corrupt to Windows."),
    userenvEvent(
      1511, .temporaryProfile,
      "Windows did not find the local profile, and logged the user on with a temporary one."),
    userenvEvent(
      1513, .copyFailed,
      "Windows could not copy the profile, because it holds encrypted files whose keys are in it."),
    userenvEvent(
      1514, .defaultProfile, fields: ["File"],
      "The path of the roaming profile is too long; Windows logged the user on with the default "
        + "profile."),
    userenvEvent(
      1515, .setAside,
      "Windows set the profile aside, to use it again at the next log-on."),
    userenvEvent(
      1518, .temporaryProfile,
      "Windows could not create a local profile, and logged the user on with a temporary one."),
    userenvEvent(
      1519, .mandatoryUnavailable, fields: ["Error"],
      "Windows did not find the mandatory profile on its server, and tries the local copy."),
    userenvEvent(
      1520, .mandatoryUnavailable, fields: ["Error"],
      "Windows could not log the user on, because the mandatory profile is not available."),
    userenvEvent(
      1521, .roamingUnavailable, fields: ["Error"],
      "Windows did not find the roaming profile on its server, and tries the local copy."),
    userenvEvent(
      1522, .roamingUnavailable, fields: ["Error"],
      "Windows did not find the read-only roaming profile, and tries the local copy."),
    userenvEvent(
      1523, .roamingUnavailable, fields: ["Error"],
      "The read-only roaming profile is not available; Windows logged the user on with the local "
        + "copy."),
    userenvEvent(
      1525, .roamingMisconfigured, levels: [.warning],
      "The share of the roaming profiles has offline caching on, which can damage them."),
  ]

  private static let unloads: [EventMeaning] = [
    userenvEvent(
      1512, .unloadFailed, fields: ["Error"],
      "Windows could not unload the user's registry, whose memory was not freed."),
    userenvEvent(
      1516, .unloadedLater, levels: [.information], fields: ["User"],
      "Windows unloaded the user's registry once no program was using it any more."),
    userenvEvent(
      1517, .savedWhileInUse, levels: [.error, .information], fields: ["User"],
      source: messages + "; KB 837115",
      "Windows saved the user's registry while programs were still using it; it is unloaded when "
        + "they close it."),
    userenvEvent(
      1524, .classesInUse, levels: [.error, .warning], source: messages + "; KB 837115",
      "The user's classes (UsrClass.dat) were still in use by programs at log-off."),
  ]
}
