// SPDX-License-Identifier: MIT

import RegistryHive

extension ShellItem {
  /// The categories of the control panel, by number.
  static let categories = [
    "All Control Panel Items", "Appearance and Personalization", "Hardware and Sound",
    "Network and Internet", "Sounds, Speech, and Audio Devices", "System and Security",
    "Clock, Language, and Region", "Ease of Access", "Programs", "User Accounts",
    "Security Center", "Mobile PC",
  ]

  /// The name of a folder, or its identifier in braces.
  static func folderName(_ identifier: String) -> RegistryString {
    RegistryString(folders[identifier] ?? "{\(identifier)}")
  }

  /// Folders of the shell, by identifier.
  ///
  /// Source: "Shell folder identifiers" of libfwsi's wiki, and Microsoft's "KNOWNFOLDERID",
  /// <https://learn.microsoft.com/windows/win32/shell/knownfolderid>.
  private static let folders = [
    "20d04fe0-3aea-1069-a2d8-08002b30309d": "My Computer",
    "208d2c60-3aea-1069-a2d7-08002b30309d": "My Network Places",
    "f02c1a0d-be21-4350-88b0-7367fc96ef3c": "Network",
    "450d8fba-ad25-11d0-98a8-0800361b1103": "My Documents",
    "645ff040-5081-101b-9f08-00aa002f954e": "Recycle Bin",
    "871c5380-42a0-1069-a2ea-08002b30309d": "Internet Explorer",
    "031e4825-7b94-4dc3-b131-e946b44c8dd5": "Libraries",
    "59031a47-3f72-44a7-89c5-5595fe6b30ee": "User's Files",
    "21ec2020-3aea-1069-a2dd-08002b30309d": "Control Panel",
    "26ee0668-a00a-44d7-9371-beb064c98683": "Control Panel",
    "679f85cb-0220-4080-b29b-5540cc05aab6": "Quick access",
    "374de290-123f-4565-9164-39c4925e467b": "Downloads",
    "b4bfcc3a-db2c-424c-b029-7fe99a87c641": "Desktop",
    "fdd39ad0-238f-46af-adb4-6c85480369c7": "Documents",
    "33e28130-4e1e-4676-835a-98395c3bc3bb": "Pictures",
    "4bd8d571-6d19-48d3-be97-422220080e43": "Music",
    "18989b1d-99b5-455b-841c-ab7c74e4ddfc": "Videos",
    "5e6c858f-0e22-4760-9afe-ea3317b67173": "User's Profile",
  ]
}

/// The way to an item, as far as text can show it.
struct ShellPath {
  /// The most UTF-16 units that are kept; of a longer path the end is.
  private static let limit = 1024

  private var units: [UInt16] = []

  init(_ items: [ShellItem] = []) {
    for item in items { append(item) }
  }

  /// The path; nil where it has no item.
  var text: RegistryString? { units.isEmpty ? nil : RegistryString(utf16: units) }

  /// Goes on to an item.
  mutating func append(_ item: ShellItem) {
    let name = item.name?.utf16 ?? [UInt16]("(\(item.kind))".utf16)
    // `\\server\share` names all that is above it.
    if name.starts(with: [0x5C, 0x5C]) { units = [] }
    if !units.isEmpty { units.append(0x5C) }
    units += name
    while units.count > 2, units.last == 0x5C { units.removeLast() }
    if units.count > Self.limit { units = [0x2026] + units.suffix(Self.limit) }
  }
}
