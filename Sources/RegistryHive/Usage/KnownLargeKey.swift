// SPDX-License-Identifier: MIT

/// A key that is known to take up much of a hive, or to grow without end.
public struct KnownLargeKey: Sendable, Hashable {
  /// The hives that have the key.
  public let kinds: [HiveKind]
  /// The key's path; a first name of `ControlSet*` stands for every control set, and `*` for any name.
  public let path: RegistryPath
  /// What grows there and why, in one sentence.
  public let note: String
  /// Who says so: the number of an article, or that it was seen in sample hives.
  public let source: String

  /// One of these keys in a hive.
  public struct Occurrence: Sendable {
    /// What is known about the key.
    public let known: KnownLargeKey
    /// What the key uses.
    public let key: KeyUsage
  }

  private init(_ kinds: HiveKind..., path: RegistryPath, note: String, source: String) {
    self.kinds = kinds
    self.path = path
    self.note = note
    self.source = source
  }
}

extension HiveUsage {
  /// The keys of the hive that are known to grow, the largest first.
  ///
  /// - Parameter share: How large a part of the used cells a key must have to be named.
  /// - Returns: The keys, each with what is known about it.
  public func knownLargeKeys(minimumShare share: Double = 0) -> [KnownLargeKey.Occurrence] {
    let kind = hive.kind
    let least = share * Double(bytes.allocated)
    var found: [KnownLargeKey.Occurrence] = []
    for known in KnownLargeKey.all where known.kinds.contains(kind) {
      for key in keys(matching: known.path) where Double(key.bytes) >= least {
        found.append(KnownLargeKey.Occurrence(known: known, key: key))
      }
    }
    return found.sorted {
      $0.key.bytes != $1.key.bytes ? $0.key.bytes > $1.key.bytes : $0.key.index < $1.key.index
    }
  }

  private func keys(matching path: RegistryPath) -> [KeyUsage] {
    guard path.names.first == KnownLargeKey.anyControlSet else {
      if let index = path.names.firstIndex(of: KnownLargeKey.anyName) {
        let above = key(at: RegistryPath(names: Array(path.names[..<index])))
        return (above?.subkeys ?? []).compactMap { between in
          key(
            at: RegistryPath(
              names: path.names[..<index] + [between.name] + path.names[(index + 1)...]))
        }
      }
      return key(at: path).map { [$0] } ?? []
    }
    return root.subkeys.compactMap { set in
      guard RegistryString(utf16: [UInt16](set.name.utf16.prefix(10))).matches("ControlSet") else {
        return nil
      }
      return key(at: RegistryPath(names: [set.name] + path.names.dropFirst()))
    }
  }
}

// MARK: - What is known

extension KnownLargeKey {
  static let anyControlSet: RegistryString = "ControlSet*"
  static let anyName: RegistryString = "*"

  /// All keys that are known.
  public static let all = printing + firewall + machine + shell + user + classes + vendors

  private static let printing = ["DevModes2", "DevModePerUser"].map { name in
    KnownLargeKey(
      .ntuser, .default, path: RegistryPath("Printers\\\(name)"),
      note: "Settings of redirected printers stay behind when their session is over.",
      source: "KB 906952, KB 2871131")
  }

  private static let firewall = [
    "RestrictedServices\\AppIso\\FirewallRules", "RestrictedServices\\Configurable\\System",
    "FirewallRules",
  ].map { name in
    KnownLargeKey(
      .system,
      path: RegistryPath(
        "ControlSet*\\Services\\SharedAccess\\Parameters\\FirewallPolicy\\\(name)"),
      note: "Rules for the apps of each user are added at log-on and never removed, which fills "
        + "session hosts; on Server 2016 and 2019, DeleteUserAppContainersOnLogoff = 1 in "
        + "FirewallPolicy removes them.",
      source: "KB 4534307, Microsoft's Japanese Windows support blog")
  }

  private static let machine = [
    KnownLargeKey(
      .system, path: "ControlSet*\\Enum",
      note: "Disks and volumes that were seen once, as in a storage network, stay listed.",
      source: "KB 277222"),
    KnownLargeKey(
      .system, path: "DriverDatabase\\DriverPackages",
      note: "The list of available drivers is large in ordinary hives of Windows 10.",
      source: "sample hives: 22 to 29 %"),
    KnownLargeKey(
      .system, path: "Setup\\Upgrade",
      note: "An upgrade of Windows leaves its notes here.", source: "sample hives: up to 10 %"),
    KnownLargeKey(
      .software, path: "Microsoft\\Windows NT\\CurrentVersion\\Notifications",
      note: "Registrations for notifications that nobody removes can fill the hive, until calls "
        + "fail with 0x800705AA.",
      source: "KB 3063843"),
    KnownLargeKey(
      .software,
      path: RegistryPath(
        "Microsoft\\Windows NT\\CurrentVersion\\Print\\Providers\\"
          + "Client Side Rendering Print Provider"),
      note: "Printers of users stay listed under their SIDs.",
      source: "serverfault.com question 720900, not from Microsoft"),
  ]

