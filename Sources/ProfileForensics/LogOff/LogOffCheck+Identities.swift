// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents

/// What runs as a user, and loses the user's registry at log-off.
extension LogOffCheck {
  mutating func checkIdentities(classes: [String]) {
    let services = machineHive(.system).map { ServiceIdentity.all(in: $0) } ?? []
    let identities = machineHive(.software).map {
      ComIdentities(software: $0, services: services, security: machineHive(.security))
    }
    for application in identities?.applications ?? [] { add(application) }
    for service in services where service.account.userName != nil { add(service) }
    for identifier in classes { add(class: identifier, identities) }
    if let identities { addLostServers(identities) }
  }

  /// The profiles that an account may have, by the names of their folders.
  private func profiles(of account: RunAsAccount) -> [CheckedProfile] {
    account.userName.map { profilesByName[$0] } ?? []
  }

  private func proofOfProfiles(_ account: RunAsAccount) -> [CheckEvidence] {
    profiles(of: account).map { profile in
      CheckEvidence(
        source: RegistryString(profile.place), time: profile.listed?.loadTime,
        fact: "by its name, the profile of \(account.userName ?? ""): \(profile.subject)")
    }
  }

  // MARK: - COM

  /// What is known of the situation of KB 2287297, as a statement.
  private var comBasis: Claim {
    Claim(
      "Windows Vista and later unload the user's registry by force at log-off, and with it that of "
        + "the application. COM+ has a catalogue of its own, which is in no hive: applications "
        + "may be missing here.", source: "KB 2287297, KB 2757277")
  }

  private func proof(of application: ComApplication) -> [CheckEvidence] {
    let name = application.name.map { "\"\($0)\" " } ?? ""
    var proof = [
      evidence(
        in: "SOFTWARE", application.path,
        value: application.service == nil ? "RunAs" : "LocalService",
        time: application.lastWritten,
        application.service.map {
          "\(name)is hosted by the service \($0), which runs as \(application.account)"
        } ?? "\(name)runs as \(application.account)")
    ]
    for found in application.classes.prefix(10) {
      let server = found.localServer ?? found.library ?? "no server of its own"
      proof.append(
        evidence(
          in: "SOFTWARE", found.path,
          "the class \(found.name.map { "\"\($0)\"" } ?? found.identifier): \(server)"))
    }
    if application.hasPassword == true {
      proof.append(
        evidence(
          in: "SECURITY",
          RegistryPath(names: [
            "Policy", "Secrets", RegistryString("SCM:" + application.identifier),
          ]),
          "a password is kept for the account"))
    }
    return proof + proofOfProfiles(application.account)
  }

  private mutating func add(_ application: ComApplication) {
    let unloads = release.map { $0.generation >= .vista } ?? true
    let isInDanger = unloads && forceUnloadIsDisabled != true
    let advice: String? =
      if isInDanger {
        nil
      } else if unloads {
        "DisableForceUnload is on, so that the user's registry is not unloaded by force."
      } else {
        "This Windows does not unload users' registries by force."
      }
    results.append(
      CheckResult(
        LogOffRules.comRunsAsUser, severity: isInDanger ? .warning : .information,
        subject: machineSubject, evidence: proof(of: application), count: 1, advice: advice,
        basis: comBasis))
  }

