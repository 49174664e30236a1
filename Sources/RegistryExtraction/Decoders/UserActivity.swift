// SPDX-License-Identifier: MIT

import RegistryHive

extension Decoder {
  /// Programs and shortcuts started in Explorer; the names of the values are in ROT13.
  ///
  /// Source: "User Assist" in winreg-kb,
  /// <https://winreg-kb.readthedocs.io/en/latest/sources/explorer-keys/User-assist.html>.
  static let userAssist = Decoder(
    "UserAssist", [(.ntuser, explorer + "UserAssist\\*\\Count")]
  ) { key in
    key.values.compactMap { value in
      var row = DecodedRow("UserAssist", valueName: value.name)
      row.add("program", RegistryString(utf16: value.name.utf16.map(rotatedBy13)))
      guard !row.fields.isEmpty else { return nil }
      let data = ByteReader(value.bytes)
      switch data.count {
      case 72:
        row.add("lastRun", data.time(at: 60))
        row.add("runCount", data.uint32(at: 4))
        row.add("focusCount", data.uint32(at: 8))
        row.add("focusMilliseconds", data.uint32(at: 12))
      case 16:
        row.add("lastRun", data.time(at: 8))
        // Windows XP begins to count at 5.
        row.add("runCount", data.uint32(at: 4).map { $0 >= 5 ? $0 - 5 : $0 })
      default: break
      }
      return row
    }
  }

  private static func rotatedBy13(_ unit: UInt16) -> UInt16 {
    switch unit {
    case 0x41...0x5A: (unit - 0x41 + 13) % 26 + 0x41
    case 0x61...0x7A: (unit - 0x61 + 13) % 26 + 0x61
    default: unit
    }
  }

  /// Volumes and shares that the user has seen in Explorer.
  ///
  /// Source: "Mount points" in winreg-kb, <https://winreg-kb.readthedocs.io>.
  static let mountPoints = Decoder(
    "MountPoints2", [(.ntuser, explorer + "MountPoints2…\\*")]
  ) { key in
    let name = key.name
    let units = name.utf16
    var row = DecodedRow("MountPoints2")
    if units.starts(with: [0x23, 0x23]) {
      // `##server#share` stands for `\\server\share`.
      row.add("share", RegistryString(utf16: units.map { $0 == 0x23 ? 0x5C : $0 }))
    } else if units.first == 0x7B, units.last == 0x7D {
      row.add("volume", name)
    } else if units.count == 1 {
      row.add("drive", name)
    } else {
      return []
    }
    row.add("lastWritten", key.lastWritten)
    row.add("label", key.decodedText("_LabelFromReg"))
    return [row]
  }

  private static let moderators = ["bam", "dam"].flatMap { service in
    ["UserSettings", "State\\UserSettings"].map { "ControlSet*\\Services\\\(service)\\\($0)\\*" }
  }

  /// When programs last ran, as the background and desktop activity moderators saw it, for each user.
  ///
  /// Source: "Background Activity Moderator" in winreg-kb, <https://winreg-kb.readthedocs.io>.
  static let activityModerator = Decoder(
    "BamDam", moderators.map { (.system, $0) }
  ) { key in
    key.values.compactMap { value in
      let data = ByteReader(value.bytes)
      guard value.type == .binary, data.count >= 8, let time = data.time(at: 0) else { return nil }
      var row = DecodedRow("BamDam", valueName: value.name)
      row.add("program", value.name)
      row.add("lastRun", time)
      row.add("user", key.name)
      return row
    }
  }
}
