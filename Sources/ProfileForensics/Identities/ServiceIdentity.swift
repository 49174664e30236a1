// SPDX-License-Identifier: MIT

public import RegistryHive

/// A service of Windows and the account that it runs as.
public struct ServiceIdentity: Sendable {
  /// The service's key, `ControlSet00N\Services\name`.
  public let key: Key
  /// The path of the key in the SYSTEM hive.
  public let path: RegistryPath
  /// The account: `ObjectName`.
  public let account: RunAsAccount
  /// The program: `ImagePath`.
  public let imagePath: String?
  /// Whether the service cannot be started: `Start` is 4.
  public let isDisabled: Bool

  /// The service's name.
  public var name: String { key.name.description }

  /// Reads a service; nil where the key is that of a driver, or has no account.
  init?(_ key: Key, in services: RegistryPath) {
    guard let account = key.text("ObjectName"), account.first != "\\",
      // 0x10 and 0x20 are programs, alone and shared; drivers have lower bits.
      (key.number("Type") ?? 0) & 0x30 != 0
    else { return nil }
    self.key = key
    path = services.appending(key.name)
    self.account = RunAsAccount(account)
    imagePath = key.text("ImagePath")
    isDisabled = key.number("Start") == 4
  }

  /// All services of a SYSTEM hive's current control set that have an account.
  ///
  /// - Parameter system: The SYSTEM hive.
  /// - Returns: The services, in stored order; none where the hive has no control set.
  public static func all(in system: Hive) -> [ServiceIdentity] {
    guard let set = ControlSet(of: system), let key = set.key.key(at: "Services") else { return [] }
    let path = RegistryPath(names: [set.key.name, "Services"])
    return key.subkeys.compactMap { ServiceIdentity($0, in: path) }
  }
}
