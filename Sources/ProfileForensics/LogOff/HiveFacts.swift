// SPDX-License-Identifier: MIT

import RegistryHive

/// What a check of profiles needs to know of a hive, so that the hive need not stay open: a machine
/// may have hundreds, and each dirty one is a copy in memory.
struct HiveFacts: Sendable {
  let state: HiveState
  let rootName: RegistryString
  /// The size of all bins in bytes.
  let binsSize: Int
  /// What is wrong with the structure of the hive, in words; empty where nothing is.
  let damage: [String]
  /// The policy on the size of the profile, in a user's hive.
  let quota: ProfileQuota?
  /// When the key was written in which a user's hive has DisableForceUnload; nil where it has not.
  let misplacedPolicy: FileTime?

  /// The key in a user's hive that has the name of the machine's one.
  static let userPolicyPath: RegistryPath = "Software\\Policies\\Microsoft\\Windows\\System"

  /// Learns all of it.
  ///
  /// - Parameters:
  ///   - hive: The hive.
  ///   - isUserHive: Whether it is a user's own hive, `NTUSER.DAT`.
  ///   - checksStructure: Whether to look for damage too.
  init(_ hive: Hive, isUserHive: Bool, checksStructure: Bool) {
    state = hive.state
    rootName = hive.root.name
    binsSize = Int(hive.header.binsSize)
    damage =
      checksStructure
      ? hive.check().filter { $0.severity == .problem }.map { result in
        let times = result.count > 1 ? ", \(result.count) times" : ""
        return "\(result.rule.title) (\(result.rule.id)\(times))"
      } : []
    quota = isUserHive ? ProfileQuota(user: hive) : nil
    let policy = isUserHive ? hive.key(at: Self.userPolicyPath) : nil
    misplacedPolicy = policy?.value(named: "DisableForceUnload").map { _ in
      policy?.lastWritten ?? FileTime(rawValue: 0)
    }
  }
}
