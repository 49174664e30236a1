// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents

enum Providers {
  static let service = "Microsoft-Windows-User Profiles Service"
  static let general = "Microsoft-Windows-User Profiles General"
  static let com = "Microsoft-Windows-DistributedCOM"
  static let kernel = "Microsoft-Windows-Kernel-General"
  static let power = "Microsoft-Windows-Kernel-Power"
  static let eventLog = "Microsoft-Windows-Eventlog"
}

extension EventRecord {
  /// A record as tests need it.
  static func test(
    _ provider: String, _ event: Int, _ strings: [String] = [],
    user: SecurityIdentifier? = SecurityIdentifier("S-1-5-18"), computer: String = "PC1",
    number: UInt64 = 1, time: UInt64 = 0, log: String = "Application.evtx",
    isRecovered: Bool = false
  ) -> EventRecord {
    EventRecord(
      time: FileTime(rawValue: time), log: log, number: number, provider: provider, event: event,
      level: .information, computer: computer, user: user, strings: strings,
      isRecovered: isRecovered)
  }
}
