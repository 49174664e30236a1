// SPDX-License-Identifier: MIT

extension Fixture {
  static let machine = [
    Fixture("SOFTWARE") {
      var hive = softwareHive()
      hive.set(
        "Policies\\Microsoft\\Windows\\System", at: filetime(2024, 5, 6, 9, 15),
        .dword("DisableForceUnload", 1), .dword("WaitForNetwork", 45),
        .dword("CleanupProfiles", 90))
      return hive
    },
    Fixture("SOFTWARE-unset") {
      var hive = softwareHive()
      hive.makeKey("Policies\\Microsoft\\Windows\\System")
      return hive
    },
    Fixture("SYSTEM") { systemHive() },
  ]

  /// The machine's software hive, without its policies.
  static func softwareHive() -> HiveDescription {
    var hive = HiveDescription(root: "ROOT")
    hive.time = created
    hive.header.fileName = "\\SystemRoot\\System32\\Config\\SOFTWARE"
    hive.header.lastWritten = 0
    hive.header.primarySequence = 240
    hive.header.secondarySequence = 240
    hive.header.flags = 1
    hive.set(
      "Microsoft\\Windows NT\\CurrentVersion", .string("CurrentBuild", "22631"),
      .string("CurrentVersion", "6.3"), .string("DisplayVersion", "23H2"),
      .string("EditionID", "Professional"), .dword("InstallDate", 0x65F4_0000),
      .string("ProductName", "Windows 10 Pro"), .string("SystemRoot", "C:\\Windows"),
      .dword("UBR", 3_296), .dword("CurrentMajorVersionNumber", 10))
    hive.set(
      "Microsoft\\Windows NT\\CurrentVersion\\Winlogon", .string("AutoAdminLogon", "0"),
      .string("Shell", "explorer.exe"), .string("LastUsedUsername", userName))
    hive.set(
      "Microsoft\\Windows\\CurrentVersion", .string("ProgramFilesDir", "C:\\Program Files"),
      .expandString("DevicePath", "%SystemRoot%\\inf"))
    hive.set(
      "Microsoft\\Windows\\CurrentVersion\\Run",
      .expandString("SecurityHealth", "%windir%\\system32\\SecurityHealthSystray.exe"))
    addProfileList(to: &hive)
    addClasses(to: &hive)
    return hive
  }

  private static func addProfileList(to hive: inout HiveDescription) {
    let list = "Microsoft\\Windows NT\\CurrentVersion\\ProfileList"
    hive.set(
      list, .expandString("Default", "%SystemDrive%\\Users\\Default"),
      .expandString("ProfilesDirectory", "%SystemDrive%\\Users"),
      .expandString("ProgramData", "%SystemDrive%\\ProgramData"),
      .expandString("Public", "%SystemDrive%\\Users\\Public"))
    for (sid, folder) in [
      ("S-1-5-18", "config\\systemprofile"), ("S-1-5-19", "..\\ServiceProfiles\\LocalService"),
      ("S-1-5-20", "..\\ServiceProfiles\\NetworkService"),
    ] {
      hive.set(
        "\(list)\\\(sid)", .dword("Flags", sid == "S-1-5-18" ? 12 : 0), .dword("State", 0),
        .expandString("ProfileImagePath", "%systemroot%\\system32\\\(folder)"),
        .binary("Sid", sidBytes(sid)))
    }
    // Loaded after it was last unloaded, and still counted: it was in use when the copy was made.
    let loaded = filetime(2024, 6, 21, 7, 58, 3, ticks: 1_250_000)
    hive[list + "\\" + userSID].lastWritten = loaded
    hive[list + "\\" + userSID].values =
      [
        .expandString("ProfileImagePath", "C:\\Users\\\(userName)"), .dword("Flags", 0),
        .dword("State", 0), .binary("Sid", sidBytes(userSID)), .dword("FullProfile", 1),
        .dword("RefCount", 2), .dword("ProfileLoadTimeLow", 0), .dword("ProfileLoadTimeHigh", 0),
      ] + halves("LocalProfileLoadTime", loaded)
      + halves("LocalProfileUnloadTime", filetime(2024, 6, 20, 17, 3, 44))
    // Set aside by Windows, which then logged the user on with a temporary profile.
    let second = "\(list)\\\(secondSID).bak"
    hive.set(
      second, at: filetime(2024, 6, 3, 8, 1), .expandString("ProfileImagePath", "C:\\Users\\bernd"),
      .dword("Flags", 0), .dword("State", 0x8000), .binary("Sid", sidBytes(secondSID)),
      .dword("RefCount", 0), .string("CentralProfile", "\\\\server\\profile$\\bernd"))
    hive.set(
      "\(list)\\\(secondSID)", at: filetime(2024, 6, 3, 8, 1),
      .expandString("ProfileImagePath", "C:\\Users\\TEMP"), .dword("Flags", 0),
      .dword("State", 0x804), .binary("Sid", sidBytes(secondSID)), .dword("RefCount", 1))
    let guid = "{7C0D9A3E-51B2-4E3B-8C7A-0123456789AB}"
    hive.set(
      "Microsoft\\Windows NT\\CurrentVersion\\ProfileGuid\\\(guid)",
      .string("SidString", secondSID))
  }

  /// A FILETIME as Windows stores it in two values.
  private static func halves(_ name: String, _ time: UInt64) -> [ValueDescription] {
    [
      .dword(NameDescription(name + "Low"), UInt32(truncatingIfNeeded: time)),
      .dword(NameDescription(name + "High"), UInt32(truncatingIfNeeded: time >> 32)),
    ]
  }

  private static func addClasses(to hive: inout HiveDescription) {
    let scanner = "{5C3E8B10-2D1F-4A6B-9E77-0A1B2C3D4E5F}"
    hive.set(
      "Classes\\AppID\\\(scanner)", at: filetime(2024, 4, 22, 13, 37),
      .string("", "Belegscanner"), .string("RunAs", "FIRMA\\dienst-scan"),
      .binary("LaunchPermission", SecurityDescription.standard.bytes))
    hive.set("Classes\\AppID\\scanner.exe", .string("AppID", scanner))
    hive.set(
      "Classes\\AppID\\{AD65A69D-3831-40D7-9629-9B0B50A93843}", .string("", "Druckvorschau"),
      .string("RunAs", "Interactive User"))
    hive.set(
      "Classes\\AppID\\{0B789C73-D8D6-416D-B665-C3603676CEB5}", .string("", "Ablage"),
      .string("LocalService", "AblageSvc"))
    hive.set(
      "Classes\\AppID\\{3EB3C877-1F16-487C-9050-104DBCD66683}", .string("", "Vorschau"),
      .string("DllSurrogate", ""), .dword("LoadUserSettings", 1))
    let scannerClass = "Classes\\CLSID\\{9F2C1A44-7B60-4C0D-8F2B-6E5D4C3B2A10}"
    hive.set(scannerClass, .string("", "Scanner.Beleg"), .string("AppID", scanner))
    hive.set(
      scannerClass + "\\LocalServer32", .string("", "\"C:\\Program Files\\Scanner\\scanner.exe\""))
    hive.set("Classes\\.txt", .string("", "txtfile"), .string("Content Type", "text/plain"))
    hive.set("Classes\\txtfile\\shell\\open\\command", .expandString("", "notepad.exe %1"))
  }
}
