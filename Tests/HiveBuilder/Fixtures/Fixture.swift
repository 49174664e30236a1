// SPDX-License-Identifier: MIT

/// A hive of the `TestHives` folder, as it is described in code.
package struct Fixture: Sendable {
  /// Its path in the folder, such as `NTUSER.DAT` or `format/big-data`.
  package let name: String
  /// Builds it, damage included.
  package let build: @Sendable () -> BuiltHive
  /// The endings of the names of its transaction logs, such as `.LOG1`, in order.
  package let logEndings: [String]
  /// Builds the logs, one for each ending.
  package let buildLogs: @Sendable () -> [[UInt8]]

  /// The names of its file and of its logs.
  package var fileNames: [String] { [name] + logEndings.map { name + $0 } }
  /// The contents of its file and of its logs.
  package var files: [[UInt8]] { [build().bytes] + buildLogs() }

  /// Every hive of the folder.
  package static let all = profiles + machine + format + damaged

  /// The fixture of a name; a name that is not there is a mistake in the test, and ends it.
  package static func named(_ name: String) -> Fixture {
    guard let fixture = all.first(where: { $0.name == name }) else {
      preconditionFailure("no fixture \(name)")
    }
    return fixture
  }

  /// A fixture without damage.
  init(_ name: String, _ describe: @escaping @Sendable () -> HiveDescription) {
    self.init(name, describe) { _ in }
  }

  /// A fixture with something done to its bytes.
  init(
    _ name: String, _ describe: @escaping @Sendable () -> HiveDescription,
    damage: @escaping @Sendable (inout BuiltHive) -> Void
  ) {
    self.init(name, describe, damage: damage, logs: []) { [] }
  }

  /// A fixture with transaction logs beside it, which have names with these endings.
  init(
    _ name: String, _ describe: @escaping @Sendable () -> HiveDescription,
    damage: @escaping @Sendable (inout BuiltHive) -> Void, logs: [String],
    _ buildLogs: @escaping @Sendable () -> [[UInt8]]
  ) {
    self.name = name
    build = {
      var hive = describe().build()
      damage(&hive)
      return hive
    }
    logEndings = logs
    self.buildLogs = buildLogs
  }
}

// MARK: - The people in the fixtures

extension Fixture {
  /// The user whose profile the fixtures show.
  package static let userName = "anna"
  package static let userSID = "S-1-5-21-1111111111-2222222222-3333333333-1001"
  /// A second user, whose profile Windows could not load.
  package static let secondSID = "S-1-5-21-1111111111-2222222222-3333333333-1002"

  /// When the profile was made.
  static let created = filetime(2024, 3, 15, 9, 30)
  /// When the user last worked with it.
  static let lastUsed = filetime(2024, 6, 21, 16, 45, 12, ticks: 4_537_497)
}
