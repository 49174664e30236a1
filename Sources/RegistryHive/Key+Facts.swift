// SPDX-License-Identifier: MIT

import HiveFormat

// What facts are read from: single values of keys, as much of them as makes sense.

extension Key {
  /// The most characters of a text that are read: no path of Windows is longer.
  package static let longestText = 32_767

  /// A value that is text; nil where it is missing, of another type, or empty.
  package func text(_ name: RegistryString) -> String? {
    guard let value = value(named: name), [.string, .expandString].contains(value.type) else {
      return nil
    }
    let bytes = hive.image.bytes(in: value.extent.prefix(2 * Self.longestText))
    switch ValueData(bytes, type: value.type) {
    case .string(let text), .expandString(let text): return text.isEmpty ? nil : text.description
    default: return nil
    }
  }

  /// A value that is a `REG_DWORD` of 4 bytes; nil where it is anything else.
  package func number(_ name: RegistryString) -> UInt32? {
    guard let value = value(named: name), value.type == .dword, value.size == 4,
      case .dword(let number) = value.data
    else { return nil }
    return number
  }
}
