// SPDX-License-Identifier: MIT

import RegistryHive

// Source: the file readme.txt of UPHClean 1.6g, Microsoft, 2010.

extension Policy {
  /// The User Profile Hive Cleanup service of Windows NT 4.0 to Server 2003, and its settings.
  ///
  /// It is not a policy, but the means by which older Windows got what
  /// ``dontForceUnloadHive`` controls in newer ones.
  public static let uphClean = Policy(
    "UPHClean", "User Profile Hive Cleanup service",
    key: "SYSTEM\\CurrentControlSet\\Services\\UPHClean",
    PolicySetting(
      "Start",
      .choice([
        .init(2, "The service starts with Windows and \(work)"),
        .init(3, "The service, when it is started by hand, \(work)"),
        .init(4, state: .disabled, "The service is installed but does not start."),
      ])),
    .flag("REPORT_ONLY", below: "Parameters"), .flag("CALLSTACK_LOG", below: "Parameters"),
    .flag("DISABLEREGFLUSHKEY", below: "Parameters"),
    PolicySetting("PROCESS_EXCLUSION_LIST", below: "Parameters", .list),
    PolicySetting("USER_EXCLUSION_LIST", below: "Parameters", .list),
    PolicySetting("REMAP_HANDLE_PROCESS_LIST", below: "Parameters", .list),
    effects: PolicyEffects(
      on: "The service \(work)",
      off: "The service is not installed; Windows Vista and later do its work themselves."),
    through: .server2003)

  private static let work =
    "releases what keeps a user's registry loaded after log-off; Windows Vista and later do that"
    + " themselves."
}
