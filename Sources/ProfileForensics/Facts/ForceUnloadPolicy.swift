// SPDX-License-Identifier: MIT

public import RegistryHive

/// The policy `DisableForceUnload`, with which Windows Vista and later do not unload a user's
/// registry by force, as a machine has it, and as it stood at the time of an event.
///
/// Source: KB 2287297; UserProfiles.admx.
public struct ForceUnloadPolicy: Sendable {
  /// What the policy was at some time.
  public enum Standing: Sendable, Hashable {
    /// It was on: Windows waited until programs had closed their keys.
    case on
    /// It was not on: Windows unloaded the registry by force.
    case off
    /// It is on, in a key that was written after that time. It was probably off then.
    case onSince(FileTime)
    /// There is no SOFTWARE hive, the value has a form whose effect is not documented, or it was
    /// switched off in a key that was written after that time.
    case unknown
  }

  /// The state in the place where Windows reads it; nil where there is no SOFTWARE hive, or where
  /// its key may be in a part that cannot be read.
  public let state: PolicyState?
  /// When the key was last written; the value is at least that old.
  public let keyLastWritten: FileTime?
  /// What is odd about the value, in sentences, as `hive policy` gives them.
  public let warnings: [String]
  /// The policy in places where Windows does not read it.
  let misplaced: [CheckEvidence]
  /// Why the value decides nothing, as evidence: Configuration Manager sets roaming profiles up on
  /// this machine, with settings of its own; nil where it does not.
  let overruled: CheckEvidence?
  /// The number that the value has; nil where it is none.
  let number: UInt32?
  /// Earlier states of the machine in which the policy was on, with the time since when it was.
  private(set) var earlierOn: [(label: String, since: FileTime)] = []

  static let path: RegistryPath = "Policies\\Microsoft\\Windows\\System"
  static let value: RegistryString = "DisableForceUnload"

  /// Reads the policy.
  ///
  /// - Parameters:
  ///   - software: The SOFTWARE hive; nil where there is none.
  ///   - system: The SYSTEM hive; nil where there is none.
  ///   - isDamaged: Whether parts of SOFTWARE cannot be read, so that a key that is not found may
  ///     be there.
  ///   - userHives: What is known of the users' hives.
  init(
    software: Hive?, system: Hive?, isDamaged: Bool,
    userHives: [(source: String, facts: HiveFacts)]
  ) {
    if let software {
      let source = HivePolicySource(software, source: "SOFTWARE")
      let reading = source.read(.dontForceUnloadHive, on: source.machine)
      let isLost = isDamaged && reading.state == .notConfigured && reading.keyLastWritten == nil
      state = isLost ? nil : reading.state
      keyLastWritten = reading.keyLastWritten
      warnings = reading.warnings
      number = if case .dword(let number) = reading.decidingSetting.data { number } else { nil }
      overruled = source.managed.map { key, number in
        CheckEvidence(
          in: "SOFTWARE", HivePolicySource.controls, value: "RoamingUserProfile",
          time: key.lastWritten, "\(number): Configuration Manager sets roaming profiles up")
      }
    } else {
      state = nil
      keyLastWritten = nil
      warnings = []
      number = nil
      overruled = nil
    }
    misplaced =
      (software.map { MisplacedPolicy().places(in: $0, label: "SOFTWARE") } ?? [])
      + (system.map { MisplacedPolicy().places(in: $0, label: "SYSTEM") } ?? [])
      + userHives.flatMap { source, facts in
        facts.misplaced.map {
          CheckEvidence(
            in: source, $0.key, value: Self.value, time: $0.keyLastWritten,
            "a user's hive, but the policy is the machine's")
        }
      }
  }

  /// What the policy was at a time.
  public func standing(at time: FileTime) -> Standing {
    guard overruled == nil else { return .unknown }
    let isLater = keyLastWritten.map { $0 > time } ?? false
    let wasOn = earlierOn.contains { $0.since <= time }
    switch state {
    case nil, .invalid?: return .unknown
    case .disabled? where isLater: return .unknown
    case .enabled?:
      if let keyLastWritten, isLater, !wasOn { return .onSince(keyLastWritten) }
      return .on
    // An earlier state had it. In a key that was written before the event it was off by then; else
    // when it was switched off is not known.
    default:
      let isKnown = keyLastWritten.map { $0.rawValue != 0 && $0 <= time } ?? false
      return wasOn && !isKnown ? .unknown : .off
    }
  }

  /// Takes in what an earlier state of the machine says.
  mutating func add(earlier software: Hive, label: String) {
    let source = HivePolicySource(software, source: label)
    let reading = source.read(.dontForceUnloadHive, on: source.machine)
    guard reading.state == .enabled, let since = reading.keyLastWritten else { return }
    earlierOn.append((label, since))
  }

  /// Whether the policy is on now.
  public var isOn: Bool { state == .enabled }

  /// What is odd about the value itself.
  var ownWarnings: [String] { warnings.filter { $0.hasPrefix("DisableForceUnload") } }

  /// When an earlier state of the machine had the policy on, and that it is off since; nil where it
  /// did not, or is not off at that time.
  func switchedOff(before time: FileTime) -> String? {
    guard let earlier = earlierOn.last, standing(at: time) == .off, let keyLastWritten else {
      return nil
    }
    return "It was on in \(earlier.label), and is off since \(keyLastWritten.sentenceText) at the "
      + "latest."
  }

  /// The value as evidence.
  func evidence(_ fact: String) -> CheckEvidence {
    CheckEvidence(in: "SOFTWARE", Self.path, value: Self.value, time: keyLastWritten, fact)
  }
}