  private mutating func add(class identifier: String, _ identities: ComIdentities?) {
    guard let identities else {
      remarks.append("--class: there is no SOFTWARE hive to look classes up in")
      return
    }
    guard let (found, application) = identities.lookUp(class: identifier) else {
      results.append(
        CheckResult(
          LogOffRules.comClass, subject: machineSubject,
          evidence: [
            evidence(
              in: "SOFTWARE", "Classes\\CLSID", "there is no class \(identifier)")
          ],
          advice:
            "A class of a COM+ application, or of a program that was removed, may be known to "
            + "COM+'s own catalogue only."))
      return
    }
    var proof = [
      evidence(
        in: "SOFTWARE", found.path,
        "\(found.name.map { "\"\($0)\"" } ?? "a class without a name"): "
          + (found.localServer ?? found.library ?? "no server of its own"))
    ]
    if let application {
      let runsAs = "runs as \(application.account)"
      proof.append(
        evidence(
          in: "SOFTWARE", application.path, time: application.lastWritten,
          "the application \(application.name.map { "\"\($0)\"" } ?? application.identifier) "
            + (application.service.map { "is hosted by the service \($0), and " } ?? "") + runsAs))
      proof += proofOfProfiles(application.account)
    } else if let name = found.application {
      proof.append(
        evidence(
          in: "SOFTWARE", RegistryPath(names: ["Classes", "AppID", RegistryString(name)]),
          "there is no such application"))
    }
    results.append(
      CheckResult(
        LogOffRules.comClass, subject: machineSubject, evidence: proof, count: 1,
        basis: application?.account.userName == nil ? nil : comBasis))
  }

  // MARK: - Services

  private mutating func add(_ service: ServiceIdentity) {
    results.append(
      CheckResult(
        LogOffRules.serviceRunsAsUser, subject: machineSubject,
        evidence: [
          evidence(
            in: "SYSTEM", service.path, value: "ObjectName", time: service.key.lastWritten,
            "\(service.account)\(service.isDisabled ? " (the service is disabled)" : "")"
              + (service.imagePath.map { ": \($0)" } ?? ""))
        ] + proofOfProfiles(service.account), count: 1,
        basis: Claim(
          "A service's account is its ObjectName.", source: "Win32 documentation, Services")))
  }

  // MARK: - Events

  /// Finds COM servers that lost their user's registry: 1530 names `dllhost.exe`, and an
  /// application runs as that user, or an event of DistributedCOM names a class of one.
  private mutating func addLostServers(_ identities: ComIdentities) {
    for application in identities.applications {
      let users = profiles(of: application.account).compactMap(\.identifier)
      let leaks = users.flatMap { events[$0] }.filter { event in
        event.leaks?.handles.contains { $0.isOfSurrogate } == true
      }
      let failures = application.classes.flatMap { events[class: $0.identifier] }
        .filter { [10006, 10010].contains($0.record.event) }
      guard !leaks.isEmpty || !failures.isEmpty else { continue }
      let proof =
        leaks.suffix(20).map { evidence($0, fact(of: $0)) }
        + failures.suffix(20).map { evidence($0, fact(of: $0)) }
      results.append(
        CheckResult(
          LogOffRules.comServerLostProfile,
          severity: leaks.isEmpty || failures.isEmpty ? .warning : .problem,
          subject: subjectPrefix + (users.first?.description ?? application.account.description),
          evidence: proof + self.proof(of: application), count: leaks.count + failures.count,
          basis: Claim(
            Self.lostServerReason(named: !leaks.isEmpty, failed: !failures.isEmpty),
            source: "KB 2287297")))
    }
  }

  private static func lostServerReason(named: Bool, failed: Bool) -> String {
    switch (named, failed) {
    case (true, true):
      "dllhost.exe, which hosts applications of COM and COM+, had the user's registry open at "
        + "log-off, and a class of an application that runs as this user failed."
    case (true, false):
      "dllhost.exe hosts applications of COM and COM+; the event does not say which one it was."
    default:
      "A class of an application that runs as a user failed; no event tells that the user's "
        + "registry was unloaded before that."
    }
  }
}

extension LeakedHandle {
  /// Whether the program is the one that hosts applications of COM+ and those without one of their
  /// own.
  var isOfSurrogate: Bool { RegistryString(imageName).matches("dllhost.exe") }
}

extension [String] {
  /// The different texts, with commas between them.
  var unique: String {
    var seen: Set<String> = []
    return filter { seen.insert($0).inserted }.joined(separator: ", ")
  }
}
