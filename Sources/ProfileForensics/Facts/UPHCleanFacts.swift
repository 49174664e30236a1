// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents

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
  /// Whether it only reports: `REPORT_ONLY`, or by its newest event about a registry.
  let onlyReports: Bool
  /// The users whom it leaves alone, by identifier or account: `USER_EXCLUSION_LIST`.
  let excludedUsers: [String]
  /// The programs that it leaves alone, such as `svchost.exe/rpcss.dll`: `PROCESS_EXCLUSION_LIST`.
  let excludedPrograms: [String]

  /// Reads what the hives say, and what the service's own events do.
  ///
  /// - Parameters:
  ///   - system: The SYSTEM hive; nil where there is none.
  ///   - defaultHive: The DEFAULT hive; nil where there is none.
  ///   - events: The events of the machine, oldest first.
  init?(system: Hive?, defaultHive: Hive?, events: [ProfileEvent]) {
    var evidence: [CheckEvidence] = []
    var service: Key?
    let reported = events.last { event in
      event.record.provider.lowercased() == "uphclean"
        && Self.aboutRegistries.contains(event.record.event)
    }
    let reportsByEvent = reported.map { Self.reports.contains($0.record.event) } ?? false
    if let system, let set = ControlSet(of: system),
      let key = set.key.key(at: "Services\\UPHClean")
    {
      service = key
      let parameters = key.key(at: "Parameters")
      let onlyReports = parameters?.number("REPORT_ONLY") == 1
      evidence.append(
        CheckEvidence(
          in: "SYSTEM", RegistryPath(names: [set.key.name, "Services", "UPHClean"]),
          time: key.lastWritten,
          "the service" + (key.number("Start") == 4 ? ", disabled" : "")
            + (onlyReports ? ", which only reports (REPORT_ONLY)" : "")))
      for name in ["USER_EXCLUSION_LIST", "PROCESS_EXCLUSION_LIST"] as [RegistryString] {
        let list = parameters?.texts(name) ?? []
        guard !list.isEmpty, let parameters else { continue }
        evidence.append(
          CheckEvidence(
            in: "SYSTEM",
            RegistryPath(names: [set.key.name, "Services", "UPHClean", "Parameters"]),
            value: name, time: parameters.lastWritten,
            "it leaves alone \(list.prefix(20).joined(separator: ", "))"))
      }
    }
    if let reported, reportsByEvent { evidence.append(reported.evidence()) }
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
    let parameters = service?.key(at: "Parameters")
    onlyReports = parameters?.number("REPORT_ONLY") == 1 || reportsByEvent
    excludedUsers = parameters?.texts("USER_EXCLUSION_LIST") ?? []
    excludedPrograms = parameters?.texts("PROCESS_EXCLUSION_LIST") ?? []
  }

  /// The events that say what it did about a registry, and those of them that only report.
  private static let aboutRegistries: Set<Int> = [1201, 1211, 1401, 1501, 1511]
  private static let reports: Set<Int> = [1501, 1511]

  /// Whether it leaves a user's registry alone.
  func excludes(_ person: RulePerson) -> Bool {
    let accounts = person.events.compactMap(\.account)
    return excludedUsers.contains { name in
      let wanted = RegistryString(name)
      if wanted.matches(RegistryString(person.subject)) { return true }
      if accounts.contains(where: { wanted.matches(RegistryString($0)) }) { return true }
      guard let folder = person.history?.name, SecurityIdentifier(name) == nil,
        let account = name.split(separator: "\\").last
      else { return false }
      return RegistryString(String(account)).matches(RegistryString(folder))
    }
  }

  /// Whether it leaves a program's handles alone, all of them or those of a library in it.
  func excludes(program name: String) -> Bool {
    excludedPrograms.contains { entry in
      let program = entry.split(separator: "/").first.map(String.init) ?? entry
      return RegistryString(program).matches(RegistryString(name))
    }
  }
}

extension Key {
  /// The texts of a value with several; empty where it is missing or something else.
  fileprivate func texts(_ name: RegistryString) -> [String] {
    guard case .multiString(let texts)? = value(named: name)?.data else { return [] }
    return texts.map(\.description).filter { !$0.isEmpty }
  }
}
