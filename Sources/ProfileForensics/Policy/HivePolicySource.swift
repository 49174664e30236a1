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

  var silence: String? { nil }

  /// The kind, also of a hive with too few keys for ``RegistryHive/Hive/kind`` to tell.
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
      let set = controlSet
      return PolicyLocation(key: RegistryPath(names: [set] + names.dropFirst(2)))
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
      default: "a hive of the kind \(kind.rawValue)"
      }
    return switch policy.hive {
    case .ntuser: "This is \(this); a user policy lives in the user's own hive, NTUSER.DAT."
    case .system: "This is \(this); services live in the SYSTEM hive."
    default: "This is \(this); a machine policy lives in the SOFTWARE hive."
    }
  }

  /// The control set that Windows uses.
  private var controlSet: RegistryString {
    guard case .dword(let number)? = hive.key(at: "Select")?.value(named: "Current")?.data else {
      return "ControlSet001"
    }
    let digits = String(number)
    return RegistryString(
      "ControlSet" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits)
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
    return MachineContext(release: release, roaming: roamingProfile, isManaged: isManaged)
  }

  private var release: WindowsRelease? {
    guard let key = hive.key(at: "Microsoft\\Windows NT\\CurrentVersion") else { return nil }
    if case .dword(let number)? = key.value(named: "CurrentMajorVersionNumber")?.data, number >= 10 {
      return .windows10
    }
    guard case .string(let text)? = key.value(named: "CurrentVersion")?.data else { return nil }
    switch text.description {
    case "4.0", "5.0": return .windows2000
    case "5.1", "5.2": return .windowsXP
    case "6.0": return .windowsVista
    case "6.1": return .windows7
    case "6.2": return .windows8
    case "6.3": return .windows81
    default: return nil
    }
  }

  private var roamingProfile: String? {
    let path = hive.key(at: "Policies\\Microsoft\\Windows\\System")?
      .value(named: "MachineProfilePath")?.data.text
    if let path, !path.isEmpty { return "MachineProfilePath is \(path)" }
    let profiles = hive.key(at: "Microsoft\\Windows NT\\CurrentVersion\\ProfileList")?.subkeys ?? []
    for profile in profiles {
      if let path = profile.value(named: "CentralProfile")?.data.text, !path.isEmpty {
        return "\(profile.name) has \(path)"
      }
    }
    return nil
  }

  private var isManaged: Bool {
    let controls: RegistryPath =
      "Microsoft\\Windows\\CurrentVersion\\UserState\\UserStateTechnologies\\ConfigurationControls"
    guard case .dword(let number)? = hive.key(at: controls)?.value(named: "RoamingUserProfile")?.data
    else { return false }
    return number != 0
  }
}

extension ValueData {
  fileprivate var text: String? {
    switch self {
    case .string(let text), .expandString(let text): text.description
    default: nil
    }
  }
}
