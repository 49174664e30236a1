// SPDX-License-Identifier: MIT

public import RegistryHive

/// A value in which a policy is stored.
public struct PolicySetting: Sendable, Hashable {
  /// What the value's data mean.
  public enum Meaning: Sendable, Hashable {
    /// `REG_DWORD`: one number for on, one for off.
    case flag(on: UInt32, off: UInt32)
    /// `REG_DWORD`: one of some numbers.
    case choice([Choice])
    /// `REG_DWORD`: a number of units, what Group Policy allows, and what Windows takes where it is
    /// not set, if that is known.
    case number(ClosedRange<UInt32>, unit: String, default: UInt32?)
    /// `REG_SZ` or `REG_EXPAND_SZ`: text of this many UTF-16 units at the most, if that is known.
    case text(ValueType, maximumLength: Int?)
    /// `REG_MULTI_SZ`: a list.
    case list
  }

  /// One of the numbers that a value may have.
  public struct Choice: Sendable, Hashable {
    /// The number.
    public let number: UInt32
    /// The state that it stands for.
    public let state: PolicyState
    /// What Windows does because of it, as in ``PolicyEffects``.
    public let effect: String

    init(_ number: UInt32, state: PolicyState = .enabled, _ effect: String) {
      self.number = number
      self.state = state
      self.effect = effect
    }
  }

  /// The value's name.
  public let name: RegistryString
  /// The path of the value's key below that of the policy; the root's path for that key itself.
  public let subkey: RegistryPath
  /// What the value's data mean.
  public let meaning: Meaning

  init(_ name: RegistryString, below subkey: RegistryPath = "", _ meaning: Meaning) {
    self.name = name
    self.subkey = subkey
    self.meaning = meaning
  }

  /// A value that is 1 for on and 0 for off.
  static func flag(_ name: RegistryString, below subkey: RegistryPath = "") -> Self {
    Self(name, below: subkey, .flag(on: 1, off: 0))
  }

  static func number(
    _ name: RegistryString, _ unit: String, _ range: ClosedRange<UInt32> = 0...UInt32.max,
    default standard: UInt32? = nil
  ) -> Self {
    Self(name, .number(range, unit: unit, default: standard))
  }

  static func text(
    _ name: RegistryString, _ type: ValueType = .string, maximumLength: Int? = nil
  ) -> Self {
    Self(name, .text(type, maximumLength: maximumLength))
  }
}

extension PolicySetting {
  /// The type that Windows expects.
  public var type: ValueType {
    switch meaning {
    case .flag, .choice, .number: .dword
    case .text(let type, _): type
    case .list: .multiString
    }
  }
}

/// What is known of a policy.
public enum PolicyState: String, Sendable, Hashable, CaseIterable {
  /// Switched on, or set to a number or text.
  case enabled
  /// Switched off; in a policy file, to be deleted.
  case disabled
  /// The key or the value is missing, which is not the same as 0.
  case notConfigured
  /// The value has a type, a size or a number that means nothing.
  case invalid
}
