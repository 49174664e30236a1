// SPDX-License-Identifier: MIT

extension Fixture {
  static func systemHive() -> HiveDescription {
    var hive = HiveDescription(root: "ROOT")
    hive.time = created
    hive.header.fileName = "SYSTEM"
    hive.header.lastWritten = 0
    hive.header.primarySequence = 316
    hive.header.secondarySequence = 316
    hive.header.flags = 1
    hive.set(
      "Select", .dword("Current", 1), .dword("Default", 1), .dword("Failed", 0),
      .dword("LastKnownGood", 1))
    hive.set("Setup", .dword("SetupType", 0), .string("CmdLine", ""))
    hive.set("MountedDevices", .binary("\\DosDevices\\C:", pattern(24, seed: 71)))
    addControl(to: &hive, below: "ControlSet001\\Control")
    addServices(to: &hive, below: "ControlSet001\\Services")
    hive.makeKey("ControlSet001\\Hardware Profiles\\0001")
    hive.makeKey("ControlSet001\\Policies")
    return hive
  }

  private static func addControl(to hive: inout HiveDescription, below control: String) {
    // 200 MB: Windows up to 7 and Server 2008 R2 still hold to a limit that is not 0.
    hive.set(
      control, at: filetime(2024, 5, 6, 9, 20), .string("CurrentUser", "USERNAME"),
      .dword("RegistrySizeLimit", 200 << 20), .string("PreshutdownOrder", "wuauserv"),
      .string("WaitToKillServiceTimeout", "5000"),
      .string("SystemStartOptions", " NOEXECUTE=OPTIN"))
    hive.set(
      control + "\\Session Manager\\Memory Management", .dword("ClearPageFileAtShutdown", 0),
      .dword("DisablePagingExecutive", 0), .dword("LargeSystemCache", 0),
      .dword("NonPagedPoolQuota", 0), .dword("NonPagedPoolSize", 0), .dword("PagedPoolQuota", 0),
      .dword("PagedPoolSize", 0), .multiString("PagingFiles", ["?:\\pagefile.sys"]),
      .dword("SessionPoolSize", 4), .dword("SessionViewSize", 48))
    hive.set(
      control + "\\Session Manager", .multiString("BootExecute", ["autocheck autochk *"]),
      .dword("ProtectionMode", 1))
    hive.set(
      control + "\\Session Manager\\Configuration Manager", .dword("EnablePeriodicBackup", 0))
    hive.set(
      control + "\\Session Manager\\Environment", .expandString("ComSpec", "%SystemRoot%\\cmd.exe"),
      .string("OS", "Windows_NT"), .string("PROCESSOR_ARCHITECTURE", "AMD64"))
    hive.set(
      control + "\\ComputerName\\ComputerName", .string("ComputerName", "ARBEITSPLATZ"))
    hive.set(
      control + "\\TimeZoneInformation", .dword("ActiveTimeBias", UInt32(bitPattern: -120)),
      .string("TimeZoneKeyName", "W. Europe Standard Time"))
    hive.set(
      control + "\\Windows", .binary("ShutdownTime", numberBytes(filetime(2024, 6, 20, 17, 4))))
    hive.set(
      control + "\\Lsa", .multiString("Notification Packages", ["scecli"]),
      .multiString("Security Packages", [""]))
    // Four keys whose class names are data.
    for (key, name) in [
      ("Data", "0f1e2d3c"), ("GBG", "4b5a6978"), ("JD", "8796a5b4"), ("Skew1", "c3d2e1f0"),
    ] {
      hive[control + "\\Lsa\\" + key].className = Array(name.utf16)
    }
  }

  private static func addServices(to hive: inout HiveDescription, below services: String) {
    func service(
      _ name: String, image: String, start: UInt32, type: UInt32, account: String?,
      dependsOn: [String] = []
    ) {
      var values: [ValueDescription] = [
        .dword("ErrorControl", 1), .expandString("ImagePath", image), .dword("Start", start),
        .dword("Type", type),
      ]
      if let account {
        values.append(.string("ObjectName", account))
      }
      if !dependsOn.isEmpty {
        values.append(.multiString("DependOnService", dependsOn))
      }
      hive["\(services)\\\(name)"].values = values
    }
    let host = "%systemroot%\\system32\\svchost.exe -k netsvcs"
    service(
      "ProfSvc", image: host, start: 2, type: 0x20, account: "LocalSystem", dependsOn: ["RpcSs"])
    hive.set(
      services + "\\ProfSvc\\Parameters",
      .expandString("ServiceDll", "%systemroot%\\system32\\profsvc.dll"))
    service("RpcSs", image: host, start: 2, type: 0x20, account: "NT AUTHORITY\\NetworkService")
    service("gpsvc", image: host, start: 2, type: 0x20, account: "LocalSystem")
    service("Tcpip", image: "System32\\drivers\\tcpip.sys", start: 0, type: 1, account: nil)
    hive.set(
      services + "\\Tcpip\\Parameters", .string("Hostname", "arbeitsplatz"),
      .string("Domain", "firma.example"))
    service("Ntfs", image: "System32\\drivers\\ntfs.sys", start: 0, type: 2, account: nil)
    service(
      "AblageSvc", image: "\"C:\\Program Files\\Ablage\\ablage.exe\"", start: 2, type: 0x10,
      account: "FIRMA\\anna", dependsOn: ["RpcSs", "ProfSvc"])
    service(
      "UPHClean", image: "C:\\Program Files\\UPHClean\\uphclean.exe", start: 2, type: 0x10,
      account: "LocalSystem")
    hive.set(
      services + "\\UPHClean\\Parameters", .dword("REPORT_ONLY", 1),
      .multiString("PROCESS_EXCLUSION_LIST", ["svchost.exe/rpcss.dll"]),
      .multiString("USER_EXCLUSION_LIST", ["S-1-5-18", "FIRMA\\dienst-scan"]),
      .multiString("REMAP_HANDLE_PROCESS_LIST", ["*"]))
  }
}
