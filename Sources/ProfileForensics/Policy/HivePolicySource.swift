// SPDX-License-Identifier: MIT

import RegistryHive

/// A hive as a source of policies.
struct HivePolicySource: PolicySource {
  let hive: Hive
  let source: String
  let kind: HiveKind

  init(_ hive: Hive, source: String) {
    self.hive = hive
    self.source = source
    kind = Self.kind(of: hive)
  }

  var unconfiguredEffect: String? { nil }

  /// The kind, also of a hive with too few keys for `Hive.kind` to say.
  private static func kind(of hive: Hive) -> HiveKind {
    switch hive.kind {
    case .default: return .ntuser
    case .other:
      if hive.key(at: "Policies\\Microsoft") != nil { return .software }
      if hive.key(at: "Software\\Policies") != nil { return .ntuser }
      return hive.key(at: "ControlSet001") != nil ? .system : .other
    case let kind: return kind
    }
  }

  func location(of policy: Policy) -> PolicyLocation {
    let names = policy.key.names
    switch (policy.hive, kind) {
    case (.system, .system):
      let set = ControlSet(of: hive)
      let name = set?.key.name ?? "ControlSet001"
      return PolicyLocation(
        key: RegistryPath(names: [name] + names.dropFirst(2)), doubt: set?.doubt?.description)
    case (.software, .software), (.ntuser, .software):
      let key = RegistryPath(names: Array(names.dropFirst()))
      let mistaken = policy.hive == kind ? [RegistryPath(names: ["WOW6432Node"] + key.names)] : []
      return PolicyLocation(key: key, mistaken: mistaken, obstacle: obstacle(to: policy))
    default:
      return PolicyLocation(key: policy.key, obstacle: obstacle(to: policy))
    }
  }

  private func obstacle(to policy: Policy) -> String? {
    guard policy.hive != kind else { return nil }
    let this =
      switch kind {
      case .ntuser: "a user's hive"
      case .other: "another hive"
      case .amcache: "an Amcache hive"
      default: "a \(kind.rawValue) hive"
      }
    return switch policy.hive {
    case .ntuser: "This is \(this); a user policy lives in the user's own hive, NTUSER.DAT."
    case .system: "This is \(this); services live in the SYSTEM hive."
    default: "This is \(this); a machine policy lives in the SOFTWARE hive."
    }
  }

  func content(of name: RegistryString, at key: RegistryPath) -> PolicyContent {
    guard let value = hive.key(at: key)?.value(named: name) else { return .missing }
    return .value(value.type, value.bytes)
  }

  func lastWritten(_ key: RegistryPath) -> FileTime? {
    hive.key(at: key)?.lastWritten
  }

  func isDamaged(_ key: RegistryPath) -> Bool {
    hive.key(at: key)?.findings.isEmpty == false
  }
}

// MARK: - The machine

extension HivePolicySource {
  /// What a SOFTWARE hive says about its machine.
  var machine: MachineContext {
    guard kind == .software else { return MachineContext() }
    return MachineContext(
      release: WindowsRelease(software: hive), roaming: roamingProfile, isManaged: managed != nil)
  }

  private var roamingProfile: String? {
    let policies = hive.key(at: "Policies\\Microsoft\\Windows\\System")
    if let path = policies?.text("MachineProfilePath") { return "MachineProfilePath is \(path)" }
    let profiles = hive.key(at: "Microsoft\\Windows NT\\CurrentVersion\\ProfileList")?.subkeys ?? []
    for profile in profiles {
      if let path = profile.text("CentralProfile") { return "\(profile.name) has \(path)" }
    }
    return nil
  }

  /// Where a SOFTWARE hive says what Configuration Manager sets up in place of Group Policy.
  static let controls: RegistryPath =
    "Microsoft\\Windows\\CurrentVersion\\UserState\\UserStateTechnologies\\ConfigurationControls"

  /// The key and the number that give roaming profiles to Configuration Manager; nil where none do.
  var managed: (key: Key, number: UInt32)? {
    guard kind == .software, let key = hive.key(at: Self.controls),
      let number = key.number("RoamingUserProfile"), number != 0
    else { return nil }
    return (key, number)
  }
}
