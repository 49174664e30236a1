// SPDX-License-Identifier: MIT

extension Fixture {
  /// The user's part of the classes, with the shell's memory of folders.
  static func classesHive() -> HiveDescription {
    var hive = HiveDescription(root: NameDescription("\(userSID)_Classes"))
    hive.time = created
    hive.root.lastWritten = lastUsed
    hive.header.fileName =
      "\\??\\C:\\Users\\\(userName)\\AppData\\Local\\Microsoft\\Windows\\UsrClass.dat"
    hive.header.primarySequence = 58
    hive.header.secondarySequence = 58
    hive.defaultSecurity = SecurityDescription.user(userSID).bytes

    for type in [".htm", ".html", ".pdf", ".svg"] {
      hive.set(type, .string("", "App\(type)"))
      hive.set("\(type)\\OpenWithProgids", .none(NameDescription("App\(type)")))
      hive.set(
        "App\(type)\\shell\\open\\command",
        .string("", "\"C:\\Program Files\\App\\app.exe\" \"%1\""))
    }
    let clsid = "CLSID\\{018D5C66-4533-4307-9B53-224DE2ED1FE6}"
    hive.set(clsid, .string("", "OneDrive"), .dword("System.IsPinnedToNameSpaceTree", 1))
    hive.set(
      clsid + "\\DefaultIcon", .expandString("", "%SystemRoot%\\system32\\imageres.dll,-1043"))
    hive.set(
      clsid + "\\InProcServer32", .expandString("", "%SystemRoot%\\system32\\shell32.dll"))
    // Since Windows Server 2003 COM does not look here for identities.
    hive.set(
      "AppID\\{0F5AE9D3-0F7C-4B1B-9A3B-6C3F34E2A001}", .string("", "Notizen"),
      .string("RunAs", "Interactive User"))
    hive.set("Interface\\{11111111-2222-3333-4444-555555555555}", .string("", "INotizen"))
    hive.set("ms-notes\\shell\\open\\command", .string("", "notizen.exe \"%1\""))
    hive.set("ms-notes", .string("URL Protocol", ""))

    let settings = "Local Settings\\Software\\Microsoft\\Windows"
    hive.set(
      settings + "\\Shell\\MuiCache", at: lastUsed, .binary("LangID", [7, 4]),
      .string("C:\\Windows\\explorer.exe.FriendlyAppName", "Windows-Explorer"),
      .string("C:\\Program Files\\App\\app.exe.FriendlyAppName", "App"))
    addBags(to: &hive, below: settings + "\\Shell")
    hive.set(
      settings + "\\CurrentVersion\\TrayNotify",
      .binary("IconStreams", pattern(2_480, seed: 41)),
      .binary("PastIconsStream", pattern(1_024, seed: 42)))
    hive.set(
      "Local Settings\\MuiCache\\1f\\52C64B7E", .multiString("LanguageList", ["de-DE", "de"]))
    for package in ["Microsoft.WindowsCalculator_8wekyb3d8bbwe", "Notizen_1a2b3c4d5e6f7"] {
      let key = settings + "\\CurrentVersion\\AppModel\\Repository\\Packages\\"
      hive.set(
        key + package, .string("DisplayName", package), .string("PackageID", package),
        .qword("InstallTime", filetime(2024, 3, 15, 9, 50)))
    }
    return hive
  }

  private static func addBags(to hive: inout HiveDescription, below shell: String) {
    // The tree of folders the user has opened, and for each how its window looked.
    let folders = ["0", "0\\0", "0\\0\\0", "0\\0\\1", "0\\1", "1", "1\\0", "1\\0\\0", "2"]
    for (number, folder) in folders.enumerated() {
      let time = filetime(2024, 3 + number / 3, 4 + number, 9, number)
      let children = folders.count { $0.hasPrefix(folder + "\\") && $0.count == folder.count + 2 }
      let order = (0..<children).flatMap { numberBytes(UInt32($0)) } + numberBytes(UInt32.max)
      hive.set(
        shell + "\\BagMRU\\" + folder, at: time, .binary("MRUListEx", order),
        .dword("NodeSlot", UInt32(number + 1)))
      hive[shell + "\\BagMRU\\" + folder].values += (0..<children).map {
        .binary("\($0)", pattern(84, seed: UInt32(50 + number * 4 + $0)))
      }
      hive.set(
        shell + "\\Bags\\\(number + 1)\\Shell\\{5C4F28B5-F869-4E84-8E60-F11DB97C5CC7}", at: time,
        .dword("Mode", 4), .dword("IconSize", 16), .dword("LogicalViewMode", 1),
        .binary("ColInfo", pattern(253, seed: UInt32(90 + number))))
    }
    hive.set(
      shell + "\\BagMRU", at: lastUsed,
      .binary(
        "MRUListEx", [2, 1, 0].flatMap { numberBytes(UInt32($0)) } + numberBytes(UInt32.max)),
      .dword("BagMRU Size", 5_000))
  }
}
