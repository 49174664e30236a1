// SPDX-License-Identifier: MIT

public import RegistryHive

/// Which Windows a hive belongs to, as far as the rules about sizes differ.
public struct WindowsRelease: Sendable, Hashable {
  /// Releases with the same rules, oldest first.
  public enum Generation: Int, Sendable, Hashable, CaseIterable {
    /// Windows NT 3.1 to 3.51.
    case nt3
    /// Windows NT 4.0.
    case nt4
    /// Windows 2000.
    case windows2000
    /// Windows XP for 32-bit processors (5.1).
    case xp
    /// Windows Server 2003, and Windows XP for 64-bit processors (5.2).
    case server2003
    /// Windows Vista and Windows Server 2008 (6.0).
    case vista
    /// Windows 7 and Windows Server 2008 R2 (6.1).
    case windows7
    /// Windows 8, Windows Server 2012, and all that came later.
    case windows8
  }

  /// Which rules hold.
  public let generation: Generation
  /// The service pack's number; 0 for none.
  public let servicePack: Int
  /// What the release calls itself, such as `Windows 7 Professional`.
  public let name: String

  /// Makes a release.
  public init(_ generation: Generation, servicePack: Int = 0, name: String? = nil) {
    self.generation = generation
    self.servicePack = servicePack
    self.name = name ?? generation.description
  }

  /// Reads the release from a SOFTWARE hive: `Microsoft\Windows NT\CurrentVersion`.
  ///
  /// Windows 10 and later still write 6.3 as `CurrentVersion`, for the sake of old programs, and
  /// Windows 11 calls itself Windows 10 in `ProductName`: from build 22000 on it is Windows 11. Nil
  /// where the key or a version in it is missing.
  ///
  /// - Parameter software: The SOFTWARE hive.
  public init?(software: Hive) {
    guard let key = software.key(at: "Microsoft\\Windows NT\\CurrentVersion"),
      let version = key.text("CurrentVersion"),
      let generation = Generation(version: version)
    else { return nil }
    let pack = (key.text("CSDVersion") ?? "").split(separator: " ").last.flatMap { Int($0) }
    self.init(
      generation, servicePack: max(pack ?? 0, 0),
      name: Self.name(key.text("ProductName"), build: Self.build(in: key)))
  }

  private static func build(in key: Key) -> Int {
    let text = key.text("CurrentBuildNumber") ?? key.text("CurrentBuild")
    return text.flatMap { Int($0) } ?? 0
  }

  private static func name(_ product: String?, build: Int) -> String? {
    let old = "Windows 10"
    guard let product, build >= 22_000, product.hasPrefix(old) else { return product }
    return "Windows 11" + product.dropFirst(old.count)
  }
}

extension WindowsRelease.Generation: Comparable {
  /// Whether the first came before the second.
  public static func < (first: Self, second: Self) -> Bool { first.rawValue < second.rawValue }

  /// The generation of a version such as `5.1`; nil for anything else than two numbers.
  init?(version: String) {
    let parts = version.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let major = Int(parts[0]), let minor = Int(parts[1]), minor >= 0
    else { return nil }
    switch (major, minor) {
    case (3, _): self = .nt3
    case (4, _): self = .nt4
    case (5, 0): self = .windows2000
    case (5, 1): self = .xp
    case (5, _): self = .server2003
    case (6, 0): self = .vista
    case (6, 1): self = .windows7
    case (6..., _): self = .windows8
    default: return nil
    }
  }
}

extension WindowsRelease.Generation: CustomStringConvertible {
  /// The releases' names.
  public var description: String {
    switch self {
    case .nt3: "Windows NT 3.x"
    case .nt4: "Windows NT 4.0"
    case .windows2000: "Windows 2000"
    case .xp: "Windows XP"
    case .server2003: "Windows Server 2003"
    case .vista: "Windows Vista or Server 2008"
    case .windows7: "Windows 7 or Server 2008 R2"
    case .windows8: "Windows 8 or later"
    }
  }
}
