// SPDX-License-Identifier: MIT

import RegistryHive

/// Text between tags or in a quoted attribute of a page: names in a hive are anybody's.
///
/// What is markup becomes a reference. What is not visible, or might change the order of what is,
/// is made visible as on a terminal.
enum HTMLEscaping: CharacterEscaping {
  static var longestEscape: Int { VisibleEscaping.longestEscape }

  static func isPlain(_ unit: UInt16) -> Bool {
    switch unit {
    case 0x22, 0x26, 0x27, 0x3C, 0x3E: false
    default: VisibleEscaping.isPlain(unit)
    }
  }

  static func escape(_ code: UInt32, to room: UnsafeMutablePointer<UInt8>) -> Int {
    switch code {
    case 0x22: unsafe writeText("&quot;", to: room)
    case 0x26: unsafe writeText("&amp;", to: room)
    case 0x27: unsafe writeText("&#39;", to: room)
    case 0x3C: unsafe writeText("&lt;", to: room)
    case 0x3E: unsafe writeText("&gt;", to: room)
    default: unsafe VisibleEscaping.escape(code, to: room)
    }
  }
}
