// SPDX-License-Identifier: MIT

import RegistryHive

/// A file that policies are read from.
protocol PolicySource {
  /// The path of the file.
  var source: String { get }
  /// What Windows does where the file says nothing; nil where that is the policy's own sentence.
  var unconfiguredEffect: String? { get }
  /// Where in the file the key of a policy is.
  func location(of policy: Policy) -> PolicyLocation
  /// What is in the place of a value.
  func content(of name: RegistryString, at key: RegistryPath) -> PolicyContent
  /// When a key was last written; nil where it is missing, or times are not kept.
  func lastWritten(_ key: RegistryPath) -> FileTime?
  /// Whether a value may be missing only because it cannot be read.
  func isDamaged(_ key: RegistryPath) -> Bool
}

/// Where in a file a policy is.
struct PolicyLocation {
  /// The path of its key.
  let key: RegistryPath
  /// Paths at which it is put by mistake.
  var mistaken: [RegistryPath] = []
  /// Why Windows does not read it from this file, in a sentence; nil where it does.
  var obstacle: String?
  /// What makes it unsure that this is the place, in a sentence; nil where nothing does.
  var doubt: String?
}

/// What is known about the machine that a file comes from.
struct MachineContext {
  /// Which Windows it runs.
  var release: WindowsRelease?
  /// A roaming profile on it, in words that follow "because".
  var roaming: String?
  /// Whether Configuration Manager sets roaming profiles up, in place of Group Policy.
  var isManaged = false
}

extension PolicySource {
  /// Reads a policy.
  func read(_ policy: Policy, on machine: MachineContext) -> PolicyReading {
    let location = location(of: policy)
    let settings = policy.settings.map { setting in
      let key = RegistryPath(names: location.key.names + setting.subkey.names)
      let content = content(of: setting.name, at: key)
      return SettingReading(
        setting: setting, key: key, keyLastWritten: lastWritten(key),
        state: setting.state(of: content), content: content)
    }
    let state = policy.state(of: settings)
    var reading = PolicyReading(
      policy: policy, source: source, isInPlace: location.obstacle == nil, state: state,
      settings: settings, effect: effect(of: policy, state, settings, location), warnings: [])
    reading.warnings = warnings(on: reading, location, machine)
    return reading
  }

  private func effect(
    of policy: Policy, _ state: PolicyState, _ settings: [SettingReading],
    _ location: PolicyLocation
  ) -> String {
    guard location.obstacle == nil else {
      return state == .notConfigured
        ? "This file does not determine what Windows does."
        : "None: Windows does not read it here."
    }
    switch state {
    case .enabled: return policy.text(policy.enabledEffect(settings), settings)
    case .disabled: return policy.effects.disabled
    case .notConfigured: return unconfiguredEffect ?? policy.effects.notConfigured
    case .invalid:
      return "Not known; where the value is ignored: \(policy.effects.notConfigured)"
    }
  }

  private func warnings(
    on reading: PolicyReading, _ location: PolicyLocation, _ machine: MachineContext
  ) -> [String] {
    let policy = reading.policy
    var warnings: [String] = []
    warnings += [location.obstacle, location.doubt].compactMap(\.self)
    for key in location.mistaken {
      for setting in policy.settings {
        guard case .value(let type, let bytes) = content(of: setting.name, at: key) else {
          continue
        }
        let data = ValueData(bytes, type: type).sentence
        warnings.append(
          "\(key) holds \(setting.name) = \(data), which Windows does not read there.")
      }
    }
    for setting in reading.settings {
      if let warning = setting.setting.warning(for: setting.content) { warnings.append(warning) }
      if setting.content == .cleared {
        warnings.append("All values of \(setting.key) are to be deleted, and with them this one.")
      }
    }
    let missing = reading.settings.filter { $0.content == .missing }
    for key in missing.map(\.key).uniqued() where isDamaged(key) {
      warnings.append("\(key) cannot be read in full: values that seem to be missing may be lost.")
    }
    if reading.isInPlace { warnings += policy.warnings(for: reading.state, on: machine) }
    return warnings
  }
}

extension Policy {
  fileprivate func state(of settings: [SettingReading]) -> PolicyState {
    guard decision == .any else { return settings[0].state }
    let states = settings.map(\.state)
    let order: [PolicyState] = [.invalid, .enabled, .disabled]
    return order.first(where: states.contains) ?? .notConfigured
  }

  /// What Windows does because of the policy being enabled, values in braces.
  fileprivate func enabledEffect(_ settings: [SettingReading]) -> String {
    if case .choice(let choices) = settings[0].setting.meaning,
      case .dword(let number)? = settings[0].data,
      let choice = choices.first(where: { $0.number == number })
    {
      return choice.effect
    }
    return effects.enabled
  }

  /// A sentence with the values in it put in.
  fileprivate func text(_ sentence: String, _ settings: [SettingReading]) -> String {
    var text = ""
    for (index, part) in sentence.split(
      separator: "{", omittingEmptySubsequences: false
    ).enumerated() {
      guard index > 0, let end = part.firstIndex(of: "}") else {
        text += part
        continue
      }
      text += Self.text(of: part[..<end], in: settings) + part[part.index(after: end)...]
    }
    return text
  }

  private static func text(of name: Substring, in settings: [SettingReading]) -> String {
    guard let reading = settings.first(where: { $0.setting.name.description == name }) else {
      return ""
    }
    if let data = reading.data, reading.state != .invalid { return data.sentence }
    if case .number(_, _, let standard?) = reading.setting.meaning { return String(standard) }
    return "(\(name) is not set)"
  }

  fileprivate func warnings(for state: PolicyState, on machine: MachineContext) -> [String] {
    var warnings: [String] = []
    if self == .dontForceUnloadHive, state == .enabled, let roaming = machine.roaming {
      warnings.append(
        "With a roaming profile (\(roaming)) this can keep the user from getting the newest copy of"
          + " it, for as long as programs hold the registry open.")
    }
    if isReplaceable, machine.isManaged {
      warnings.append(
        "Configuration Manager sets roaming profiles up on this machine (RoamingUserProfile below"
          + " UserState\\UserStateTechnologies\\ConfigurationControls is not 0): Windows uses its"
          + " settings instead of this one.")
    }
    if let release = machine.release, state != .notConfigured {
      if let first, release.generation < first {
        warnings.append("This is \(release.name); the policy came with \(first).")
      }
      if let last, release.generation > last {
        warnings.append("This is \(release.name); the policy ended with \(last).")
      }
    }
    return warnings
  }
}

extension ValueData {
  /// The data as part of a sentence.
  var sentence: String {
    switch self {
    case .string(let text), .expandString(let text), .link(let text): text.description
    case .multiString(let texts): texts.map(\.description).joined(separator: ", ")
    case .dword(let number), .dwordBigEndian(let number): String(number)
    case .qword(let number): String(number)
    case .bytes(let bytes): "\(bytes.count) bytes"
    }
  }
}

extension [RegistryPath] {
  fileprivate func uniqued() -> [RegistryPath] {
    var seen: Set<RegistryPath> = []
    return filter { seen.insert($0).inserted }
  }
}
