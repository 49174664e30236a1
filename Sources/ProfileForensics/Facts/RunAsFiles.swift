// SPDX-License-Identifier: MIT

import RegistryHive

/// What runs as a user by files that are not hives: tasks and the application pools of IIS.
struct RunAsFiles: Sendable {
  /// A task with the account that it runs as.
  struct Task: Sendable {
    /// The file's path below the capture.
    let place: String
    /// The account's name, or its identifier.
    let user: String

    var identifier: SecurityIdentifier? { SecurityIdentifier(user) }
    var account: RunAsAccount { RunAsAccount(user) }
  }

  /// The tasks that run as a user.
  let tasks: [Task]
  /// The pools that run as a user.
  let pools: [ApplicationPool]
  /// The configuration of IIS; nil where it is not available.
  let poolFile: String?

  /// How many tasks are read.
  private static let taskLimit = 5_000

  init(_ capture: Capture) {
    tasks = capture.taskFiles.prefix(Self.taskLimit).compactMap { file in
      guard let bytes = try? readFile(file.path, limit: MarkupReader.sizeLimit),
        let user = ScheduledTask.principal(in: bytes)
      else { return nil }
      let task = Task(place: capture.relativePath(file.path), user: user)
      if let identifier = task.identifier { return identifier.hasProfileOfItsOwn ? task : nil }
      return task.account.userName == nil ? nil : task
    }
    let file = capture.poolConfiguration
    poolFile = file.map { capture.relativePath($0.path) }
    pools =
      file.flatMap { try? readFile($0.path, limit: MarkupReader.sizeLimit) }
      .map { ApplicationPool.all(in: $0) } ?? []
  }
}
