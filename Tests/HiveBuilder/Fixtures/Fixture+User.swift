// SPDX-License-Identifier: MIT

extension Fixture {
  static let profiles = [
    Fixture("NTUSER.DAT") { userHive(isEarlier: false) },
    Fixture("NTUSER-earlier.DAT") { userHive(isEarlier: true) },
    Fixture("UsrClass.dat") { classesHive() },
  ]

  /// The user's own hive, at two times: the earlier one lacks what has grown since.
  static func userHive(isEarlier: Bool) -> HiveDescription {
    var hive = HiveDescription(root: "ROOT")
    hive.time = created
    hive.root.lastWritten = isEarlier ? filetime(2024, 4, 2, 8) : lastUsed
    hive.header.fileName = "\\??\\C:\\Users\\\(userName)\\ntuser.dat"
    hive.header.primarySequence = isEarlier ? 37 : 112
    hive.header.secondarySequence = hive.header.primarySequence
    hive.header.lastReorganized = filetime(2024, 3, 29, 20) | 1
    hive.defaultSecurity = SecurityDescription.user(userSID).bytes

    addSounds(to: &hive)
    addControlPanel(to: &hive)
    addEnvironment(to: &hive)
    addExplorer(to: &hive)
    addSoftware(to: &hive)
    if !isEarlier {
      addGrowth(to: &hive)
    }
    return hive
  }

  private static func addSounds(to hive: inout HiveDescription) {
    let events = [
      ".Default", "Close", "CriticalBatteryAlarm", "DeviceConnect", "DeviceDisconnect",
      "EmptyRecycleBin", "MailBeep", "MenuPopup", "Navigating", "SystemExclamation",
      "SystemNotification", "WindowsLogon", "WindowsUAC",
    ]
    for (number, event) in events.enumerated() {
      hive.set(
        "AppEvents\\EventLabels\\\(event)", .string("", event),
        .string("DispFileName", "@mmres.dll,-\(5800 + number)"))
      hive.set(
        "AppEvents\\Schemes\\Apps\\.Default\\\(event)\\.Current",
        .expandString("", "%SystemRoot%\\media\\\(event).wav"))
    }
    hive.set("AppEvents\\Schemes", .string("", ".Default"))
    hive.set("AppEvents\\Schemes\\Names\\.Default", .string("", "@mmres.dll,-800"))
    hive.set("AppEvents\\Schemes\\Names\\.None", .string("", "@mmres.dll,-801"))
  }

