// SPDX-License-Identifier: MIT

import RegistryHive

extension Decoder {
  private static let currentVersion = "Microsoft\\Windows\\CurrentVersion\\"

  /// Installed programs.
  ///
  /// Source: "Uninstall Registry Key", Windows Installer documentation of Microsoft.
  static let uninstall = Decoder(
    "Uninstall",
    [
      (.software, currentVersion + "Uninstall…\\*"),
      (.software, "WOW6432Node\\" + currentVersion + "Uninstall…\\*"),
      (.ntuser, "Software\\" + currentVersion + "Uninstall…\\*"),
    ]
  ) { key in
    var row = DecodedRow("Uninstall")
    row.add("program", key.decodedText("DisplayName"))
    guard !row.fields.isEmpty else { return [] }
    row.add("version", key.decodedText("DisplayVersion"))
    row.add("publisher", key.decodedText("Publisher"))
    row.add("installDate", key.decodedText("InstallDate"))
    row.add("installLocation", key.decodedText("InstallLocation"))
    row.add("installSource", key.decodedText("InstallSource"))
    row.add("uninstallString", key.decodedText("UninstallString"))
    row.add("key", key.name)
    row.add("lastWritten", key.lastWritten)
    return [row]
  }

  private static let networkList = "Microsoft\\Windows NT\\CurrentVersion\\NetworkList"

  /// Networks that the machine was connected to, with dates in the machine's local time.
  ///
  /// Source of the form of the dates: `SYSTEMTIME`, [MS-DTYP] 2.3.13.
  static let networkProfiles = Decoder(
    "NetworkList", [(.software, networkList + "\\Profiles…\\*")]
  ) { key in
    var row = DecodedRow("NetworkList")
    row.add("network", key.decodedText("ProfileName"))
    guard !row.fields.isEmpty else { return [] }
    row.add("firstConnectedLocal", text: localTime(key.decodedBytes("DateCreated")))
    row.add("lastConnectedLocal", text: localTime(key.decodedBytes("DateLastConnected")))
    row.add("type", text: key.decodedNumber("NameType").map(networkTypeName))
    row.add("category", text: key.decodedNumber("Category").map(networkCategoryName))
    row.add("description", key.decodedText("Description"))
    row.add("profile", key.name)
    return [row]
  }

  /// A time without a zone, such as `2015-03-02T12:33:44.123`.
  private static func localTime(_ data: ByteReader?) -> String? {
    data?.systemTime(at: 0).map { String($0.description.prefix(23)) }
  }

  private static func networkTypeName(_ number: UInt64) -> String {
    switch number {
    case 6: "wired"
    case 23: "VPN"
    case 71: "wireless"
    case 243: "mobile broadband"
    default: "\(number)"
    }
  }

  private static func networkCategoryName(_ number: UInt64) -> String {
    switch number {
    case 0: "public"
    case 1: "private"
    case 2: "domain"
    default: "\(number)"
    }
  }

  /// Users with a profile on the machine.
  ///
  /// Source of the times: Microsoft, "Scripts to retrieve profile age".
  static let profileList = Decoder(
    "ProfileList", [(.software, "Microsoft\\Windows NT\\CurrentVersion\\ProfileList…\\*")]
  ) { key in
    var row = DecodedRow("ProfileList")
    row.add("folder", key.decodedText("ProfileImagePath"))
    guard !row.fields.isEmpty else { return [] }
    row.add("sid", key.name)
    row.add("loaded", time(key, "LocalProfileLoadTime"))
    row.add("unloaded", time(key, "LocalProfileUnloadTime"))
    row.add("state", key.decodedNumber("State"))
    row.add("lastWritten", key.lastWritten)
    return [row]
  }

  /// A FILETIME in two values of 32 bits.
  private static func time(_ key: Key, _ name: String) -> FileTime? {
    guard let high = key.decodedNumber(RegistryString(name + "High")),
      let low = key.decodedNumber(RegistryString(name + "Low"))
    else { return nil }
    return FileTime(rawValue: high << 32 | low & 0xFFFF_FFFF)
  }
}