  private static let shell: [KnownLargeKey] = {
    let note =
      "View settings of every folder that was opened; the value BagMRU Size caps their number."
    let source = "sample hives and third parties: a few per cent at the most"
    let users = ["Shell\\BagMRU", "Shell\\Bags", "ShellNoRoam\\BagMRU", "ShellNoRoam\\Bags"].map {
      KnownLargeKey(
        .ntuser, .default, path: RegistryPath("Software\\Microsoft\\Windows\\\($0)"), note: note,
        source: source)
    }
    let classes = ["BagMRU", "Bags"].map {
      KnownLargeKey(
        .usrClass,
        path: RegistryPath("Local Settings\\Software\\Microsoft\\Windows\\Shell\\\($0)"),
        note: note, source: source)
    }
    return users + classes
  }()

  private static let user =
    [
      KnownLargeKey(
        .ntuser, .default, path: "Software\\Microsoft\\Office\\16.0\\Common\\ExperimentConfigs",
        note: "Office 365 keeps the settings of its experiments here.",
        source: "sample hives: 46 to 55 %"),
      KnownLargeKey(
        .ntuser, .default,
        path: "Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\StartPage2",
        note: "What was installed and started from the start menu of Windows 7.",
        source: "sample hives: 11 to 14 %"),
    ]
    + ["RecentDocs", "FileExts", "MountPoints2", "ComDlg32", "TrayNotify"].map { name in
      KnownLargeKey(
        .ntuser, .default,
        path: RegistryPath("Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\\(name)"),
        note: "Explorer remembers here what the user opened, connected or saw.",
        source: "sample hives")
    }

  private static let classes =
    [
      KnownLargeKey(
        .usrClass, path: "ActivatableClasses",
        note: "Classes of the user's apps.", source: "a sample hive of Windows 8.1: 83 %"),
      KnownLargeKey(
        .usrClass, path: "Extensions\\ContractId",
        note: "What the user's apps offer to others.", source: "sample hives of Windows 10: 35 %"),
      KnownLargeKey(
        .usrClass, path: "Local Settings\\MrtCache",
        note: "A cache of texts and pictures of the user's apps.",
        source: "sample hives of Windows 10: 8 to 23 %"),
      KnownLargeKey(
        .usrClass,
        path: "Local Settings\\Software\\Microsoft\\Windows\\CurrentVersion\\TrayNotify",
        note: "The icons that were shown in the notification area.",
        source: "sample hives of Windows 10: 0.4 to 1.3 %"),
    ]
    + ["AppContainer\\Storage", "AppModel"].map { name in
      KnownLargeKey(
        .usrClass,
        path: RegistryPath(
          "Local Settings\\Software\\Microsoft\\Windows\\CurrentVersion\\\(name)"),
        note: "Data and registrations of the user's apps.",
        source: "a sample hive: 12.7 and 13.5 %")
    }

  private static let vendors =
    [
      KnownLargeKey(
        .ntuser, .default, path: "Software\\Hewlett-Packard",
        note: "Printer drivers leave settings of redirected printers here.",
        source: "conetrix.com, not from Microsoft"),
      KnownLargeKey(
        .ntuser, .default, path: "Software\\*\\CSR",
        note: "Printer drivers leave settings of redirected printers here.",
        source: "a TechNet thread, not from Microsoft"),
      KnownLargeKey(
        .ntuser, path: "Software\\Microsoft\\Windows\\CurrentVersion\\UFH\\SHC",
        note: "The start menu of Windows 10 remembers shortcuts here.", source: "KB 3161390"),
      KnownLargeKey(
        .ntuser, .default, path: "Software\\Microsoft\\Windows NT\\CurrentVersion\\Devices",
        note: "Redirected printers stay listed.", source: "tlewis.mobi, not from Microsoft"),
      KnownLargeKey(
        .software, path: "Microsoft\\Windows\\CurrentVersion\\Setup\\PnpLockdownFiles",
        note: "Files of drivers that were installed stay listed.",
        source: "prodopsy.com, not from Microsoft"),
      KnownLargeKey(
        .software,
        path: "Microsoft\\Windows NT\\CurrentVersion\\Terminal Server\\Install\\RefHive",
        note: "Settings that programs wrote while a session host was in install mode.",
        source: "a TechNet thread, not from Microsoft"),
      KnownLargeKey(
        .system, path: "ControlSet*\\Control\\Print\\Monitors\\HP Universal Print Monitor",
        note: "The print monitor of HP keeps its ports here.",
        source: "conetrix.com, not from Microsoft"),
    ]
}
