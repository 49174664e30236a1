// SPDX-License-Identifier: MIT

import RegistryHive

/// What rules need to know of a hive, so that the hive need not stay open: a machine may have
/// hundreds, and each dirty one is a copy in memory.
struct HiveFacts: Sendable {
  /// A key that is known to grow and takes up much of the hive.
  struct LargeKey: Sendable {
    let path: RegistryPath
    /// The size of the key and all below it in bytes.
    let bytes: Int
    /// Its part of the cells in use, up to 1.
    let share: Double
    let note: String
    let source: String
  }

  /// A value of the machine's policy in a user's hive.
  struct Misplaced: Sendable {
    let key: RegistryPath
    let keyLastWritten: FileTime
  }

  let state: HiveState
  let rootName: RegistryString
  /// The end of the path that Windows last loaded the hive from, as the base block has it.
  let storedPath: String
  /// The name that the user logged on with, in a user's own hive; nil where it does not say.
  let logOnName: String?
  /// When the newest key of a user's own hive was written; nil for other hives.
  let newestKey: FileTime?
  /// The size of all bins in bytes.
  let binsSize: Int
  /// Whether the file ends with its last bin, as `reg save` and programs leave it.
  ///
  /// Windows itself makes the files of loaded hives larger. A saved hive is clean whatever became
  /// of its user.
  let isSaved: Bool
  /// What is wrong with the structure of the hive, in words; empty where nothing is.
  let damage: [String]
  /// The policy on the size of the profile, in a user's hive.
  let quota: ProfileQuota?
  /// `DisableForceUnload` in a user's hive, where Windows does not read it.
  let misplaced: [Misplaced]
  /// Keys that are known to grow and take up a third of the hive or more.
  let largeKeys: [LargeKey]

  /// The part of a hive from which on a key that is known to grow is reported.
  static let largeShare = 1.0 / 3

  /// A hive with smaller bins than this, in bytes, is not searched for large keys: half of
  /// nothing is nothing.
  private static let leastSize = 128 << 10

  /// Keys of a user's hive at which `DisableForceUnload` is put by mistake.
  private static let misplacedKeys: [RegistryPath] = [
    "Software\\Policies\\Microsoft\\Windows\\System",
    "Software\\Microsoft\\Windows\\CurrentVersion\\Policies\\System",
  ]

  /// Learns all of it.
  ///
  /// - Parameters:
  ///   - hive: The hive.
  ///   - isUserHive: Whether it is a user's own hive, `NTUSER.DAT`.
  ///   - checksStructure: Whether to look for damage too.
  init(_ hive: Hive, isUserHive: Bool, checksStructure: Bool) {
    state = hive.state
    rootName = hive.root.name
    storedPath = hive.header.fileName.description
    newestKey = isUserHive ? Self.newestKey(of: hive) : nil
    logOnName =
      isUserHive
      ? hive.key(at: "Software\\Microsoft\\Windows\\CurrentVersion\\Explorer")?
        .text("Logon User Name").flatMap { $0.isEmpty ? nil : $0 } : nil
    binsSize = Int(hive.header.binsSize)
    isSaved = !hive.state.isDirty && hive.fileSize == 4096 + binsSize
    damage =
      checksStructure
      ? hive.check().filter { $0.severity == .problem }.map { result in
        let times = result.count > 1 ? ", \(result.count) times" : ""
        return "\(result.rule.title) (\(result.rule.id)\(times))"
      } : []
    quota = isUserHive ? ProfileQuota(user: hive) : nil
    misplaced = isUserHive ? Self.misplaced(in: hive) : []
    largeKeys = binsSize >= Self.leastSize ? Self.largeKeys(of: hive) : []
  }

  /// `DisableForceUnload` in a user's hive.
  static func misplaced(in hive: Hive) -> [Misplaced] {
    misplacedKeys.compactMap { path in
      hive.key(at: path).flatMap { key in
        key.value(named: "DisableForceUnload").map { _ in
          Misplaced(key: path, keyLastWritten: key.lastWritten)
        }
      }
    }
  }

  private static func newestKey(of hive: Hive) -> FileTime {
    var walk = hive.root.walk()
    var newest = FileTime(rawValue: 0)
    while let key = walk.next() { newest = max(newest, key.lastWritten) }
    return newest
  }

  private static func largeKeys(of hive: Hive) -> [LargeKey] {
    let usage = hive.usage()
    let total = Double(max(usage.bytes.allocated, 1))
    return usage.knownLargeKeys(minimumShare: largeShare).prefix(10).map { found in
      LargeKey(
        path: found.key.path, bytes: found.key.bytes, share: Double(found.key.bytes) / total,
        note: found.known.note, source: found.known.source)
    }
  }
}
