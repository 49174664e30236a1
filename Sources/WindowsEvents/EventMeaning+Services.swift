// SPDX-License-Identifier: MIT

import WindowsTypes

extension EventMeaning {
  private static func uphcleanEvent(
    _ event: Int, _ kind: EventKind, _ levels: [EventLevel], fields: [String] = [],
    _ meaning: String
  ) -> EventMeaning {
    EventMeaning(
      provider: Provider.uphclean, event: event, kind: kind,
      releases: "Windows NT 4.0 to Server 2003", levels: levels, fields: fields,
      statement: Claim(meaning, source: "UPHClean readme"))
  }

  /// What the User Profile Hive Cleanup service writes.
  static let uphclean: [EventMeaning] = [
    uphcleanEvent(
      1001, .cleanupStarted, [.information], fields: ["Version"], "UPHClean started."),
    uphcleanEvent(1010, .cleanupStopped, [.information], "UPHClean stopped."),
    uphcleanEvent(
      1111, .unloadFailed, [.warning],
      "The user's hive could not be unloaded; UPHClean tries again."),
    uphcleanEvent(
      1201, .handlesReleased, [.information], fields: ["User", "Handles"],
      "UPHClean closed handles that were keeping the user's hive loaded."),
    uphcleanEvent(
      1211, .handlesNotReleased, [.information], fields: ["User", "Handles"],
      "UPHClean could not close handles that keep the user's hive loaded."),
    uphcleanEvent(
      1401, .handlesReleased, [.information], fields: ["User", "Handles"],
      "UPHClean redirected handles that were keeping the user's hive loaded."),
    uphcleanEvent(
      1501, .handlesLeaked, [.information], fields: ["User", "Handles"],
      "Handles keep the user's hive loaded; UPHClean only reports them."),
    uphcleanEvent(
      1511, .loadedWithoutLogOn, [.information], fields: ["User"],
      "The user's hive is loaded though the user is not logged on; UPHClean only reports it."),
  ]

  private static func dcom(
    _ event: Int, _ kind: EventKind, _ levels: [EventLevel], fields: [String] = [],
    _ meaning: String
  ) -> [EventMeaning] {
    [
      (Provider.distributedCOM, "Windows Vista and later"),
      (Provider.dcom, "before Windows Vista"),
    ].map { provider, releases in
      EventMeaning(
        provider: provider, event: event, kind: kind, releases: releases, levels: levels,
        fields: fields,
        statement: Claim(
          meaning, source: "manifest and messages of Microsoft-Windows-DistributedCOM"))
    }
  }

  /// What DistributedCOM writes to the System log.
  static let distributedCOM: [EventMeaning] = [
    dcom(
      10000, .comNotStarted, [.error], fields: ["Command", "Error", "Class"],
      "A COM server could not be started."),
    dcom(
      10001, .comNotStarted, [.error], fields: ["Command", "Error", "Class", "Domain", "User"],
      "A COM server could not be started as the user that it is to run as."),
    dcom(
      10004, .comLogOnFailed, [.error], fields: ["Error", "Domain", "User", "Class"],
      "The user that a COM server is to run as could not be logged on."),
    dcom(
      10005, .comNotStarted, [.error], fields: ["Error", "Service", "Arguments", "Class"],
      "The service that hosts a COM server could not be started."),
    dcom(
      10006, .comFailed, [.error], fields: ["Error", "Computer", "Class"],
      "A COM server returned an error when Windows asked it for an object of a class."),
    dcom(
      10010, .comTimedOut, [.error], fields: ["Class"],
      "A COM server did not register with DCOM in time."),
    dcom(
      10016, .comNotPermitted, [.error, .warning],
      "A user or program lacks the permission to start or reach a COM server."),
  ].flatMap(\.self)
}
