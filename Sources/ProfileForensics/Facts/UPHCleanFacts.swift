// SPDX-License-Identifier: MIT

import RegistryHive

/// The User Profile Hive Cleanup service of Windows NT 4.0 to Server 2003, as a machine has it.
///
/// Source: the readme of UPHClean 1.6g; KB 837115.
struct UPHCleanFacts: Sendable {
  /// Where its traces are.
  let evidence: [CheckEvidence]
  /// Whether the service is there, and not only the key that it redirects handles to.
  let isService: Bool
  /// Whether the service cannot start.
  let isDisabled: Bool
  /// Whether it only reports: `REPORT_ONLY`.
  let onlyReports: Bool

  init?(system: Hive?, defaultHive: Hive?) {
    var evidence: [CheckEvidence] = []
    var service: Key?
    if let system, let set = ControlSet(of: system),
      let key = set.key.key(at: "Services\\UPHClean")
    {
      service = key
      let onlyReports = key.key(at: "Parameters")?.number("REPORT_ONLY") == 1
      evidence.append(
        CheckEvidence(
          in: "SYSTEM", RegistryPath(names: [set.key.name, "Services", "UPHClean"]),
          time: key.lastWritten,
          "the service" + (key.number("Start") == 4 ? ", disabled" : "")
            + (onlyReports ? ", which only reports (REPORT_ONLY)" : "")))
    }
    for path in ["UPHClean", ".Default_Classes\\UPHClean"] as [RegistryPath] {
      if let key = defaultHive?.key(at: path) {
        evidence.append(
          CheckEvidence(
            in: "DEFAULT", path, time: key.lastWritten,
            "where UPHClean 1.6f and later redirect handles to"))
      }
    }
    guard !evidence.isEmpty else { return nil }
    self.evidence = evidence
    isService = service != nil
    isDisabled = service?.number("Start") == 4
    onlyReports = service?.key(at: "Parameters")?.number("REPORT_ONLY") == 1
  }
}
