// SPDX-License-Identifier: MIT

public import RegistryHive

/// What one file says about a policy.
public struct PolicyReading: Sendable {
  /// The policy.
  public let policy: Policy
  /// The path of the file.
  public let source: String
  /// Whether Windows reads the policy from this kind of file.
  public let isInPlace: Bool
  /// The policy's state.
  public let state: PolicyState
  /// The values, in the order of ``Policy/settings``.
  public let settings: [SettingReading]
  /// What Windows does because of it, in a sentence.
  public let effect: String
  /// What else there is to know, in sentences.
  public internal(set) var warnings: [String]

  /// The place in ``settings`` of the value that decides: the first, or where any one does, the
  /// first that is set.
  public var decidingIndex: Int {
    guard policy.decision == .any else { return 0 }
    return settings.firstIndex { $0.state != .notConfigured } ?? 0
  }

  /// The value that decides.
  public var decidingSetting: SettingReading { settings[decidingIndex] }

  /// When the key of the value that decides was last written, as ``SettingReading/keyLastWritten``.
  public var keyLastWritten: FileTime? { decidingSetting.keyLastWritten }
}

/// What one file says about a value of a policy.
public struct SettingReading: Sendable {
  /// The value.
  public let setting: PolicySetting
  /// The path of its key in the file.
  public let key: RegistryPath
  /// When the key was last written: the value is at least that old; nil where there is no such
  /// key, and in a policy file, which keeps no times.
  public let keyLastWritten: FileTime?
  /// Its state.
  public let state: PolicyState
  /// What is stored.
  public let content: PolicyContent

  /// The type as stored; nil where there is no value.
  public var type: ValueType? {
    if case .value(let type, _) = content { type } else { nil }
  }

  /// The data as stored, decoded as its type says; nil where there is no value.
  public var data: ValueData? {
    if case .value(let type, let bytes) = content { ValueData(bytes, type: type) } else { nil }
  }
}

/// What is in the place of a value.
public enum PolicyContent: Sendable, Hashable {
  /// Nothing.
  case missing
  /// A type and data.
  case value(ValueType, [UInt8])
  /// In a policy file, the order to delete the value.
  case deleted
  /// In a policy file, the order to delete the key, or all values in it.
  case cleared
}

extension PolicyContent {
  /// What Windows would have in the registry for it.
  var applied: PolicyContent {
    if case .value = self { self } else { .missing }
  }
}

extension PolicySetting {
  /// The state of the value, by what is stored.
  func state(of content: PolicyContent) -> PolicyState {
    guard case .value(let type, let bytes) = content else {
      return content == .deleted ? .disabled : .notConfigured
    }
    switch (meaning, ValueData(bytes, type: type)) {
    case (.flag(let on, _), .dword(let number)):
      // Windows distinguishes 0 from all other numbers.
      return (number != 0) == (on != 0) ? .enabled : .disabled
    case (.choice(let choices), .dword(let number)):
      return choices.first { $0.number == number }?.state ?? .invalid
    case (.number, .dword), (.text, .string), (.text, .expandString), (.list, .multiString):
      return .enabled
    default:
      return .invalid
    }
  }

  /// What is odd about a value that is there, in a sentence; nil where nothing is.
  func warning(for content: PolicyContent) -> String? {
    guard case .value(let type, let bytes) = content else { return nil }
    switch (meaning, ValueData(bytes, type: type)) {
    case (.flag(let on, let off), .dword(let number)) where number != on && number != off:
      return "\(name) is \(number), where Group Policy writes \(on) or \(off)."
    case (.choice(let choices), .dword(let number)):
      guard !choices.contains(where: { $0.number == number }) else { return nil }
      let known = choices.map { String($0.number) }.joined(separator: ", ")
      return "\(name) is \(number), which is not one of the defined numbers (\(known))."
    case (.number(let range, let unit, _), .dword(let number)) where !range.contains(number):
      return "\(name) is \(number), outside of what Group Policy allows:"
        + " \(range.lowerBound) to \(range.upperBound) \(unit)."
    case (.text(_, let limit), .string(let text)), (.text(_, let limit), .expandString(let text)):
      if text.isEmpty { return "\(name) is empty." }
      guard let limit, text.utf16.count > limit else { return nil }
      return "\(name) has \(text.utf16.count) characters, where Group Policy allows \(limit)."
    case _ where state(of: content) == .invalid:
      return "\(name) is stored as \(type) of \(bytes.count) bytes, where Windows expects"
        + " \(self.type)\(sizeText); what it makes of that is not documented."
    default:
      return nil
    }
  }

  private var sizeText: String { type == .dword ? " of 4 bytes" : "" }
}
