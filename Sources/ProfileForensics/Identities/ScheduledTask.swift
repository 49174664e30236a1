// SPDX-License-Identifier: MIT

public import RegistryHive
public import WindowsTypes

/// A scheduled task that names a user.
///
/// Since Windows Vista the task scheduler keeps a copy of each task in SOFTWARE, below
/// `Schedule\TaskCache`. Its value `Triggers` is binary and not documented; the identifier of the
/// user that the task runs as is in it, and those of users whose log-ons start it.
public struct ScheduledTask: Sendable {
  /// The task's path in the task scheduler, such as `\Backup\Nightly`.
  public let name: String
  /// The users that it names.
  public let users: [SecurityIdentifier]
  /// Where in SOFTWARE it is.
  public let path: RegistryPath
  /// When its key was last written.
  public let lastWritten: FileTime

  /// The account that a task runs as, by the task's own file in `System32\Tasks`: an account's name
  /// or an identifier; nil where the file names none, and for a task that runs only in a session of
  /// the user (`InteractiveToken`), which loads no profile that is not loaded already.
  ///
  /// Source: "Principal (principalType) Element" and "LogonType (principalType) Element" in
  /// Microsoft's Task Scheduler documentation.
  ///
  /// - Parameter bytes: The file.
  /// - Returns: What is in `UserId` of a principal.
  static func principal(in bytes: [UInt8]) -> String? {
    var path: [String] = []
    var user: String?
    for token in MarkupReader.tokens(bytes) {
      switch token {
      case .start(let element, _): path.append(element)
      case .end(let element):
        if let index = path.lastIndex(of: element) { path.removeSubrange(index...) }
      case .text(let text):
        if path.suffix(2) == ["Principal", "UserId"] { user = user ?? text }
        if path.suffix(2) == ["Principal", "LogonType"], text == "InteractiveToken" { return nil }
      }
    }
    return user
  }

  private static let tasks: RegistryPath =
    "Microsoft\\Windows NT\\CurrentVersion\\Schedule\\TaskCache\\Tasks"

  /// The tasks of a machine that name a user of a machine or a domain.
  ///
  /// - Parameter software: The machine's SOFTWARE hive.
  /// - Returns: The tasks, in stored order.
  public static func all(in software: Hive) -> [ScheduledTask] {
    (software.key(at: tasks)?.subkeys ?? []).compactMap { key in
      guard let bytes = key.value(named: "Triggers")?.bytes else { return nil }
      let users = users(in: bytes)
      guard !users.isEmpty else { return nil }
      return ScheduledTask(
        name: key.text("Path") ?? key.name.description, users: users,
        path: tasks.appending(key.name), lastWritten: key.lastWritten)
    }
  }

  /// The bytes that the identifier of a user of a machine or a domain, `S-1-5-21-…`, begins with.
  private static let start: [UInt8] = [1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0]
  private static let size = 28

  private static func users(in bytes: [UInt8]) -> [SecurityIdentifier] {
    var users: [SecurityIdentifier] = []
    var index = 0
    while index + size <= bytes.count, users.count < 16 {
      if bytes[index] == 1, bytes[index..<(index + start.count)].elementsEqual(start),
        let user = SecurityIdentifier(bytes: [UInt8](bytes[index..<(index + size)]))
      {
        if !users.contains(user) { users.append(user) }
        index += size
      } else {
        index += 1
      }
    }
    return users
  }
}