  private static func addControlPanel(to hive: inout HiveDescription) {
    let accessibility = [
      ("HighContrast", "126"), ("Keyboard Preference", "0"), ("Keyboard Response", "126"),
      ("MouseKeys", "62"), ("ShowSounds", "0"), ("SoundSentry", "2"), ("StickyKeys", "510"),
      ("TimeOut", "2"), ("ToggleKeys", "62"),
    ]
    hive.set("Control Panel\\Accessibility", .dword("MessageDuration", 5))
    for (name, flags) in accessibility {
      hive.set("Control Panel\\Accessibility\\\(name)", .string("Flags", flags))
    }
    let colors = [
      "ActiveBorder": "180 180 180", "ActiveTitle": "153 180 209", "AppWorkspace": "171 171 171",
      "Background": "0 0 0", "ButtonFace": "240 240 240", "ButtonText": "0 0 0",
      "GrayText": "109 109 109", "Hilight": "0 120 215", "HilightText": "255 255 255",
      "HotTrackingColor": "0 102 204", "InfoText": "0 0 0", "InfoWindow": "255 255 225",
      "Menu": "240 240 240", "MenuText": "0 0 0", "Scrollbar": "200 200 200",
      "Window": "255 255 255", "WindowFrame": "100 100 100", "WindowText": "0 0 0",
    ]
    hive["Control Panel\\Colors"].values = colors.sorted { $0.key < $1.key }.map {
      .string(NameDescription($0.key), $0.value)
    }
    hive.set(
      "Control Panel\\Cursors", .string("", "Windows Default"),
      .expandString("Arrow", "%SystemRoot%\\cursors\\aero_arrow.cur"),
      .expandString("Wait", "%SystemRoot%\\cursors\\aero_busy.ani"),
      .dword("CursorBaseSize", 32), .dword("Scheme Source", 2))
    hive.set(
      "Control Panel\\Desktop", at: filetime(2024, 3, 18, 7, 12, 30),
      .string("CursorBlinkRate", "530"), .string("DragFullWindows", "1"),
      .string("FontSmoothing", "2"), .dword("FontSmoothingGamma", 0),
      .dword("ForegroundLockTimeout", 200_000), .string("MenuShowDelay", "400"),
      .string("ScreenSaveActive", "1"), .string("ScreenSaveTimeOut", "900"),
      .string("TileWallpaper", "0"), .string("WallpaperStyle", "10"),
      .string("WheelScrollLines", "3"),
      .binary("UserPreferencesMask", [0x9E, 0x1E, 0x07, 0x80, 0x12, 0, 0, 0]),
      .string("Wallpaper", "C:\\Users\\\(userName)\\Pictures\\Bergsee.jpg"),
      .dword("Win8DpiScaling", 0), .dword("DpiScalingVer", 0x1000))
    hive.set(
      "Control Panel\\Desktop\\WindowMetrics", .string("BorderWidth", "-15"),
      .string("CaptionHeight", "-330"), .string("IconSpacing", "-1125"),
      .string("MinAnimate", "1"), .dword("AppliedDPI", 96))
    hive.set(
      "Control Panel\\International", .string("Locale", "00000407"),
      .string("LocaleName", "de-DE"), .string("s1159", ""), .string("sCountry", "Deutschland"),
      .string("sCurrency", "€"), .string("sDate", "."), .string("sDecimal", ","),
      .string("sLanguage", "DEU"), .string("sShortDate", "dd.MM.yyyy"),
      .string("sThousand", "."), .string("iFirstDayOfWeek", "0"))
    hive.set(
      "Control Panel\\International\\Geo", .string("Name", "DE"), .string("Nation", "94"))
    hive.set(
      "Control Panel\\International\\User Profile", .multiString("Languages", ["de-DE", "en-US"]))
    hive.set(
      "Control Panel\\Keyboard", .string("InitialKeyboardIndicators", "2"),
      .string("KeyboardDelay", "1"), .string("KeyboardSpeed", "31"))
    hive.set(
      "Control Panel\\Mouse", .string("DoubleClickSpeed", "500"), .string("MouseSpeed", "1"),
      .string("SwapMouseButtons", "0"))
    hive.set("Control Panel\\Sound", .string("Beep", "yes"))
  }

  private static func addEnvironment(to hive: inout HiveDescription) {
    hive.set(
      "Console", .dword("ColorTable00", 0x0C0C0C), .dword("CursorSize", 25),
      .string("FaceName", "__DefaultTTFont__"), .dword("HistoryBufferSize", 50),
      .dword("QuickEdit", 1), .dword("ScreenBufferSize", 0x2329_0078),
      .dword("WindowSize", 0x001E_0078))
    hive.set(
      "Console\\%SystemRoot%_System32_WindowsPowerShell_v1.0_powershell.exe",
      .string("FaceName", "Lucida Console"), .dword("QuickEdit", 1))
    hive.set(
      "Environment",
      .expandString("Path", "%USERPROFILE%\\AppData\\Local\\Microsoft\\WindowsApps;"),
      .expandString("TEMP", "%USERPROFILE%\\AppData\\Local\\Temp"),
      .expandString("TMP", "%USERPROFILE%\\AppData\\Local\\Temp"))
    hive.set("EUDC\\1252", .expandString("SystemDefaultEUDCFont", "EUDC.TTE"))
    hive.set("Keyboard Layout\\Preload", .string("1", "00000407"), .string("2", "00000409"))
    hive.makeKey("Keyboard Layout\\Substitutes")
    hive.makeKey("Keyboard Layout\\Toggle")
    hive.set(
      "Network\\P", .dword("ConnectionType", 1), .dword("DeferFlags", 4),
      .dword("ProviderType", 0x20000), .string("ProviderName", "Microsoft Windows Network"),
      .string("RemotePath", "\\\\server\\projekte"), .string("UserName", ""))
    hive.makeKey("Printers\\Connections")
    hive.set(
      "Printers\\ConvertUserDevModesCount", .dword("Microsoft Print to PDF", 1),
      .dword("Fax", 1))
    hive.set(
      "Printers\\DevModePerUser",
      .binary("Microsoft Print to PDF", pattern(1_220, seed: 11)),
      .binary("\\\\server\\Büro 2. Stock", pattern(2_844, seed: 12)))
    hive.makeKey("Printers\\DevModes2")
  }

  /// Bytes that look like any binary data, and are the same at every build.
  package static func pattern(_ count: Int, seed: UInt32) -> [UInt8] {
    var state = seed
    return (0..<count).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(truncatingIfNeeded: state >> 24)
    }
  }
}
