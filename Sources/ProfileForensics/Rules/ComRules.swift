// SPDX-License-Identifier: MIT

import RegistryHive
import WindowsEvents

/// Applications of COM that run as a user.
extension ProfileRules {
  static let com: [ProfileRule] = [runsAsUser, lostServer, classLookUp]

  private static let enable =
    "Enable the policy '\(Policy.dontForceUnloadHive.title)' (DisableForceUnload = 1 in "
    + "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\System), or let the application run as a service "
    + "account"

  private static let comBasis = Claim(
    "Windows Vista and later unload the user's registry by force at log-off, and with it that of "
      + "the application. COM+ has a catalogue of its own, which is in no hive: applications may "
      + "be missing here.", source: "KB 2287297, KB 2757277")

  private static let runsAsUser = ProfileRule(
    machine: CheckRule(
      id: "com-runs-as-user", severity: .warning, title: "A COM application runs as a user",
      advice: "When that user logs off, Windows unloads the user's registry by force, and the "
        + "application fails with 0x800703FA (a registry key that is marked for deletion) until "
        + "it is started again. \(enable), or as a user who does not log on."),
    source: "KB 2287297, Win32 documentation, RunAs and LocalService"
  ) { context in
    let facts = context.facts
    let lost = Set(LostServers(context).cases.compactMap(\.application?.identifier))
    return (facts.com?.applications ?? []).map { application in
      // What a server lost is a finding of its own.
      let histories =
        lost.contains(application.identifier) ? [] : context.histories(of: application.account)
      let leaks = histories.flatMap { history in
        context.counted(history.events).filter {
          $0.namesServer(of: application, context.facts.programs)
        }
      }
      let (severity, advice) = judge(application, facts)
      // A service that runs keeps the profile: its failures are no consequence of a log-off.
      let failures =
        application.service == nil || lost.contains(application.identifier)
        ? []
        : application.classes.flatMap { context.facts.events[class: $0.identifier] }
          .filter { $0.kind == .comFailed && $0.error?.kind == .keyDeleted }
      return RuleMatch(
        facts.subject, severity: severity,
        proof(of: application, context) + (leaks + failures).suffix(10).map { $0.evidence() },
        advice: failures.isEmpty ? advice : "\(advice ?? "") \(unexplained)",
        basis: application.service == nil
          ? comBasis
          : Claim(
            "A service has a log-on of its own, which keeps its user's profile loaded; RunAs is "
              + "not used where LocalService names one.",
            source: "Win32 documentation, LocalService"))
    }
  }

  private static let unexplained =
    "A class of it failed with 0x800703FA all the same, the error of a registry key that is marked "
    + "for deletion: look whether the service was stopped, or restarted, before that."

  /// How exposed an application is to log-offs of its user.
  private static func judge(
    _ application: ComApplication, _ facts: MachineFacts
  ) -> (CheckRule.Severity, String?) {
    if application.service == nil, application.account.userName?.last == "$" {
      return (
        .information,
        "The account \(application.account) is a managed service account or a computer's: nobody logs "
          + "on and off with it."
      )
    }
    if let service = application.service {
      let isDisabled = facts.services.contains {
        $0.isDisabled && RegistryString($0.name).matches(RegistryString(service))
      }
      if isDisabled {
        return (
          .information,
          "The service \(service), which hosts it, is disabled: it does not run, and keeps no profile "
            + "loaded."
        )
      }
      return (
        .information,
        "It runs in the service \(service), which keeps its user's profile loaded for as long as "
          + "it runs."
      )
    }
    if facts.unloadsByForce == false {
      return (.information, "This Windows does not unload users' registries by force.")
    }
    if facts.forceUnload.isOn, facts.forceUnload.overruled == nil {
      return (
        .information,
        "DisableForceUnload is on, so that the user's registry is not unloaded by force."
      )
    }
    let name = application.name.map { "\"\($0)\"" } ?? application.identifier
    return (
      .warning,
      "The application \(name) runs as \(application.account). When that user logs off, Windows "
        + "unloads the user's registry by force, and the application fails with 0x800703FA (a "
        + "registry key that is marked for deletion) until it is started again. \(enable), or as a "
        + "user who does not log on."
    )
  }

  private static func proof(
    of application: ComApplication, _ context: RuleContext
  ) -> [CheckEvidence] {
    let name = application.name.map { "\"\($0)\" " } ?? ""
    var proof = [
      CheckEvidence(
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
        CheckEvidence(
          in: "SOFTWARE", found.path,
          "the class \(found.name.map { "\"\($0)\"" } ?? found.identifier): \(server)"))
    }
    if application.hasPassword == true {
      proof.append(
        CheckEvidence(
          in: "SECURITY",
          RegistryPath(names: [
            "Policy", "Secrets", RegistryString("SCM:" + application.identifier),
          ]), "a password is kept for the account"))
    }
    return proof + proofOfProfiles(application.account, context)
  }

  static func proofOfProfiles(
    _ account: RunAsAccount, _ context: RuleContext
  ) -> [CheckEvidence] {
    context.histories(of: account).map { history in
      CheckEvidence(
        source: RegistryString(history.place), time: history.listed?.loadTime,
        fact: "by its name, the profile of \(account.userName ?? ""): \(history.subject)")
    }
  }

