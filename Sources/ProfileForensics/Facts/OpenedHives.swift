// SPDX-License-Identifier: MIT

import RegistryHive

/// The hives of a machine's newest state, each opened and looked through once.
struct OpenedHives {
  /// Those of the machine itself.
  private(set) var machineHives: [HiveKind: Hive] = [:]
  /// What is known of each hive that could be opened, by its path.
  private(set) var facts: [String: HiveFacts] = [:]
  /// What is known of those of users, with where they are.
  private(set) var userHives: [(source: String, facts: HiveFacts)] = []
  /// The state of each hive that was read.
  private(set) var states: [MachineFacts.ReadHive] = []
  /// Files that should have been read, and could not.
  private(set) var failures: [ForensicsError] = []

  /// Opens the hives of a machine.
  ///
  /// - Parameters:
  ///   - machine: The machine.
  ///   - opened: Those of its hives that are open already.
  ///   - logs: Where to look for the transaction logs of dirty hives.
  init(_ machine: Machine, opened: [HiveKind: Hive], logs: TransactionLogSource) {
    let capture = machine.live
    for kind in Capture.machineKinds {
      guard let file = capture.machineHives[kind] else { continue }
      do throws(ForensicsError) {
        let hive = if let hive = opened[kind] { hive } else { try Self.open(file, logs) }
        machineHives[kind] = hive
        // A hive given alone is checked by itself.
        add(hive, file, isUserHive: false, checksStructure: capture.layout != .hive)
      } catch {
        failures.append(error)
      }
    }
    if capture.layout == .volume { failures += MachineFacts.missingHives(of: machine) }
    for profile in capture.profiles {
      for file in profile.hives {
        do throws(ForensicsError) {
          let hive = try Self.open(file, logs)
          let isUserHive = file != profile.classesHive
          let facts = add(hive, file, isUserHive: isUserHive, checksStructure: true)
          userHives.append((capture.relativePath(file.path), facts))
        } catch {
          failures.append(error)
        }
      }
    }
  }

  @discardableResult
  private mutating func add(
    _ hive: Hive, _ file: EvidenceFile, isUserHive: Bool, checksStructure: Bool
  ) -> HiveFacts {
    states.append(MachineFacts.ReadHive(path: file.path, state: hive.state))
    let facts = HiveFacts(hive, isUserHive: isUserHive, checksStructure: checksStructure)
    self.facts[file.path] = facts
    return facts
  }

  /// Opens a hive of a machine.
  static func open(
    _ file: EvidenceFile, _ logs: TransactionLogSource
  ) throws(ForensicsError) -> Hive {
    do throws(HiveError) {
      return try Hive(path: file.path, logs: logs)
    } catch {
      throw ForensicsError(
        code: .init(rawValue: error.code.rawValue), path: file.path, reason: error.reason)
    }
  }
}
