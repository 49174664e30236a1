// SPDX-License-Identifier: MIT

private let currentVersion = "Software\\Microsoft\\Windows\\CurrentVersion"

extension Fixture {
  static func addExplorer(to hive: inout HiveDescription) {
    let explorer = currentVersion + "\\Explorer"
    hive.set(
      currentVersion + "\\Run", at: filetime(2024, 3, 15, 9, 41),
      .string("OneDrive", "\"C:\\Program Files\\Microsoft OneDrive\\OneDrive.exe\" /background"),
      .expandString("Notizen", "%LOCALAPPDATA%\\Notizen\\notizen.exe --tray"))
    hive.makeKey(currentVersion + "\\RunOnce")
    hive.set(
      explorer, .dword("CleanShutdown", 0), .binary("ShellState", pattern(36, seed: 21)),
      .dword("UserSignedIn", 1))
    hive.set(
      explorer + "\\Advanced", at: filetime(2024, 3, 18, 7, 20), .dword("Hidden", 1),
      .dword("HideFileExt", 0), .dword("LaunchTo", 1), .dword("ShowSuperHidden", 0),
      .dword("Start_TrackDocs", 1), .dword("TaskbarAl", 0))
    let folders = [
      ("AppData", "AppData\\Roaming"), ("Cache", "AppData\\Local\\Microsoft\\Windows\\INetCache"),
      ("Desktop", "Desktop"), ("Favorites", "Favorites"), ("Local AppData", "AppData\\Local"),
      ("My Music", "Music"), ("My Pictures", "Pictures"), ("My Video", "Videos"),
      ("Personal", "Documents"), ("Recent", "AppData\\Roaming\\Microsoft\\Windows\\Recent"),
      ("Start Menu", "AppData\\Roaming\\Microsoft\\Windows\\Start Menu"),
      ("Templates", "AppData\\Roaming\\Microsoft\\Windows\\Templates"),
      ("{374DE290-123F-4565-9164-39C4925E467B}", "Downloads"),
    ]
    hive[explorer + "\\User Shell Folders"].values = folders.map {
      .expandString(NameDescription($0.0), "%USERPROFILE%\\" + $0.1)
    }
    hive[explorer + "\\Shell Folders"].values =
      [.string("!Do not use this registry key", "Use the SHGetKnownFolderPath function instead")]
      + folders.map { .string(NameDescription($0.0), "C:\\Users\\\(userName)\\" + $0.1) }

    let types = [".csv", ".docx", ".html", ".jpg", ".pdf", ".txt"]
    for (number, type) in types.enumerated() {
      let key = explorer + "\\FileExts\\\(type)"
      hive.set(key + "\\OpenWithList", .string("a", "app\(number).exe"), .string("MRUList", "a"))
      hive.set(
        key + "\\OpenWithProgids", .none(NameDescription("App\(number).Document")))
      hive.set(
        key + "\\UserChoice", at: filetime(2024, 3, 20, 12, number),
        .string("ProgId", "App\(number).Document"), .string("Hash", "aBcDeFgH\(number)k="))
    }
    hive.set(
      explorer + "\\RecentDocs", at: filetime(2024, 4, 1, 10),
      .binary("0", recentDocument("Angebot März.docx")),
      .binary("1", recentDocument("Bergsee.jpg")),
      .binary(
        "MRUListEx", numberBytes(UInt32(1)) + numberBytes(UInt32(0)) + numberBytes(UInt32.max)))
    hive.set(
      explorer + "\\RunMRU", .string("a", "cmd\\1"), .string("b", "\\\\server\\projekte\\1"),
      .string("MRUList", "ba"))
    hive.set(explorer + "\\TypedPaths", .string("url1", "C:\\Users\\\(userName)\\Documents"))
    hive.makeKey(explorer + "\\MountPoints2\\##server#projekte")
    hive.set(
      explorer + "\\StartPage2", .binary("ProgramsCache", pattern(3_600, seed: 22)),
      .dword("FavoritesChanges", 3))
    let assist = explorer + "\\UserAssist\\{CEBFF5CD-ACE2-4F4F-9178-9926F41749EA}"
    hive.set(assist, .dword("Version", 5))
    hive[assist + "\\Count"].values = [
      "HRZR_PGYFRFFVBA", "Zvpebfbsg.Jvaqbjf.Rkcybere",
      "{1NP14R77-02R7-4R5Q-O744-2RO1NR5198O7}\\pzq.rkr",
      "{6Q809377-6NS0-444O-8957-N3773S02200R}\\Abgvmra\\abgvmra.rkr",
    ].enumerated().map {
      .binary(NameDescription($1), pattern(72, seed: UInt32(30 + $0)))
    }
  }

