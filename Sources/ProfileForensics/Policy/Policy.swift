// SPDX-License-Identifier: MIT

public import RegistryHive

/// A setting of Windows that administrators control through the registry: where it is stored, and
/// what Windows does because of it.
///
/// All that this package knows are in ``userProfiles`` and ``uphClean``.
public struct Policy: Sendable, Hashable {
  /// For whom a policy holds.
  public enum Scope: String, Sendable, Hashable, CaseIterable {
    /// For the machine and all who use it: stored below `HKEY_LOCAL_MACHINE`.
    case machine
    /// For one user: stored below `HKEY_CURRENT_USER`.
    case user
  }

  /// How the values of a policy decide on its state.
  public enum Decision: Sendable, Hashable {
    /// The first one does; the others say more.
    case first
    /// Any one does; those that are missing have their defaults.
    case any
  }

  /// The policy's name in the administrative template, such as `DontForceUnloadHive`.
  public let name: String
  /// What the Group Policy editor calls it.
  public let title: String
  /// For whom it holds.
  public let scope: Scope
  /// The key below `HKEY_LOCAL_MACHINE` or `HKEY_CURRENT_USER`.
  public let key: RegistryPath
  /// The values, the one that decides first.
  public let settings: [PolicySetting]
  /// How the values decide on the policy's state.
  public let decision: Decision
  /// What Windows does, by state.
  public let effects: PolicyEffects
  /// The first Windows that knows the policy; nil where that is not known.
  public let first: WindowsRelease.Generation?
  /// The last Windows that knows the policy; nil where newer ones do.
  public let last: WindowsRelease.Generation?
  /// Whether Configuration Manager can replace the policy with settings of its own.
  public let isReplaceable: Bool

  init(
    _ name: String, _ title: String, for scope: Scope = .machine,
    key: RegistryPath = Policy.systemKey, _ settings: PolicySetting...,
    decision: Decision = .first, effects: PolicyEffects,
    from first: WindowsRelease.Generation? = nil, through last: WindowsRelease.Generation? = nil,
    isReplaceable: Bool = false
  ) {
    self.name = name
    self.title = title
    self.scope = scope
    self.key = key
    self.settings = settings
    self.decision = decision
    self.effects = effects
    self.first = first
    self.last = last
    self.isReplaceable = isReplaceable
  }

  /// The key of most policies about user profiles.
  static let systemKey: RegistryPath = "Software\\Policies\\Microsoft\\Windows\\System"
}

extension Policy {
  /// The hive that Windows reads the policy from.
  public var hive: HiveKind {
    switch scope {
    case .user: .ntuser
    case .machine: key.names.first?.matches("SYSTEM") == true ? .system : .software
    }
  }

  /// Whether a name is that of the policy or of one of its values; case does not matter.
  public func isNamed(_ name: String) -> Bool {
    let name = RegistryString(name)
    return name.matches(RegistryString(self.name)) || settings.contains { $0.name.matches(name) }
  }
}

/// What Windows does because of a policy: one sentence for each state.
///
/// The name of a value in braces stands for what the value is set to.
public struct PolicyEffects: Sendable, Hashable {
  /// What it does when the policy is enabled.
  public let enabled: String
  /// What it does when the policy is disabled.
  public let disabled: String
  /// What it does when nothing is configured.
  public let notConfigured: String

  init(on: String, off: String, unset: String? = nil) {
    enabled = on
    disabled = off
    notConfigured = unset ?? off
  }
}
