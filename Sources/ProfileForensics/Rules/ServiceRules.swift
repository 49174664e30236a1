// SPDX-License-Identifier: MIT

import FileAccess
import RegistryHive

/// Services, tasks and application pools that run as a user.
extension ProfileRules {
  private static let poolRule = ProfileRule(
    machine: CheckRule(
      id: "pool-runs-as-user", severity: .information,
      title: "An application pool of IIS runs as a user",
      advice:
        "Where IIS loads the user's profile for the pool (loadUserProfile), it keeps it for as "
        + "long as the pool runs, also when nobody is logged on as that user."),
    source: "Microsoft, IIS Settings Schema: processModel"
  ) { context in
    let files = context.facts.runAsFiles
    return files.pools.map { pool in
      RuleMatch(
        context.facts.subject,
        [pool.evidence(in: files.poolFile ?? "")] + proofOfProfiles(pool.account, context),
        advice: pool.loadsProfile == false
          ? "IIS does not load the user's profile for the pool (loadUserProfile is false)." : nil,
        basis: Claim(
          "loadUserProfile says whether IIS loads the profile of the pool's account; for pools that do "
            + "not set it, Microsoft's documents give both defaults.",
          source: "IIS Settings Schema; ApplicationPoolProcessModel.LoadUserProfile", .disputed))
    }
  }

  static let services: [ProfileRule] = [
    poolRule,
    ProfileRule(
      machine: CheckRule(
        id: "service-runs-as-user", severity: .information, title: "A service runs as a user",
        advice: "The user's profile is loaded for as long as the service runs, also when nobody is "
          + "logged on as that user."),
      source: "Win32 documentation, Services"
    ) { context in
      context.facts.services.filter { $0.account.userName != nil }.map { service in
        RuleMatch(
          context.facts.subject,
          [
            CheckEvidence(
              in: "SYSTEM", service.path, value: "ObjectName", time: service.key.lastWritten,
              "\(service.account)\(service.isDisabled ? " (the service is disabled)" : "")"
                + (service.imagePath.map { ": \($0)" } ?? ""))
          ] + proofOfProfiles(service.account, context),
          advice: service.isDisabled
            ? "The service cannot be started, and keeps no profile loaded." : nil,
          basis: Claim(
            "A service's account is its ObjectName.", source: "Win32 documentation, Services"))
      }
    },
    ProfileRule(
      profile: CheckRule(
        id: "task-names-user", severity: .information, title: "Scheduled tasks name a user",
        advice: "A task that runs as the user has the user's profile loaded while it runs, also "
          + "when nobody is logged on as that user."),
      source: "Win32 documentation, Task Scheduler"
    ) { history, context in
      guard let identifier = history.identifier else { return [] }
      let tasks = context.facts.tasks.filter { $0.users.contains(identifier) }
      guard !tasks.isEmpty || !history.taskFiles.isEmpty else { return [] }
      return [
        RuleMatch(
          history.subject,
          tasks.prefix(50).map {
            CheckEvidence(
              in: "SOFTWARE", $0.path, value: "Triggers", time: $0.lastWritten,
              "the task \($0.name) runs as the user, or is started by the user's log-on")
          }
            + history.taskFiles.prefix(50).map {
              CheckEvidence(
                source: RegistryString($0.place), fact: "the task runs as \($0.user)")
            }, count: max(tasks.count, history.taskFiles.count),
          basis: tasks.isEmpty
            ? Claim(
              "UserId of a task's principal is the account that it runs as.",
              source: "Win32 documentation, Task Scheduler schema")
            : Claim(
              "Triggers holds the identifiers of the users that a task names; its form is not "
                + "documented.", source: "sample hives", .unconfirmed))
      ]
    },
  ]
}

extension ApplicationPool {
  /// The pool as evidence in IIS' configuration.
  func evidence(in file: String) -> CheckEvidence {
    let profile =
      switch loadsProfile {
      case true?: ", with its profile (loadUserProfile)"
      case false?: ", without its profile"
      case nil: ""
      }
    return CheckEvidence(
      source: RegistryString(file), fact: "the pool \(name) runs as \(account)\(profile)")
  }
}

extension ProfileHistory {
  /// What tasks that run as the user may have to do with a profile that is loaded.
  var taskSentence: String? {
    let names = taskFiles.prefix(3).map(\.place.lastPathPart)
    return names.isEmpty
      ? nil : "A scheduled task runs as the user (\(names.unique)) and has it loaded while it runs."
  }
}
