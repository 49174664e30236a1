// SPDX-License-Identifier: MIT

/// Where a program is, and what that says of whose it is.
///
/// A name alone says nothing: anybody can call a file `svchost.exe`. Windows has its own programs
/// in known folders, and other makers put programs into `System32` too.
enum ProgramPlace: Sendable, Hashable {
  /// The event has a name without a folder.
  case bareName
  /// The name of a program of Windows, in the folder that Windows has it in.
  case ownOfWindows
  /// The name of a program of Windows, in another folder.
  case disguised
  /// The folder of printer drivers.
  case printerDrivers
  /// Another folder below that of Windows.
  case windowsFolder
  /// A folder of temporary files.
  case temporaryFiles
  /// Anywhere else.
  case elsewhere

  /// The programs of Windows that have users' keys open most, and the folders below that of Windows
  /// in which they are, where these are not the usual two.
  private static let folders: [String: [String]] = [
    "explorer.exe": ["", "\\syswow64"], "splwow64.exe": [""],
    "wmiprvse.exe": ["\\system32\\wbem", "\\syswow64\\wbem"],
    "w3wp.exe": ["\\system32\\inetsrv", "\\syswow64\\inetsrv"],
  ]
  private static let usual = ["\\system32", "\\syswow64"]
  private static let inUsual: Set<String> = [
    "smss.exe", "csrss.exe", "wininit.exe", "winlogon.exe", "services.exe", "lsass.exe", "lsm.exe",
    "svchost.exe", "dllhost.exe", "spoolsv.exe", "taskhostw.exe", "taskhostex.exe", "taskhost.exe",
    "taskeng.exe", "sihost.exe", "rundll32.exe", "regsvr32.exe", "msiexec.exe", "conhost.exe",
    "dwm.exe", "ctfmon.exe", "userinit.exe", "logonui.exe", "searchindexer.exe", "wsmprovhost.exe",
    "rdpclip.exe", "runtimebroker.exe", "wuauclt.exe",
  ]

  /// Judges a path.
  ///
  /// - Parameters:
  ///   - path: The path without its drive, in lower case.
  ///   - windowsFolder: The folder of Windows, in the same form.
  init(_ path: String, windowsFolder: String) {
    guard let slash = path.lastIndex(of: "\\") else {
      self = .bareName
      return
    }
    let folder = String(path[..<slash])
    let name = String(path[path.index(after: slash)...])
    let own = Self.folders[name] ?? (Self.inUsual.contains(name) ? Self.usual : nil)
    if let own {
      self = own.contains { windowsFolder + $0 == folder } ? .ownOfWindows : .disguised
    } else if folder.hasPrefix(windowsFolder + "\\system32\\spool\\drivers") {
      self = .printerDrivers
    } else if folder.split(separator: "\\").contains(where: Self.isTemporary) {
      self = .temporaryFiles
    } else if folder == windowsFolder || folder.hasPrefix(windowsFolder + "\\") {
      self = .windowsFolder
    } else {
      self = .elsewhere
    }
  }

  private static func isTemporary(_ name: Substring) -> Bool {
    ["temp", "tmp", "$recycle.bin"].contains(name)
  }

  /// Whether a name without a folder is one of a program of Windows.
  static func isNameOfWindows(_ name: String) -> Bool {
    let folded = name.lowercased()
    return folded == "system" || folders[folded] != nil || inUsual.contains(folded)
  }
}
