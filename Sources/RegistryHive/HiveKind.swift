// SPDX-License-Identifier: MIT

/// Which of Windows' hives a hive is; the raw value is the name that people know it by.
public enum HiveKind: String, Sendable, Hashable, CaseIterable {
  /// A user's settings: `HKEY_CURRENT_USER`.
  case ntuser = "NTUSER"
  /// A user's file associations and COM classes: `HKEY_CURRENT_USER\Software\Classes`.
  case usrClass = "UsrClass"
  /// The machine's software: `HKEY_LOCAL_MACHINE\SOFTWARE`.
  case software = "SOFTWARE"
  /// The machine's configuration: `HKEY_LOCAL_MACHINE\SYSTEM`.
  case system = "SYSTEM"
  /// The machine's accounts: `HKEY_LOCAL_MACHINE\SAM`.
  case sam = "SAM"
  /// The machine's security policy and secrets: `HKEY_LOCAL_MACHINE\SECURITY`.
  case security = "SECURITY"
  /// The settings of the local system account: `HKEY_USERS\.DEFAULT`.
  case `default` = "DEFAULT"
  /// The boot configuration.
  case bcd = "BCD"
  /// Programs that ran, as the compatibility service saw them.
  case amcache = "Amcache"
  /// The components that Windows is serviced by.
  case components = "COMPONENTS"
  /// The drivers that are available: `HKEY_LOCAL_MACHINE\DRIVERS`, since Windows 8.
  case drivers = "DRIVERS"
  /// What early-launch antimalware drivers measure by.
  case elam = "ELAM"
  /// What the background broker of Windows 8 and later keeps.
  case backgroundBroker = "BBI"
  /// Any other hive.
  case other
}

extension Hive {
  /// Which of Windows' hives this is, by the keys in it and by its names.
  ///
  /// The keys decide; the name in the header, then the file's own, only say `DEFAULT` from a
  /// user's hive, or a hive with too few keys to say.
  public var kind: HiveKind {
    let byName = kindByName
    switch kindByContent {
    case .ntuser: return byName == .default ? .default : .ntuser
    case .some(let kind): return kind
    case nil: return byName ?? .other
    }
  }

  private var kindByContent: HiveKind? {
    func has(_ path: RegistryPath) -> Bool { key(at: path) != nil }
    let name = root.name.utf16.suffix(8)
    if RegistryString(utf16: [UInt16](name)).matches("_Classes") { return .usrClass }
    if has("Select") && has("ControlSet001") { return .system }
    if has("Microsoft\\Windows\\CurrentVersion") || has("Microsoft\\Windows NT\\CurrentVersion") {
      return .software
    }
    if has("Software") && (has("Control Panel") || has("Environment")) { return .ntuser }
    if has("SAM\\Domains") { return .sam }
    if has("Policy\\PolAdtEv") || has("Policy\\Secrets") || has("Policy\\PolRevision") {
      return .security
    }
    if has("Objects") && has("Description") { return .bcd }
    if has("Root\\InventoryApplication") || has("Root\\File") || has("Root\\Programs") {
      return .amcache
    }
    if has("Local Settings\\Software\\Microsoft") { return .usrClass }
    return nil
  }

  private var kindByName: HiveKind? {
    HiveKind(fileName: header.fileName.description) ?? path.flatMap(HiveKind.init(fileName:))
  }
}

extension HiveKind {
  /// The kind of hive that Windows keeps under a file name; nil where it keeps none under it.
  ///
  /// - Parameter path: The name, or a path that ends with it, with `\` or `/` in it.
  package init?(fileName path: String) {
    let name = RegistryString(path.split { $0 == "\\" || $0 == "/" }.last.map(String.init) ?? "")
    guard let kind = Self.kindsByFileName.first(where: { name.matches($0.name) })?.kind else {
      return nil
    }
    self = kind
  }

  private static let kindsByFileName: [(name: RegistryString, kind: HiveKind)] = [
    ("NTUSER.DAT", .ntuser), ("NTUSER.MAN", .ntuser), ("UsrClass.dat", .usrClass),
    ("SOFTWARE", .software), ("SYSTEM", .system), ("SAM", .sam), ("SECURITY", .security),
    ("DEFAULT", .default), ("BCD", .bcd), ("Amcache.hve", .amcache), ("COMPONENTS", .components),
    ("DRIVERS", .drivers), ("ELAM", .elam), ("BBI", .backgroundBroker),
  ]
}
