// SPDX-License-Identifier: MIT

import WindowsTypes

extension EventMeaning {
  private static func event(
    _ provider: String, _ event: Int, _ kind: EventKind, _ levels: [EventLevel],
    fields: [String] = [], releases: String, source: String, _ meaning: String
  ) -> EventMeaning {
    EventMeaning(
      provider: provider, event: event, kind: kind, releases: releases, levels: levels,
      fields: fields, statement: Claim(meaning, source: source))
  }

  /// What the System log holds about the machine's start and stop, and about cleared logs.
  static let machine: [EventMeaning] = [
    event(
      Provider.kernelGeneral, 12, .machineStarted, [.information],
      fields: [
        "MajorVersion", "MinorVersion", "BuildVersion", "QfeVersion", "ServiceVersion", "BootMode",
        "StartTime",
      ],
      releases: "Windows 7 and later", source: "manifest of Microsoft-Windows-Kernel-General",
      "Windows started."),
    event(
      Provider.kernelGeneral, 13, .machineStopped, [.information], fields: ["StopTime"],
      releases: "Windows 7 and later", source: "manifest of Microsoft-Windows-Kernel-General",
      "Windows shut down."),
    event(
      Provider.kernelPower, 41, .machineStoppedUnexpectedly, [.critical],
      releases: "Windows Vista and later",
      source: "Windows Kernel event ID 41 error (Microsoft)",
      "Windows started without having been shut down in order before."),
    event(
      Provider.eventLog, 6005, .machineStarted, [.information], releases: "all",
      source: "Troubleshoot unexpected reboots using system event logs (Microsoft)",
      "The event log started, as it does when Windows starts."),
    event(
      Provider.eventLog, 6006, .machineStopped, [.information], releases: "all",
      source: "Troubleshoot unexpected reboots using system event logs (Microsoft)",
      "The event log stopped, as it does when Windows shuts down in order."),
    event(
      Provider.eventLog, 6008, .machineStoppedUnexpectedly, [.error], fields: ["Time", "Date"],
      releases: "all",
      source: "Troubleshoot unexpected reboots using system event logs (Microsoft)",
      "The last shutdown was unexpected; the event gives its time and date."),
    event(
      Provider.eventLog, 6009, .machineStarted, [.information],
      fields: ["Version", "Build", "Service pack", "Processors"], releases: "all",
      source: "Troubleshoot unexpected reboots using system event logs (Microsoft)",
      "Windows started; the event names its version."),
    event(
      Provider.user32, 1074, .shutdownRequested, [.information, .warning],
      fields: ["Process", "Computer", "Reason", "Code", "Type", "Comment", "User"],
      releases: "Windows XP and later",
      source: "Troubleshoot unexpected reboots using system event logs (Microsoft)",
      "A program or user asked for a shutdown or a restart."),
    event(
      Provider.eventLogService, 104, .logCleared, [.information],
      releases: "Windows Vista and later", source: "manifest of Microsoft-Windows-Eventlog",
      "A log was cleared."),
    event(
      Provider.eventLogService, 1102, .logCleared, [.information],
      releases: "Windows Vista and later", source: "Windows security auditing, event 1102",
      "The Security log was cleared."),
  ]

  /// What speaks of the registry size limit and of the memory that it is in.
  static let limits: [EventMeaning] = [
    event(
      Provider.applicationPopup, 26, .registrySpaceLow, [.information],
      fields: ["Caption", "Message"], releases: "Windows NT 4.0 to Server 2003",
      source: "KB 2567018, KB 124594",
      "Windows warned that the registry comes near its size limit."),
    event(
      Provider.applicationPopup, 333, .registryInputOutputFailed, [.error],
      releases: "Windows 2000 to Server 2003", source: "KB 2567018, KB 906952",
      "The registry could not be read or written, as when memory or the registry size limit is "
        + "used up."),
    event(
      Provider.server, 2020, .pagedPoolEmpty, [.error],
      releases: "Windows NT 4.0 to Server 2003", source: "KB 2567018, KB 906952",
      "The server could not allocate memory, because the paged pool is empty."),
  ]
}
