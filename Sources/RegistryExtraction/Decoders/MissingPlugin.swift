// SPDX-License-Identifier: MIT

import RegistryHive

/// A plugin of RECmd for which there is no decoder here.
///
/// RECmd calls a plugin wherever a rule comes to its key. Source: the plugins' names and keys in
/// <https://github.com/EricZimmerman/RegistryPlugins>.
struct MissingPlugin: Sendable {
  let name: String
  let hive: RuleHive
  let pattern: RulePath
  /// The value that a rule has to name for RECmd to call it, in upper case; nil where it need not.
  let valueName: [UInt16]?

  static let all: [MissingPlugin] = list.compactMap { name, hive, path, valueName in
    RulePath(batchPath: path).map {
      MissingPlugin(
        name: name, hive: hive, pattern: $0,
        valueName: valueName.map { RegistryString($0).upcased })
    }
  }

  private static let explorer = "Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\"
  private static let firewall =
    "ControlSet00*\\Services\\SharedAccess\\Parameters\\FirewallPolicy\\"
  private static let packages =
    "Local Settings\\Software\\Microsoft\\Windows\\CurrentVersion\\AppModel\\Repository"
  private static let taskFlow =
    "Software\\Microsoft\\Windows\\CurrentVersion\\CloudStore\\Store\\Cache\\DefaultAccount\\"
    + "$$windows.data.taskflow.shellactivities\\Current"

  private static let list: [(String, RuleHive, String, String?)] = [
    ("7-Zip archive history", .ntuser, "Software\\7-Zip\\Compression", "ArcHistory"),
    ("Adobe", .ntuser, "Software\\Adobe", nil),
    ("Amcache-InventoryApplication", .amcache, "ROOT\\InventoryApplication", nil),
    ("Amcache-InventoryApplicationFile", .amcache, "ROOT\\InventoryApplicationFile", nil),
    ("Amcache-InventoryApplicationShortcut", .amcache, "ROOT\\InventoryApplicationShortcut", nil),
    ("Amcache-InventoryDeviceContainer", .amcache, "ROOT\\InventoryDeviceContainer", nil),
    ("Amcache-InventoryDevicePnp", .amcache, "ROOT\\InventoryDevicePnp", nil),
    ("Amcache-InventoryDriverBinary", .amcache, "ROOT\\InventoryDriverBinary", nil),
    ("Amcache-Mare", .amcache, "Root\\Mare", nil),
    (
      "AppCompatFlags", .software,
      "Microsoft\\Windows NT\\CurrentVersion\\AppCompatFlags\\CIT\\System", nil
    ),
    (
      "AppCompatFlags2", .ntuser, "Software\\Microsoft\\Windows NT\\CurrentVersion\\AppCompatFlags",
      nil
    ),
    ("AppPaths", .software, "Microsoft\\Windows\\CurrentVersion\\App Paths", nil),
    ("AppPaths", .ntuser, "Software\\Microsoft\\Windows\\CurrentVersion\\App Paths", nil),
    ("ApplicationSettingsContainer", .settings, "LocalState", nil),
    ("ApplicationSettingsContainer", .settings, "RoamingState", nil),
    ("ApplicationSettingsContainer", .settings, "LocalState\\*", nil),
    ("ApplicationSettingsContainer", .settings, "RoamingState\\*", nil),
    ("Ares", .ntuser, "Software\\Ares", nil),
    ("BluetoothBthPort", .system, "ControlSet00*\\Services\\BTHPORT\\Parameters\\Devices", nil),
    ("ComDlg32 CIDSizeMRU", .ntuser, explorer + "ComDlg32\\CIDSizeMRU", nil),
    ("ComDlg32 OpenSaveMRU", .ntuser, explorer + "ComDlg32\\OpenSaveMRU", nil),
    ("DHCPNetworkHints", .system, "ControlSet00*\\Services\\Tcpip\\Parameters\\Interfaces", nil),
    ("DeviceClasses", .system, "ControlSet00*\\Control\\DeviceClasses", nil),
    ("ETW", .system, "ControlSet001\\Control\\WMI\\Autologger\\EventLog-Application", nil),
    ("ETW", .system, "ControlSet001\\Control\\WMI\\Autologger\\EventLog-System", nil),
    ("FeatureUsage", .ntuser, explorer + "FeatureUsage", nil),
    ("FileExts", .ntuser, explorer + "FileExts", nil),
    ("FirewallRules", .system, firewall + "FirewallRules", nil),
    ("FirewallRules", .system, firewall + "RestrictedServices\\AppIso\\FirewallRules", nil),
    ("FirewallRules", .system, firewall + "Mdm\\FirewallRules", nil),
    ("First folder", .ntuser, explorer + "ComDlg32\\FirstFolder", nil),
    ("IconLayouts", .ntuser, "Software\\Microsoft\\Windows\\Shell\\Bags\\1\\Desktop", nil),
    (
      "JumplistData", .ntuser,
      "Software\\Microsoft\\Windows\\CurrentVersion\\Search\\JumplistData", nil
    ),
    (
      "NetworkAdapters", .system,
      "ControlSet00*\\Control\\Class\\{4d36e972-e325-11ce-bfc1-08002be10318}", nil
    ),
    ("NetworkSettings", .system, "ControlSet00*\\Services\\Tcpip\\Parameters\\Interfaces", nil),
    ("NetworkSetup2", .system, "ControlSet00*\\Control\\NetworkSetup2", nil),
    (
      "Products", .software,
      "Microsoft\\Windows\\CurrentVersion\\Installer\\UserData\\*\\Products", nil
    ),
    ("Products", .software, "Classes\\Installer\\Products", nil),
    ("RADAR", .software, "Microsoft\\RADAR\\HeapLeakDetection", nil),
    ("RADAR", .software, "WOW6432Node\\Microsoft\\RADAR\\HeapLeakDetection", nil),
    (
      "RecentApps", .ntuser, "Software\\Microsoft\\Windows\\CurrentVersion\\Search\\RecentApps", nil
    ),
    ("User accounts", .sam, "SAM\\Domains\\Account\\Users", nil),
    ("SAMBuiltin", .sam, "SAM\\Domains\\Builtin\\Aliases", nil),
    ("SCSI", .system, "ControlSet00*\\Enum\\SCSI", nil),
    ("SWD", .system, "ControlSet00*\\Enum\\SWD", nil),
    ("Syscache ObjectTable", .syscache, "DefaultObjectStore\\ObjectTable", nil),
    (
      "TaskCache", .software, "Microsoft\\Windows NT\\CurrentVersion\\Schedule\\TaskCache\\Tasks",
      nil
    ),
    ("Taskflow Shell Activities", .ntuser, taskFlow, nil),
    ("Taskband", .ntuser, explorer + "Taskband", "Favorites"),
    ("TerminalServerClient", .ntuser, "Software\\Microsoft\\Terminal Server Client", nil),
    (
      "TrustedDocuments", .ntuser,
      "Software\\Microsoft\\Office\\*\\*\\Security\\Trusted Documents\\TrustRecords", nil
    ),
    ("VolumeInfoCache", .software, "Microsoft\\Windows Search\\VolumeInfoCache", nil),
    ("WinRAR", .ntuser, "Software\\WinRAR", nil),
    ("Windows App", .usrClass, packages, nil),
    ("Windows App", .ntuser, "Software\\Classes\\" + packages, nil),
    ("Windows Portable Devices", .software, "Microsoft\\Windows Portable Devices", nil),
  ]
}
