// SPDX-License-Identifier: MIT

public import RegistryHive

/// The limit on the size of a user's profile that administrators may set by policy.
///
/// The policy is in the user's own hive: `EnableProfileQuota`, `MaxProfileSize` and
/// `IncludeRegInProQuota` in `Software\Microsoft\Windows\CurrentVersion\Policies\System`. The
/// program `proquota.exe` of Windows NT 4.0 SP4 and later enforces it.
public struct ProfileQuota: Sendable, Hashable {
  /// Whether the policy is on: `EnableProfileQuota` is 1.
  public let isEnabled: Bool
  /// How large the profile may be, in bytes; nil where `MaxProfileSize` is missing or no number.
  public let bytes: Int?
  /// Whether the registry files of the profile count: `IncludeRegInProQuota` is not 0.
  public let includesRegistry: Bool

  /// Where in a user's hive the policy is.
  public static let path: RegistryPath =
    "Software\\Microsoft\\Windows\\CurrentVersion\\Policies\\System"

  /// Makes a quota of given settings.
  public init(isEnabled: Bool, bytes: Int?, includesRegistry: Bool) {
    self.isEnabled = isEnabled
    self.bytes = bytes
    self.includesRegistry = includesRegistry
  }

  /// Reads the policy from a user's hive.
  ///
  /// Nil where none of its values is there.
  ///
  /// - Parameter user: The user's NTUSER.DAT.
  public init?(user: Hive) {
    guard let key = user.key(at: Self.path) else { return nil }
    let names: [RegistryString] = ["EnableProfileQuota", "MaxProfileSize", "IncludeRegInProQuota"]
    guard names.contains(where: { key.value(named: $0) != nil }) else { return nil }
    isEnabled = key.number("EnableProfileQuota") == 1
    // The value is in kilobytes; 32 bits of them are far from overflowing.
    bytes = key.number("MaxProfileSize").map { Int($0) * 1024 }
    includesRegistry = (key.number("IncludeRegInProQuota") ?? 0) != 0
  }
}

extension ProfileQuota {
  /// What is to be said about the quota.
  public var notes: [Claim] {
    guard isEnabled else {
      return [Claim("The profile quota is off.", source: "\(Self.path)", .observed)]
    }
    var notes: [Claim] = []
    if let bytes {
      notes.append(
        Claim(
          "The profile may have \(byteText(bytes)), "
            + (includesRegistry
              ? "registry files included." : "registry files not counted."),
          source: "\(Self.path)", .observed))
      if !(300...30_000_000).contains(bytes / 1024) {
        notes.append(
          Claim(
            "The policy's own dialog takes 300 to 30000000 KB only; what Windows makes of another "
              + "number is not known.", source: Source.profileTemplate, .unconfirmed))
      }
    } else {
      notes.append(
        Claim(
          "The profile quota is on, but MaxProfileSize is missing or no REG_DWORD. The policy's "
            + "dialog proposes 30000 KB; what Windows takes is not known.",
          source: Source.profileTemplate, .unconfirmed))
    }
    return notes
  }

  /// The quota as a limit on the hive it was read from.
  func candidate(release: WindowsRelease?) -> RegistrySizeLimit.Candidate {
    let limit = isEnabled && includesRegistry ? bytes : nil
    var notes = notes
    if isEnabled {
      notes.append(
        Claim(
          "The quota is on the whole profile: this file is a part of what counts.",
          source: Source.profileQuota))
      notes += Self.effects(release)
    }
    return RegistrySizeLimit.Candidate(
      kind: .profileQuota, bytes: limit, source: "\(Self.path)\\MaxProfileSize", notes: notes)
  }

  /// What comes of a profile above the quota.
  static func effects(_ release: WindowsRelease?) -> [Claim] {
    let before = Claim(
      "Before Windows Vista a user above the quota cannot log off.", source: Source.profileQuota)
    let since = Claim(
      "Since Windows Vista a roaming profile above the quota is not copied to its server.",
      source: Source.profileQuota)
    guard let release else { return [before, since] }
    return [release.generation < .vista ? before : since]
  }
}
