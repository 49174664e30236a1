// SPDX-License-Identifier: MIT

public import RegistryHive

/// Which hive a rule is for; the raw values are RECmd's names.
///
/// Source: the list of hive types in `RECmd/ReBatch.cs`, <https://github.com/EricZimmerman/RECmd>.
public enum RuleHive: String, Sendable, Hashable, CaseIterable {
  case other = "Other"
  case ntuser = "NtUser"
  case sam = "Sam"
  case security = "Security"
  case software = "Software"
  case system = "System"
  case usrClass = "UsrClass"
  case components = "Components"
  case drivers = "Drivers"
  case amcache = "Amcache"
  case syscache = "Syscache"
  case bcd = "Bcd"
  case bcdTemplate = "BcdTemplate"
  case elam = "Elam"
  case userdiff
  case bbi = "Bbi"
  case vsmidk = "Vsmidk"
  case `default` = "Default"
  case user = "User"
  case userClasses = "UserClasses"
  case settings
  case registry = "Registry"

  /// The hive of a name, whatever its case.
  init?(name: String) {
    let name = name.lowercased().filter { $0 != "-" }
    guard let hive = Self.allCases.first(where: { $0.rawValue.lowercased() == name }) else {
      return nil
    }
    self = hive
  }
}

extension RuleHive {
  /// Which hive an open one is: by the keys in it, and only then by its names.
  public init(_ hive: Hive) {
    self =
      switch hive.kind {
      case .ntuser: .ntuser
      case .usrClass: .usrClass
      case .software: .software
      case .system: .system
      case .sam: .sam
      case .security: .security
      case .default: .default
      case .bcd: .bcd
      case .amcache: .amcache
      case .components: .components
      case .drivers: .drivers
      case .elam: .elam
      case .backgroundBroker: .bbi
      case .other: Self.byContent(hive) ?? Self.byName(hive) ?? .other
      }
  }

  private static func byContent(_ hive: Hive) -> RuleHive? {
    func has(_ path: RegistryPath) -> Bool { hive.key(at: path) != nil }
    if has("DefaultObjectStore\\ObjectTable") { return .syscache }
    if has("LocalState") || has("RoamingState") { return .settings }
    return nil
  }

  private static func byName(_ hive: Hive) -> RuleHive? {
    for path in [hive.header.fileName.description, hive.path ?? ""] {
      let name = path.split { $0 == "\\" || $0 == "/" }.last.map(String.init) ?? ""
      if let hive = hivesByFileName[name.lowercased()] { return hive }
    }
    return nil
  }

  private static let hivesByFileName: [String: RuleHive] = [
    "syscache.hve": .syscache, "bcd-template": .bcdTemplate, "userdiff": .userdiff,
    "vsmidk": .vsmidk, "user.dat": .user, "userclasses.dat": .userClasses,
    "settings.dat": .settings, "registry.dat": .registry,
  ]
}