  // MARK: - A class that is looked up

  private static let classLookUp = ProfileRule(
    machine: CheckRule(
      id: "com-class", severity: .information, title: "What a class of COM leads to",
      advice: "An application that runs as a user loses that user's registry when the user logs "
        + "off."),
    source: "Win32 documentation, CLSID and AppID keys"
  ) { context in
    guard let com = context.facts.com else { return [] }
    return context.classes.map { lookUp($0, com, context) }
  }

  private static func lookUp(
    _ identifier: String, _ com: ComIdentities, _ context: RuleContext
  ) -> RuleMatch {
    let subject = context.facts.subject
    guard let (found, application) = com.lookUp(class: identifier) else {
      return RuleMatch(
        subject,
        [CheckEvidence(in: "SOFTWARE", "Classes\\CLSID", "there is no class \(identifier)")],
        advice: "A class of a COM+ application, or of a program that was removed, may be known to "
          + "COM+'s own catalogue only.")
    }
    var proof = [
      CheckEvidence(
        in: "SOFTWARE", found.path,
        "\(found.name.map { "\"\($0)\"" } ?? "a class without a name"): "
          + (found.localServer ?? found.library ?? "no server of its own"))
    ]
    if let application {
      let name = application.name.map { "\"\($0)\"" } ?? application.identifier
      let host = application.service.map { "is hosted by the service \($0), and " } ?? ""
      proof.append(
        CheckEvidence(
          in: "SOFTWARE", application.path, time: application.lastWritten,
          "the application \(name) \(host)runs as \(application.account)"))
      proof += proofOfProfiles(application.account, context)
    } else if let name = found.application {
      proof.append(
        CheckEvidence(
          in: "SOFTWARE", RegistryPath(names: ["Classes", "AppID", RegistryString(name)]),
          "there is no such application"))
    }
    return RuleMatch(
      subject, proof, basis: application?.account.userName == nil ? nil : comBasis)
  }

  // MARK: - Servers that lost their user's registry

  private static let lostServer = ProfileRule(
    machine: CheckRule(
      id: "com-server-lost-profile", severity: .problem,
      title: "A COM server has probably lost its user's registry at log-off",
      advice: "KB 2287297 describes it: the server answers with 0x800703FA until it is started "
        + "again. \(enable)."),
    source: "KB 2287297"
  ) { context in
    LostServers(context).cases.map { found in
      let judgement = judge(found, context.facts)
      let application = found.application.map { proof(of: $0, context) } ?? []
      return RuleMatch(
        found.subject, severity: judgement.severity,
        (found.leaks + found.failures).map { $0.evidence() } + application,
        count: found.failures.occasions, advice: judgement.advice,
        followUps: judgement.followUps,
        basis: Claim(found.reason, source: "KB 2287297"))
    }
  }

  private static func judge(
    _ found: LostServers.Case, _ facts: MachineFacts
  ) -> RuleJudgement {
    guard let leak = found.leaks.last else {
      guard let server = found.remoteServer else { return RuleJudgement(.warning, nil) }
      return RuleJudgement(
        .warning,
        "The event was written by the client: the server runs on \(server). Check that machine."
      )
    }
    if found.isOther {
      return RuleJudgement(
        .warning,
        "0x800703FA is the error of KB 2287297, though the class does not run as a user that is named: "
          + "start the application again. If it happens at each log-off, enable the policy 'Do not "
          + "forcefully unload the user registry at user logoff'."
      )
    }
    switch facts.forceUnload.standing(at: leak.record.time) {
    case .on:
      return RuleJudgement(
        .warning,
        "DisableForceUnload was on, so that Windows waited and did not unload the registry by "
          + "force; event 1530 reports the first attempt only. If the application fails all the same, "
          + "start it again, and look for another cause of its error."
      )
    case .onSince(let since):
      return RuleJudgement(
        .problem,
        "DisableForceUnload is on in a key that was written \(since.sentenceText), after "
          + (found.failures.last.map { since < $0.record.time } ?? false
            ? "the log-off and before the last failure" : "these events")
          + ": the remedy of KB 2287297 was taken since. Start the application again, and see "
          + "from the log-offs after that whether it is over.", [.logOffsSince]
      )
    case .off, .unknown:
      if let error = found.unknownError {
        let text =
          error.isEmpty
          ? "Event 10006 gives no error"
          : "The error of event 10006 is not recognised here (\"\(error)\")"
        return RuleJudgement(
          .warning,
          "\(text): if the application fails with 0x800703FA, the key is marked for deletion and KB "
            + "2287297 describes it. Start the application again. \(enable)."
        )
      }
      if found.isTimeoutAlone {
        return RuleJudgement(
          .warning,
          "Event 10010 gives no error: look whether the application fails with 0x800703FA. If it does, "
            + "KB 2287297 describes it: start the application again. \(enable)."
        )
      }
      let advice = facts.forceUnload.switchedOff(before: leak.record.time).map {
        "KB 2287297 describes it: the server answers with 0x800703FA until it is started again. "
          + "DisableForceUnload would have prevented it. \($0) Enable it again, or let the "
          + "application run as a service account."
      }
      return RuleJudgement(found.application == nil ? .warning : .problem, advice)
    }
  }
}
