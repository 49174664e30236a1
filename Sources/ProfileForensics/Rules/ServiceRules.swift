// SPDX-License-Identifier: MIT

import RegistryHive

/// Services that run as a user.
extension ProfileRules {
  static let services: [ProfileRule] = [
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
      guard !tasks.isEmpty else { return [] }
      return [
        RuleMatch(
          history.subject,
          tasks.prefix(50).map {
            CheckEvidence(
              in: "SOFTWARE", $0.path, value: "Triggers", time: $0.lastWritten,
              "the task \($0.name) runs as the user, or is started by the user's log-on")
          }, count: tasks.count,
          basis: Claim(
            "Triggers holds the identifiers of the users that a task names; its form is not "
              + "documented.", source: "sample hives", .unconfirmed))
      ]
    },
  ]
}
