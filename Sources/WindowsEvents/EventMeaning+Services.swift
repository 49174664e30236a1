// SPDX-License-Identifier: MIT

import WindowsTypes

extension EventMeaning {
  private static func uphcleanEvent(
    _ event: Int, _ topic: Topic, _ levels: [EventLevel], fields: [String] = [],
    _ meaning: String
  ) -> EventMeaning {
    EventMeaning(
      provider: Provider.uphclean, event: event, topic: topic,
      releases: "Windows NT 4.0 to Server 2003", levels: levels, fields: fields,
      statement: Claim(meaning, source: "UPHClean readme"))
  }

  /// What the User Profile Hive Cleanup service writes.
  static let uphclean: [EventMeaning] = [
    uphcleanEvent(1001, .session, [.information], fields: ["Version"], "UPHClean started."),
    uphcleanEvent(1010, .session, [.information], "UPHClean stopped."),
    uphcleanEvent(
      1111, .unload, [.warning], "The user's hive could not be unloaded; UPHClean tries again."),
    uphcleanEvent(
      1201, .cleanup, [.information], fields: ["User", "Handles"],
      "UPHClean closed handles that kept the user's hive from being unloaded."),
    uphcleanEvent(
      1211, .cleanup, [.information], fields: ["User", "Handles"],
      "UPHClean could not close handles that keep the user's hive from being unloaded."),
    uphcleanEvent(
      1401, .cleanup, [.information], fields: ["User", "Handles"],
      "UPHClean led handles to another hive that kept the user's from being unloaded."),
    uphcleanEvent(
      1501, .cleanup, [.information], fields: ["User", "Handles"],
      "Handles keep the user's hive from being unloaded; UPHClean only reports them."),
    uphcleanEvent(
      1511, .cleanup, [.information], fields: ["User"],
      "The user's hive is loaded though the user is not logged on; UPHClean only reports it."),
  ]

  private static func dcom(
    _ event: Int, _ levels: [EventLevel], fields: [String] = [], _ meaning: String
  ) -> [EventMeaning] {
    [
      (Provider.distributedCOM, "Windows Vista and later"),
      (Provider.dcom, "before Windows Vista"),
    ].map { provider, releases in
      EventMeaning(
        provider: provider, event: event, topic: .com, releases: releases, levels: levels,
        fields: fields,
        statement: Claim(meaning, source: "manifest of Microsoft-Windows-DistributedCOM"))
    }
  }

  /// What DistributedCOM writes to the System log.
  static let distributedCOM: [EventMeaning] = [
    dcom(
      10000, [.error], fields: ["Command", "Error", "Class"],
      "A COM server could not be started."),
    dcom(
      10001, [.error], fields: ["Command", "Error", "Class", "Domain", "User"],
      "A COM server could not be started as the user that it is to run as."),
    dcom(
      10004, [.error], fields: ["Error", "Domain", "User", "Class"],
      "The user that a COM server is to run as could not be logged on."),
    dcom(
      10005, [.error], fields: ["Error", "Service", "Arguments", "Class"],
      "The service that hosts a COM server could not be started."),
    dcom(
      10006, [.error], fields: ["Error", "Computer", "Class"],
      "A COM server gave an error when it was to make an object of a class."),
    dcom(
      10010, [.error], fields: ["Class"],
      "A COM server did not register with DCOM in time."),
    dcom(
      10016, [.error, .warning],
      "A user or program lacks the permission to start or reach a COM server."),
  ].flatMap(\.self)
}
