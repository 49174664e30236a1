// SPDX-License-Identifier: MIT

/// The value `State` of a profile in the profile list: what kind of profile it is, and what became
/// of it.
///
/// The meanings are not from Microsoft; those of `0x1000`, `0x2000`, `0x4000` and all above
/// `0x8000` are not known.
public struct ProfileState: OptionSet, Sendable, Hashable {
  /// The number as it is stored.
  public let rawValue: UInt32

  /// Makes a state of a stored number.
  public init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  /// The profile is mandatory.
  public static let mandatory = Self(rawValue: 0x1)
  /// The local copy is to be updated.
  public static let updateLocal = Self(rawValue: 0x2)
  /// The local profile is new.
  public static let newLocal = Self(rawValue: 0x4)
  /// The profile on the server is new.
  public static let newCentral = Self(rawValue: 0x8)
  /// The profile on the server is to be updated.
  public static let updateCentral = Self(rawValue: 0x10)
  /// The local copy is to be deleted.
  public static let deleteLocal = Self(rawValue: 0x20)
  /// The profile is to be upgraded.
  public static let upgrade = Self(rawValue: 0x40)
  /// The user is a guest.
  public static let guest = Self(rawValue: 0x80)
  /// The user is an administrator.
  public static let administrator = Self(rawValue: 0x100)
  /// The default profile of the network is there.
  public static let defaultNetworkProfile = Self(rawValue: 0x200)
  /// The connection is slow.
  public static let slowLink = Self(rawValue: 0x400)
  /// A temporary profile was loaded.
  public static let temporary = Self(rawValue: 0x800)
  /// The entry was set aside, under a name that ends with `.bak`.
  public static let backup = Self(rawValue: 0x8000)

  private static let all: [(state: Self, name: String)] = [
    (.mandatory, "mandatory"), (.updateLocal, "local copy to be updated"),
    (.newLocal, "new local profile"), (.newCentral, "new profile on the server"),
    (.updateCentral, "profile on the server to be updated"),
    (.deleteLocal, "local copy to be deleted"), (.upgrade, "to be upgraded"), (.guest, "guest"),
    (.administrator, "administrator"), (.defaultNetworkProfile, "default network profile ready"),
    (.slowLink, "slow link"), (.temporary, "temporary profile loaded"), (.backup, "set aside"),
  ]

  /// The bits without a known meaning.
  public var unknownBits: UInt32 {
    Self.all.reduce(rawValue) { $0 & ~$1.state.rawValue }
  }

  /// The meanings of the bits that are set, those without a known one as their number.
  public var names: [String] {
    Self.all.filter { contains($0.state) }.map(\.name)
      + (0..<32).map { UInt32(1) << $0 }.filter { unknownBits & $0 != 0 }
      .map { "0x\(String($0, radix: 16)) (of no known meaning)" }
  }
}