  private static func recentDocument(_ name: String) -> [UInt8] {
    littleEndianBytes(of: name.utf16) + [0, 0] + pattern(46, seed: 20)
  }

  static func addSoftware(to hive: inout HiveDescription) {
    let windows = "Software\\Microsoft\\Windows"
    hive.set(
      currentVersion + "\\Internet Settings", .dword("ProxyEnable", 0),
      .dword("EnableHttp1_1", 1), .binary("ZonesSecurityUpgrade", pattern(8, seed: 23)))
    for zone in 0...4 {
      hive.set(
        currentVersion + "\\Internet Settings\\Zones\\\(zone)",
        .string(
          "DisplayName", ["Computer", "Lokales Intranet", "Vertraut", "Internet", "Gesperrt"][zone]),
        .dword("CurrentLevel", UInt32(0x10000 * (zone + 1))), .dword("Flags", 33))
    }
    hive.set(
      currentVersion + "\\Themes",
      .string("CurrentTheme", "C:\\Windows\\resources\\Themes\\aero.theme"),
      .dword("ThemeMRU", 0))
    hive.makeKey(currentVersion + "\\Policies\\Explorer")
    hive.set(
      "Software\\Policies\\Microsoft\\Windows\\System",
      .string("ExcludeProfileDirs", "Videos;Downloads"))
    hive.set(
      windows + "\\Shell\\Associations\\UrlAssociations\\https\\UserChoice",
      .string("ProgId", "BrowserHTML"))
    hive.set(windows + "\\DWM", .dword("AccentColor", 0xFFD4_7800), .dword("Composition", 1))
    hive.set(windows + "\\Windows Error Reporting", .dword("Disabled", 0))
    hive.set(
      "Software\\Microsoft\\Windows NT\\CurrentVersion\\Windows",
      .string("Device", "Microsoft Print to PDF,winspool,Ne01:"), .dword("MenuDropAlignment", 0))
    hive.set(
      "Software\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon",
      .string("ExcludeProfileDirs", "AppData\\Local;AppData\\LocalLow;$Recycle.Bin"))
    hive.set("Software\\Microsoft\\Command Processor", .dword("CompletionChar", 9))
    hive.set("Software\\Microsoft\\CTF\\SortOrder\\Language", .string("00000000", "00000407"))
    hive.set(
      "Software\\Microsoft\\Internet Explorer\\Main", .string("Start Page", "about:blank"),
      .string("Search Bar", ""))
    for store in ["CA", "Disallowed", "My", "Root", "TrustedPeople"] {
      for part in ["Certificates", "CRLs", "CTLs"] {
        hive.makeKey("Software\\Microsoft\\SystemCertificates\\\(store)\\\(part)")
      }
    }
    hive["Software\\Microsoft\\Protected Storage System Provider\\\(userSID)"].security =
      SecurityDescription(
        owner: "S-1-5-18", group: "S-1-5-18",
        access: [.init(mask: SecurityDescription.fullControl, sid: "S-1-5-18")]
      ).bytes
  }

  /// What came in the weeks after the earlier hive.
  static func addGrowth(to hive: inout HiveDescription) {
    let configs = "Software\\Microsoft\\Office\\16.0\\Common\\ExperimentConfigs"
    for number in 0..<16 {
      let day = number % 28 + 1
      hive.set(
        configs + "\\ExternalFeatureOverrides\\feature\(number)",
        at: filetime(2024, 4 + number / 8, day, 8, 15),
        .string("Value", String(repeating: "Microsoft.Office.Feature\(number);", count: 6)),
        .qword("Expiry", filetime(2024, 8, day)))
    }
    hive.set(
      configs + "\\Ecs\\winword", at: lastUsed,
      .binary("ConfigContextData", pattern(6_400, seed: 24)),
      .multiString("ConfigIds", ["P-R-1000", "P-R-1001", "P-D-20"]))
    hive.set(
      "Control Panel\\Desktop", at: lastUsed,
      .string("Wallpaper", "C:\\Users\\\(userName)\\Pictures\\Sommerfest.jpg"),
      .string("WallpaperStyle", "6"), .string("ScreenSaveActive", "1"),
      .dword("Win8DpiScaling", 0))
    hive[currentVersion + "\\Run"].lastWritten = filetime(2024, 5, 13, 11, 2, 9)
    hive[currentVersion + "\\Run"].values.append(
      .string("Teams", "\"C:\\Users\\\(userName)\\AppData\\Local\\Teams\\Update.exe\" --start"))
    // The user removed a program: its key and values are free now, but still there to be read.
    let gone = hive.makeKey("Software\\Altes Programm")
    hive[gone].isDeleted = true
    hive[gone].values = [
      .string("InstallPath", "C:\\Program Files\\Altes Programm"), .dword("Version", 7),
    ]
  }
}
