// SPDX-License-Identifier: MIT

import RegistryHive

/// The inside of a JSON string in a script element of a page, as people see the text.
///
/// What is hidden is made visible as everywhere on pages; a `<` is escaped, so that no text ends
/// the element.
enum ScriptEscaping: CharacterEscaping {
  static var longestEscape: Int { VisibleEscaping.longestEscape }

  static func isPlain(_ unit: UInt16) -> Bool {
    switch unit {
    case 0x22, 0x3C, 0x5C: false
    default: VisibleEscaping.isPlain(unit)
    }
  }

  static func escape(_ code: UInt32, to room: UnsafeMutablePointer<UInt8>) -> Int {
    switch code {
    case 0x22: unsafe writeText("\\\"", to: room)
    case 0x3C: unsafe writeText("\\u003C", to: room)
    case 0x5C: unsafe writeText("\\\\", to: room)
    default: unsafe VisibleEscaping.escape(code, to: room)
    }
  }
}
